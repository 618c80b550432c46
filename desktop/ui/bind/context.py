"""What the whole window is made of; bindings get their parts of it from :mod:`desktop.ui.bind.wiring`."""

from dataclasses import dataclass

from desktop.ui.desk.idle import IdleWatch
from desktop.ui.desk.machine import Machine
from desktop.ui.desk.network_watch import NetworkWatch
from desktop.ui.desk.outbox_desk import OutboxDesk
from desktop.ui.desk.record_desk import RecordDesk
from desktop.ui.desk.rights_desk import RightsDesk
from desktop.ui.desk.session_desk import SessionDesk
from desktop.ui.preferences import Preferences
from desktop.ui.shell import Shell
from desktop.ui.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Workplace:
    """The window and what it remembers; there before any adapter is."""

    shell: Shell
    tasks: Tasks
    preferences: Preferences
    version: str
    demo: bool
    platform: str = ""
    data_folder: str = ""


@dataclass(frozen=True, slots=True)
class Desks:
    """All desks of one run, under one machine."""

    machine: Machine
    session: SessionDesk
    record: RecordDesk
    outbox: OutboxDesk
    idle: IdleWatch
    network: NetworkWatch
    rights: RightsDesk
