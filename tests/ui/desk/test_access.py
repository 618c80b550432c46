"""The way into a record: no code is asked while a mandate runs, or while nobody knows (CF-007)."""

from PySide6.QtWidgets import QAbstractButton

from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret
from desktop.services.record import RecordService
from tests.samples.practice import mandate
from tests.ui.desk.conftest import ANNE, WEBER, Bench


def _code_asked(bench: Bench) -> bool:
    return bool(bench.find("code-field").isVisible())


def test_cf007_a_failed_question_about_mandates_is_repeated_and_no_code_asked(bench: Bench) -> None:
    bench.platform.mandates["p1"] = mandate()
    bench.log_in()
    bench.platform.answers["my_mandates"] = Failure(Code.PLATFORM_BUSY)
    bench.identify()
    bench.find_a(QAbstractButton, "identity-confirm").setChecked(True)
    assert not _code_asked(bench)
    bench.platform.answers.clear()
    bench.click("identity-failure-act")
    bench.settle()
    assert not _code_asked(bench) and bench.find_a(QAbstractButton, "identity-confirm").isChecked()
    bench.click("open-record-button")
    bench.settle()
    assert bench.shell.page() == "record"


def test_cf007_after_an_unlock_no_code_is_asked_before_the_mandates_are_known(bench: Bench) -> None:
    bench.log_in()
    bench.identify()
    bench.find_a(QAbstractButton, "identity-confirm").setChecked(True)
    assert _code_asked(bench)
    bench.pull()
    bench.settle()
    bench.platform.mandates["p1"] = mandate()  # the patient named the doctor meanwhile
    bench.platform.held.add("my_mandates")
    bench.platform.gate.shut()
    bench.insert(WEBER, events=6)
    bench.pin()
    bench.qtbot.waitUntil(lambda: bench.shell.page() == "identity")
    assert not _code_asked(bench)
    bench.platform.gate.open()
    bench.settle()
    assert not _code_asked(bench) and bench.find("identity-mandate").isVisible()


def test_cf007_with_an_unknown_plan_the_running_mandate_is_tried_before_any_code(bench: Bench) -> None:
    bench.platform.mandates["p1"] = mandate()
    bench.log_in()
    service = RecordService(bench.platform, bench.store, bench.clock)
    wrong = Secret(bytearray(b"WRONG"))
    opened = service.open(ANNE, wrong, planned=False)
    assert not isinstance(opened, Failure) and not wrong
    del bench.platform.mandates["p1"]
    failed = service.open(ANNE, Secret(bytearray(b"WRONG")), planned=False)
    assert isinstance(failed, Failure) and failed.code is Code.PRESENCE_WRONG
    assert not isinstance(service.open(ANNE, Secret(bytearray(b"CODE1")), planned=False), Failure)
