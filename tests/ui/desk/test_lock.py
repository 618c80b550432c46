"""A lock hides the content first, then drops tokens, keeps drafts, wipes and closes (CF-014, CF-017)."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QFileDialog,
    QLabel,
    QMenu,
    QMessageBox,
    QToolButton,
    QToolTip,
    QWidget,
)

from desktop.domain.card import Reader, SlotState
from desktop.ports.paper import Printer
from desktop.services.session import Effect, Event, RecordState, SessionState
from desktop.ui.tasks import Lane
from tests.ui.desk.conftest import WEBER, Bench

NAME, TITLE = "MULLER", "Bilan sanguin secret"
Opener = Callable[[Bench], None]


def test_everything_works_before_the_lock(bench: Bench) -> None:
    """The words that the other tests look for are really there."""
    bench.log_in()
    bench.open_record()
    assert NAME in bench.visible() and TITLE in bench.visible()


def test_every_effect_is_performed_by_somebody(bench: Bench) -> None:
    assert [effect for effect in Effect if not bench.desks.machine._handlers[effect]] == []


def test_cf017_order_of_a_lock(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    bench.start_deposit()
    bench.log.clear()
    bench.desks.machine.on(Effect.DROP_TOKENS, lambda: bench.log.append(f"shown: {NAME in bench.visible()}"))
    bench.pull()
    bench.settle()
    wanted = ["card aborted", "tokens dropped", "shown: False", "draft kept", "pages wiped", "vault closed"]
    order = [line for line in bench.log if line in wanted]
    assert order[:3] == wanted[:3]
    assert order.index("draft kept") < order.index("vault closed")
    assert "pages wiped" in order
    assert bench.session() is SessionState.LOCKED


def _file_dialog(bench: Bench) -> None:
    bench.deposit_view()._drop.choose()


def _user_menu(bench: Bench) -> None:
    menu: QMenu = bench.find_a(QToolButton, "user-menu-button").menu()
    menu.popup(QPoint(20, 20))


def _combo(bench: Bench) -> None:
    bench.deposit_view()._category.showPopup()


def _completer(bench: Bench) -> None:
    category = bench.deposit_view()._category
    completer, line = category.completer(), category.lineEdit()
    assert completer is not None and line is not None
    line.setText("a")
    completer.setCompletionPrefix("a")
    completer.complete()


def _calendar(bench: Bench) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    date = bench.deposit_view()._date
    QTest.mouseClick(date, Qt.MouseButton.LeftButton, pos=QPoint(date.width() - 8, date.height() // 2))


def _overlay(bench: Bench) -> None:
    bench.shell.overlay.open_panel("Aide", QLabel(f"{NAME} {TITLE}"))


def _tip(bench: Bench) -> None:
    QToolTip.showText(QPoint(50, 50), f"{NAME} {TITLE}", bench.shell)


def _strange_dialog(bench: Bench) -> None:
    """A dialog without a parent, modal, that names the patient."""
    dialog = QDialog()
    dialog.setWindowTitle(f"{NAME} {TITLE}")
    dialog.setModal(True)
    dialog.show()
    bench.strange = dialog


def _save_dialog(bench: Bench) -> None:
    dialog = QFileDialog(bench.record_view(), f"{NAME}")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.open()


def _print_dialog(bench: Bench) -> None:
    from desktop.ui.record.dialogs import choose_printer

    choose_printer(bench.record_view(), (Printer("accueil", NAME),), 1, lambda work: None)


def _message_box(bench: Bench) -> None:
    box = QMessageBox(QMessageBox.Icon.Question, NAME, TITLE, parent=bench.shell)
    box.setModal(True)
    box.open()


def _inner_menu(bench: Bench) -> None:
    """A context menu over a field."""
    menu = QMenu(bench.record_view())
    menu.addAction(f"{NAME} {TITLE}")
    menu.popup(QPoint(40, 40))


def _screen_locked(bench: Bench) -> None:
    bench.system.locked("screen-lock")
    QApplication.processEvents()


OPENERS = [
    _message_box, _inner_menu,
    _file_dialog, _user_menu, _combo, _completer, _calendar, _overlay, _tip, _strange_dialog, _save_dialog,
    _print_dialog,
]  # fmt: skip
LOCKS: dict[str, Callable[[Bench], None]] = {
    "pull": lambda bench: bench.pull(),
    "idle": lambda bench: bench.desks.idle.idle.emit(),
    "screen": _screen_locked,
    "platform": lambda bench: bench.desks.machine.fire(Event.SESSION_EXPIRED),
}


@pytest.mark.parametrize("opener", OPENERS, ids=lambda f: f.__name__.strip("_"))
@pytest.mark.parametrize("lock", ["pull", "screen"])
def test_cf017_nothing_stays_open_over_a_lock(bench: Bench, opener: Opener, lock: str) -> None:
    bench.log_in()
    bench.open_record()
    bench.start_deposit()
    opener(bench)
    QApplication.processEvents()
    assert opener is _overlay or len(_other_windows(bench)) == 1, "the test opened nothing"
    LOCKS[lock](bench)
    assert _other_windows(bench) == []
    shown = bench.visible()
    assert NAME not in shown and TITLE not in shown and "Titre jamais perdu" not in shown
    assert bench.shell.page() == "lock" and not bench.shell.overlay.isVisible()


def _other_windows(bench: Bench) -> list[object]:
    return [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not bench.shell]


@pytest.mark.parametrize("page", ["home", "identity", "record", "deposit", "outbox", "accesses", "card"])
@pytest.mark.parametrize("lock", list(LOCKS))
def test_cf017_every_page_is_hidden_by_every_lock(bench: Bench, page: str, lock: str) -> None:
    bench.log_in()
    if page == "identity":
        bench.identify()
    elif page in ("record", "deposit"):
        bench.open_record()
    if page == "deposit":
        bench.start_deposit()
    if page in ("outbox", "accesses", "card"):
        bench.shell.set_page(page)
    assert bench.shell.page() == page
    LOCKS[lock](bench)
    assert bench.shell.page() == "lock"
    shown = bench.visible()
    assert NAME not in shown and TITLE not in shown and "Anne" not in shown
    bench.settle()
    assert bench.vault.holder is None and not bench.platform.signed_in
    bench.unlock()
    assert bench.session() is SessionState.ACTIVE and bench.shell.page() == page


def test_unlock_shows_the_same_record_again(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    bench.pull()
    bench.settle()
    bench.unlock()
    assert bench.shell.page() == "record"
    assert NAME in bench.visible() and TITLE in bench.visible()
    assert bench.record_state() is RecordState.OPEN


def test_one_failing_handler_does_not_stop_a_lock(bench: Bench) -> None:
    def fails() -> None:
        raise RuntimeError("a bug")

    bench.desks.machine.on(Effect.HIDE_CONTENT, fails)
    bench.log_in()
    bench.open_record()
    bench.pull()
    bench.settle()
    assert bench.session() is SessionState.LOCKED and bench.vault.holder is None
    assert NAME not in bench.visible()


def test_late_search_result_shows_nobody_over_the_lock(bench: Bench) -> None:
    """A search that was answered at the very moment of the lock."""
    bench.log_in()
    desk = bench.desks.record
    bench.office._patients._search(_terms("Muller"))
    assert bench.tasks._pools[Lane.NET].waitForDone()  # answered, and not yet delivered
    bench.desks.machine.fire(Event.LOCK_ASKED)
    bench.settle()
    assert bench.shell.page() == "lock" and NAME not in bench.visible()
    assert desk.patient is None
    bench.pin()
    bench.settle()
    assert bench.shell.page() == "home"
    assert bench.find("search-button").isEnabled(), "the search never ends"


def _terms(name: str):  # type: ignore[no-untyped-def]
    from desktop.ui.views.search_terms import read_terms

    return read_terms(name)


def test_cf010_lock_while_the_code_is_checked(bench: Bench) -> None:
    """The code died with the lock; after the unlock the identity asks again what is in the way."""
    bench.log_in()
    bench.identify()
    bench.platform.held = {"open_record"}
    bench.platform.gate.shut()
    bench.give_code()
    bench.qtbot.waitUntil(lambda: "open_record" in bench.platform.asked)
    bench.pull()
    bench.settle()
    assert bench.record_state() is RecordState.CODE_NEEDED
    bench.platform.held = set()
    bench.unlock()
    assert bench.shell.page() == "identity" and NAME in bench.visible()
    model = bench.identity_view()._model
    assert model is not None and not model.opening
    bench.give_code()
    bench.settle()
    assert bench.shell.page() == "record"


def test_cf031_mandate_that_ended_while_locked_is_told_after_the_unlock(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    bench.pull()
    bench.settle()
    bench.platform.mandates.clear()
    bench.unlock()
    assert bench.shell.page() == "record"
    assert "DSP-61" in bench.visible() and TITLE not in bench.visible()
    assert "forgot p1" in bench.log


def test_cf017_a_locked_record_is_named_by_no_page_behind(bench: Bench) -> None:
    """Home lists who was opened today, the identity page whom: both are asked anew after the unlock."""
    bench.log_in()
    bench.open_record()
    bench.office._patients.go_home()
    bench.settle()
    assert NAME in words_of(bench.find("home-view")), "the positive control"
    bench.open_record()
    bench.desks.session.lock()
    bench.settle()
    for page in ("home-view", "identity-view"):
        assert NAME not in words_of(bench.find(page)), page
    bench.unlock()
    assert bench.shell.page() == "record"
    assert NAME in words_of(bench.find("home-view"))


def words_of(page: QWidget) -> str:
    """What stands on it, seen or not."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    parts = page.findChildren(QWidget)
    texts = (part.text() for part in parts if isinstance(part, QLabel | QAbstractButton))
    return "\n".join((*texts, *(part.accessibleName() for part in parts)))


def test_a_card_whose_reader_is_not_known_for_sure_ends_its_session_with_any_event(bench: Bench) -> None:
    """CF-017: two readers of one cut name; which of the two was emptied cannot be told, so it counts."""
    unsure = replace(WEBER, reader="Lecteur de carte à p...")
    bench.card.inserted = [unsure]
    first, second = (Reader(f"Lecteur de carte à puce {n}", SlotState.PRESENT, b"\x3b", 2) for n in (1, 2))
    bench.monitor.see(first, second)
    bench.settle()
    bench.pin()
    bench.settle()
    assert bench.session() is SessionState.ACTIVE
    bench.monitor.see(first, Reader(second.name, SlotState.EMPTY))
    bench.settle()
    assert bench.session() is SessionState.LOCKED
