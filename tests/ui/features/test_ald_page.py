"""The ALD statement in the window: for whom, read once, kept at each word, sent once, never lost (CF-093)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget

from desktop.domain.catalog import Profile
from desktop.domain.errors import Code, Failure
from desktop.domain.record import MandateKind
from desktop.domain.referent import StatementState
from desktop.domain.texts import Language, counted, failure_text, text
from desktop.features.ald.domain import AldCode, Answer, Form, Item, Receipt, Sent
from desktop.features.ald.feature import ALD
from desktop.features.ald.kept import _item
from desktop.features.ald.view.mine import MineView
from desktop.features.ald.view.statement import AldView
from desktop.kernel.feature import add_words
from desktop.services.session import SessionState
from desktop.ui.dates import day
from desktop.ui.secret_field import SecretField
from tests.answers import present
from tests.fakes import FakeKept
from tests.fakes.features import FakeAld
from tests.fakes.store import IN_MEMORY
from tests.samples.practice import ACCOUNT, NOW, certificate, mandate
from tests.ui.desk.conftest import ANNE, KLEIN, PAUL, WEBER, Bench

SIGNER = replace(WEBER, signature=certificate())
REFERENT = mandate(kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)
FORMER = Sent(
    Form("urn:former", date(2022, 1, 2), date(2024, 1, 1), (Item(8, Answer.STILL, "2014", kind="2"),
         Item(13, Answer.OVER), Item(12, Answer.UNSURE, "2019"))),
    StatementState.ACCEPTED, NOW - timedelta(days=700), Receipt("CNS-7", NOW - timedelta(days=699)),
    accepted=date(2024, 12, 20),
)  # fmt: skip


@pytest.fixture
def port() -> FakeAld:
    fake = FakeAld()
    fake.stands = (FORMER,)
    return fake


@pytest.fixture
def bench(make_bench: Callable[..., Bench], port: FakeAld) -> Iterator[Bench]:
    """Anne's médecin référent; Paul gave a consultation."""
    add_words((ALD,))
    kept: list[FakeKept] = []

    def plug(made: Bench) -> tuple[object, ...]:
        kept.append(FakeKept(ALD.kept, made.vault))
        return (ALD.over(port, kept[0]),)

    made = make_bench(plug=plug)
    made.platform.mandates["p1"] = REFERENT
    yield made
    made.desks.session.log_out()
    made.settle()
    kept[0].close()


def open_form(bench: Bench) -> AldView:
    bench.log_in(SIGNER)
    bench.open_record()
    return come_back(bench)


def come_back(bench: Bench) -> AldView:
    bench.click("tab-ald")
    bench.settle()
    assert bench.shell.page() == "ald"
    bench.shell.activateWindow()  # without a window manager nobody else does
    bench.qtbot.waitUntil(bench.shell.isActiveWindow)
    return bench.find_a(AldView, "ald-view")


def press(bench: Bench, widget: QWidget, *keys: Qt.Key) -> None:
    widget.setFocus()
    for key in keys:
        QTest.keyClick(bench.shell.focusWidget() or widget, key)
    bench.settle()


def answer_all(bench: Bench, view: AldView) -> None:
    for row in view.rows.values():
        row.choices[Answer.STILL].click()
    bench.settle()


def send(bench: Bench) -> None:
    """Checked, then signed."""
    bench.click("ald-check")
    bench.settle()
    sign(bench)


def sign(bench: Bench, pin: str = "123456") -> None:
    """The PIN is typed, and Enter."""
    field = bench.find_a(SecretField, "ald-pin")
    QTest.keyClicks(field, pin)
    QTest.keyClick(field, Qt.Key.Key_Return)
    bench.settle()


def message(bench: Bench) -> str:
    labels = (bench.find_a(QLabel, f"ald-message-{part}") for part in ("text", "next"))
    return " ".join(label.text() for label in labels if label.isVisible())


def tab(bench: Bench) -> QAbstractButton | None:
    found = bench.shell.findChild(QAbstractButton, "tab-ald")
    return found if found is not None and found.isVisible() else None


# -- for whom, and when it is read


@pytest.mark.parametrize(
    ("profession", "profile", "kind", "there"),
    [
        ("Médecin", Profile.MEDECIN, MandateKind.MEDECIN_REFERENT, True),
        ("Médecin Spécialiste", Profile.MEDECIN, MandateKind.MEDECIN_REFERENT, True),
        ("Médecin", Profile.MEDECIN, MandateKind.CONSULTATION, False),
        ("Médecin", Profile.MEDECIN, MandateKind.CERCLE_MEDICAL, False),
        ("Infirmier", Profile.INFIRMIER, MandateKind.CERCLE_MEDICAL, False),
    ],
)
def test_cf071_only_the_medecin_referent_of_the_patient_has_it(
    bench: Bench, port: FakeAld, profession: str, profile: Profile, kind: MandateKind, there: bool
) -> None:
    bench.platform.accounts["H1"] = replace(ACCOUNT, profession=profession, profile=profile)
    bench.platform.mandates["p1"] = replace(REFERENT, kind=kind)
    bench.log_in()
    bench.open_record()
    assert (tab(bench) is not None) is there
    assert port.readings == [], "nothing is read before it is looked at (CF-062)"


def test_cf060_it_is_read_once_and_again_by_f5(bench: Bench, port: FakeAld) -> None:
    view = open_form(bench)
    bench.click("tab-home")
    bench.settle()
    bench.open_record()
    come_back(bench)
    first = len(port.readings)
    QTest.keyClick(view, Qt.Key.Key_F5)
    bench.settle()
    assert len(port.readings) == first + 1 and set(port.readings) == {"p1"}


def test_whoever_refreshes_keeps_the_keyboard_where_it_was(bench: Bench, port: FakeAld) -> None:
    open_form(bench)
    button = bench.find_a(QAbstractButton, "ald-refresh")
    press(bench, button, Qt.Key.Key_Space, Qt.Key.Key_Space)
    assert button.hasFocus() and len(port.readings) == 2, "one more, and not two at a time"


def test_the_last_ones_conditions_stand_there_and_nothing_is_answered(bench: Bench) -> None:
    view = open_form(bench)
    assert list(view.rows) == [8, 12], "what was over is not asked again"
    assert not any(b.isChecked() for row in view.rows.values() for b in row.choices.values())
    assert view.rows[8].since.text() == "2014" and view.rows[8].kind.currentIndex() == 2
    said = bench.visible()
    for words in (
        "20.12.2024",
        "CNS-7",
        text("ald.provisional"),
        text("ald.to_verify"),
        text("ald.state_to_do"),
    ):
        assert words in said, words


# -- written by keyboard, kept at each word


def test_left_and_right_answer_up_and_down_walk(bench: Bench) -> None:
    view = open_form(bench)
    press(bench, view.rows[8].choices[Answer.STILL], Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert view.rows[8].choices[Answer.OVER].isChecked()
    QTest.keyClick(view.rows[8].choices[Answer.OVER], Qt.Key.Key_Down)
    assert view.rows[12].choices[Answer.STILL].hasFocus()
    assert not any(b.isChecked() for b in view.rows[12].choices.values()), "walking answers nothing"
    press(bench, view.rows[12].choices[Answer.STILL], Qt.Key.Key_Left)
    assert view.rows[12].choices[Answer.UNSURE].isChecked()


def test_a_condition_is_added_and_removed_by_keyboard(bench: Bench) -> None:
    view = open_form(bench)
    QTest.keyClick(view, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    field = bench.find_a(QLineEdit, "ald-add-search")
    QTest.keyClicks(field, "parkin")
    QTest.keyClick(field, Qt.Key.Key_Return)
    bench.settle()
    assert list(view.rows) == [8, 12, 16] and view.rows[16].choices[Answer.STILL].hasFocus()
    QTest.keyClick(view.rows[16].choices[Answer.STILL], Qt.Key.Key_Delete)
    bench.settle()
    assert list(view.rows) == [8, 12]
    QTest.keyClick(view, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, "diab")
    assert not view.add_panel.found.isVisible(), "one that stands there is not offered"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not view.add_panel.isVisible() and bench.shell.page() == "ald"
    assert field.text() == "", "what was looked for stays nowhere (CF-017)"


def test_a_code_of_icd10_is_found_by_words_and_says_that_its_title_is_english(bench: Bench) -> None:
    """Nobody has to give one; one that does not exist goes nowhere. A draft of a former program has none."""
    view = open_form(bench)
    field = view.rows[8].icd10
    field.setFocus()
    bench.qtbot.waitUntil(lambda: field.completer() is not None)
    QTest.keyClicks(field, "type 2 diab")
    popup = present(present(field.completer()).popup())
    bench.qtbot.waitUntil(popup.isVisible)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    bench.settle()
    assert field.text() == "E11" and not popup.isVisible()
    assert bench.words_of("ald-item-8-icd10-words") == text(
        "ald.icd10_words", code="E11", title="Type 2 diabetes mellitus"
    )
    bench.pull()
    bench.settle()
    bench.unlock(SIGNER)
    field = come_back(bench).rows[8].icd10
    assert field.text() == "E11", "kept with the draft"
    field.selectAll()
    QTest.keyClicks(field, "U99")
    answer_all(bench, view)
    QTest.keyClick(view, Qt.Key.Key_F9)
    assert text("ald.gap_icd10") in message(bench) and view.rows[8].icd10.hasFocus()
    assert _item([8, "toujours", "2014", "", "2", False, ""]).icd10 == ""


def test_cf093_a_lock_loses_no_word(bench: Bench, port: FakeAld) -> None:
    view = open_form(bench)
    QTest.keyClicks(view.rows[8].words, "sous insuline")
    bench.pull()
    bench.settle()
    assert bench.session() is SessionState.LOCKED and "insuline" not in bench.words_in_widgets()
    bench.unlock(SIGNER)
    assert come_back(bench).rows[8].words.text() == "sous insuline"
    assert text("ald.state_begun") in bench.visible()


def test_cf017_a_row_that_waits_for_its_end_holds_no_word(bench: Bench) -> None:
    """Its Python part may outlive it (found by tests/hostile/test_referent_desk.py)."""
    view = open_form(bench)
    gone = dict(view.rows)
    next(iter(gone.values())).words.setText("Sarcoïdose")
    next(iter(gone.values())).words.textEdited.emit("Sarcoïdose")
    assert "Sarcoïdose" in [row._item.text for row in gone.values()]
    bench.desks.session.lock()
    bench.settle()
    assert not view.rows and [row._item.text for row in gone.values()] == [""] * len(gone)


def test_cf093_the_end_of_the_right_leaves_the_text_readable(bench: Bench) -> None:
    """The record closes; the draft stands under « Mes relevés ALD »."""
    view = open_form(bench)
    QTest.keyClicks(view.rows[8].words, "sous insuline")
    bench.desks.record.end(Failure(Code.MANDATE_ENDED))
    bench.settle()
    assert tab(bench) is None and "insuline" not in bench.words_in_widgets()
    mine = open_mine(bench)
    assert ANNE.name in bench.visible() and "sous insuline" in mine.lines.text()


def test_another_holder_sees_nothing_of_it(bench: Bench, port: FakeAld) -> None:
    view = open_form(bench)
    QTest.keyClicks(view.rows[8].words, "sous insuline")
    bench.settle()
    bench.desks.session.log_out()
    bench.settle()
    bench.insert(KLEIN, events=4)
    bench.pin()
    bench.settle()
    assert bench.session() is SessionState.ACTIVE and bench.vault.holder == "H2"
    bench.open_record()
    assert come_back(bench).rows[8].words.text() == ""
    open_mine(bench)
    assert ANNE.name not in bench.find_a(MineView, "ald-mine-view").lines.text()


def test_another_patient_has_his_own(bench: Bench, port: FakeAld) -> None:
    view = open_form(bench)
    QTest.keyClicks(view.rows[8].words, "sous insuline")
    bench.settle()
    bench.platform.mandates["p2"] = replace(REFERENT, id="m2")
    bench.open_record(PAUL)
    assert come_back(bench).rows[8].words.text() == "" and port.readings[-1] == "p2"


def test_a_draft_is_thrown_away_only_when_confirmed(bench: Bench) -> None:
    view = open_form(bench)
    answer_all(bench, view)
    bench.click("ald-throw")
    assert view.rows[8].choices[Answer.STILL].isChecked()
    bench.click("ald-sure-act")
    bench.settle()
    assert not view.rows[8].choices[Answer.STILL].isChecked()
    assert text("ald.mine_empty") in visible_mine(bench)


def test_a_store_that_takes_nothing_is_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    view = open_form(bench)
    monkeypatch.setattr(FakeKept, "write_durably", lambda *_: Failure(Code.DISK_FULL))
    QTest.keyClicks(view.rows[8].words, "x")
    bench.settle()
    assert failure_text(Failure(Code.DISK_FULL)) in message(bench) and view.rows[8].words.text() == "x"


# -- checked, confirmed, sent once


@pytest.mark.parametrize("language", list(Language))
def test_cf097_what_is_missing_is_named_and_has_the_keyboard(
    bench: Bench, port: FakeAld, language: Language
) -> None:
    bench.shell.language_chosen.emit(language)
    bench.settle()
    view = open_form(bench)
    QTest.keyClick(view, Qt.Key.Key_F9)
    bench.settle()
    assert port.sendings == [] and view.rows[8].choices[Answer.STILL].hasFocus()
    assert text("ald.gap_answer") in message(bench) and "8 Diabète" in message(bench)
    view.rows[8].choices[Answer.STILL].click()
    view.rows[8].kind.setCurrentIndex(0)
    view.rows[8].kind.activated.emit(0)
    bench.settle()
    assert text("ald.gap_type") in message(bench), "what was found is looked at again at each change"
    QTest.keyClick(view, Qt.Key.Key_F9)
    assert view.rows[8].kind.hasFocus()


def test_the_first_key_checks_and_the_pin_sends_what_was_signed(bench: Bench, port: FakeAld) -> None:
    view = open_form(bench)
    answer_all(bench, view)
    QTest.keyClick(view, Qt.Key.Key_F9)
    bench.settle()
    assert port.sendings == [] and f"{ANNE.name}, née le 12.05.1993" in message(bench)
    assert bench.find_a(SecretField, "ald-pin").hasFocus()
    sign(bench)
    (form,), (document,) = port.sendings, bench.fakes.signing.signed
    assert port.signatures == [b"head..signature"] and (document.pdf, document.box) == (b"", None)
    assert str(form).encode() in document.payload, "what was signed is what leaves"
    assert [item.answer for item in form.items] == [Answer.STILL] * 2
    assert text("ald.clock_unmoved") in message(bench), "CF-096"
    assert not view.rows[8].isEnabled() and text("ald.state_sent") in bench.visible()
    QTest.keyClick(view, Qt.Key.Key_F9)
    bench.settle()
    assert len(port.sendings) == 1


def test_cf096_the_due_day_moves_when_the_cns_accepts_and_not_before(bench: Bench, port: FakeAld) -> None:
    """In the head of the page, through sent, received and accepted; then the next form begins unanswered."""
    view = open_form(bench)
    before = view._period.whole()
    assert day(date(2026, 12, 20)) in before, "two years after 20.12.2024"
    answer_all(bench, view)
    send(bench)
    (sent,) = port.stands[:1]
    states = (StatementState.SENT, StatementState.RECEIVED)
    for state in states:
        port.stands = (replace(sent, state=state, receipt=Receipt("CNS-8", NOW)), FORMER)
        QTest.keyClick(view, Qt.Key.Key_F5)
        bench.settle()
        assert day(date(2026, 12, 20)) in view._period.whole() and text("ald.clock_unmoved") in message(bench)
    accepted = replace(sent, state=StatementState.ACCEPTED, accepted=NOW.date())
    port.stands = (accepted, FORMER)
    QTest.keyClick(view, Qt.Key.Key_F5)
    bench.settle()
    assert day(NOW.date().replace(year=NOW.year + 2)) in view._period.whole()
    assert view.rows[8].isEnabled() and view.rows[8].answer_missing() and message(bench) == ""


def test_a_change_takes_the_confirmation_back(bench: Bench, port: FakeAld) -> None:
    view = open_form(bench)
    answer_all(bench, view)
    bench.click("ald-check")
    bench.settle()
    QTest.keyClicks(view.rows[12].words, "x")
    bench.settle()
    assert not view.sign.isVisible() and port.sendings == []


def test_enter_in_a_field_sends_nothing(bench: Bench, port: FakeAld) -> None:
    view = open_form(bench)
    answer_all(bench, view)
    press(bench, view.rows[8].words, Qt.Key.Key_Return, Qt.Key.Key_Return, Qt.Key.Key_Return)
    assert port.sendings == []


@pytest.mark.parametrize("code", [Code.PIN_WRONG, Code.CARD_TIMEOUT, Code.SIGNATURE_WRONG])
def test_what_goes_wrong_at_the_card_sends_nothing(bench: Bench, port: FakeAld, code: Code) -> None:
    view = open_form(bench)
    answer_all(bench, view)
    bench.fakes.signing.refusals = [Failure(code)]
    send(bench)
    assert failure_text(Failure(code)) in message(bench) and port.sendings == []
    assert view.rows[8].choices[Answer.STILL].isChecked()
    assert view.sign.field.hasFocus(), "the next try is typed at once"
    sign(bench)
    assert len(port.sendings) == 1


def test_a_card_without_a_signature_key_is_told_before_the_pin(bench: Bench, port: FakeAld) -> None:
    bench.log_in(WEBER)
    bench.open_record()
    view = come_back(bench)
    answer_all(bench, view)
    bench.click("ald-check")
    bench.settle()
    assert failure_text(Failure(Code.SIGNATURE_KEY_MISSING)) in message(bench)
    assert not view.sign.isVisible() and port.sendings == []


def test_not_yet_leads_back_to_the_form(bench: Bench, port: FakeAld) -> None:
    view = open_form(bench)
    answer_all(bench, view)
    bench.click("ald-check")
    bench.settle()
    bench.click("ald-sign-leave")
    assert not view.sign.isVisible() and view.rows[8].isEnabled() and port.sendings == []


def test_cf014_a_lock_takes_the_pin_away(bench: Bench, port: FakeAld) -> None:
    view = open_form(bench)
    answer_all(bench, view)
    bench.click("ald-check")
    bench.settle()
    QTest.keyClicks(view.sign.field, "1234")
    bench.pull()
    bench.settle()
    assert view.sign.field.characters() == 0 and port.sendings == []


def test_a_lost_answer_is_asked_for(bench: Bench, port: FakeAld) -> None:
    view = open_form(bench)
    answer_all(bench, view)
    port.lost = True
    send(bench)
    assert not view.rows[8].isEnabled() and not bench.find_a(QAbstractButton, "ald-check").isEnabled()
    bench.click("ald-message-act")
    bench.settle()
    assert len(port.sendings) == 1 and text("ald.clock_unmoved") in message(bench)


def test_a_lost_answer_is_still_asked_for_after_a_crash(bench: Bench, port: FakeAld) -> None:
    """What is on the disk says that it left: a lock forgets all that the page knew."""
    view = open_form(bench)
    answer_all(bench, view)
    port.failure = Failure(AldCode.UNKNOWN)
    send(bench)
    port.failure = None
    bench.pull()
    bench.settle()
    bench.unlock(SIGNER)
    view = come_back(bench)
    assert text("ald.lost") in message(bench) and not view.rows[8].isEnabled()
    bench.click("ald-message-act")
    bench.settle()
    not_yet = failure_text(Failure.of(AldCode.NOT_YET, seconds=60))
    assert not_yet in message(bench) and not view.rows[8].isEnabled(), "one answer proves nothing (CF-079)"
    port.wait = timedelta(0)
    bench.click("ald-message-act")
    bench.settle()
    assert failure_text(Failure(AldCode.NOT_ARRIVED)) in message(bench) and view.rows[8].isEnabled()
    send(bench)
    assert len({form.identifier for form in port.sendings}) == 1 and len(port.sendings) == 2


def test_cf093_a_refusal_names_the_lock_and_the_text_stays(bench: Bench, port: FakeAld) -> None:
    view = open_form(bench)
    answer_all(bench, view)
    port.failure = Failure.of(Code.NOT_ENTITLED, lock="habilitation", status=403)
    send(bench)
    assert failure_text(port.failure) in message(bench)
    assert view.rows[8].choices[Answer.STILL].isChecked() and view.rows[8].isEnabled()


def test_returned_it_says_why_and_is_corrected(bench: Bench, port: FakeAld) -> None:
    port.stands = (replace(FORMER, state=StatementState.RETURNED, accepted=None, returned="La date manque."),)
    view = open_form(bench)
    assert "La date manque." in message(bench) and list(view.rows) == [8, 13, 12]
    assert view.rows[8].choices[Answer.STILL].isChecked(), "one's own answers are corrected, not lost"


def test_the_receipt_is_shown_and_kept(bench: Bench, port: FakeAld) -> None:
    view = open_form(bench)
    answer_all(bench, view)
    send(bench)
    receipt = Receipt("CNS-2026-1", NOW)
    port.stands = (replace(port.stands[0], state=StatementState.RECEIVED, receipt=receipt), FORMER)
    QTest.keyClick(view, Qt.Key.Key_F5)
    bench.settle()
    assert "CNS-2026-1" in message(bench) and "CNS-2026-1" in visible_mine(bench)


# -- « Mes relevés ALD »


def open_mine(bench: Bench) -> MineView:
    bench.find_a(QAction, "user-ald-mine").trigger()
    bench.settle()
    assert bench.shell.page() == "ald-mine"
    return bench.find_a(MineView, "ald-mine-view")


def visible_mine(bench: Bench) -> str:
    open_mine(bench)
    return bench.visible()


def test_every_field_has_a_name_that_says_of_which_condition(bench: Bench) -> None:
    view = open_form(bench)
    for code, row in view.rows.items():
        for widget in row.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
                assert widget.accessibleName().startswith(f"{code} "), widget.objectName()


def _left_while_it_is_out(bench: Bench, port: FakeAld) -> AldView:
    view = open_form(bench)
    answer_all(bench, view)
    bench.click("ald-check")
    bench.settle()
    port.held = True
    port.gate.shut()
    field = bench.find_a(SecretField, "ald-pin")
    QTest.keyClicks(field, "123456")
    QTest.keyClick(field, Qt.Key.Key_Return)
    bench.qtbot.waitUntil(lambda: len(port.sendings) == 1)
    return view


def test_a_page_that_is_left_while_it_sends_asks_how_it_ended(bench: Bench, port: FakeAld) -> None:
    """CF-079: the form is not signed and sent a second time."""
    _left_while_it_is_out(bench, port)
    bench.shell.page_chosen.emit("record")
    port.gate.open()
    bench.settle()
    view = come_back(bench)
    assert len(port.sendings) == 1 and text("ald.clock_unmoved") in message(bench)
    assert not view.rows[8].isEnabled()


def test_a_session_that_keeps_nothing_says_at_the_lock_what_had_no_answer(
    bench: Bench, port: FakeAld
) -> None:
    bench.vault.state = IN_MEMORY
    view = open_form(bench)
    answer_all(bench, view)
    port.failure = Failure(AldCode.UNKNOWN)
    send(bench)
    bench.pull()
    bench.settle()
    assert counted("lock.left_behind", 1) in bench.words_of("lock-kept")
