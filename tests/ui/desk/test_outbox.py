"""The outbox in the window: it asks for a patient's token, and gives it back when nobody needs it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.deposit import OutboxMark, OutboxRow, OutboxState
from desktop.domain.errors import Code, Failure
from desktop.domain.texts import counted, text
from desktop.services import draft_pile
from tests.samples.practice import CONTENT, deposit, mandate
from tests.ui.desk.conftest import ANNE, Bench


@pytest.fixture
def bench(kernel_bench: Bench) -> Bench:
    """No feature has a part in the outbox."""
    return kernel_bench


def _queue(bench: Bench) -> None:
    """A deposit of yesterday's session that waits for the platform; its mandate still runs."""
    bench.platform.mandates["p1"] = mandate()
    bench.store.shelf().rows["urn:uuid:7"] = (OutboxRow(deposit(7), OutboxState.QUEUED), CONTENT)


def test_token_of_a_patient_who_is_not_on_the_screen_is_forgotten(bench: Bench) -> None:
    _queue(bench)
    bench.log_in()
    assert "open_record" in bench.platform.asked and list(bench.platform.published) == ["urn:uuid:7"]
    assert bench.platform.tokens == {}


def test_token_is_forgotten_after_a_failure_too(bench: Bench) -> None:
    _queue(bench)
    bench.platform.mandates["p1"] = replace(mandate(), id="another")
    bench.log_in()
    assert bench.store.shelf().rows["urn:uuid:7"][0].state is OutboxState.HELD
    assert bench.platform.tokens == {}


def test_token_of_the_open_record_stays(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    _queue(bench)
    bench.desks.outbox.pump()
    bench.settle()
    assert list(bench.platform.published) == ["urn:uuid:7"]
    assert list(bench.platform.tokens) == ["p1"] and bench.shell.page() == "record"


def test_record_left_while_its_deposit_travels(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    _queue(bench)
    bench.platform.held = {"publish"}
    bench.platform.gate.shut()
    bench.desks.outbox.pump()
    bench.qtbot.waitUntil(lambda: "publish" in bench.platform.asked)
    bench.desks.record.close()
    bench.platform.gate.open()
    bench.settle()
    assert list(bench.platform.published) == ["urn:uuid:7"]
    assert bench.platform.tokens == {}


def test_identity_that_was_only_looked_at_leaves_no_token(bench: Bench) -> None:
    bench.log_in()
    bench.identify(ANNE)
    _queue(bench)
    bench.desks.outbox.pump()
    bench.settle()
    assert list(bench.platform.tokens) == ["p1"], "the test needs a token to be left behind"
    bench.desks.record.close()
    assert bench.platform.tokens == {}


def test_held_row_waits_for_its_patient_not_for_the_timer(bench: Bench) -> None:
    """No access that the doctor did not ask for stands in the patient's history."""
    _queue(bench)
    bench.platform.mandates["p1"] = replace(mandate(), id="another")
    bench.log_in()
    asked = len(bench.platform.asked)
    assert "open_record" not in bench.platform.asked, "the list of mandates was enough"
    for _ in range(3):
        bench.clock.advance(3600)
        bench.desks.outbox.pump()
        bench.settle()
    assert bench.platform.asked[asked:] == []
    bench.platform.mandates["p1"] = mandate(end=bench.clock.now() + timedelta(hours=1))
    bench.open_record()
    assert list(bench.platform.published) == ["urn:uuid:7"]


def _ended(bench: Bench) -> None:
    """A deposit of last week: its mandate is over."""
    row = OutboxRow(deposit(7, mandate=mandate(id="old")), OutboxState.HELD, Failure(Code.MANDATE_ENDED))
    bench.store.shelf().rows["urn:uuid:7"] = (row, CONTENT)


def _take_back(bench: Bench) -> None:
    bench.shell.set_page("outbox")
    bench.desks.outbox.refresh()
    bench.settle()
    bench.click("outbox-take-back-urn:uuid:7")
    bench.settle()


def test_taken_back_waits_in_the_form_of_its_patient(bench: Bench) -> None:
    """CF-031: what was not sent stays, and can be deposited at the next consultation."""
    _ended(bench)
    bench.log_in()
    _take_back(bench)
    assert bench.store.shelf().rows == {}
    assert "MULLER Anne" in bench.words_of("outbox-note") and bench.shell.page() == "outbox"
    bench.open_record()
    bench.record_view().deposit_requested.emit(None)
    bench.settle()
    assert bench.title_field().text() == "Lettre"
    bench.desks.session.lock()
    bench.settle()
    assert bench.words_of("outbox-note") == ""


def test_taken_back_joins_the_form_that_is_open(bench: Bench) -> None:
    _ended(bench)
    bench.log_in()
    bench.open_record()
    bench.start_deposit("Titre jamais perdu")
    _take_back(bench)
    assert bench.shell.page() == "deposit" and bench.title_field().text() == "Titre jamais perdu"
    _draft, content = bench.store.shelf().drafts["p1"]
    titles = [document.title for document in draft_pile.unpack_pile(content or b"") or ()]
    assert titles == ["Titre jamais perdu", "Lettre"]
    bench.desks.record.close()
    bench.settle()
    _draft, content = bench.store.shelf().drafts["p1"]
    assert len(draft_pile.unpack_pile(content or b"") or ()) == 2, "nothing overwrote it"


def test_one_row_that_changes_does_not_read_the_others(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.log_in()
    rows = bench.store.shelf().rows
    for number in range(10, 60):
        rows[f"urn:uuid:{number}"] = (OutboxRow(deposit(number), OutboxState.HELD), CONTENT)
    bench.desks.outbox.refresh()
    bench.settle()
    _queue(bench)
    read: list[int] = []
    outbox = bench.store.outbox
    monkeypatch.setattr(bench.store, "outbox", lambda: read.append(1) or outbox())  # type: ignore[func-returns-value]
    told: list[tuple[OutboxRow, ...]] = []
    bench.desks.outbox.rows_changed.connect(told.append)
    bench.desks.outbox.pump()
    bench.settle()
    assert [len(listed) for listed in told] == [51] * len(told) and len(told) >= 4
    assert len(read) == 1, "once, when all is done"
    bench.desks.outbox.pump()
    bench.settle()
    assert len(read) == 1, "nothing happened: nothing is read"


def test_row_that_cannot_be_read_is_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.log_in()
    mark = OutboxMark("urn:uuid:9", "p1", None)
    monkeypatch.setattr(bench.store, "outbox_marks", lambda: (mark,))
    bench.shell.set_page("outbox")
    bench.desks.outbox.refresh()
    bench.settle()
    assert bench.words_of("outbox-note") == counted("outbox.unreadable", 1)


def test_removed_row_leaves_the_list_and_a_late_act_is_told(bench: Bench) -> None:
    bench.log_in()
    bench.store.shelf().rows["urn:uuid:7"] = (OutboxRow(deposit(7), OutboxState.SENT), CONTENT)
    bench.shell.set_page("outbox")
    bench.desks.outbox.refresh()
    bench.settle()
    bench.desks.outbox.cancel(OutboxRow(deposit(7), OutboxState.QUEUED))
    bench.settle()
    assert bench.words_of("outbox-note") == text("outbox.too_late")
    bench.click("outbox-remove-urn:uuid:7")
    bench.settle()
    assert bench.store.shelf().rows == {} and bench.find("outbox-empty").isVisible()
    assert not bench.find("outbox-note").isVisible()
