"""Makes the desks: the place where services are handed to those that use them."""

from PySide6.QtCore import QObject

from desktop.services.behind_lock import BehindLock
from desktop.services.bundle import Services
from desktop.ui.bind.context import Desks, Workplace
from desktop.ui.desk.idle import IdleWatch
from desktop.ui.desk.machine import Machine
from desktop.ui.desk.network_watch import NetworkWatch
from desktop.ui.desk.outbox_desk import OutboxDesk
from desktop.ui.desk.record_desk import RecordDesk
from desktop.ui.desk.rights_desk import RightsDesk
from desktop.ui.desk.session_desk import SessionDesk


def make_desks(place: Workplace, machine: Machine, services: Services, parent: QObject) -> Desks:
    """Each with the services that it uses."""
    tasks, ports = place.tasks, services.ports
    session = SessionDesk(
        machine, tasks, login=services.login, card=ports.card, vault=ports.vault, monitor=ports.monitor,
        system_events=ports.system_events, drop_tokens=ports.platform.drop_session, now=services.record.now,
        parent=parent,
    )  # fmt: skip
    record = RecordDesk(
        machine, tasks, records=services.record, patients=services.patients,
        behind_lock=BehindLock(ports.vault), heed=session.heed, wipe_documents=ports.pdf.wipe, parent=parent,
    )  # fmt: skip
    outbox = OutboxDesk(machine, tasks, outbox=services.outbox, documents=services.documents, parent=parent)
    idle = IdleWatch(ports.clock, parent, place.preferences.settings.idle_minutes * 60)
    network = NetworkWatch(machine, tasks, ports.platform, parent)
    rights = RightsDesk(machine, tasks, services.record.rights, ports.clock, parent)
    return Desks(machine, session, record, outbox, idle, network, rights)
