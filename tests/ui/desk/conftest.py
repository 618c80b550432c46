"""The whole window over ports in memory: a practice of two doctors and two patients."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QAbstractListModel, QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.demo.probe import screen
from desktop.domain.card import CardInfo
from desktop.domain.record import Author, Document, Patient
from desktop.domain.secret import Secret
from desktop.domain.texts import Language, set_language, text
from desktop.kernel.page import Plugged
from desktop.ports.pdf import PdfPort
from desktop.services.bundle import Services
from desktop.services.session import CardState, Event, RecordState, SessionState
from desktop.ui import turns
from desktop.ui.bind.context import Desks, Workplace
from desktop.ui.bind.feature_pages import FeaturePages
from desktop.ui.bind.office import Office
from desktop.ui.first_screen import make_login
from desktop.ui.preferences import Preferences
from desktop.ui.record.record_view import RecordView
from desktop.ui.shell import Shell
from desktop.ui.tasks import Tasks
from desktop.ui.theme import Scheme, apply_theme
from desktop.ui.views.deposit import DepositView
from desktop.ui.views.identity import IdentityView
from tests import fakes
from tests.samples.practice import (
    ACCOUNT,
    card,
    certificate,
    deposit,
    document,
    other_patient,
    patient,
)
from tests.waiting import LIMIT_MS

W = TypeVar("W", bound=QObject)
LEAST_HELD_MS, HELD_MS = 1000, 10 * LIMIT_MS
ANNE = patient()
PAUL = other_patient(2, "Schmit")
WEBER = card()
KLEIN = card(
    key="k2",
    serial="S2",
    label="Dr Klein",
    authentication=certificate(holder="Dr Klein", holder_id="H2", fingerprint="cd" * 32),
)
KLEIN_ACCOUNT = replace(ACCOUNT, name="Dr Klein", holder_id="H2", practitioner_id="pr2")


def letter(number: int, title: str, *, own: bool, of: Patient = ANNE) -> Document:
    """A document of the record."""
    made = replace(document(deposit(number, patient=of, title=title), f"d{number}"), sha1=f"{number:040x}")
    return made if own else replace(made, author=Author("pr9", "Dr Autre"))


_WORDS = (
    "text", "toPlainText", "currentText", "windowTitle", "accessibleName", "accessibleDescription", "toolTip",
    "placeholderText",
)  # fmt: skip


class Bench:
    """One running window and everything around it."""

    def __init__(
        self,
        qtbot: QtBot,
        home: Path,
        real_pdf: PdfPort | None = None,
        plug: "Callable[[Bench], tuple[Plugged, ...]] | None" = None,
    ) -> None:
        self.qtbot, self.home = qtbot, home
        self._foreign = set(QApplication.allWidgets())  # what another test left behind speaks its language
        self.fakes = made = fakes.FakePorts()
        self.log, self.clock, self.monitor, self.system = made.log, made.clock, made.monitor, made.system
        self.card, self.card_settings, self.platform = made.card, made.card_settings, made.platform
        self.vault, self.store, self.pdf = made.vault, made.store, made.pdf
        self.platform.people = (ANNE, PAUL)
        self.platform.codes = {"p1": b"CODE1", "p2": b"CODE2"}
        self.platform.accounts = {"H1": ACCOUNT, "H2": KLEIN_ACCOUNT}
        self.platform.records = {
            "p1": (letter(1, "Bilan sanguin secret", own=False), letter(2, "Lettre de suivi", own=True)),
            "p2": (letter(3, "Radiographie", own=False, of=PAUL),),
        }
        self.tasks = Tasks()
        self.shell = Shell()
        self.shell.fill()
        place = Workplace(self.shell, self.tasks, Preferences(home / "settings.json"), "0", demo=False)
        self.parent = QObject()
        self.office = Office(place, make_login(self.shell), self.parent)
        self.services = Services.over(made.ports(pdf=real_pdf))
        self.clock.run_for(60)  # what is found in the outbox is no sending of a moment ago
        self.shell.show()
        self.plugged = plug(self) if plug else fakes.plugged(self.platform, self.vault)
        self.office.open(self.services, self.plugged)
        self.vault_limit_ms = self.desks.session._closing.limit.interval()
        self.strange: QWidget | None = None  # kept alive: nobody else owns it
        self.unexpected: list[tuple[CardState, Event]] = []
        self.desks.machine.unexpected.connect(lambda now, event: self.unexpected.append((now.card, event)))
        self.settle()

    @property
    def desks(self) -> Desks:
        desks = self.office._desks
        assert desks is not None
        return desks

    # Methods: of a property mypy would believe that an act between two looks changed nothing.

    def session(self) -> SessionState:
        return self.desks.machine.situation.session

    def card_state(self) -> CardState:
        return self.desks.machine.situation.card

    def record_state(self) -> RecordState:
        return self.desks.machine.situation.record

    # -- the world outside

    def settle(self) -> None:
        """Until no lane works and every answer was delivered."""
        for _ in range(3):
            self.qtbot.waitUntil(lambda: not self.tasks.busy())
            QApplication.processEvents()
        self._hold_timers()

    def make_ahead(self) -> None:
        """Until all that is made ahead, a part a turn, stands."""
        self.qtbot.waitUntil(lambda: not turns._waiting, timeout=LIMIT_MS)

    def make_every_page(self) -> None:
        """What is made ahead, and what is for others."""
        self.make_ahead()
        for pages in self.desks.session.findChildren(FeaturePages):
            for page in pages._pages:
                page.make()

    def _hold_timers(self) -> None:
        """No timer of a second and more fires by itself: who needs one fires it.

        They look at the fake clock, but the wall clock fires them: on a busy machine the idle watch came in
        between and saw an hour that the test had let pass for the outbox.
        """
        for timer in {*self.parent.findChildren(QTimer), *self.shell.findChildren(QTimer)}:
            if LEAST_HELD_MS <= timer.interval() < HELD_MS:
                timer.setInterval(HELD_MS)

    def insert(self, *cards: CardInfo, events: int = 2) -> None:
        self.card.inserted = list(cards)
        self.monitor.see(*(fakes.reader(events, c.reader) for c in cards))
        QApplication.processEvents()
        self.settle()

    def pull(self) -> None:
        """Take the card out; returns at once, nothing has settled yet."""
        self.card.inserted = []
        self.monitor.see()
        QApplication.processEvents()

    # -- what the user does

    def pin(self) -> None:
        self.desks.session.give_pin(Secret(bytearray(b"123456")))

    def log_in(self, who: CardInfo = WEBER) -> None:
        self.insert(who)
        self.pin()
        self.settle()
        assert self.session() is SessionState.ACTIVE

    def unlock(self, who: CardInfo = WEBER, events: int = 6) -> None:
        self.insert(who, events=events)
        self.pin()
        self.settle()

    def identify(self, who: Patient = ANNE) -> None:
        self.office._patients.choose(who)
        self.settle()
        assert self.shell.page() == "identity"

    def give_code(self, code: bytes = b"CODE1") -> None:
        self.identity_view().code_entered.emit(Secret(bytearray(code)))

    def open_record(self, who: Patient = ANNE) -> None:
        self.identify(who)
        if who.id in self.platform.mandates:
            self.identity_view().open_asked.emit()
        else:
            self.give_code(self.platform.codes[who.id])
        self.settle()
        assert self.shell.page() == "record"

    def start_deposit(self, title: str = "Titre jamais perdu") -> None:
        self.record_view().deposit_requested.emit(None)
        self.settle()
        assert self.shell.page() == "deposit"
        self.title_field().setText(title)

    def fill_deposit(self, file: Path, title: str = "Titre jamais perdu") -> None:
        self.start_deposit(title)
        view = self.deposit_view()
        view._category.setCurrentIndex(0)
        view.file_chosen.emit(file)
        self.settle()

    # -- what is there

    def find(self, name: str) -> QWidget:
        return self.find_a(QWidget, name)

    def find_a(self, kind: type[W], name: str) -> W:
        """The only one of that kind and name."""
        found = self.shell.findChild(kind, name)
        assert isinstance(found, kind), name
        return found

    def click(self, name: str) -> None:
        self.find_a(QAbstractButton, name).click()

    def words_of(self, name: str) -> str:
        return self.find_a(QLabel, name).text()

    def record_view(self) -> RecordView:
        return self.find_a(RecordView, "record-view")

    def identity_view(self) -> IdentityView:
        return self.find_a(IdentityView, "identity-view")

    def deposit_view(self) -> DepositView:
        return self.find_a(DepositView, "deposit-view")

    def title_field(self) -> QLineEdit:
        return self.deposit_view()._title

    def visible(self) -> str:
        """Every word in every visible window, pop-ups and tips included."""
        return repr(screen())

    def widgets(self) -> list[QWidget]:
        """All that there are since this window was made, wherever they hang."""
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return [widget for widget in QApplication.allWidgets() if widget not in self._foreign]

    def words_in_widgets(self) -> str:
        """Every word in any widget or list, hidden or not; but for the search field's own example."""
        found = []
        for widget in self.widgets():
            for name in _WORDS:
                say = getattr(widget, name, None)
                if callable(say):
                    try:
                        found.append(str(say()))
                    except TypeError:
                        continue
            if isinstance(widget, QAbstractItemView) and (model := widget.model()) is not None:
                across = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
                cells = itertools.product(range(model.rowCount()), range(across))
                found += [str(model.data(model.index(row, column))) for row, column in cells]
        return "\n".join(found).replace(text("home.search_hint"), "")

    def close(self) -> None:
        self.fakes.let_go()
        self.office.close()
        assert self.tasks.close(LIMIT_MS)
        assert self.unexpected == [] and self.platform.broken == []
        for window in QApplication.topLevelWidgets():
            window.hide()
        self.shell.allow_close()
        self.shell.close()
        # What a timer shall call, and the window behind it, PySide6 keeps when its object goes first.
        QApplication.processEvents()
        self.shell.deleteLater()
        self.parent.deleteLater()
        self.tasks.deleteLater()  # with it the threads of its lanes
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def make_bench(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    set_language(Language.FR)
    apply_theme(qapp, Scheme.LIGHT)
    made: list[Bench] = []

    def make(
        real_pdf: PdfPort | None = None, plug: Callable[[Bench], tuple[Plugged, ...]] | None = None
    ) -> Bench:
        made.append(Bench(qtbot, tmp_path, real_pdf, plug))
        return made[-1]

    yield make
    for bench in made:
        bench.close()


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    """A window with nobody logged in."""
    return make_bench()


@pytest.fixture
def kernel_bench(make_bench: Callable[..., Bench]) -> Bench:
    """As ``bench``, and no feature is plugged in: for what none has a part in.

    A window with all of them takes a third longer to make, and more with each that comes.
    """
    return make_bench(plug=lambda _: ())
