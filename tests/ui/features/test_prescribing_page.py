"""The prescriber's page in the window: typed, checked, signed, published, printed, followed."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit

from desktop.common import json_text
from desktop.domain.drugs.findings import DrugFinding, KnownAllergy, ReactionKind
from desktop.domain.drugs.of_record import SummaryFacts
from desktop.domain.errors import Code, Failure
from desktop.domain.local_time import hour_words
from desktop.domain.prescription.identifier import OrdonnanceCode, parse_qr_text
from desktop.domain.prescription.lifecycle import LineAct, LineState
from desktop.domain.prescription.ordonnance import Line, RenewalClass
from desktop.domain.publication import DATA_TYPE
from desktop.domain.texts import failure_text, text
from desktop.features.prescribing.domain.codes import RxCode
from desktop.features.prescribing.feature import PRESCRIBING
from desktop.features.prescribing.service.tools import RxTools
from desktop.kernel.feature import add_words
from desktop.sync.prescription import signed
from tests.fakes.prescribing import SYSTEMS
from tests.samples.practice import NOW
from tests.ui.desk.conftest import ANNE, Bench, letter
from tests.ui.features.rx_room import AMOX, CLARI, ENTER, METF, SIGNER, SIMVA, Room
from tests.ui.printing import dialogs, press_print


@pytest.fixture
def room(make_bench: Callable[..., Bench]) -> Iterator[Room]:
    add_words((PRESCRIBING,))
    yield Room(make_bench)
    for dialog in dialogs():
        dialog.close()


def test_a_typed_line_is_signed_published_and_printed(room: Room) -> None:
    """The whole way: what was typed stands in what was signed, on the platform and on the paper."""
    room.open()
    room.add(AMOX)
    assert [row[1].split(" · ")[0] for row in room.rows_shown()] == ["amoxicilline 500 mg"]
    room.sign()
    [sent] = room.port.sent
    ordonnance = signed.read(sent.bundle, SYSTEMS)
    assert ordonnance is not None
    [line] = ordonnance.lines
    assert (line.product.atc, line.posology.text if line.posology else "", line.days) == (
        "J01CA04",
        "1-1-1",
        7,
    )
    assert line.quantity is not None and line.quantity.value == 21
    assert room.words("rx-issue-title") == text("prescribing.issued", code=_grouped(ordonnance.code))
    assert sent.document.category == "traitements-medicamenteux"
    kept = room.papers.of(ordonnance.code)
    assert not isinstance(kept, Failure) and kept.pdf == sent.pdf and not kept.printed
    assert room.drafts.of("p1") is None, "the draft has done its work"


def test_lines_are_checked_when_they_change_and_not_at_each_letter(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[int] = []
    findings = RxTools.findings

    def counted(tools: RxTools, lines: tuple[Line, ...], *others: Any) -> tuple[DrugFinding, ...]:
        checked.append(len(lines))
        return findings(tools, lines, *others)

    monkeypatch.setattr(RxTools, "findings", counted)
    room.open()
    room.add(CLARI)
    checked.clear()
    room.type(SIMVA)
    assert checked == [], "a letter changes no line"
    room.press(ENTER)
    assert checked == [2], "once, with the new line"


def test_the_access_code_stands_in_the_qr_and_beside_the_data_only(room: Room) -> None:
    """Whoever reads the record could otherwise fetch the medicine (contract §8.1)."""
    room.open()
    room.add(AMOX)
    room.sign()
    [sent] = room.port.sent
    assert len(sent.access_code) == 26
    assert sent.access_code.encode() not in sent.bundle
    assert sent.access_code not in repr(sent)
    [to_sign] = room.bench.fakes.signing.signed
    assert sent.access_code.encode() not in to_sign.payload
    code = parse_qr_text(f"DSPRX1:{sent.known_as}:{sent.access_code}")
    assert isinstance(code, OrdonnanceCode)


def test_what_is_missing_has_its_mark_and_enter_adds_nothing(room: Room) -> None:
    """Never guessed: no form, no quantity, no duration is made up."""
    room.open()
    room.add("amoxicilline 500 mg 1-1-1")
    assert room.rows_shown() == []
    assert room.chips() == ["amoxicilline", "500 mg", "forme ?", "1-1-1", "durée ?", "quantité ?"]
    room.type(" gélule 7j zzz")
    assert room.words("rx-left") == text("prescribing.not_understood", words="« zzz »")
    room.press(ENTER)
    assert room.rows_shown() == [], "a word that nobody understood is not dropped in silence"


def test_cf111_a_product_in_free_text_is_prescribed_and_said_not_coded(room: Room) -> None:
    room.open()
    room.add("baume magistral xyz 1-0-1 7j qté 1")
    [row] = room.rows_shown()
    assert text("prescribing.not_coded") in row[1]
    assert row[7].startswith("○"), "what has no code was not checked, and that is said"


def test_a_stop_blocks_the_signature_until_a_reason_is_given(room: Room) -> None:
    """CF-114: the reason is signed with the line, with rule, source, name and time."""
    room.open()
    room.add(SIMVA)
    room.add(CLARI)
    alert = room.view.checks.reason_field()
    assert alert is not None, [one.words() for one in room.view._model.findings]
    room.press(Qt.Key.Key_F9)
    assert text("prescribing.gap_stopped") in room.view._message.what()
    assert alert.hasFocus(), "the keyboard is on what is missing"
    assert room.port.sent == [] and not room.view.issue.isVisible()
    QTest.keyClicks(alert, "bref")
    room.bench.settle()
    passing = room.bench.find_a(QAbstractButton, alert.objectName().replace("reason", "pass"))
    assert not passing.isEnabled(), "four characters are no reason"
    QTest.keyClicks(alert, "s soins")
    QTest.keyClick(alert, ENTER)
    room.bench.settle()
    assert room.view.checks.reason_field() is None
    assert [row[7] for row in room.rows_shown()] == ["✓ motif noté"] * 2, "an answered ■ is counted no more"
    shown = [label.text() for label in room.view.checks.findChildren(QLabel) if label.isVisible()]
    assert "✓ motif noté, ligne 1, 2" in shown and not any("■" in words for words in shown)
    assert room.view.field.hasFocus() and not room.view.issue.isVisible(), "Enter gave a reason, and no more"
    room.sign()
    ordonnance = signed.read(room.port.sent[0].bundle, SYSTEMS)
    assert ordonnance is not None
    [override] = [one for line in ordonnance.lines for one in line.overrides]
    assert (override.reason, override.by) == ("brefs soins", "Dr Weber")
    assert override.source and override.rule


def test_withdrawing_the_line_answers_the_alert_too(room: Room) -> None:
    room.open()
    room.add(SIMVA)
    room.add(CLARI)
    alert = room.view.checks.reason_field()
    assert alert is not None
    room.bench.click(alert.objectName().replace("reason", "withdraw"))
    room.bench.settle()
    assert len(room.rows_shown()) == 1 and room.view.checks.reason_field() is None


def test_cf103_an_s_line_is_not_signed_without_the_number_of_its_form(room: Room) -> None:
    room.open()
    room.add("ibuprofène 400 mg comprimé 1-1-1 7j")  # no list tells its class
    room.view.table.selectRow(0)
    room.bench.settle()
    parts = room.view.parts
    assert not parts.paper.isVisible()
    parts.renewal.setCurrentIndex(4)
    parts.renewal.activated.emit(4)
    room.bench.settle()
    assert parts.paper.isVisible()
    room.view.field.setFocus()
    room.press(Qt.Key.Key_F9)
    assert text("prescribing.gap_paper_form") in room.view._message.what()
    assert parts.paper.hasFocus()
    QTest.keyClicks(parts.paper, "LU-0012")
    room.view.field.setFocus()
    room.bench.settle()
    room.sign()
    ordonnance = signed.read(room.port.sent[0].bundle, SYSTEMS)
    assert ordonnance is not None
    assert (ordonnance.lines[0].renewal, ordonnance.lines[0].paper_form) == (RenewalClass.S, "LU-0012")


def test_a_draft_survives_a_lock_and_nothing_of_it_stays_in_the_window(room: Room) -> None:
    """CF-017, CF-093: lines and half a word; the window is emptied."""
    room.open()
    room.add(AMOX)
    room.type("metfo")
    room.bench.pull()
    room.bench.settle()
    assert "amoxicilline" not in room.bench.words_in_widgets().lower()
    assert "metfo" not in room.bench.words_in_widgets()
    room.bench.unlock(SIGNER)
    room.bench.settle()
    assert [row[1].split(" · ")[0] for row in room.rows_shown()] == ["amoxicilline 500 mg"]
    assert room.view.field.text() == "metfo"


def test_an_act_goes_to_the_other_category(room: Room) -> None:
    room.open()
    room.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(room.bench.find_a(QLineEdit, "rx-act-words"), "Formule sanguine")
    room.bench.click("rx-act-add")
    room.bench.settle()
    room.sign()
    [sent] = room.port.sent
    assert sent.document.category == sent.data.category == "traitements-medicaux-prescrits"


def test_a_refused_ordonnance_leaves_the_draft(room: Room) -> None:
    room.open()
    room.add(AMOX)
    refused = Failure.of(RxCode.SIGNATURE_REFUSED)
    room.port.refusals = [refused]
    room.sign()
    assert room.words("rx-issue-title") == text("prescribing.not_issued")
    assert room.words("rx-issue-message-text") == failure_text(refused)
    room.bench.click("rx-issue-new")
    room.bench.settle()
    assert len(room.rows_shown()) == 1


def test_cf079_a_lost_answer_is_asked_for_and_nothing_is_signed_twice(room: Room) -> None:
    room.open()
    room.add(AMOX)
    room.port.lost, room.port.deaf = True, 1
    room.sign()
    assert room.words("rx-issue-words") == text("prescribing.looking")
    assert not room.bench.find_a(QAbstractButton, "rx-check").isVisible(), "nothing can be signed meanwhile"
    assert len(room.port.sent) == 1


def issued(room: Room) -> None:
    """Two lines stand on the platform, and the list of one's own is in front."""
    room.open()
    room.add(AMOX)
    room.add(METF)
    room.sign()
    room.bench.click("rx-issue-new")
    room.bench.settle()
    room.bench.click("rx-side")
    room.bench.settle()


def test_cf108_a_reserved_line_names_the_pharmacy_and_since_when(room: Room) -> None:
    issued(room)
    since = hour_words(NOW - timedelta(minutes=5))
    room.port.refusals = [Failure.of(RxCode.IN_PROGRESS, pharmacy="Pharmacie du Cygne", since=since)]
    room.view.mine.table.selectRow(0)
    QTest.keyClicks(room.view.mine.reason, "erreur de dose")
    room.bench.click("rx-mine-annuler")
    room.bench.settle()
    assert room.port.acts == [(LineAct.CANCEL, "erreur de dose")]
    assert room.view._message.what() == f"En cours à la Pharmacie du Cygne depuis {since}."


def test_a_line_is_cancelled_with_a_reason_and_no_reason_is_none(room: Room) -> None:
    issued(room)
    room.view.mine.table.selectRow(1)
    room.bench.settle()
    cancel = room.view.mine.acts[LineAct.CANCEL]
    assert cancel.isVisible() and not cancel.isEnabled()
    QTest.keyClicks(room.view.mine.reason, "doublon")
    assert cancel.isEnabled()
    cancel.click()
    room.bench.settle()
    states = [line.state for line in room.view._model.mine[0].lines]  # type: ignore[index]
    assert states == [LineState.ACTIVE, LineState.CANCELLED]


def test_none_is_ticked_beforehand_and_a_ticked_line_is_written_again(room: Room) -> None:
    issued(room)
    table = room.view.mine.table
    items = [item for row in range(2) if (item := table.item(row, 2)) is not None]
    assert [item.checkState() for item in items] == [Qt.CheckState.Unchecked] * 2
    items[1].setCheckState(Qt.CheckState.Checked)
    room.bench.click("rx-mine-renew")
    room.bench.settle()
    [row] = room.rows_shown()
    assert row[1].startswith("metformine 850 mg")


def test_cf075_one_line_of_three(room: Room) -> None:
    issued(room)
    [one] = room.port.issued
    first = replace(one.lines[0], state=LineState.DELIVERED, deliveries=1)
    room.port.issued = (replace(one, lines=(first, *one.lines[1:])),)
    room.press(Qt.Key.Key_F5)
    shown = room.view.mine.table.item(0, 1)
    assert shown is not None
    assert text("prescribing.whole_partly_one", count=1, every=2) in shown.text()


def test_the_signed_data_are_the_ones_that_the_platform_keeps(room: Room) -> None:
    """Both documents are of one submission, and the Bundle bears the signature."""
    room.open()
    room.add(AMOX)
    room.sign()
    [sent] = room.port.sent
    assert sent.document.submission_id == sent.data.submission_id
    bundle = json_text.parse(sent.bundle)
    assert bundle["identifier"]["value"] == sent.data.unique_id and "signature" in bundle


def test_without_a_right_to_prescribe_there_is_no_tab(room: Room) -> None:
    accounts = room.bench.platform.accounts
    accounts["H1"] = replace(accounts["H1"], profession="Pharmacien")
    room.bench.log_in(SIGNER)
    room.bench.open_record(ANNE)
    assert "tab-prescribing" not in [b.objectName() for b in room.bench.shell.findChildren(QAbstractButton)]


def test_a_card_that_cannot_sign_is_told_before_the_pin(room: Room) -> None:
    room.bench.log_in()
    room.bench.open_record(ANNE)
    room.bench.click("tab-prescribing")
    room.bench.settle()
    room.add(AMOX)
    room.press(Qt.Key.Key_F9)
    assert not room.view.issue.sign.isVisible()
    assert room.view.issue._message.failure is not None
    assert room.view.issue._message.failure.code is not Code.UNEXPECTED
    room.bench.click("rx-issue-new")
    room.bench.settle()
    assert len(room.rows_shown()) == 1 and room.view.field.isVisible(), "back to the lines"


def _grouped(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, 16, 4))


def test_the_original_is_printed_once_and_a_reprint_says_duplicate(room: Room) -> None:
    """Deliveries are counted on the platform: a second paper must not look like a second ordonnance."""
    room.open()
    room.add(AMOX)
    room.sign()
    [sent] = room.port.sent
    room.press(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    (dialog,) = dialogs()
    dialog.close()
    room.bench.settle()
    kept = room.papers.of(sent.known_as)
    assert not isinstance(kept, Failure) and not kept.printed, "no printer was chosen, and nothing is lost"
    room.bench.click("rx-issue-print")
    room.bench.settle()
    assert room.bench.pdf.opened[-1] == sent.pdf, "the signed bytes themselves"
    (dialog,) = dialogs()
    press_print(dialog)
    room.bench.settle()
    assert room.words("rx-issue-words") == text("prescribing.issued_printed")
    room.bench.click("rx-issue-print")
    room.bench.settle()
    template, language, data = room.bench.fakes.writer.written[-1]
    assert (template, language, data["duplicate"]) == ("ordonnance", "fr", True)


def test_a_print_service_that_is_missing_loses_nothing(room: Room) -> None:
    room.open()
    room.add(AMOX)
    room.sign()
    gone = Failure.of(Code.PRINT_SERVICE_SILENT)
    room.bench.pdf.found = gone
    room.bench.click("rx-issue-print")
    room.bench.settle()
    assert room.view._message.failure is gone
    kept = room.papers.of(room.port.sent[0].known_as)
    assert not isinstance(kept, Failure) and not kept.printed


def test_cf062_the_record_is_read_only_when_it_is_asked_for(room: Room) -> None:
    """« Allergies du dossier non lues » until then; afterwards the allergy is a ■ with its source."""
    row = replace(letter(8, "Résumé patient", own=False), category="resume-patient")
    data = replace(row, id="data-8", transforms=row.id, content_type=DATA_TYPE)
    room.bench.platform.records["p1"] = (row, data)
    room.port.facts = SummaryFacts((KnownAllergy("Pénicilline", (), ReactionKind.ALLERGY, "choc"),), ())
    room.open()
    room.add(AMOX)
    assert room.port.read == [], "nothing is read in silence"
    assert room.words("rx-record") == text("prescribing.record_unread")
    assert room.view.checks.reason_field() is None
    room.bench.click("rx-record-read")
    room.bench.settle()
    assert room.port.read == ["data-8"]
    assert room.view.checks.reason_field() is not None, "the allergy stands in the way now"
    room.add(METF)
    room.press(Qt.Key.Key_F5)
    assert room.port.read == ["data-8"], "one traced read"


def test_without_a_summary_the_allergies_are_said_to_be_unknown(room: Room) -> None:
    room.open()
    assert room.words("rx-record") == text("prescribing.record_none")


def test_what_is_no_day_is_not_taken_for_three_months(room: Room) -> None:
    room.open()
    room.add(AMOX)
    room.view.until.setFocus()
    QTest.keyClicks(room.view.until, "31.2")
    room.view.field.setFocus()
    room.bench.settle()
    assert room.view._message.what() == text("prescribing.gap_no_day")
    room.press(Qt.Key.Key_F9)
    assert text("prescribing.gap_no_day") in room.view._message.what()
    assert not room.view.issue.isVisible()
    room.view.until.setText("31.12.2026")
    room.view.until.setFocus()
    room.press(ENTER)
    room.view.field.setFocus()
    room.sign()
    ordonnance = signed.read(room.port.sent[0].bundle, SYSTEMS)
    assert ordonnance is not None and ordonnance.valid_until == date(2026, 12, 31)


def test_what_is_signed_stands_before_the_eyes_while_the_pin_is_asked(room: Room) -> None:
    room.open()
    room.add(AMOX)
    room.press(Qt.Key.Key_F9)
    assert room.view.table.isVisible() and not room.view.table.isEnabled()
    assert room.bench.find_a(QLineEdit, "rx-pin").hasFocus() and not room.view.field.isVisible()
    room.bench.click("rx-sign-leave")
    room.bench.settle()
    assert room.view.field.hasFocus() and room.view.table.isEnabled()


def test_a_wrong_pin_asks_again_and_signs_once(room: Room) -> None:
    room.open()
    room.add(AMOX)
    room.bench.fakes.signing.refusals = [Failure.of(Code.PIN_WRONG, tries=2)]
    room.sign()
    assert room.port.sent == [] and room.view.issue.sign.isVisible()
    QTest.keyClicks(room.bench.find_a(QLineEdit, "rx-pin"), "123456")
    room.bench.settle()
    room.bench.click("rx-sign")
    room.bench.settle()
    assert len(room.port.sent) == 1
