"""A change of level that the user confirmed and of whose outcome he never read is told (CF-044)."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel

from desktop.domain.errors import Code, Failure
from desktop.domain.record import Level
from desktop.domain.texts import counted, failure_next_step, failure_text, text
from tests.fakes.store import IN_MEMORY
from tests.ui.desk.conftest import ANNE, Bench, letter

TITLE = "Bilan sanguin secret"
UNTOLD = Failure(Code.ACT_UNTOLD)


def _lifting(bench: Bench) -> None:
    """The doctor confirmed; the platform is silent."""
    bench.platform.records["p1"] = (replace(letter(1, TITLE, own=False), level=Level.ANNONCE),)
    bench.log_in()
    bench.open_record()
    bench.record_view().open_document("d1")
    bench.settle()
    viewer = bench.record_view().viewer
    bench.platform.held = {"lift_annonce"}
    bench.platform.gate.shut()
    viewer.bar.lift.trigger()
    viewer.message.act_requested.emit()
    bench.qtbot.waitUntil(lambda: "lift_annonce" in bench.platform.asked)


def _answered(bench: Bench) -> None:
    bench.platform.held = set()
    bench.platform.gate.open()
    bench.settle()


def _is_told(bench: Bench) -> bool:
    return bench.find("home-recovery").isVisibleTo(bench.shell)


def test_a_lock_before_the_answer_is_told_at_the_unlock(bench: Bench) -> None:
    _lifting(bench)
    bench.pull()
    bench.settle()
    assert TITLE not in bench.visible() and ANNE.name not in bench.visible()
    _answered(bench)
    bench.unlock()
    bench.shell.set_page("home")
    assert _is_told(bench) and bench.words_of("home-recovery-text") == text("recovery.banner_acts")
    bench.click("home-recovery-act")
    labels = bench.find("recovery-view").findChildren(QLabel)
    said = [label.text() for label in labels if label.isVisibleTo(bench.shell)]
    for words in (failure_text(UNTOLD), failure_next_step(UNTOLD)):
        assert words in said
    assert text("recovery.act", title=TITLE, patient=ANNE.name) in said
    bench.click("recovery-seen")
    bench.settle()
    assert not _is_told(bench) and bench.store.shelf().recoveries == ()


def _close_viewer(bench: Bench) -> None:
    bench.record_view().close_document()


def _close_record(bench: Bench) -> None:
    bench.desks.record.close()


@pytest.mark.parametrize("leave", [_close_viewer, _close_record])
def test_a_refusal_that_nobody_waited_for_is_told_on_the_home_page(
    bench: Bench, leave: Callable[[Bench], None]
) -> None:
    _lifting(bench)
    leave(bench)
    bench.platform.answers["lift_annonce"] = Failure(Code.CHANGED_ELSEWHERE)
    _answered(bench)
    if bench.desks.record.record is not None:
        bench.desks.record.close()
    bench.desks.session.lock()
    bench.settle()
    bench.unlock()
    assert _is_told(bench)


def test_what_was_read_is_told_no_more(bench: Bench) -> None:
    _lifting(bench)
    bench.platform.answers["lift_annonce"] = Failure(Code.CHANGED_ELSEWHERE)
    _answered(bench)
    assert bench.record_view().viewer.message.what() == failure_text(Failure(Code.CHANGED_ELSEWHERE))
    bench.desks.session.lock()
    bench.settle()
    bench.unlock()
    assert not _is_told(bench) and bench.store.shelf().recoveries == ()


def test_a_session_that_keeps_nothing_says_at_the_lock_what_had_no_answer(bench: Bench) -> None:
    bench.vault.state = IN_MEMORY
    _lifting(bench)
    bench.pull()
    bench.settle()
    assert counted("lock.left_behind", 1) in bench.words_of("lock-kept")
    _answered(bench)
