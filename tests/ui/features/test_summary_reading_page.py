"""A summary of another in the window: for whom it opens, what it costs, what it shows, and that it goes."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle, islice

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from desktop.common.bundle_signature import with_signature
from desktop.domain.errors import Code, Failure
from desktop.domain.network import NetworkState
from desktop.domain.record import Author, DocumentStatus, MandateKind
from desktop.domain.signature import SignatureFinding, SignatureState
from desktop.domain.texts import Language, failure_text, text
from desktop.features.summary.domain.draft import Decision, Draft
from desktop.features.summary.domain.sections import SectionKey
from desktop.features.summary.domain.summary import SummarySection
from desktop.features.summary.feature import SUMMARY as FEATURE
from desktop.features.summary.ips.write import write
from desktop.features.summary.page.handover import Offered, handover
from desktop.features.summary.view.editor import EditorView
from desktop.features.summary.view.reading import ReadingModel, ReadingView
from desktop.features.summary.view.section_card import LINES_A_TURN, SectionCard
from desktop.pdf.write import DocumentWriter
from desktop.services.session import SessionState
from tests.fakes import FakeKept
from tests.fakes.summary import FakeSummary
from tests.samples.cda import level_1, level_3
from tests.samples.practice import ACCOUNT, NOW, deposit, document, mandate
from tests.samples.summaries import SUBJECT, SUMMARY, WRITTEN
from tests.ui.desk.conftest import ANNE, PAUL, Bench, letter
from tests.ui.printing import dialogs

OWN = replace(
    SUMMARY,
    subject=replace(SUBJECT, matricule=ANNE.matricule.digits, birth_date=ANNE.birth_date),
)
BUNDLE = write(OWN, "Résumé patient")
JWS = b"head..signature"
ALLERGY = "Pénicilline"
PDF = replace(
    document(deposit(5, category="resume-patient", title="Résumé patient"), "d5"),
    author=Author("pr9", "Dr Klein"),
)
DATA = replace(
    PDF, id="d5-data", unique_id="urn:uuid:5d", content_type="application/fhir+json", transforms="d5"
)


@pytest.fixture
def port() -> FakeSummary:
    return FakeSummary()


@pytest.fixture
def bench(make_bench: Callable[..., Bench], port: FakeSummary) -> Iterator[Bench]:
    """Anne's record by consultation, with a summary and its data in it."""
    made = make_bench(plug=lambda made: (FEATURE.over(port, FakeKept(FEATURE.kept, made.vault)),))
    made.platform.records["p1"] = (PDF, DATA, letter(2, "Lettre de suivi", own=True))
    made.platform.contents[DATA.id] = BUNDLE
    yield made
    for dialog in dialogs():
        dialog.close()


def referent(bench: Bench) -> None:
    bench.platform.mandates["p1"] = mandate(kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)


def open_summary(bench: Bench, document_id: str = "d5") -> ReadingView:
    bench.log_in()
    bench.open_record()
    return open_again(bench, document_id)


def open_again(bench: Bench, document_id: str = "d5") -> ReadingView:
    bench.record_view().open_document(document_id)
    shown(bench)
    assert bench.shell.page() == "summary-reading"
    return view_of(bench)


def shown(bench: Bench) -> None:
    """Until all cards are there: one comes a turn."""
    bench.settle()
    bench.qtbot.waitUntil(lambda: bool(view_of(bench).is_filled))


def view_of(bench: Bench) -> ReadingView:
    return bench.find_a(ReadingView, "summary-reading")


def lines(view: ReadingView) -> str:
    """The words of all cards that are not folded, also of those below the edge of the window."""
    labels = (label for card in view.cards for label in card.findChildren(QLabel))
    return "\n".join(label.text() for label in labels if label.isVisibleTo(view))


def primary(view: ReadingView) -> str:
    button = view.primary()
    assert button is not None and button.isVisible()
    return button.objectName()


def titles(view: ReadingView) -> list[str]:
    return [card.card.title for card in view.cards]


# -- for whom, and at what price -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [k for k in MandateKind if k is not MandateKind.AUTEUR])
def test_it_opens_for_everybody_who_may_read_the_document(bench: Bench, kind: MandateKind) -> None:
    bench.platform.mandates["p1"] = mandate(kind=kind)
    view = open_summary(bench)
    assert ALLERGY in bench.visible() and ANNE.name in bench.visible()
    assert bench.find_a(QPushButton, "tab-home").isChecked()
    assert titles(view)[0].startswith("Alertes") and titles(view)[1].startswith("Allergies")


def test_cf060_one_access_each_time_that_the_user_opens_it(bench: Bench, port: FakeSummary) -> None:
    bench.log_in()
    bench.open_record()
    assert bench.platform.asked.count("read_document") == 0, "CF-062"
    open_again(bench)
    assert bench.platform.asked.count("read_document") == 1 and port.readings == []
    bench.shell.back_asked.emit()
    assert bench.shell.page() == "record" and "d5" in bench.record_view()._read
    open_again(bench)
    cached = bench.platform.asked.count("report_local_read")
    assert bench.platform.asked.count("read_document") + cached == 2, "the second one is a trace too"


def test_a_row_without_data_opens_in_the_viewer(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    bench.record_view().open_document("d2")
    bench.settle()
    assert bench.shell.page() == "record" and bench.record_view().viewer.isVisible()


def test_cf054_a_disabled_one_is_not_read(bench: Bench) -> None:
    bench.platform.records["p1"] = (replace(PDF, status=DocumentStatus.DISABLED), DATA)
    bench.log_in()
    bench.open_record()
    bench.record_view().open_document("d5")
    bench.settle()
    assert bench.platform.asked.count("read_document") == 0
    assert failure_text(Failure(Code.DOCUMENT_DISABLED)) in bench.visible()


def test_a_foreign_file_without_a_pdf_opens_too(bench: Bench) -> None:
    foreign = replace(
        PDF, id="d6", unique_id="urn:uuid:6", category="rapport-medical", content_type="application/fhir+json"
    )
    bench.platform.records["p1"] = (foreign,)
    bench.platform.contents["d6"] = BUNDLE
    open_summary(bench, "d6")
    assert ALLERGY in bench.visible()
    assert not bench.find_a(QPushButton, "summary-reading-pdf").isVisible()


CDA = replace(PDF, id="d7", unique_id="urn:uuid:7", category="rapport-medical", content_type="text/xml")


def test_a_cda_of_level_3_is_shown_with_what_is_odd_in_it(bench: Bench) -> None:
    bench.platform.records["p1"] = (CDA,)
    bench.platform.contents["d7"] = level_3()
    view = open_summary(bench, "d7")
    words = lines(view)
    assert "Luca Bianchi" in bench.visible() and "14.03.2026" in bench.visible()
    assert "Penicilline" in words and "Metformina" in words and "0,90 mg/dL" in words
    assert titles(view)[0].startswith("▲ Lisibilité") and "javascript" not in bench.words_in_widgets()
    assert text("summary.read_of_another") in bench.visible(), "Maria Rossi is not Anne"


def test_a_cda_of_level_1_leads_to_its_pdf_without_a_second_access(bench: Bench) -> None:
    bench.platform.records["p1"] = (CDA,)
    bench.platform.contents["d7"] = level_1(b"%PDF-1.4 inside")
    view = open_summary(bench, "d7")
    assert primary(view) == "summary-reading-open" and titles(view)[0].startswith("▲ Lisibilité")
    QTest.keyClick(view, Qt.Key.Key_Return)
    bench.settle()
    seen = bench.record_view().viewer.document()
    assert bench.shell.page() == "record" and seen is not None and seen.id == "d7"
    assert bench.pdf.opened[-1] == b"%PDF-1.4 inside"
    assert bench.platform.asked.count("read_document") == 1


# -- what it shows -------------------------------------------------------------------------------------------


def test_who_wrote_it_and_that_nobody_signed(bench: Bench) -> None:
    open_summary(bench)
    words = bench.visible()
    assert "Résumé · Dr Luc Kieffer · 21.11.2026" in words and "○ non signée" in words


def test_in_the_reader_s_language_only_a_coded_answer_is_translated(bench: Bench) -> None:
    words = lines(open_summary(bench))
    assert words.count("(traduit d'après le code)") == 1
    assert "Ex-smoker" in words and "ancien fumeur" in words


def test_cf074_what_a_section_says_without_lines(bench: Bench) -> None:
    view = open_summary(bench)
    empty = view.cards[-1]
    assert empty.card.title.startswith("Vides (") and not empty.is_open
    assert "Aucun élément connu" not in lines(view)
    empty.fold()
    assert "Aucun élément connu (déclaré le 21.11.2026)" in lines(view) and "Grossesse" in lines(view)


def test_cf094_one_broken_resource_hides_nothing_and_is_told_once(bench: Bench) -> None:
    broken = json.loads(BUNDLE)
    for entry in broken["entry"]:
        if entry["resource"]["resourceType"] == "DeviceUseStatement":
            entry["resource"] = {"resourceType": "Gadget"}
    broken["entry"][0]["resource"]["section"].append(
        {
            "title": "Sécurité sociale",
            "text": {
                "div": "<div><p>CNS <a href='http://x.example/'>ici</a></p><script>boum()</script></div>"
            },
        }
    )
    bench.platform.contents[DATA.id] = json.dumps(broken).encode()
    view = open_summary(bench)
    assert titles(view)[0] == "▲ Lisibilité\N{NO-BREAK SPACE}: 1 élément non lu (Dispositifs et prothèses)"
    words = lines(view)
    assert ALLERGY in words and "CNS ici" in words and "Sécurité sociale" in titles(view)
    assert "boum" not in bench.words_in_widgets() and "x.example" not in bench.words_in_widgets()
    assert "Section inconnue" not in words, "folded"
    view.cards[0].fold()
    assert "Section inconnue, montrée telle quelle\N{NO-BREAK SPACE}: Sécurité sociale." in lines(view)


def test_nothing_on_it_is_markup(bench: Bench) -> None:
    """Whatever a sender writes is words."""
    told = OWN.sections[1]
    evil = "<b>gras</b><img src=http://x.example/p.png>"
    allergy = replace(told.entries[0], text=evil)
    others = tuple(s for s in OWN.sections if s is not told)
    evil_summary = replace(OWN, sections=(replace(told, entries=(allergy,)), *others))
    bench.platform.contents[DATA.id] = write(evil_summary, "Résumé patient")
    view = open_summary(bench)
    labels = view.findChildren(QLabel)
    assert any(evil in label.text() for label in labels)
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (SignatureState.VALID, "✓ valable"),
        (SignatureState.UNVERIFIABLE, "▲ non vérifiable ici"),
        (SignatureState.BROKEN, "■ rompue"),
    ],
)
def test_what_the_signature_is_worth(bench: Bench, state: SignatureState, words: str) -> None:
    bench.fakes.signing.findings[JWS] = SignatureFinding(
        state, "Dr Klein", claimed_at=NOW, certificate_until=NOW.replace(year=2028)
    )
    bench.platform.contents[DATA.id] = with_signature(BUNDLE, JWS, WRITTEN)
    open_summary(bench)
    seen = bench.visible()
    assert words in seen and ALLERGY in seen, "readable in every case"
    assert ("Sans horodatage, cela ne se prouve que jusqu'à la fin du certificat" in seen) is (
        state is SignatureState.VALID
    )


@pytest.mark.parametrize(
    ("numbers", "said"), [(("10100000009",), True), (("10100000001", "10100000002"), False), ((), False)]
)
def test_a_card_that_is_not_the_author_s_is_told_in_words(
    bench: Bench, port: FakeSummary, numbers: tuple[str, ...], said: bool
) -> None:
    """By the number on the certificate (contract §7), never by a name; without it nothing is claimed."""
    bench.fakes.signing.findings[JWS] = SignatureFinding(
        SignatureState.VALID, "Dr Klein", "10100000001", NOW, NOW.replace(year=2028)
    )
    port.cards[DATA.author.id] = numbers
    bench.platform.contents[DATA.id] = with_signature(BUNDLE, JWS, WRITTEN)
    open_summary(bench)
    bench.settle()
    assert ("Signé par une autre personne que l'auteur" in bench.visible()) is said
    assert ALLERGY in bench.visible()


def test_words_of_another_language_have_ours_beside_them_and_stay(bench: Bench) -> None:
    told = replace(OWN, language="pt", sections=_portuguese())
    bench.platform.contents[DATA.id] = write(told, "Resumo")
    open_summary(bench)
    words = bench.visible()
    assert "Penicilina" in words and "pénicilline" in words and "(traduit d'après le code)" in words
    bench.shell.language_chosen.emit(Language.DE)
    shown(bench)
    assert "Penicilina" in bench.visible() and "nach dem Code" not in bench.visible(), "no title in German"


def _portuguese() -> tuple[SummarySection, ...]:
    allergies = next(s for s in OWN.sections if s.entries and s.entries[0].text == ALLERGY)
    foreign = replace(allergies, entries=(replace(allergies.entries[0], text="Penicilina"),))
    return tuple(foreign if s is allergies else s for s in OWN.sections)


def test_a_summary_of_another_patient_is_said_and_never_proposed(bench: Bench) -> None:
    referent(bench)
    bench.platform.contents[DATA.id] = write(SUMMARY, "Résumé patient")
    view = open_summary(bench)
    assert text("summary.read_of_another") in bench.visible() and ALLERGY in bench.visible()
    assert primary(view) == "summary-reading-close"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"[" * 90_000, b'{"resourceType":"Bundle"}'])
def test_what_cannot_be_read_leads_to_its_pdf(bench: Bench, content: bytes) -> None:
    bench.platform.contents[DATA.id] = content
    view = open_summary(bench)
    assert view.cards == [] and "DSP-S73" in bench.visible()
    bench.click("summary-reading-message-act")
    bench.settle()
    seen = bench.record_view().viewer.document()
    assert bench.shell.page() == "record" and seen is not None and seen.id == "d5"


def test_one_that_did_not_arrive_is_asked_for_again_by_f5_alone(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    bench.platform.answers["read_document"] = Failure(Code.TIMEOUT)
    view = open_again(bench)
    assert failure_text(Failure(Code.TIMEOUT)) in bench.visible()
    bench.platform.answers.clear()
    QTest.keyClick(view, Qt.Key.Key_F5)
    shown(bench)
    assert ALLERGY in bench.visible()
    QTest.keyClick(view, Qt.Key.Key_F5)
    bench.settle()
    assert bench.platform.asked.count("read_document") == 2, "what is shown is not read again"


def test_cf060_offline_it_is_read_from_the_copy_and_the_trace_waits(bench: Bench) -> None:
    open_summary(bench)
    bench.pull()
    bench.settle()
    bench.platform.set_network(NetworkState.OFFLINE)
    bench.unlock()
    view = open_again(bench)
    assert ALLERGY in lines(view)
    waiting = bench.store.local_reads()
    assert not isinstance(waiting, Failure) and [trace.document_id for trace in waiting] == ["d5-data"]


def test_offline_one_that_was_never_read_says_so(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    bench.pull()
    bench.settle()
    bench.platform.set_network(NetworkState.OFFLINE)
    bench.unlock()
    view = open_again(bench)
    assert view.cards == [] and failure_text(Failure(Code.NOT_CACHED)) in bench.visible()


# -- what one does with it -----------------------------------------------------------------------------------


def test_cf071_only_the_medecin_referent_is_offered_lines(bench: Bench, port: FakeSummary) -> None:
    offered: list[Offered] = []
    view = open_summary(bench)
    handover(port).on_offered(offered.append)
    assert primary(view) == "summary-reading-close"
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert bench.shell.page() == "record" and offered == []
    referent(bench)
    bench.open_record()
    bench.make_ahead()
    handover(port).on_offered(offered.append)  # in the editor's place
    view = open_again(bench)
    assert primary(view) == "summary-reading-propose"
    QTest.keyClick(view.cards[0].head, Qt.Key.Key_Return)
    assert [one.document.id for one in offered] == ["d5"]
    assert offered[0].reading.summary == OWN


def test_its_lines_become_proposals_of_the_draft_without_a_second_access(bench: Bench) -> None:
    """CF-087, CF-088: nothing of it is accepted, and each line names its document."""
    referent(bench)
    view = open_summary(bench)
    QTest.keyClick(view, Qt.Key.Key_Return)
    bench.settle()
    assert bench.shell.page() == "summary"
    (lines_of,) = (section for section in drafted(bench).sections if section.key is SectionKey.ALLERGIES)
    assert ALLERGY in [line.entry.text for line in lines_of.lines]
    assert {line.decision for line in lines_of.lines} == {Decision.PROPOSED}
    assert {source.ref for line in lines_of.lines for source in line.sources} == {"d5"}
    assert bench.platform.asked.count("read_document") == 1


def test_cf071_a_profession_that_has_no_editor_is_offered_none(bench: Bench) -> None:
    referent(bench)
    bench.platform.accounts["H1"] = replace(ACCOUNT, profession="Chirurgien-Dentiste")
    assert primary(open_summary(bench)) == "summary-reading-close"


def drafted(bench: Bench) -> Draft:
    draft = bench.find_a(EditorView, "summary-editor")._model.draft
    assert draft is not None
    return draft


def test_cf071_nothing_is_offered_from_what_was_changed(bench: Bench) -> None:
    referent(bench)
    bench.fakes.signing.findings[JWS] = SignatureFinding(SignatureState.BROKEN)
    bench.platform.contents[DATA.id] = with_signature(BUNDLE, JWS, WRITTEN)
    view = open_summary(bench)
    assert primary(view) == "summary-reading-close" and text("summary.read_broken") in bench.visible()


def test_its_pdf_opens_as_documents_do(bench: Bench) -> None:
    open_summary(bench)
    bench.click("summary-reading-pdf")
    bench.settle()
    seen = bench.record_view().viewer.document()
    assert bench.shell.page() == "record" and seen is not None and seen.id == "d5"


def test_it_is_walked_and_folded_by_keys(bench: Bench) -> None:
    view = open_summary(bench)
    first = view.cards[0]
    assert QApplication.focusWidget() is first.head
    QTest.keyClick(first.head, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    second = view.cards[1]
    assert QApplication.focusWidget() is second.head and ALLERGY in second.head.accessibleDescription()
    QTest.keyClick(second.head, Qt.Key.Key_Space)
    assert not second.is_open and ALLERGY not in bench.visible()
    assert text("summary.read_folded") in second.head.accessibleName()
    QTest.keyClick(second.head, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is first.head
    bench.shell.show_keys()
    assert "rubrique par rubrique" in bench.visible()


def test_cf068_the_print_says_all_of_it_and_reads_nothing_for_it(bench: Bench) -> None:
    view = open_summary(bench)
    bench.click("summary-reading-print")
    bench.settle()
    ((template, written_in, data),) = bench.fakes.writer.written
    made = DocumentWriter().write(template, written_in, data)
    assert isinstance(made, bytes)
    found = pypdfium2.PdfDocument(made)
    words = " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in found)
    found.close()
    lines = [line for card in view.cards for line in card.card.lines]
    for said in (ANNE.name, "○ non signée", *(part for line in lines for part in (line.head, line.details))):
        assert " ".join(said.split()) in words, said
    assert bench.platform.asked.count("read_document") == 1


def test_a_long_one_comes_some_lines_a_turn(bench: Bench) -> None:
    """40 problems, 25 treatments, 60 results: no turn of the event loop makes more than it has time for."""
    many = {SectionKey.PROBLEMS: 40, SectionKey.MEDICATION: 25, SectionKey.RESULTS: 60}
    sections = tuple(
        replace(s, entries=tuple(islice(cycle(s.entries), many[s.key]))) if s.key in many else s
        for s in OWN.sections
    )
    bench.platform.contents[DATA.id] = write(replace(OWN, sections=sections), "Résumé patient")
    view = open_summary(bench)
    assert sum(len(card.card.lines) for card in view.cards) > sum(many.values())
    for card in view.cards:
        steps = sum(1 for _ in SectionCard(card.card, view).fill())
        assert steps == len(card.card.lines) // LINES_A_TURN + 1


# -- that it goes --------------------------------------------------------------------------------------------


def test_cf014_empty_at_a_lock_at_once_and_read_no_second_time(bench: Bench) -> None:
    open_summary(bench)
    bench.pull()
    assert ALLERGY not in bench.words_in_widgets(), "at once"
    bench.settle()
    assert bench.session() is SessionState.LOCKED and ALLERGY not in bench.words_in_widgets()
    bench.unlock()
    assert bench.shell.page() == "summary-reading" and text("summary.read_nothing") in bench.visible()
    assert bench.platform.asked.count("read_document") == 1


def test_cf014_no_word_stays_in_what_waits_for_its_end(bench: Bench) -> None:
    """A widget that was given up lives until the turn is over."""
    view = open_summary(bench)
    heads = [card.head for card in view.cards]
    labels = [label for card in view.cards for label in card.findChildren(QLabel)]
    assert any(ALLERGY in label.text() for label in labels)
    view.show_state(ReadingModel())
    left = [label.text() for label in labels]
    left += [
        word for head in heads for word in (head.text(), head.accessibleName(), head.accessibleDescription())
    ]
    assert not any(left), left


def test_cf031_the_end_of_the_mandate_takes_it(bench: Bench) -> None:
    open_summary(bench)
    bench.desks.record.end(Failure(Code.MANDATE_ENDED))
    bench.settle()
    assert bench.shell.page() == "record" and ALLERGY not in bench.words_in_widgets()


def test_the_next_patient_sees_nothing_of_it(bench: Bench) -> None:
    view = open_summary(bench)
    bench.open_record(PAUL)
    assert ALLERGY not in bench.words_in_widgets() and view.cards == []


def test_an_answer_after_the_lock_is_shown_nowhere(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    bench.platform.held = {"read_document"}
    bench.platform.gate.shut()
    bench.record_view().open_document("d5")
    bench.qtbot.waitUntil(lambda: "read_document" in bench.platform.asked)
    bench.pull()
    bench.platform.gate.open()
    bench.settle()
    assert ALLERGY not in bench.words_in_widgets()
