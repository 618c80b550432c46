"""What holds for every screen: names, keyboard, languages."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.domain.card import ModuleReport, PinState
from desktop.domain.deposit import OutboxState
from desktop.domain.errors import Code, Failure
from desktop.domain.record import DspState, MandateKind
from desktop.domain.recovery import OwnWork, Recovery
from desktop.domain.texts import Language, set_language
from desktop.features.accesses.view import AccessesModel, AccessesView
from desktop.features.history.view import HistoryModel, HistoryView
from desktop.ports.store import RecentPatient
from desktop.ui.views.about import AboutModel, AboutView, Attestation
from desktop.ui.views.base import View
from desktop.ui.views.card_management import CardModel, CardView
from desktop.ui.views.card_module import ModuleChoice
from desktop.ui.views.deposit import DepositView
from desktop.ui.views.diagnostics import DiagnosticsModel, DiagnosticsView
from desktop.ui.views.home import HomeModel, HomeView, Todo, TodoKind
from desktop.ui.views.identity import IdentityModel, IdentityView
from desktop.ui.views.lock import LockModel, LockReason, LockView
from desktop.ui.views.login import LoginModel, LoginView
from desktop.ui.views.outbox import OutboxModel, OutboxView
from desktop.ui.views.recovery import RecoveryModel, RecoveryView
from desktop.ui.views.situation import CardSituation
from desktop.ui.views.terms import TermsModel, TermsView

from . import samples

_INPUTS = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QPlainTextEdit, QTableView)
_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9:]+)*")


def _login(view: LoginView) -> None:
    view.show_state(LoginModel(CardSituation.READY, samples.TODAY, card=samples.card()))


def _blocked(view: LoginView) -> None:
    card = samples.card(pin=PinState(blocked=True))
    view.show_state(LoginModel(CardSituation.BLOCKED, samples.TODAY, card=card))


def _lock(view: LockView) -> None:
    login = LoginModel(CardSituation.READY, samples.TODAY, card=samples.card())
    view.show_state(LockModel("Dr Claire WEBER", LockReason.IDLE, login))


def _lock_blocked(view: LockView) -> None:
    card = samples.card(pin=PinState(blocked=True))
    login = LoginModel(CardSituation.BLOCKED, samples.TODAY, card=card)
    view.show_state(LockModel("Dr Claire WEBER", LockReason.IDLE, login))


def _home(view: HomeView) -> None:
    recent = RecentPatient(samples.patient(), samples.NOW, samples.mandate(), 2, 0)
    todos = tuple(Todo(kind, samples.patient(), 1, 16) for kind in TodoKind)
    results = (samples.patient("p1"), samples.patient("p2", DspState.INACTIVE))
    view.show_state(HomeModel(samples.NOW, results=results, recents=(recent,), todos=todos))


def _identity(view: IdentityView) -> None:
    view.show_state(IdentityModel(samples.patient(), samples.TODAY))


def _identity_mandate(view: IdentityView) -> None:
    running = samples.mandate(MandateKind.MEDECIN_REFERENT)
    view.show_state(IdentityModel(samples.patient(), samples.TODAY, mandate=running))


def _deposit(view: DepositView) -> None:
    view.begin(samples.deposit_model())


def _outbox(view: OutboxView) -> None:
    rows = tuple(
        samples.outbox_row(
            state, n, failure=Failure.of(Code.TIMEOUT) if state is OutboxState.RETRYABLE else None
        )
        for n, state in enumerate(OutboxState)
    )
    view.show_state(OutboxModel(rows))


def _card(view: CardView) -> None:
    path = "/usr/lib/opensc-pkcs11.so"
    model = CardModel(samples.card(), samples.TODAY, (ModuleChoice(path, "OpenSC"),), path)
    view.show_state(replace(model, report=ModuleReport(path, "OpenSC", "0.23", 2, ())))


def _diagnostics(view: DiagnosticsView) -> None:
    view.show_state(DiagnosticsModel(samples.report()))


def _terms(view: TermsView) -> None:
    view.show_state(TermsModel("2026-01"))


def _about(view: AboutView) -> None:
    view.show_state(AboutModel("0.1.0", Attestation.DEMO, "https://127.0.0.1", "dsp"))


def _accesses(view: AccessesView) -> None:
    view.show_state(AccessesModel())


def _history(view: HistoryView) -> None:
    view.show_state(HistoryModel(read_at=samples.NOW))


def _recovery(view: RecoveryView) -> None:
    work = OwnWork(2, 1, 1, 1)
    found = Recovery(Code.STORE_MENDED, samples.NOW, work, work, exact=False, contents=2, missing=1)
    view.show_state(RecoveryModel((found,)))


SCREENS: dict[str, tuple[type[View], Callable[..., None]]] = {
    "login": (LoginView, _login),
    "blocked": (LoginView, _blocked),
    "lock-blocked": (LockView, _lock_blocked),
    "diagnostics": (DiagnosticsView, _diagnostics),
    "lock": (LockView, _lock),
    "home": (HomeView, _home),
    "identity": (IdentityView, _identity),
    "identity-mandate": (IdentityView, _identity_mandate),
    "deposit": (DepositView, _deposit),
    "outbox": (OutboxView, _outbox),
    "card": (CardView, _card),
    "terms": (TermsView, _terms),
    "about": (AboutView, _about),
    "accesses": (AccessesView, _accesses),
    "history": (HistoryView, _history),
    "recovery": (RecoveryView, _recovery),
}


@pytest.fixture(params=SCREENS)
def screen(request: pytest.FixtureRequest, qtbot: QtBot) -> View:
    make, fill = SCREENS[request.param]
    view = make()  # type: ignore[call-arg]
    qtbot.addWidget(view)
    view.resize(1366, 700)
    view.show()
    fill(view)
    return view


def _inputs(view: QWidget) -> list[QWidget]:
    found: list[QWidget] = []
    for widget in view.findChildren(QWidget):
        parent = widget.parentWidget()
        inner = isinstance(parent, QComboBox | QAbstractSpinBox | QTableView)
        if isinstance(widget, _INPUTS) and widget.isVisibleTo(view) and not inner:
            found.append(widget)
    return found


def test_every_input_has_a_name_for_tests_and_for_people(screen: View) -> None:
    inputs = _inputs(screen)
    assert inputs
    for widget in inputs:
        assert _KEBAB.fullmatch(widget.objectName()), (type(widget).__name__, widget.objectName())
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface.text(QAccessible.Text.Name).strip(), widget.objectName()


def test_no_screen_offers_another_mandate_or_a_way_past_the_locks(screen: View) -> None:
    """CF-032: in a practice, no mandate of a hospital or an emergency can be asked for, on no screen."""
    offered = [f"{b.text()} {b.toolTip()}".lower() for b in screen.findChildren(QAbstractButton)]
    assert any(offered)
    forced = ("urgence", "établissement", "bris de glace", "forcer", "outrepasser")
    assert [words for words in offered if any(word in words for word in forced)] == []


def test_no_placeholder_is_left_in_any_language(screen: View) -> None:
    for language in Language:
        set_language(language)
        screen.retranslate()
        for label in screen.findChildren(QLabel):
            assert not re.search(r"\{\w*\}", label.text()), label.objectName()
        for button in screen.findChildren(QAbstractButton):
            assert not re.search(r"\{\w*\}", button.text()), button.objectName()


def test_retranslation_changes_the_words(screen: View) -> None:
    def words() -> set[str]:
        shown = {label.text() for label in screen.findChildren(QLabel) if label.isVisibleTo(screen)}
        return shown | {b.text() for b in screen.findChildren(QAbstractButton) if b.isVisibleTo(screen)} - {
            ""
        }

    french = words()
    set_language(Language.EN)
    screen.retranslate()
    english = words()
    assert len(french - english) >= 3
    set_language(Language.FR)
    screen.retranslate()
    assert words() == french


def test_tab_reaches_every_enabled_input(screen: View, qtbot: QtBot) -> None:
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    wanted = {
        widget for widget in _inputs(screen)
        if widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    }  # fmt: skip
    reached: set[QWidget] = set()
    for _ in range(60):
        focused = QApplication.focusWidget()
        if focused is not None:
            reached.add(focused)
        QTest.keyClick(focused or screen, Qt.Key.Key_Tab)
    radios = {w for w in wanted - reached if w.objectName().startswith(("deposit-level-", "keypad-"))}
    assert not {w.objectName() for w in wanted - reached - radios}  # a radio group is one stop


def test_escape_goes_back(screen: View, qtbot: QtBot) -> None:
    with qtbot.waitSignal(screen.back_asked):
        QTest.keyClick(screen, Qt.Key.Key_Escape)


def test_escape_in_a_field_goes_back_and_keeps_what_was_typed(screen: View, qtbot: QtBot) -> None:
    fields = [w for w in _inputs(screen) if isinstance(w, QLineEdit) and w.isEnabled()]
    for field in fields:
        QTest.keyClicks(field, "12")
        before = field.text()
        with qtbot.waitSignal(screen.back_asked):
            QTest.keyClick(field, Qt.Key.Key_Escape)
        assert field.text() == before


def test_labels_never_read_markup(screen: View) -> None:
    """Text from outside is always plain text."""
    for label in screen.findChildren(QLabel):
        if label.text():
            assert label.textFormat() is Qt.TextFormat.PlainText, label.objectName()
