"""The summary editor in the window: whose it is, what is written stays, and what is shown goes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit

from desktop.domain.catalog import Profile
from desktop.domain.errors import Code, Failure
from desktop.domain.record import MandateKind
from desktop.domain.signature import Signed
from desktop.domain.texts import Language, failure_text, text
from desktop.features.summary.cells import choice_of
from desktop.features.summary.domain import editing
from desktop.features.summary.domain.draft import Decision, Draft
from desktop.features.summary.domain.entries import (
    Allergy,
    Entry,
    Immunization,
    Medication,
    PartialDate,
    Problem,
    Procedure,
)
from desktop.features.summary.domain.publication import CATEGORY, DATA_TYPE, PublishingCode
from desktop.features.summary.domain.sections import SECTIONS, SectionKey, SectionState
from desktop.features.summary.domain.summary import Subject, Summary, SummarySection, Writer
from desktop.features.summary.feature import SUMMARY
from desktop.features.summary.ips.read import read
from desktop.features.summary.ips.write import write
from desktop.features.summary.service.drafts import Drafts
from desktop.features.summary.service.issuing import Replaced, composed, prepared, publication
from desktop.features.summary.service.publishing import Publications
from desktop.features.summary.view.drafts import DraftsView
from desktop.features.summary.view.editor import EditorView
from desktop.services.record import OpenRecord
from desktop.services.session import SessionState
from desktop.ui.bind.errands import _Errand
from tests.answers import good, present
from tests.fakes import FakeKept
from tests.fakes.store import IN_MEMORY
from tests.fakes.summary import FakeSummary, Fate
from tests.samples.drafts import NOW, typical
from tests.samples.practice import ACCOUNT, certificate, mandate
from tests.ui.desk.conftest import ANNE, KLEIN, PAUL, WEBER, Bench, letter
from tests.ui.printing import dialogs
from tests.waiting import LIMIT_MS

SIGNER = replace(WEBER, signature=certificate())
ORDER = [rule.key for rule in SECTIONS]
KEYS_AT_MOST = 40  # of an unchanged patient, the PIN and typed text not counted


def version_7() -> Summary:
    """What Anne's summary said: 5 problems, 3 allergies, 4 treatments, a vaccine, an intervention."""
    known: dict[SectionKey, list[Entry]] = {
        SectionKey.PROBLEMS: [Problem(text=f"Problème {n}", onset=PartialDate("2001")) for n in range(5)],
        SectionKey.ALLERGIES: [Allergy(text=words) for words in ("Pénicilline", "Latex", "Iode")],
        SectionKey.MEDICATION: [
            Medication(text=words, strength="5 mg", dosage="1-0-0")
            for words in ("Ramipril", "Bisoprolol", "Amlodipine", "Métformine")
        ],
        SectionKey.IMMUNIZATIONS: [Immunization(text="Grippe", given=PartialDate("2025-10"))],
        SectionKey.PROCEDURES: [Procedure(text="Appendicectomie", performed=PartialDate("1999"))],
    }
    sections = tuple(SummarySection(key, SectionState.LINES, tuple(ls)) for key, ls in known.items())
    subject = Subject("p1", ANNE.matricule.digits, ANNE.family, ANNE.given, ANNE.birth_date, "female")
    author = Writer(ACCOUNT.name, ACCOUNT.ehealth_id, ACCOUNT.profession)
    return Summary("urn:uuid:s", "urn:uuid:v7", 7, "urn:uuid:v6", subject, author, NOW, "fr", sections)


class Room:
    """The window with the editor in it, and what the store keeps of drafts."""

    def __init__(self, make_bench: Callable[..., Bench]) -> None:
        self.port = FakeSummary()

        def plug(made: Bench) -> tuple[object, ...]:
            self.rows = FakeKept(SUMMARY.kept, made.vault)
            return (SUMMARY.over(self.port, self.rows),)

        self.bench = make_bench(plug=plug)
        referent = mandate(kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)
        self.bench.platform.mandates["p1"] = referent
        self.drafts = Drafts(self.rows)
        self.publications = Publications(self.port, self.rows, lambda: NOW, lambda: True)
        self.pressed = 0

    def give(self, summary: Summary, number: int = 7, category: str = CATEGORY) -> None:
        """A document of Anne's record with *summary* as its data."""
        row = replace(letter(number, f"Document {number}", own=True), category=category)
        data = replace(row, id=f"data-{number}", transforms=row.id, content_type=DATA_TYPE)
        records = self.bench.platform.records
        records["p1"] = (*records["p1"], row, data)
        self.port.data[data.id] = write(summary, "Résumé patient")

    @property
    def view(self) -> EditorView:
        return self.bench.find_a(EditorView, "summary-editor")

    def open(self, draft: Draft | None = None) -> EditorView:
        """Log in and open the editor of Anne's summary, in which *draft* was begun."""
        self.bench.log_in(SIGNER)
        if draft is not None:
            assert self.drafts.keep(ANNE, draft) is None
        self.bench.open_record(ANNE)
        self.bench.click("tab-summary")
        self.bench.settle()
        assert self.bench.shell.page() == "summary"
        return self.view

    def open_before_the_list(self) -> EditorView:
        """As a quick doctor does: the page is in front, its draft is there, the list is on its way."""
        bench = self.bench
        bench.log_in(SIGNER)
        bench.identify(ANNE)
        bench.platform.held = {"documents"}
        bench.platform.gate.shut()
        bench.identity_view().open_asked.emit()
        bench.qtbot.waitUntil(lambda: bench.shell.page() == "record", timeout=LIMIT_MS)
        bench.click("tab-summary")
        bench.qtbot.waitUntil(lambda: self.view.lines.isEnabled(), timeout=LIMIT_MS)
        return self.view

    def list_comes(self) -> None:
        self.bench.platform.gate.open()
        self.bench.settle()

    def kept(self) -> Draft:
        return present(good(self.drafts.of("p1")))

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Where the keyboard is."""
        self.pressed += 1
        QTest.keyClick(present(self.bench.shell.focusWidget()), key, modifier)
        self.bench.settle()

    def type(self, words: str) -> None:
        QTest.keyClicks(present(self.bench.shell.focusWidget()), words)
        self.bench.settle()

    def words(self, name: str) -> str:
        return self.bench.find_a(QLabel, name).text()


@pytest.fixture
def room(make_bench: Callable[..., Bench]) -> Room:
    return Room(make_bench)


def decided(draft: Draft, key: SectionKey) -> list[Decision]:
    return [line.decision for line in draft.section(key).lines]


@pytest.mark.parametrize(
    ("kind", "profession", "there"),
    [
        (MandateKind.MEDECIN_REFERENT, "Médecin", True),
        (MandateKind.CONSULTATION, "Médecin", False),
        (MandateKind.CERCLE_MEDICAL, "Médecin", False),
        (MandateKind.MEDECIN_REFERENT, "Chirurgien-Dentiste", False),
    ],
)
def test_cf071_the_medecin_referent_alone_has_it(
    room: Room,
    kind: MandateKind,
    profession: str,
    there: bool,
) -> None:
    account = replace(ACCOUNT, profession=profession, profile=Profile.MEDECIN)
    room.bench.platform.accounts["H1"] = account
    room.bench.platform.mandates["p1"] = mandate(kind=kind)
    room.bench.log_in()
    room.bench.open_record(ANNE)
    found = room.bench.shell.findChild(QAbstractButton, "tab-summary")
    assert (found is not None) is there


def test_each_decision_is_one_key_and_the_next_line_waits(room: Room) -> None:
    view = room.open(typical())
    assert view.lines.title.text() == "Allergies et intolérances"
    assert view.lines.list.hasFocus() and view.lines.list.current() == "l1"
    room.press(Qt.Key.Key_Space)
    assert view.lines.list.current() == "l2"
    room.press(Qt.Key.Key_Delete)
    room.bench.pull()
    room.bench.settle()
    room.bench.unlock(SIGNER)
    assert decided(room.kept(), SectionKey.ALLERGIES) == [Decision.ACCEPTED, Decision.REFUSED]


def test_cf093_what_is_half_written_survives_a_lock(room: Room) -> None:
    """In the form, and in the field for new lines; nothing of it stays in the window."""
    view = room.open(typical())
    room.press(Qt.Key.Key_F2)
    room.bench.find_a(QLineEdit, "summary-form-allergy-note").setFocus()
    room.type("vu aux urgences")
    room.bench.pull()
    room.bench.settle()
    assert room.bench.session() is not SessionState.ACTIVE
    assert "urgences" not in room.bench.words_in_widgets() and "Latex" not in room.bench.words_in_widgets()
    assert view.lines.list.rows == ()
    room.bench.unlock(SIGNER)
    line = room.kept().section(SectionKey.ALLERGIES).lines[0]
    assert [entry.note for entry in (line.entry, *line.conflicts)] == ["", "vu aux urgences"]
    assert line.decision is Decision.PROPOSED, "it is asked, not published"
    assert room.bench.shell.page() == "summary" and view.lines.list.rows != ()


def test_cf017_no_hit_that_was_looked_at_is_read_out_after_a_lock(room: Room) -> None:
    """The arrows say a hit to a screen reader: it tells what was looked for in this patient's summary."""
    view = room.open(typical())
    view.section_chosen.emit(SectionKey.PROBLEMS)
    room.bench.settle()
    line = view.lines.search.line
    line.setFocus()
    room.type("asthm")
    QTest.keyClick(line, Qt.Key.Key_Down)
    assert "asthm" in line.accessibleDescription().lower(), view.lines.search.hits.rows
    room.bench.pull()
    room.bench.settle()
    assert "asthm" not in room.bench.words_in_widgets().lower()


def test_a_treatment_is_typed_in_one_line_and_its_code_keeps_the_dose(room: Room) -> None:
    view = room.open(typical())
    view.section_chosen.emit(SectionKey.MEDICATION)
    room.bench.settle()
    view.lines.search.line.setFocus()
    room.type("bisop 2,5 mg cp 1-0-0 depuis 03.2024")
    assert view.lines.search.hits.rows[0].words == "bisoprolol", "by its name alone"
    room.press(Qt.Key.Key_Return)
    said = {
        name: room.bench.find_a(QLineEdit, f"summary-form-medication-{name}").text()
        for name in ("text", "strength", "form", "dosage", "start")
    }
    assert said == {
        "text": "bisoprolol", "strength": "2,5 mg", "form": "comprimé", "dosage": "1-0-0", "start": "03.2024"
    }  # fmt: skip


def accept_all(room: Room) -> None:
    """What the doctor of an unchanged patient does, by keys alone."""
    for count in (3, 5, 4):
        for _ in range(count):
            room.press(Qt.Key.Key_Space)
        room.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    room.press(Qt.Key.Key_I, Qt.KeyboardModifier.AltModifier)


def test_an_unchanged_patient_takes_few_keys(room: Room) -> None:
    """One traced read (CF-062), each line accepted by a key, one PIN; published as version 8."""
    room.give(version_7())
    view = room.open()
    assert room.port.readings == [], "nothing is read before it is asked for"
    assert view.focusWidget() is not None and "Document 7" in room.bench.visible()
    room.press(Qt.Key.Key_Return)
    assert room.port.readings == ["data-7"]
    assert view.lines.list.rows[0].beside == "reprise de v7 du 21.11.2026"
    accept_all(room)
    assert view.decisions.text() == "Tout est décidé. Vérifiez (F9), puis signez."
    room.press(Qt.Key.Key_F9)
    assert "remplace la version 7" in room.words("summary-publish-replaces")
    room.type("123456")
    room.press(Qt.Key.Key_Return)
    assert "Publié, version 8." in room.bench.visible()
    assert room.pressed <= KEYS_AT_MOST, room.pressed
    (sent,) = room.port.sent
    assert (sent.version, sent.document.replaces, sent.data.replaces) == (8, "d7", "data-7")
    assert sent.document.mandate.kind is MandateKind.MEDECIN_REFERENT
    published = good(read(sent.bundle)).summary
    assert [s.entries for s in published.sections] == [
        one.entries for one in sorted(version_7().sections, key=lambda s: ORDER.index(present(s.key)))
    ]
    assert room.drafts.of("p1") is None and good(room.publications.pending()).publications == ()


def test_what_was_published_stands_in_the_record_at_once(room: Room) -> None:
    """Corrected the next minute, the next version replaces this one: nobody closes the record for that."""
    room.give(version_7())
    room.open()
    room.press(Qt.Key.Key_Return)
    accept_all(room)
    room.press(Qt.Key.Key_F9)
    room.give(version_7(), 8)  # what the platform will have taken
    room.type("123456")
    room.press(Qt.Key.Key_Return)
    room.press(Qt.Key.Key_Escape)
    assert "Document 8" in room.bench.visible(), "among the sources of the next version"
    room.bench.click("tab-home")
    assert "Document 8" in room.bench.visible()


def test_cf087_lines_of_the_former_version_are_not_lost_unseen(room: Room) -> None:
    """One of each required section is accepted; the others of version 7 are named before the PIN."""
    room.give(version_7())
    view = room.open()
    room.press(Qt.Key.Key_Return)
    for _ in range(3):
        room.press(Qt.Key.Key_Space)
        room.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert view.decisions.text().startswith("5 décisions restent")
    room.press(Qt.Key.Key_F9)
    assert not room.bench.find("summary-publish").isVisible(), "no PIN yet"
    said = room.words("summary-warnings-text").replace("\u00a0", " ")
    assert said == (
        "11 lignes de la version 7 ne sont pas reprises : Allergies et intolérances (2),"
        " Problèmes actifs et ALD (4), Traitement en cours (3), Vaccinations (1), Interventions (1)."
    )
    room.press(Qt.Key.Key_F9)
    assert not room.bench.find("summary-publish").isVisible(), "the same key again is no answer"
    room.press(Qt.Key.Key_Return)
    assert view.lines.title.text() == "Allergies et intolérances" and view.lines.list.hasFocus()
    assert present(view.lines.line()).decision is Decision.PROPOSED
    assert not room.bench.find("summary-warnings").isVisible()
    room.press(Qt.Key.Key_F9)
    room.bench.click("summary-warnings-drop")
    room.bench.settle()
    room.type("123456")
    room.press(Qt.Key.Key_Return)
    (sent,) = room.port.sent
    assert [len(one.entries) for one in good(read(sent.bundle)).summary.sections] == [1, 1, 1]


def test_a_version_in_force_that_nobody_read_is_told_and_not_replaced_unseen(room: Room) -> None:
    """It is no « première version », and « Revoir » leads to it."""
    room.give(version_7())
    draft = replace(typical(), base=None, sections=())
    for key in (SectionKey.ALLERGIES, SectionKey.PROBLEMS, SectionKey.MEDICATION):
        draft = editing.set_state(draft, key, SectionState.NONE_KNOWN)
    view = room.open(draft)
    assert "version en vigueur du 21.11.2026, non lue" in view._standing.whole()
    room.press(Qt.Key.Key_F9)
    assert "n'est pas lue" in room.words("summary-warnings-text") and room.port.sent == []
    room.press(Qt.Key.Key_Return)
    assert view._side.hasFocus() and view._side.current() == "document:d7"
    room.press(Qt.Key.Key_Return)
    assert room.port.readings == ["data-7"] and "base v7 du 21.11.2026" in view._standing.whole()


def test_enter_before_the_list_came_reads_the_version_in_force_once_it_is_there(room: Room) -> None:
    """Nothing else takes it meanwhile, and it is one traced read (CF-062)."""
    room.give(version_7())
    view = room.open_before_the_list()
    assert room.bench.shell.focusWidget() is view, "no field"
    for _ in range(2):
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert room.port.readings == [] and view.lines.search.line.text() == ""
    room.list_comes()
    assert room.port.readings == ["data-7"]
    assert view.lines.list.hasFocus() and view.lines.list.rows != ()


def test_cf062_the_keyboard_waits_at_the_version_in_force_and_nothing_is_read_unasked(room: Room) -> None:
    room.give(version_7())
    view = room.open_before_the_list()
    QTest.keyClick(view, Qt.Key.Key_Shift)
    room.list_comes()
    assert room.port.readings == []
    assert view._side.hasFocus() and view._side.current() == "document:d7"


def test_enter_before_a_list_without_a_summary_does_nothing(room: Room) -> None:
    view = room.open_before_the_list()
    QTest.keyClick(view, Qt.Key.Key_Return)
    room.list_comes()
    assert room.port.readings == [] and view.lines.search.line.hasFocus()
    room.give(version_7())
    view.lines.list.setFocus()
    room.bench.desks.record.listed.emit()
    room.bench.settle()
    assert room.port.readings == [], "an Enter counts once"


def test_who_typed_or_clicked_before_the_list_came_stays_where_he_is(room: Room) -> None:
    room.give(version_7())
    view = room.open_before_the_list()
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.keyClicks(view, "p")
    QTest.keyClicks(view.lines.search.line, "eni")
    room.list_comes()
    assert view.lines.search.line.hasFocus() and view.lines.search.line.text() == "peni"
    assert room.port.readings == []


def test_the_end_says_what_was_published_prints_it_and_leads_to_the_record(room: Room) -> None:
    room.give(version_7())
    view = room.open()
    room.press(Qt.Key.Key_Return)
    accept_all(room)
    room.press(Qt.Key.Key_F9)
    room.type("123456")
    room.press(Qt.Key.Key_Return)
    assert room.words("summary-end-done") == "Publié, version 8."
    said = room.words("summary-end-said")
    assert (
        "Elle remplace la version 7." in said and "sans horodatage" in said and "Signé le 21.11.2026" in said
    )
    for part in (view.lines, view.sections, view.check, room.bench.find("summary-publish-leave")):
        assert not part.isVisible(), "nothing that is over stays in sight"
    assert room.bench.find("summary-step-confirmed").isVisible()
    room.bench.click("summary-end-print")
    room.bench.settle()
    ((template, _, data),) = room.bench.fakes.writer.written[-1:]
    assert (template, data["copy"]) == ("resume-patient", True)
    for dialog in dialogs():
        dialog.close()
    view.focus_first()
    room.press(Qt.Key.Key_Return)
    assert room.bench.shell.page() == "record"
    room.bench.click("tab-summary")
    room.bench.settle()
    assert view.lines.isVisible() and not room.bench.find("summary-end").isVisible()


def test_a_session_that_keeps_nothing_says_that_the_draft_ends_with_a_lock(room: Room) -> None:
    room.bench.vault.state = IN_MEMORY
    view = room.open(typical())
    said = room.bench.find_a(QLabel, "summary-not-kept")
    assert said.isVisible() and "un verrouillage efface ce brouillon" in said.text()
    assert "brouillon gardé" not in view._standing.whole()


def test_a_session_that_keeps_says_nothing_of_it(room: Room) -> None:
    room.open(typical())
    assert not room.bench.find("summary-not-kept").isVisible()


def test_the_first_version_says_so(room: Room) -> None:
    view = room.open(replace(typical(), base=None, sections=()))
    assert "première version" in view._standing.whole()


def test_cf087_untouched_proposals_are_not_published_and_open_sections_stop_it(room: Room) -> None:
    room.give(version_7())
    room.open()
    room.press(Qt.Key.Key_Return)
    room.press(Qt.Key.Key_F9)
    said = room.words("summary-message-text")
    assert "Publication impossible" in said and "Allergies" in said
    assert room.port.sent == [] and not room.bench.find("summary-publish").isVisible()
    room.bench.click("summary-message-act")
    room.bench.settle()
    assert room.view.lines.title.text() == "Allergies et intolérances"


def test_cf062_another_source_is_read_when_it_is_chosen_and_its_lines_are_proposed(room: Room) -> None:
    letter_says = replace(
        version_7(),
        sections=(
            SummarySection(SectionKey.ALLERGIES, SectionState.LINES, (Allergy(text="Noix"),)),
            SummarySection(SectionKey.PROBLEMS, SectionState.UNAVAILABLE),
            SummarySection(SectionKey.MEDICATION, SectionState.UNAVAILABLE),
        ),
    )
    room.give(letter_says, 9, "cr-sejour-lettre-sortie")
    view = room.open(typical())
    assert room.port.readings == []
    room.bench.click("summary-side-source")
    view._side.setFocus()
    for _ in view._side.rows:
        if view._side.current() != "document:d9":
            room.press(Qt.Key.Key_Down)
    room.press(Qt.Key.Key_Return)
    assert room.port.readings == ["data-9"]
    lines = {row.words: row for row in view.lines.list.rows}
    assert "Noix" in lines and "Document 9" in lines["Noix"].beside and lines["Noix"].right == "à décider"


def test_two_doses_are_told_apart_and_one_is_chosen_by_the_keyboard(room: Room) -> None:
    """« Ramipril 5 ou 10 » : nothing is chosen for the doctor, nor published before (features A.4)."""
    other = Medication(text="Ramipril", strength="10 mg", dosage="1-0-0")
    letter_says = (
        SummarySection(SectionKey.MEDICATION, SectionState.LINES, (other,)),
        SummarySection(SectionKey.PROBLEMS, SectionState.UNAVAILABLE),
        SummarySection(SectionKey.ALLERGIES, SectionState.UNAVAILABLE),
    )
    room.give(version_7())
    room.give(replace(version_7(), sections=letter_says), 9, "cr-sejour-lettre-sortie")
    view = room.open()
    room.press(Qt.Key.Key_Return)
    room.bench.click("summary-side-source")
    view._side.setFocus()
    for _ in view._side.rows:
        if view._side.current() != "document:d9":
            room.press(Qt.Key.Key_Down)
    room.press(Qt.Key.Key_Return)
    view.section_chosen.emit(SectionKey.MEDICATION)
    view.lines.list.setFocus()
    rows = view.lines.list.rows
    assert any(text("summary.edit_choose") in (row.words, row.beside) for row in rows)
    doses = [row.id for row in rows if choice_of(row.id)[1] is not None]
    assert len(doses) == 2
    room.press(Qt.Key.Key_F9)
    assert "Ramipril" in room.words("summary-message-text")
    view.section_chosen.emit(SectionKey.MEDICATION)
    view.lines.list.setFocus()
    for _ in rows:
        if view.lines.list.current() != doses[1]:
            room.press(Qt.Key.Key_Down)
    room.press(Qt.Key.Key_Space)
    lines = present(view._model.draft).section(SectionKey.MEDICATION).lines
    ramipril = next(line for line in lines if line.entry.text == "Ramipril")
    assert isinstance(ramipril.entry, Medication) and ramipril.entry.strength == "10 mg"
    assert ramipril.decision is Decision.ACCEPTED and ramipril.conflicts == ()


def test_data_of_another_person_are_not_taken_over(room: Room) -> None:
    other = replace(version_7(), subject=replace(version_7().subject, matricule=PAUL.matricule.digits))
    room.give(other)
    room.open()
    room.press(Qt.Key.Key_Return)
    assert "autre personne" in room.words("summary-message-text")
    assert "Problème 0" not in room.bench.words_in_widgets()


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (Failure.of(Code.PIN_WRONG, tries=2), "pin"),
        (Failure(Code.PIN_BLOCKED), "bloqué"),
        (Failure(Code.SIGNING_FAILED), "signature"),
    ],
)
def test_what_the_card_refuses_publishes_nothing_and_the_draft_stays(
    room: Room, failure: Failure, said: str
) -> None:
    room.give(version_7())
    room.open()
    room.press(Qt.Key.Key_Return)
    accept_all(room)
    room.press(Qt.Key.Key_F9)
    room.bench.fakes.signing.refusals = [failure]
    room.type("123456")
    room.press(Qt.Key.Key_Return)
    assert said in room.words("summary-publish-message-text").lower()
    assert room.port.sent == [] and room.kept().section(SectionKey.ALLERGIES).published
    room.type("123456")
    room.press(Qt.Key.Key_Return)
    assert len(room.port.sent) == 1


@pytest.mark.parametrize("fate", [Fate.HALF, Fate.LOST])
def test_a_half_or_an_unknown_end_is_looked_into_without_a_hand(room: Room, fate: Fate) -> None:
    """« Nous vérifions », then what was found; each of the two was taken once."""
    room.give(version_7())
    room.open()
    room.press(Qt.Key.Key_Return)
    accept_all(room)
    room.press(Qt.Key.Key_F9)
    room.port.fates = [fate]
    room.type("123456")
    room.press(Qt.Key.Key_Return)
    assert "Publié, version 8." in room.bench.visible()
    assert {room.port.copies(id) for id in room.port.arrived} == {1} and len(room.port.arrived) == 2


def test_what_the_platform_refuses_is_told_and_the_draft_stays(room: Room) -> None:
    room.give(version_7())
    room.open()
    room.press(Qt.Key.Key_Return)
    accept_all(room)
    room.press(Qt.Key.Key_F9)
    room.port.failure = Failure.of(PublishingCode.NEWER_VERSION)
    room.type("123456")
    room.press(Qt.Key.Key_Return)
    assert "version plus récente" in room.words("summary-publish-message-text")
    assert room.kept().section(SectionKey.MEDICATION).published
    room.press(Qt.Key.Key_Escape)
    assert not room.bench.find("summary-publish").isVisible()


def test_the_differences_are_those_to_the_version_that_was_read(room: Room) -> None:
    """CF-091: what is unchanged is not named."""
    room.give(version_7())
    view = room.open()
    room.press(Qt.Key.Key_Return)
    accept_all(room)
    view.section_chosen.emit(SectionKey.ALLERGIES)
    room.bench.settle()
    view.lines.list.setFocus()
    room.press(Qt.Key.Key_Delete)
    room.bench.click("summary-side-differences")
    room.bench.settle()
    rows = {row.words: row.beside for row in view._side.rows if not row.title}
    assert rows == {"Pénicilline": "retiré"}


def test_a_print_for_the_patient_is_in_his_language_and_says_that_it_is_a_copy(room: Room) -> None:
    """CF-068; only what is decided makes a document."""
    room.give(version_7())
    view = room.open()
    room.press(Qt.Key.Key_Return)
    view.print_asked.emit(Language.DE)
    room.bench.settle()
    assert "Publication impossible" in room.words("summary-message-text")
    assert room.bench.fakes.writer.written == []
    accept_all(room)
    view.print_asked.emit(Language.DE)
    room.bench.settle()
    ((template, language, data),) = room.bench.fakes.writer.written
    assert (template, language, data["copy"]) == ("resume-patient", "de", True)
    titles = [section["title"] for section in data["sections"]]  # type: ignore[attr-defined]
    assert titles[0] == "Allergien und Unverträglichkeiten"
    for dialog in dialogs():
        dialog.close()


def test_what_is_decided_is_on_the_disk_within_a_second_and_the_head_says_when(room: Room) -> None:
    view = room.open(typical())
    room.press(Qt.Key.Key_Space)
    room.bench.qtbot.waitUntil(
        lambda: decided(room.kept(), SectionKey.ALLERGIES)[0] is Decision.ACCEPTED, timeout=LIMIT_MS
    )
    room.bench.qtbot.waitUntil(lambda: "brouillon gardé" in view._standing.whole(), timeout=LIMIT_MS)


def test_cf093_the_end_of_the_right_keeps_what_was_decided_a_moment_before(room: Room) -> None:
    room.open(typical())
    room.press(Qt.Key.Key_Space)
    room.bench.desks.record.end(Failure(Code.MANDATE_ENDED))
    room.bench.settle()
    assert room.bench.shell.page() != "summary" and "Latex" not in room.bench.words_in_widgets()
    assert decided(room.kept(), SectionKey.ALLERGIES)[0] is Decision.ACCEPTED


def test_a_page_that_was_left_while_it_read_reads_when_it_is_looked_at_again(room: Room) -> None:
    room.bench.log_in(SIGNER)
    assert room.drafts.keep(ANNE, typical()) is None
    room.bench.open_record(ANNE)
    room.bench.click("tab-summary")
    room.bench.click("tab-home")
    room.bench.settle()
    room.bench.click("tab-summary")
    room.bench.settle()
    assert room.view.lines.list.rows != ()


def test_ctrl_z_takes_back_step_by_step_and_brings_back_what_esc_threw_away(room: Room) -> None:
    view = room.open(typical())
    room.press(Qt.Key.Key_Space)
    room.press(Qt.Key.Key_F2)
    note = room.bench.find_a(QLineEdit, "summary-form-allergy-note")
    note.setFocus()
    room.type("salle de soins")
    room.press(Qt.Key.Key_Escape)
    assert view.lines.list.hasFocus()
    undo = Qt.KeyboardModifier.ControlModifier
    room.press(Qt.Key.Key_Z, undo)
    assert any("salle de soins" in row.words for row in view.lines.list.rows)
    for _ in range(2):
        room.press(Qt.Key.Key_Z, undo)
    assert [row.right for row in view.lines.list.rows] == ["à décider", "à décider"]


def test_a_new_line_is_a_few_words_and_enter(room: Room) -> None:
    """Its form asks for the rest; its source is who wrote it (CF-088)."""
    view = room.open(typical())
    room.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    room.type("venin de frelon")
    room.press(Qt.Key.Key_Return)
    room.type("malaise")
    room.press(Qt.Key.Key_Return)
    row = view.lines.list.rows[-1]
    assert row.words.startswith("venin de frelon") and "malaise" in row.words
    assert row.beside.startswith(f"saisi par {ACCOUNT.name}") and row.right == ""


def sent_and_killed(room: Room) -> tuple[Draft, str]:
    """Anne's draft and its publication, which arrived; then the power failed."""
    draft = typical()
    for key in (SectionKey.ALLERGIES, SectionKey.PROBLEMS, SectionKey.MEDICATION):
        draft = editing.set_state(draft, key, SectionState.NONE_KNOWN)
    room.bench.log_in(SIGNER)
    referent = room.bench.platform.mandates["p1"]
    record = OpenRecord(ANNE, referent, None)
    made = good(prepared(composed(draft, ANNE, ACCOUNT, NOW), lambda *_: b"%PDF"))
    signed = publication(made, Signed(b"%PDF signed", b"head..jws", NOW), record, ACCOUNT, Replaced())
    good(room.publications.keep(signed))
    good(room.port.publish(signed))
    return draft, signed.id


def test_what_was_sent_before_the_program_was_killed_is_told_and_not_sent_again(room: Room) -> None:
    draft, id = sent_and_killed(room)
    assert room.drafts.keep(ANNE, draft) is None
    room.bench.open_record(ANNE)
    room.bench.click("tab-summary")
    room.bench.settle()
    assert [one.id for one in room.port.sent] == [id]
    assert "Publié, version 8." in room.bench.visible() and room.drafts.of("p1") is None


def ready_to_sign(room: Room) -> EditorView:
    """Anne's version 8 in the last step, where the PIN is asked."""
    room.give(version_7())
    view = room.open()
    room.press(Qt.Key.Key_Return)
    accept_all(room)
    room.press(Qt.Key.Key_F9)
    assert room.bench.find_a(QAbstractButton, "summary-sign").isVisible()
    return view


def add_problem(view: EditorView, room: Room, words: str) -> None:
    view.section_chosen.emit(SectionKey.PROBLEMS)
    view.lines.search.kept.emit(words)
    room.bench.settle()
    view.lines.written.emit(Problem(text=words))
    room.bench.settle()


def write_problem(view: EditorView, words: str) -> None:
    """While an answer is out: nothing settles."""
    view.section_chosen.emit(SectionKey.PROBLEMS)
    view.lines.search.kept.emit(words)
    view.lines.written.emit(Problem(text=words))


def problems(draft: Draft) -> list[str]:
    return [line.entry.text for line in draft.section(SectionKey.PROBLEMS).lines]


def test_what_is_changed_in_the_last_step_is_not_what_was_made_ready(room: Room) -> None:
    """Else the card would sign another content than the one on the screen."""
    view = ready_to_sign(room)
    add_problem(view, room, "Asthme")
    assert not room.bench.find_a(QAbstractButton, "summary-sign").isVisible()
    room.press(Qt.Key.Key_F9)
    room.type("123456")
    room.press(Qt.Key.Key_Return)
    (sent,) = room.port.sent
    said = present(good(read(sent.bundle)).summary.sections)
    assert "Asthme" in [entry.text for section in said for entry in section.entries]


def test_a_signature_of_what_was_left_meanwhile_goes_nowhere(room: Room) -> None:
    """The card still signs the former content when the next one is made ready: the two are never mixed."""
    view = ready_to_sign(room)
    gate = room.bench.fakes.signing.gate
    gate.shut()
    QTest.keyClicks(present(room.bench.shell.focusWidget()), "123456")
    QTest.keyClick(present(room.bench.shell.focusWidget()), Qt.Key.Key_Return)
    view.publish.left.emit()
    view.check_asked.emit()
    gate.open()
    room.bench.settle()
    assert len(room.bench.fakes.signing.signed) == 1
    assert room.port.sent == [] and good(room.publications.pending()).publications == ()


def test_cf093_what_was_written_while_an_answer_was_out_stays(room: Room) -> None:
    """The platform has the version that was signed; F9 tells so and signs no second one."""
    view = ready_to_sign(room)
    room.port.fates, room.port.deaf = [Fate.LOST], 1
    room.type("123456")
    room.press(Qt.Key.Key_Return)
    room.bench.clock.advance(5)
    add_problem(view, room, "Asthme")
    room.press(Qt.Key.Key_F9)
    assert "Publié, version 8." in room.bench.visible()
    assert len(room.port.sent) == 1 and len(room.bench.fakes.signing.signed) == 1
    assert "Asthme" in problems(room.kept())


def test_cf093_what_was_written_after_the_signature_stays_when_it_is_told(room: Room) -> None:
    draft, _ = sent_and_killed(room)
    later = replace(draft, saved_at=NOW + timedelta(minutes=1))
    assert room.drafts.keep(ANNE, later) is None
    room.bench.open_record(ANNE)
    room.bench.click("tab-summary")
    room.bench.settle()
    assert "Publié, version 8." in room.bench.visible()
    kept = room.kept()
    assert [problems(kept), kept.saved_at] == [problems(later), later.saved_at]
    assert present(kept.base).version == 8, "the next one is version 9"


def test_cf086_the_patient_can_object_to_a_section_that_has_no_line_yet(room: Room) -> None:
    """Here it is said; outside it looks like one about which nothing was written."""
    view = room.open(typical())
    view.section_chosen.emit(SectionKey.PREGNANCY)
    room.bench.settle()
    room.bench.click("summary-line-object")
    room.bench.pull()
    room.bench.settle()
    assert room.bench.session() is not SessionState.ACTIVE
    room.bench.unlock(SIGNER)
    draft = room.kept()
    assert draft.section(SectionKey.PREGNANCY).state is SectionState.REFUSED
    published = [section.key for section in composed(draft, ANNE, ACCOUNT, NOW).sections]
    assert SectionKey.PREGNANCY not in published
    view.section_chosen.emit(SectionKey.PREGNANCY)
    assert "Le patient s'oppose" in room.words("summary-no-line")


def sign(room: Room) -> None:
    room.type("123456")
    room.press(Qt.Key.Key_Return)


def go_on(room: Room) -> None:
    """The timer of what waits fires: in a test no timer of a second and more does so by itself."""
    room.bench.clock.advance(600)
    for timer in room.bench.parent.findChildren(QTimer):
        if timer.isActive() and isinstance(timer.parent(), _Errand):
            timer.timeout.emit()
    room.bench.settle()


def esc_while_it_is_sent(room: Room) -> EditorView:
    """The doctor goes back to the lines before the platform answered."""
    view = ready_to_sign(room)
    room.port.held = True
    room.port.gate.shut()
    QTest.keyClicks(present(room.bench.shell.focusWidget()), "123456")
    QTest.keyClick(present(room.bench.shell.focusWidget()), Qt.Key.Key_Return)
    room.bench.qtbot.waitUntil(lambda: len(room.port.sent) == 1, timeout=LIMIT_MS)
    view.publish.left.emit()
    assert view.lines.isVisible() and not room.bench.find("summary-publish").isVisible()
    return view


def answer(room: Room) -> None:
    room.port.gate.open()
    room.bench.settle()


def test_cf079_esc_while_it_is_sent_stops_nothing_and_its_end_is_told(room: Room) -> None:
    esc_while_it_is_sent(room)
    answer(room)
    assert room.words("summary-end-done") == "Publié, version 8." and room.drafts.of("p1") is None
    assert len(room.port.sent) == 1 and good(room.publications.pending()).publications == ()


def test_cf079_a_page_that_was_left_while_it_is_sent_stops_nothing(room: Room) -> None:
    """It goes on while another page is in front, and home tells what became of it."""
    esc_while_it_is_sent(room)
    room.port.fates = [Fate.LOST]
    room.bench.click("tab-home")
    answer(room)
    go_on(room)
    assert room.port.copies(room.port.sent[0].id) == 1 and len(room.port.sent) == 1
    assert room.drafts.of("p1") is None
    room.bench.desks.record.close()
    room.bench.settle()
    assert room.bench.shell.page() == "home"
    assert room.bench.words_of("summary-home-signed") == f"1 résumé publié\u00a0: {ANNE.name}"
    room.bench.click("summary-home-open")
    room.bench.settle()
    view = room.bench.find_a(DraftsView, "summary-drafts-view")
    assert "publiée" in view.list.rows[0].beside
    room.bench.click("tab-home")
    room.bench.settle()
    assert not room.bench.find("summary-home").isVisible(), "it was told"


def test_cf079_what_waits_for_the_platform_goes_when_it_is_back(room: Room) -> None:
    """No key, no page: the network returns, and what was signed is sent once."""
    ready_to_sign(room)
    room.port.fates = [Fate.OFFLINE]
    sign(room)
    room.press(Qt.Key.Key_Escape)
    assert not room.port.arrived
    room.bench.desks.network.returned.emit()
    room.bench.settle()
    assert "Publié, version 8." in room.bench.visible()
    assert {room.port.copies(id) for id in room.port.arrived} == {1}


def test_cf079_what_was_left_by_a_lock_goes_on_at_the_unlock_of_the_same_holder(room: Room) -> None:
    """Nobody opens the patient's record; another doctor's session sends nothing of it."""
    ready_to_sign(room)
    room.port.fates = [Fate.OFFLINE]
    sign(room)
    room.bench.desks.record.close()
    room.bench.pull()
    room.bench.settle()
    room.bench.desks.session.log_out()
    room.bench.settle()
    room.bench.log_in(KLEIN)
    assert not room.port.arrived
    room.bench.desks.session.log_out()
    room.bench.settle()
    room.bench.pull()
    room.bench.settle()
    room.bench.log_in(SIGNER)
    assert {room.port.copies(id) for id in room.port.arrived} == {1} and len(room.port.arrived) == 2
    assert ANNE.name in room.bench.words_of("summary-home-signed")


def test_cf031_what_lost_its_right_waits_and_says_why(room: Room) -> None:
    ready_to_sign(room)
    room.port.granted = Failure.of(Code.OTHER_RIGHT)
    sign(room)
    room.bench.desks.record.close()
    room.bench.settle()
    room.bench.click("summary-home-open")
    room.bench.settle()
    view = room.bench.find_a(DraftsView, "summary-drafts-view")
    (signed,) = [row for row in view.list.rows if "signée" in row.beside]
    assert "en attente" in signed.beside and not room.port.arrived
    assert view.list.current() == signed.id
    assert view.content.rows[0].words == failure_text(Failure.of(Code.OTHER_RIGHT))


def test_what_was_written_after_the_signature_goes_on_from_the_version_that_was_published(
    room: Room,
) -> None:
    """CF-091, CF-093: the next number is 9, and only what is new is a difference; a step back too."""
    view = esc_while_it_is_sent(room)
    room.bench.clock.advance(5)
    write_problem(view, "Asthme")
    rows = room.bench.platform.records["p1"]  # what the platform will have taken
    names = {"d7": "pdf-8", "data-7": "data-8"}
    room.bench.platform.records["p1"] = tuple(
        replace(row, id=names.get(row.id, row.id), transforms=names.get(row.transforms, "")) for row in rows
    )
    answer(room)
    assert view.lines.isVisible(), "who writes is not put before another screen"
    assert "Version 8 publiée" in room.words("summary-message-text")
    assert "base v8" in view._standing.whole()
    room.bench.qtbot.waitUntil(
        lambda: present(room.kept().base).version == 8 and "Asthme" in problems(room.kept()), timeout=LIMIT_MS
    )
    room.bench.click("summary-side-differences")
    room.bench.settle()
    assert [row.words for row in view._side.rows if not row.title] == ["Asthme"]
    view.undo_asked.emit()
    room.bench.settle()
    assert "base v8" in view._standing.whole()
    add_problem(view, room, "Asthme")
    room.press(Qt.Key.Key_F9)
    room.bench.find("summary-pin").setFocus()
    sign(room)
    assert [one.version for one in room.port.sent] == [8, 9]
    assert good(read(room.port.sent[1].bundle)).summary.replaces == room.port.sent[0].data.unique_id


def test_a_pdf_without_its_data_is_the_version_that_the_next_one_replaces(room: Room) -> None:
    """Contract §9: there is no second version 8, and the data of version 7 are the last that were taken."""
    ready_to_sign(room)
    room.port.fates = [Fate.HALF, Fate.HALF]
    row = replace(letter(8, "Résumé patient", own=True), id="pdf-8", category=CATEGORY)
    room.bench.platform.records["p1"] = (row,)  # what the platform lists from then on
    sign(room)
    go_on(room)
    assert "sans les données" in room.words("summary-publish-message-text")
    assert present(room.kept().base).version == 8, "also on the disk"
    room.press(Qt.Key.Key_Escape)
    assert "base v8" in room.view._standing.whole()
    room.press(Qt.Key.Key_F9)
    sign(room)
    sent = room.port.sent[-1]
    assert (sent.version, sent.document.replaces, sent.data.replaces) == (9, "pdf-8", "")
    assert good(read(sent.bundle)).summary.replaces == version_7().bundle
    assert "Publié, version 9." in room.bench.visible() and room.drafts.of("p1") is None


def test_data_that_are_taken_later_end_the_draft_that_stood_on_the_pdf_alone(room: Room) -> None:
    """At the next opening of the record; nothing was written since."""
    ready_to_sign(room)
    room.port.fates = [Fate.HALF, Fate.HALF]
    sign(room)
    go_on(room)
    assert present(room.kept().base).version == 8
    room.bench.desks.record.close()
    room.bench.settle()
    room.bench.open_record(ANNE)
    room.bench.click("tab-summary")
    go_on(room)
    assert {room.port.copies(id) for id in room.port.arrived} == {1} and len(room.port.arrived) == 2
    assert room.drafts.of("p1") is None


def in_memory(room: Room) -> EditorView:
    room.bench.vault.state = IN_MEMORY
    view = ready_to_sign(room)
    assert "rien ne part plus tard" in room.words("summary-not-kept")
    assert room.bench.find("summary-not-kept").isVisible(), "where the PIN is typed"
    return view


def test_a_session_that_keeps_nothing_says_not_published_and_the_draft_stays(room: Room) -> None:
    """Nothing goes behind the doctor's back; the same draft can be signed again."""
    in_memory(room)
    room.port.fates = [Fate.OFFLINE]
    sign(room)
    said = room.words("summary-publish-replaces")
    assert said.startswith("Non publié.") and "rien ne partira plus tard" in said
    room.bench.desks.network.returned.emit()
    go_on(room)
    assert not room.port.arrived and good(room.publications.pending()).publications == ()
    room.press(Qt.Key.Key_Escape)
    room.press(Qt.Key.Key_F9)
    sign(room)
    assert "Publié, version 8." in room.bench.visible()
    assert {room.port.copies(id) for id in room.port.arrived} == {1}


def test_a_session_that_keeps_nothing_tells_of_it_where_the_last_step_was_left(room: Room) -> None:
    room.bench.vault.state = IN_MEMORY
    esc_while_it_is_sent(room)
    room.port.failure = Failure.of(Code.PLATFORM_BUSY)
    answer(room)
    said = room.words("summary-message-text")
    assert said.startswith("Non publié.") and "rien ne partira plus tard" in said


def test_a_lock_of_a_session_that_keeps_nothing_says_what_it_leaves_behind(room: Room) -> None:
    room.bench.vault.state = IN_MEMORY
    esc_while_it_is_sent(room)
    room.bench.pull()
    room.bench.qtbot.waitUntil(lambda: room.bench.shell.page() == "lock", timeout=LIMIT_MS)
    said = room.words("lock-kept")
    assert "1 acte confirmé" in said and "publication" in said
    room.port.gate.open()
    room.bench.settle()


def test_a_lock_of_a_session_that_keeps_leaves_nothing_behind(room: Room) -> None:
    """The other side of the one before: it is looked up at the unlock, and told."""
    esc_while_it_is_sent(room)
    room.bench.pull()
    room.bench.qtbot.waitUntil(lambda: room.bench.shell.page() == "lock", timeout=LIMIT_MS)
    assert "acte confirmé" not in room.words("lock-kept")
    answer(room)
    room.bench.unlock(SIGNER)
    go_on(room)
    assert len(room.port.sent) >= 1 and {room.port.copies(id) for id in room.port.arrived} == {1}


def test_a_damaged_draft_is_told_and_the_editor_opens(room: Room) -> None:
    room.bench.log_in(SIGNER)
    assert room.drafts.keep(ANNE, typical()) is None
    spoil = "UPDATE summary_draft SET content = x'7b'"
    good(room.rows.write(lambda rows: rows.execute(spoil, ())))
    room.bench.open_record(ANNE)
    room.bench.click("tab-summary")
    room.bench.settle()
    assert "1 brouillon de ce patient est endommagé" in room.words("summary-message-text")
    assert room.view.lines.isEnabled()


def pdf_alone(room: Room) -> None:
    """Anne's summary as other programs write it: a PDF of 21.11.2026, no data beside it."""
    row = replace(letter(7, "Résumé de 2024", own=False), category=CATEGORY)
    room.bench.platform.records["p1"] = (*room.bench.platform.records["p1"], row)


def none_known() -> Draft:
    draft = replace(typical(), base=None, sections=())
    for key in (SectionKey.ALLERGIES, SectionKey.PROBLEMS, SectionKey.MEDICATION):
        draft = editing.set_state(draft, key, SectionState.NONE_KNOWN)
    return draft


def test_a_former_version_that_is_a_pdf_alone_is_named_and_superseded(room: Room) -> None:
    """It is no « première version »; nothing of it can be taken over, and it is told before the PIN."""
    pdf_alone(room)
    view = room.open(none_known())
    standing = view._standing.whole()
    assert "version antérieure du 21.11.2026, en PDF seulement" in standing
    assert "première version" not in standing
    room.bench.click("summary-side-differences")
    room.bench.settle()
    assert "n'existe qu'en PDF" in view._side.rows[0].words.replace("\u00a0", " ")
    room.press(Qt.Key.Key_F9)
    assert "n'existe qu'en PDF" in room.words("summary-warnings-text")
    room.bench.click("summary-warnings-drop")
    room.bench.settle()
    assert "remplace la version du 21.11.2026" in room.words("summary-publish-replaces")
    sign(room)
    (sent,) = room.port.sent
    assert (sent.document.replaces, sent.data.replaces) == ("d7", "")
    assert "remplace la version du 21.11.2026" in room.words("summary-end-said")


def test_the_pdf_of_the_former_version_opens_from_the_sources(room: Room) -> None:
    """CF-062: when it is chosen, and not before."""
    pdf_alone(room)
    view = room.open(none_known())
    room.bench.click("summary-side-source")
    room.bench.settle()
    row = next(row for row in view._side.rows if row.id == "document:d7")
    assert "PDF seulement" in row.beside and "read_document" not in room.bench.log
    view.side_entered.emit(row.id)
    room.bench.settle()
    assert room.bench.shell.page() == "record" and room.port.readings == []
    assert "read_document" in room.bench.log


def test_what_was_published_is_read_by_one_act(room: Room) -> None:
    """The record's list is read again for it, where it does not name it yet."""
    ready_to_sign(room)
    sign(room)
    rows = room.bench.platform.records["p1"]
    names = {"d7": "pdf-8", "data-7": "data-8"}
    room.bench.platform.records["p1"] = tuple(
        replace(row, id=names.get(row.id, row.id), transforms=names.get(row.transforms, "")) for row in rows
    )
    room.bench.click("summary-end-read")
    room.bench.settle()
    assert room.bench.shell.page() == "summary-reading"
    room.bench.click("tab-summary")
    room.bench.settle()
    assert not room.bench.find("summary-end").isVisible(), "the next look begins anew"


def test_cf074_none_known_of_the_former_version_is_a_line_to_accept(room: Room) -> None:
    """With its date; accepted, it is the same explicit value again, and no difference."""
    sections = tuple(
        SummarySection(key, SectionState.NONE_KNOWN)
        for key in (SectionKey.ALLERGIES, SectionKey.PROBLEMS, SectionKey.MEDICATION)
    )
    room.give(replace(version_7(), sections=sections))
    view = room.open()
    room.press(Qt.Key.Key_Return)
    (line,) = view.lines.list.rows
    assert (line.words, line.beside) == ("Aucune allergie connue", "reprise de v7 du 21.11.2026")
    assert decided(present(room.view._model.draft), SectionKey.ALLERGIES) == [Decision.PROPOSED]
    for _ in range(3):
        room.press(Qt.Key.Key_Space)
        room.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    room.bench.click("summary-side-differences")
    room.bench.settle()
    assert [row.words for row in view._side.rows if not row.title] == []
    room.press(Qt.Key.Key_F9)
    sign(room)
    (sent,) = room.port.sent
    published = good(read(sent.bundle)).summary.sections
    assert {section.state for section in published} == {SectionState.NONE_KNOWN}
    assert b"716186003" in sent.bundle and b"emptyReason" not in sent.bundle
