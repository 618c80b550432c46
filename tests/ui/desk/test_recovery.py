"""What was found at the opening of the store is told on the home page until the user has seen it."""

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from desktop.domain.errors import Code, Failure
from desktop.domain.recovery import OwnWork, Recovery
from desktop.domain.texts import failure_next_step, failure_text, text
from tests.fakes.store import ON_DISK
from tests.samples.practice import NOW
from tests.ui.desk.conftest import KLEIN, Bench

FOUND = Recovery(Code.STORE_MENDED, NOW, OwnWork(57, 1), OwnWork(3), contents=3)


def _shown(bench: Bench, name: str) -> bool:
    return bench.find(name).isVisibleTo(bench.shell)


def test_what_was_found_is_told_until_it_was_seen(bench: Bench) -> None:
    bench.store.shelf().recoveries = (FOUND,)
    bench.log_in()
    assert bench.shell.page() == "home" and _shown(bench, "home-recovery")
    bench.click("home-recovery-act")
    assert bench.shell.page() == "recovery"
    labels = bench.find("recovery-view").findChildren(QLabel)
    said = [label.text() for label in labels if label.isVisibleTo(bench.shell)]
    told = Failure(Code.STORE_MENDED)
    for words in (failure_text(told), failure_next_step(told), text("recovery.deposits", saved=57, lost=3)):
        assert words in said
    bench.click("recovery-back")
    assert bench.shell.page() == "home" and _shown(bench, "home-recovery"), "seen is a button"
    bench.click("home-recovery-act")
    bench.click("recovery-seen")
    bench.settle()
    assert bench.store.shelf().recoveries == ()
    assert bench.shell.page() == "home" and not _shown(bench, "home-recovery")


def test_nothing_is_told_where_nothing_was_found(bench: Bench) -> None:
    bench.log_in()
    assert not _shown(bench, "home-recovery")
    assert bench.shell.findChild(QWidget, "recovery-0") is None


def test_it_comes_back_after_an_unlock_and_is_no_other_holders_business(bench: Bench) -> None:
    bench.store.shelf("H1").recoveries = (FOUND,)
    bench.log_in()
    bench.pull()
    bench.settle()
    assert not _shown(bench, "home-recovery")
    assert failure_text(Failure(FOUND.code)) not in bench.words_in_widgets()
    bench.unlock()
    assert _shown(bench, "home-recovery")
    bench.desks.session.log_out()
    bench.settle()
    bench.log_in(KLEIN)
    assert not _shown(bench, "home-recovery")


def test_a_full_disk_says_so_and_keeps_it(bench: Bench) -> None:
    bench.store.shelf().recoveries = (FOUND,)
    bench.log_in()
    bench.click("home-recovery-act")
    bench.store.full = True
    bench.click("recovery-seen")
    bench.settle()
    assert bench.shell.page() == "recovery" and _shown(bench, "recovery-failure")
    assert bench.store.shelf().recoveries == (FOUND,)


@pytest.mark.parametrize("code", [Code.DISK_FULL, Code.STORE_READ_ONLY])
def test_a_session_that_keeps_nothing_says_why(bench: Bench, code: Code) -> None:
    bench.vault.state = Failure(code)
    bench.log_in()
    assert bench.words_of("home-store-text") == failure_text(Failure(code))
    assert bench.words_of("home-store-next") == failure_next_step(Failure(code))
    assert _shown(bench, "home-store")
    bench.vault.state = ON_DISK
    bench.pull()
    bench.settle()
    bench.unlock()
    assert not _shown(bench, "home-store")
