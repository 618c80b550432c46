"""Which binding works with what: the one place that sees all parts of the window."""

from dataclasses import dataclass

from desktop.domain.network import TrustKind
from desktop.kernel.page import Plugged
from desktop.services.bundle import Services
from desktop.services.known_names import KnownNames
from desktop.ui.bind.account_binding import AccountBinding
from desktop.ui.bind.context import Desks, Workplace
from desktop.ui.bind.copy_notice import CopyNotice
from desktop.ui.bind.deposit_binding import DepositBinding
from desktop.ui.bind.diagnostics_binding import DiagnosticsBinding
from desktop.ui.bind.feature_pages import FeaturePages
from desktop.ui.bind.leaflet_binding import LeafletBinding
from desktop.ui.bind.navigation import Navigation
from desktop.ui.bind.outbox_binding import OutboxBinding
from desktop.ui.bind.pages import Pages
from desktop.ui.bind.patient_binding import PatientBinding
from desktop.ui.bind.prints import Prints
from desktop.ui.bind.record_binding import RecordBinding
from desktop.ui.bind.recovery_binding import RecoveryBinding
from desktop.ui.bind.session_binding import SessionBinding
from desktop.ui.bind.shell_binding import ShellBinding
from desktop.ui.desk.begun_deposits import BegunDesk
from desktop.ui.record.record_page import RecordPage
from desktop.ui.views.about import AboutModel, AboutView, Attestation
from desktop.ui.views.card_management import CardView
from desktop.ui.views.deposit import DepositView
from desktop.ui.views.diagnostics import DiagnosticsView
from desktop.ui.views.home import HomeView
from desktop.ui.views.identity import IdentityView
from desktop.ui.views.lock import LockView
from desktop.ui.views.login import LoginView
from desktop.ui.views.outbox import OutboxView
from desktop.ui.views.recovery import RecoveryView
from desktop.ui.views.terms import TermsView


@dataclass(frozen=True, slots=True)
class Wiring:
    """Gives each binding its views, desks and services; a binding lives as long as its desk."""

    place: Workplace
    pages: Pages
    services: Services
    desks: Desks

    def connect(self, login: LoginView, features: tuple[Plugged, ...]) -> PatientBinding:
        """Make every binding; the one that is given back begins and ends what is shown of patients."""
        home, identity = self.pages.take(HomeView), self.pages.take(IdentityView)
        page = self._record_page()
        lock = self.pages.take(LockView)
        self._bind_session(login, lock)
        patients = self._bind_patients(home, identity)
        navigation = Navigation(
            self.place.shell, self.desks.machine, patients.leave_for, parent=self.desks.session
        )
        patients.left.connect(navigation.leave_patient)
        deposit = self._bind_deposit()
        navigation.before_leaving("deposit", deposit.put_away)
        patients.resume_asked.connect(lambda: deposit.open())
        prints = self._prints()
        self._bind_record(page, deposit, prints)
        self._bind_outbox()
        self._bind_recovery(home)
        account = self._bind_account()
        self._show_about()
        diagnostics = self._bind_diagnostics()
        account.report_asked.connect(diagnostics.show)
        for screen in (login, lock):
            screen.change_module_asked.connect(account.show_card)
            screen.report_asked.connect(diagnostics.show)
        self._bind_shell(self._mount(navigation, patients, prints, features))
        self._bind_leaflet(identity, prints)
        return patients

    def _record_page(self) -> RecordPage:
        shell = self.place.shell
        page = RecordPage(self.place.tasks, shell.banner_place, shell.stack)
        shell.add_page("record", page)
        return page

    def _bind_session(self, login: LoginView, lock: LockView) -> None:
        SessionBinding(
            login=login,
            lock=lock,
            terms=self.pages.take(TermsView),
            shell=self.place.shell,
            machine=self.desks.machine,
            session=self.desks.session,
            record=self.desks.record,
            today=self.services.record.today,
        )

    def _bind_patients(self, home: HomeView, identity: IdentityView) -> PatientBinding:
        place, desks, services = self.place, self.desks, self.services
        return PatientBinding(
            home=home, identity=identity, shell=place.shell, machine=desks.machine, session=desks.session,
            record=desks.record, outbox=desks.outbox,
            begun=BegunDesk(desks.machine, place.tasks, services.deposit, desks.session),
            now=services.record.now, today=services.record.today, monotonic=services.ports.clock.monotonic,
        )  # fmt: skip

    def _bind_deposit(self) -> DepositBinding:
        return DepositBinding(
            view=self.pages.take(DepositView),
            shell=self.place.shell,
            tasks=self.place.tasks,
            preferences=self.place.preferences,
            machine=self.desks.machine,
            session=self.desks.session,
            record=self.desks.record,
            outbox=self.desks.outbox,
            service=self.services.deposit,
            pdf=self.services.ports.pdf,
            settings=self.services.ports.store,
            clock=self.services.ports.clock,
            today=self.services.record.today,
        )

    def _bind_record(self, page: RecordPage, deposit: DepositBinding, prints: Prints) -> None:
        place, desks, services = self.place, self.desks, self.services
        RecordBinding(
            page=page, deposit=deposit.open, shell=place.shell, tasks=place.tasks, machine=desks.machine,
            session=desks.session, record=desks.record, outbox=desks.outbox, records=services.record,
            documents=services.documents, pdf=services.ports.pdf, copies=prints.copies,
            settings=services.ports.store, demo=place.demo,
        )  # fmt: skip

    def _bind_outbox(self) -> None:
        OutboxBinding(
            view=self.pages.take(OutboxView),
            machine=self.desks.machine,
            session=self.desks.session,
            record=self.desks.record,
            outbox=self.desks.outbox,
            network=self.services.ports.platform.network_state,
        )

    def _bind_recovery(self, home: HomeView) -> None:
        place, desks = self.place, self.desks
        RecoveryBinding(
            view=self.pages.take(RecoveryView), home=home, shell=place.shell, tasks=place.tasks,
            machine=desks.machine, session=desks.session, record=desks.record,
            store=self.services.ports.store,
        )  # fmt: skip

    def _bind_account(self) -> AccountBinding:
        ports = self.services.ports
        return AccountBinding(
            view=self.pages.take(CardView),
            shell=self.place.shell,
            tasks=self.place.tasks,
            preferences=self.place.preferences,
            session=self.desks.session,
            card=ports.card,
            card_settings=ports.card_settings,
            support=ports.support,
            today=self.services.record.today,
        )

    def _show_about(self) -> None:
        """Nothing of « À propos » changes while the program runs: it needs no binding."""
        place = self.place
        attested = Attestation.DEMO if place.demo else Attestation.UNKNOWN
        about = AboutModel(place.version, attested, place.platform, place.data_folder)
        self.pages.take(AboutView).show_state(about)

    def _bind_diagnostics(self) -> DiagnosticsBinding:
        return DiagnosticsBinding(
            view=self.pages.take(DiagnosticsView),
            shell=self.place.shell,
            tasks=self.place.tasks,
            preferences=self.place.preferences,
            machine=self.desks.machine,
            session=self.desks.session,
            service=self.services.diagnostics,
            today=self.services.record.today,
        )

    def _prints(self) -> Prints:
        place, ports, record = self.place, self.services.ports, self.services.record
        made = Prints(
            place.shell, ports.writer, ports.pdf, place.tasks,
            now=record.now, today=record.today, demo=place.demo,
        )  # fmt: skip
        CopyNotice(place.shell, self.desks.machine, made.copies)
        return made

    def _mount(
        self, navigation: Navigation, patients: PatientBinding, prints: Prints, features: tuple[Plugged, ...]
    ) -> FeaturePages:
        place, desks, record = self.place, self.desks, self.services.record
        pages = FeaturePages(
            shell=place.shell, tasks=place.tasks, machine=desks.machine, session=desks.session,
            record=desks.record, now=record.now, known=KnownNames(self.services.ports.store, record),
            navigation=navigation, patients=patients, prints=prints, features=features,
            signing=self.services.signing, rights=record.rights, network=desks.network,
            code_pictures=self.services.ports.code_pictures,
        )  # fmt: skip
        desks.rights.changed.connect(pages.right_ended)
        return pages

    def _bind_shell(self, features: FeaturePages) -> None:
        ShellBinding(
            shell=self.place.shell,
            features=features,
            machine=self.desks.machine,
            session=self.desks.session,
            record=self.desks.record,
            outbox=self.desks.outbox,
            idle=self.desks.idle,
            network=self.desks.network,
            system_trust=self.services.ports.support.installation().trust is TrustKind.SYSTEM_TOO,
            demo=self.place.demo,
        )

    def _bind_leaflet(self, identity: IdentityView, prints: Prints) -> None:
        place, desks = self.place, self.desks
        LeafletBinding(
            identity=identity, shell=place.shell, tasks=place.tasks, session=desks.session,
            machine=desks.machine, prints=prints,
        )  # fmt: skip
