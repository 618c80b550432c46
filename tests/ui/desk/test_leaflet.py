"""« Expliquer l'accès »: the leaflet is printed without a mark, and what goes wrong is told (CF-019)."""

from pathlib import Path

import pypdfium2
import pytest

from desktop.domain.errors import Code, Failure
from desktop.domain.texts import failure_text, text
from desktop.services.session import SessionState
from desktop.ui.widgets.progress import DelayedProgress
from tests.samples.practice import ACCOUNT
from tests.ui.desk.conftest import Bench
from tests.ui.printing import dialogs, press_print, print_into


def ask_for_leaflet(bench: Bench) -> None:
    bench.log_in()
    bench.identify()
    bench.click("explain-access")
    bench.settle()


def test_it_is_printed_and_is_no_copy_of_the_dsp(bench: Bench, tmp_path: Path) -> None:
    ask_for_leaflet(bench)
    ((template, language, data),) = bench.fakes.writer.written
    assert (template, language) == ("acces", "fr")
    assert data["author"] == {"name": ACCOUNT.name}
    print_into(bench, tmp_path / "leaflet.pdf")
    found = pypdfium2.PdfDocument(tmp_path / "leaflet.pdf")
    feet = [page.get_textpage().get_text_range() for page in found]
    found.close()
    assert len(feet) == 1 and not any("DSP" in foot for foot in feet), "CF-068 is about copies of a record"
    assert bench.pdf.calls.count("open") == bench.pdf.calls.count("release") == 1


@pytest.mark.parametrize("where", ["asked", "written", "opened", "printed"])
def test_what_went_wrong_is_shown(bench: Bench, tmp_path: Path, where: str) -> None:
    failure = Failure.of(Code.PRINT_REFUSED)
    if where == "written":
        bench.fakes.writer.failure = failure
    elif where == "opened":
        bench.pdf.failure = failure
    elif where == "asked":
        bench.pdf.found = failure
    else:
        bench.pdf.taken = failure
    ask_for_leaflet(bench)
    if where == "printed":
        print_into(bench, tmp_path / "leaflet.pdf")
    assert dialogs() == []
    assert failure_text(failure) in bench.visible()
    assert bench.pdf.calls.count("release") == (1 if where == "printed" else 0)


def test_it_is_told_that_printers_are_looked_for_and_when_one_has_it(bench: Bench, tmp_path: Path) -> None:
    """The print service may take seconds to name its printers, and the page may not look dead."""
    bench.log_in()
    bench.identify()
    wait, link = bench.find_a(DelayedProgress, "identity-wait"), bench.find("explain-access")
    assert not wait.is_waiting()
    bench.pdf.print_gate.shut()
    link.setFocus()
    bench.click("explain-access")
    bench.qtbot.waitUntil(lambda: "printers" in bench.pdf.calls)
    assert wait.is_waiting() and not link.isEnabled(), "one dialog, however often it is asked for"
    bench.pdf.print_gate.open()
    bench.settle()
    assert not wait.is_waiting() and link.isEnabled()
    print_into(bench, tmp_path / "leaflet.pdf")
    assert not wait.is_waiting() and text("identity.explain_printed") in bench.visible()


def test_what_waits_for_printers_waits_no_more_after_a_lock(bench: Bench) -> None:
    bench.log_in()
    bench.identify()
    bench.pdf.print_gate.shut()
    bench.click("explain-access")
    bench.qtbot.waitUntil(lambda: "printers" in bench.pdf.calls)
    bench.pull()
    bench.settle()
    bench.unlock()
    assert bench.find("explain-access").isEnabled()
    assert Code.COPY_UNFINISHED not in bench.visible(), "no printer was chosen"


def test_cf014_a_print_that_a_lock_ended_is_told_after_the_unlock(bench: Bench) -> None:
    ask_for_leaflet(bench)
    bench.pdf.print_gate.shut()
    bench.pdf.taken = Failure(Code.CANCELLED)
    (dialog,) = dialogs()
    press_print(dialog)
    bench.pull()
    bench.settle()
    assert Code.COPY_UNFINISHED not in bench.visible(), "behind the lock nothing is told"
    bench.unlock()
    assert Code.COPY_UNFINISHED in bench.visible()
    bench.pull()
    bench.unlock()
    assert Code.COPY_UNFINISHED not in bench.visible(), "once"


def test_a_print_that_was_whole_before_the_lock_is_not_told(bench: Bench, tmp_path: Path) -> None:
    ask_for_leaflet(bench)
    print_into(bench, tmp_path / "leaflet.pdf")
    bench.pull()
    bench.settle()
    bench.unlock()
    assert Code.COPY_UNFINISHED not in bench.visible()


def test_what_a_lock_ended_is_told_to_nobody_else(bench: Bench) -> None:
    ask_for_leaflet(bench)
    bench.pdf.print_gate.shut()
    (dialog,) = dialogs()
    press_print(dialog)
    bench.desks.session.log_out()
    bench.settle()
    bench.log_in()
    bench.pull()
    bench.unlock()
    assert Code.COPY_UNFINISHED not in bench.visible()


def test_no_printer_is_asked_for_what_a_lock_overtook(bench: Bench) -> None:
    """CF-014: its dialog would stand over the lock screen."""
    bench.log_in()
    bench.identify()
    bench.fakes.writer.gate.shut()
    bench.click("explain-access")
    bench.qtbot.waitUntil(lambda: bool(bench.fakes.writer.written))
    bench.pull()
    bench.fakes.writer.gate.open()
    bench.settle()
    assert bench.session() is SessionState.LOCKED and dialogs() == []


ENDS: dict[Code, SessionState] = {
    Code.PRACTICE_SUSPENDED: SessionState.SIGNED_OUT,
    Code.SESSION_ENDED: SessionState.LOCKED,
}


@pytest.mark.parametrize("code", list(ENDS))
def test_what_ends_the_session_is_heeded_first(bench: Bench, code: Code) -> None:
    """CF-019: whoever hears it."""
    bench.fakes.writer.failure = Failure(code)
    ask_for_leaflet(bench)
    assert bench.session() is ENDS[code] and dialogs() == []


def test_cf014_a_print_service_that_hangs_holds_neither_a_lock_nor_its_sentence(bench: Bench) -> None:
    """The window asks it nothing: a worker does, with a deadline."""
    bench.log_in()
    bench.identify()
    bench.pdf.print_gate.shut()
    bench.click("explain-access")
    bench.qtbot.waitUntil(lambda: "printers" in bench.pdf.calls)
    bench.pull()
    assert bench.session() is SessionState.LOCKED
    bench.settle()
    assert dialogs() == []
    bench.unlock()
    silent = bench.pdf.found = Failure(Code.PRINT_SERVICE_SILENT)
    bench.click("explain-access")
    bench.settle()
    assert dialogs() == [] and failure_text(silent) in bench.visible()
