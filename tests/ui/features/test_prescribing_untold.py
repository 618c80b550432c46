"""Signed ordonnances of which nothing is lost, and whose end is told wherever the prescriber is."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit

from desktop.domain.errors import Failure, Result
from desktop.domain.prescription.lifecycle import LineAct
from desktop.domain.prescription.standing import StandingLine
from desktop.domain.publication import Progress, Stage
from desktop.domain.texts import failure_text, text
from desktop.features.prescribing.cells import grouped
from desktop.features.prescribing.domain.codes import RxCode
from desktop.features.prescribing.domain.draft import RxDraft, copied
from desktop.features.prescribing.feature import PRESCRIBING
from desktop.features.prescribing.service.publishing import RxPublications
from desktop.kernel.feature import add_words
from tests.samples.practice import NOW
from tests.ui.desk.conftest import ANNE, Bench
from tests.ui.features.rx_room import AMOX, SIGNER, Room


@pytest.fixture
def room(make_bench: Callable[..., Bench]) -> Iterator[Room]:
    add_words((PRESCRIBING,))
    yield Room(make_bench)


def home_words(room: Room) -> str:
    panel = room.bench.find("rx-home")
    return room.bench.words_of("rx-home-words") if panel.isVisible() else ""


def test_an_end_that_nobody_saw_is_told_on_home_and_needs_no_right(room: Room) -> None:
    """A refused ordonnance whose page was left: without a word the patient would wait at the pharmacy."""
    room.open()
    room.add(AMOX)
    room.port.lost, room.port.deaf = True, 1
    room.sign()
    assert room.words("rx-issue-words") == text("prescribing.looking")
    room.bench.desks.record.close()
    room.bench.settle()
    room.bench.shell.set_page("home")
    room.bench.settle()
    code = grouped(room.port.sent[0].known_as)
    assert home_words(room) == text("prescribing.untold_waits", name=ANNE.name, code=code)
    assert not room.bench.find("rx-home-read").isVisible(), "it has not ended"
    room.bench.pull()
    room.bench.settle()
    assert ANNE.name not in room.bench.words_in_widgets()
    room.bench.unlock(SIGNER)
    room.bench.settle()
    room.bench.shell.set_page("home")
    room.bench.settle()
    assert home_words(room) == text("prescribing.untold_issued", name=ANNE.name, code=code)
    room.bench.click("rx-home-read")
    room.bench.settle()
    assert home_words(room) == "" and len(room.port.sent) == 1


def test_another_page_in_front_takes_no_end_away(room: Room) -> None:
    room.open()
    room.add(AMOX)
    refused = Failure.of(RxCode.SIGNATURE_REFUSED)
    room.port.refusals = [refused]
    room.press(Qt.Key.Key_F9)
    QTest.keyClicks(room.bench.find_a(QLineEdit, "rx-pin"), "123456")
    room.bench.click("rx-sign")
    room.bench.shell.page_chosen.emit("record")
    room.bench.settle()
    [kept] = _listed(room)
    assert kept.stage is Stage.REFUSED and room.bench.shell.page() == "record"
    room.bench.pull()
    room.bench.settle()
    room.bench.unlock(SIGNER)
    room.bench.settle()
    room.bench.click("tab-prescribing")
    room.bench.settle()
    assert room.words("rx-issue-message-text") == failure_text(refused)
    assert _listed(room) == () and room.port.sent == []


def _listed(room: Room) -> tuple[Progress[frozenset[str]], ...]:
    service = RxPublications(room.port, room.rows, lambda: NOW, lambda: True)
    listed = service.pending()
    assert not isinstance(listed, Failure)
    return listed.publications


def test_what_was_written_since_outlives_the_end_of_the_former_one(room: Room) -> None:
    """The lines that were issued go; a line that came meanwhile is the next ordonnance."""
    room.open()
    room.add(AMOX)
    room.port.lost, room.port.deaf = True, 1
    room.sign()
    draft = room.drafts.of("p1")
    assert isinstance(draft, RxDraft)
    [issued_one] = draft.lines
    since = copied(issued_one)
    room.drafts.keep(draft.with_line(since))
    published = RxPublications(room.port, room.rows, lambda: NOW, lambda: True)
    [sent] = _listed(room)
    ended = published.advance(sent.id)
    assert not isinstance(ended, Failure) and ended.in_force == frozenset({issued_one.identifier})
    rest = room.drafts.of("p1")
    assert isinstance(rest, RxDraft) and [line.identifier for line in rest.lines] == [since.identifier]
    assert rest.lines[0].number == 1 and rest.id != draft.id


def test_a_second_f9_goes_on_with_the_first_one(room: Room) -> None:
    """Signed by a program that was killed, and not told yet: there are never two."""
    room.open()
    room.add(AMOX)
    room.port.lost, room.port.deaf = True, 5
    room.sign()
    assert len(room.port.sent) == 1
    page_state = room.bench.find("rx-issue")
    assert page_state.isVisible()
    room.view.issue.left.emit()  # whatever leads back to the lines
    room.bench.settle()
    room.press(Qt.Key.Key_F9)
    assert len(room.port.sent) == 1 and len(_listed(room)) <= 1
    assert not room.bench.find("rx-pin").isVisible()


def test_a_draft_that_cannot_be_read_is_told(room: Room) -> None:
    room.bench.log_in(SIGNER)
    put = "INSERT INTO prescribing_draft VALUES ('p1', X'7B', '')"
    room.rows.write(lambda rows: rows.execute(put))
    room.bench.open_record(ANNE)
    room.bench.click("tab-prescribing")
    room.bench.settle()
    assert room.view._message.what() == text("prescribing.draft_unreadable")
    room.add(AMOX)
    assert len(room.rows_shown()) == 1


def test_a_cancelled_line_that_was_not_is_told_wherever_the_user_is(room: Room) -> None:
    room.open()
    room.add(AMOX)
    room.sign()
    for name in ("rx-issue-new", "rx-side"):
        room.bench.click(name)
        room.bench.settle()
    refused = Failure.of(RxCode.STATE)
    acted = room.port.act
    gate = room.bench.platform.gate

    def slowly(standing: StandingLine, act: LineAct, reason: str) -> Result[StandingLine]:
        gate.passes()
        room.port.refusals = [refused]
        return acted(standing, act, reason)

    room.port.act = slowly  # type: ignore[method-assign]
    gate.shut()
    room.view.mine.table.selectRow(0)
    QTest.keyClicks(room.view.mine.reason, "erreur de dose")
    room.bench.find_a(QAbstractButton, "rx-mine-annuler").click()
    room.bench.shell.page_chosen.emit("record")
    gate.open()
    room.bench.settle()
    assert room.bench.shell.page() == "record" and failure_text(refused) in room.bench.visible()


def _sign_slowly(room: Room) -> None:
    """The PIN is typed; the card is still at it."""
    room.bench.fakes.signing.gate.shut()
    QTest.keyClicks(room.bench.find_a(QLineEdit, "rx-pin"), "123456")
    room.bench.find_a(QAbstractButton, "rx-sign").click()


def test_who_typed_his_pin_has_confirmed_whatever_page_is_in_front(room: Room) -> None:
    """CF-050: another page while the card signs takes nothing back, and nothing goes twice."""
    room.open()
    room.add(AMOX)
    room.press(Qt.Key.Key_F9)
    _sign_slowly(room)
    room.bench.shell.page_chosen.emit("record")
    room.bench.shell.page_chosen.emit("prescribing")
    if room.bench.find("rx-pin").isVisible():
        QTest.keyClicks(room.bench.find_a(QLineEdit, "rx-pin"), "123456")
        room.bench.find_a(QAbstractButton, "rx-sign").click()
    room.bench.shell.page_chosen.emit("record")
    room.bench.fakes.signing.gate.open()
    room.bench.settle()
    assert len(room.port.sent) == 1 and room.drafts.of("p1") is None
    room.bench.shell.set_page("home")
    room.bench.settle()
    code = grouped(room.port.sent[0].known_as)
    assert home_words(room) == text("prescribing.untold_issued", name=ANNE.name, code=code)


def test_back_to_the_lines_while_the_card_signs_sends_nothing(room: Room) -> None:
    room.open()
    room.add(AMOX)
    room.press(Qt.Key.Key_F9)
    _sign_slowly(room)
    room.view.issue.left.emit()
    room.bench.desks.record.close()
    room.bench.fakes.signing.gate.open()
    room.bench.settle()
    assert room.port.sent == [] and isinstance(room.drafts.of("p1"), RxDraft)


def test_a_lock_while_the_card_signs_sends_nothing(room: Room) -> None:
    room.open()
    room.add(AMOX)
    room.press(Qt.Key.Key_F9)
    _sign_slowly(room)
    room.bench.pull()
    room.bench.fakes.signing.gate.open()
    room.bench.settle()
    assert room.port.sent == [] and _listed_after(room) == ()


def _listed_after(room: Room) -> tuple[Progress[frozenset[str]], ...]:
    room.bench.unlock(SIGNER)
    room.bench.settle()
    return _listed(room)
