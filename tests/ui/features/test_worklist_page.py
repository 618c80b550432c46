"""The work list in the window: whose it is, when it is read, that it goes, what is printed of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from desktop.domain.catalog import Profile
from desktop.domain.errors import Code, Failure
from desktop.domain.network import NetworkState
from desktop.domain.record import MandateKind
from desktop.domain.texts import failure_text
from desktop.features.summary.feature import SUMMARY
from desktop.features.worklist.domain import Choice, Order, Wish
from desktop.features.worklist.feature import WORKLIST
from desktop.features.worklist.port import Listed
from desktop.features.worklist.view.screen import WorklistView
from desktop.features.worklist.view.table import WorklistTable
from desktop.pdf.write import DocumentWriter
from desktop.services.session import SessionState
from tests.fakes import FakeKept
from tests.fakes.features import FakeWorklist
from tests.fakes.summary import FakeSummary
from tests.samples.practice import ACCOUNT, mandate
from tests.ui.desk.conftest import ANNE, KLEIN, KLEIN_ACCOUNT, PAUL, Bench
from tests.ui.printing import dialogs, print_into
from tests.unit.features.test_worklist_order import LATE, MASKED


@pytest.fixture
def port() -> FakeWorklist:
    """Anne's résumé is late, Paul has an annonce."""
    fake = FakeWorklist()
    fake.listed = Listed((replace(LATE, patient=ANNE), replace(MASKED, patient=PAUL)))
    return fake


@pytest.fixture
def bench(make_bench: Callable[..., Bench], port: FakeWorklist) -> Iterator[Bench]:
    made = make_bench(plug=lambda made: (WORKLIST.over(port, FakeKept(WORKLIST.kept, made.vault)),))
    made.platform.mandates["p1"] = mandate(kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)
    yield made
    for dialog in dialogs():
        dialog.close()


@pytest.fixture
def made_with_summary(make_bench: Callable[..., Bench], port: FakeWorklist) -> Bench:
    """With the page on which the résumé patient is written."""
    made = make_bench(
        plug=lambda made: (
            WORKLIST.over(port, FakeKept(WORKLIST.kept, made.vault)),
            SUMMARY.over(FakeSummary(), FakeKept(SUMMARY.kept, made.vault)),
        )
    )
    made.platform.mandates["p1"] = mandate(kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)
    return made


def tab(bench: Bench) -> QAbstractButton | None:
    return bench.shell.findChild(QAbstractButton, "tab-worklist")


def panel(bench: Bench) -> QWidget:
    return bench.find_a(QWidget, "worklist-home")


def open_list(bench: Bench) -> WorklistView:
    bench.click("tab-worklist")
    bench.settle()
    assert bench.shell.page() == "worklist"
    return bench.find_a(WorklistView, "worklist-view")


def test_it_stands_on_his_home_after_login_and_is_read_once(bench: Bench, port: FakeWorklist) -> None:
    """Home and page share one reading: each is a trace (CF-060), and no record is asked for (CF-062)."""
    bench.log_in()
    assert bench.shell.page() == "home" and panel(bench).isVisible()
    said = bench.words_of("worklist-home-words")
    assert said.startswith("2 patients") and "En retard 1" in said and "Annonces 1" in said
    bench.click("worklist-home-open")
    bench.settle()
    assert bench.shell.page() == "worklist" and ANNE.name in bench.words_in_widgets()
    bench.shell.back_asked.emit()
    bench.settle()
    assert bench.shell.page() == "home" and panel(bench).isVisible()
    open_list(bench)
    assert port.readings == 1 and bench.platform.asked.count("plan") == 0
    assert "documents" not in bench.platform.asked


def test_one_key_opens_a_patient_by_the_usual_way(bench: Bench) -> None:
    """The identity first, then by the mandate of the declaration, without a code."""
    bench.log_in()
    view = open_list(bench)
    view.focus_first()
    QTest.keyClick(view.table, Qt.Key.Key_Return)
    bench.settle()
    assert bench.shell.page() == "identity" and ANNE.name in bench.visible()
    bench.identity_view().open_asked.emit()
    bench.settle()
    assert bench.shell.page() == "record"
    record = bench.desks.record.record
    assert record is not None and record.mandate.kind is MandateKind.MEDECIN_REFERENT


def open_anne(bench: Bench, view: WorklistView, key: Qt.Key) -> None:
    """From the first row of the list, by one key and the identity."""
    view.focus_first()
    QTest.keyClick(view.table, key)
    bench.settle()
    assert bench.shell.page() == "identity" and ANNE.name in bench.visible()
    bench.identity_view().open_asked.emit()
    bench.settle()


@pytest.mark.parametrize("way", ["esc", "close"])
def test_leaving_a_patient_leads_back_to_the_list_where_one_stood(
    bench: Bench, port: FakeWorklist, way: str
) -> None:
    """And the list is not read for it: that would be a second trace (CF-060)."""
    bench.log_in()
    view = open_list(bench)
    open_anne(bench, view, Qt.Key.Key_Return)
    assert bench.shell.page() == "record"
    if way == "esc":
        bench.shell.back_asked.emit()
    else:
        bench.desks.record.close()
    bench.settle()
    assert bench.shell.page() == "worklist" and bench.desks.record.patient is None
    assert view.table.currentIndex().row() == 0 and port.readings == 1
    bench.shell.search_asked.emit()
    bench.open_record(PAUL)
    bench.shell.back_asked.emit()
    bench.settle()
    assert bench.shell.page() == "home", "who was searched for leads back to the search"


def test_f4_opens_the_record_on_the_page_of_the_summary(made_with_summary: Bench) -> None:
    """After the identity, and once: the next patient opens on his record."""
    bench = made_with_summary
    bench.log_in()
    view = open_list(bench)
    open_anne(bench, view, Qt.Key.Key_F4)
    assert bench.shell.page() == "summary" and bench.desks.record.record is not None
    bench.shell.back_asked.emit()
    assert bench.shell.page() == "record"
    bench.shell.back_asked.emit()
    bench.settle()
    assert bench.shell.page() == "worklist"
    open_anne(bench, view, Qt.Key.Key_Return)
    assert bench.shell.page() == "record"


def test_f4_where_there_is_no_such_page_opens_the_record(bench: Bench) -> None:
    bench.log_in()
    open_anne(bench, open_list(bench), Qt.Key.Key_F4)
    assert bench.shell.page() == "record"


def test_what_f4_wanted_of_one_patient_is_not_done_with_another(made_with_summary: Bench) -> None:
    bench = made_with_summary
    bench.platform.mandates["p2"] = mandate(kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)
    bench.log_in()
    view = open_list(bench)
    view.focus_first()
    QTest.keyClick(view.table, Qt.Key.Key_F4)
    bench.settle()
    bench.shell.back_asked.emit()
    bench.settle()
    assert bench.shell.page() == "worklist"
    view.patient_chosen.emit(PAUL)
    bench.settle()
    bench.identity_view().open_asked.emit()
    bench.settle()
    assert bench.shell.page() == "record"


def test_a_patient_is_opened_over_another_s_record(bench: Bench) -> None:
    bench.log_in()
    bench.open_record(PAUL)
    view = open_list(bench)
    view.patient_chosen.emit(ANNE)
    bench.settle()
    assert bench.shell.page() == "identity" and PAUL.name not in bench.visible()


def test_f5_reads_again_and_not_while_it_reads(bench: Bench, port: FakeWorklist) -> None:
    bench.log_in()
    view = open_list(bench)
    port.held = True
    port.gate.shut()
    for _ in range(3):
        view.refresh_asked.emit()
    port.gate.open()
    bench.settle()
    assert port.readings == 2


@pytest.mark.parametrize(
    ("profession", "profile", "there"),
    [
        ("Médecin", Profile.MEDECIN, True),
        ("Médecin Spécialiste", Profile.MEDECIN, True),
        ("Chirurgien-Dentiste", Profile.MEDECIN, False),
        ("Chirurgien", Profile.MEDECIN, False),
        ("Pharmacien", Profile.PHARMACIEN, False),
        ("Infirmier", Profile.INFIRMIER, False),
    ],
)
def test_cf071_others_have_neither_tab_nor_panel(
    bench: Bench, port: FakeWorklist, profession: str, profile: Profile, there: bool
) -> None:
    bench.platform.accounts["H1"] = replace(ACCOUNT, profession=profession, profile=profile)
    bench.log_in()
    assert (tab(bench) is not None) is there
    assert (bench.shell.findChild(QWidget, "worklist-home") is not None) is there
    assert port.readings == int(there), "who may not see it does not ask either"


def test_who_has_no_declared_patient_sees_it_nowhere_but_on_its_page(
    bench: Bench, port: FakeWorklist
) -> None:
    port.listed = Listed(())
    bench.log_in()
    assert not panel(bench).isVisible()
    open_list(bench)
    assert (
        "Aucun patient déclaré. La liste se remplit quand la CNS valide une déclaration." in bench.visible()
    )


def test_cf014_a_lock_empties_both_and_the_unlock_reads_again(bench: Bench, port: FakeWorklist) -> None:
    bench.log_in()
    view = open_list(bench)
    view.wished.emit(Wish(Choice.LATE, Order.SUMMARY, "muller"))
    bench.pull()
    assert ANNE.name not in bench.words_in_widgets(), "at once"
    bench.settle()
    assert bench.session() is SessionState.LOCKED and not view.shown()
    assert "2 patients" not in bench.words_in_widgets() and not panel(bench).isVisible()
    bench.unlock()
    assert port.readings == 2 and [s.told.patient for s in view.shown()] == [ANNE]
    wish = view._model.wish
    assert (wish.choice, wish.order, wish.words) == (Choice.LATE, Order.SUMMARY, "")


def test_cf014_the_next_holder_sees_his_own(bench: Bench, port: FakeWorklist) -> None:
    bench.platform.accounts["H2"] = replace(KLEIN_ACCOUNT, profession="Infirmier", profile=Profile.INFIRMIER)
    bench.log_in()
    view = open_list(bench)
    view.wished.emit(Wish(Choice.OLD))
    bench.pull()
    bench.settle()
    bench.log_in(KLEIN)
    assert tab(bench) is None and not panel(bench).isVisible() and port.readings == 1
    assert ANNE.name not in bench.words_in_widgets() and view._model.wish == Wish()


def test_an_answer_of_before_a_lock_is_dropped(bench: Bench, port: FakeWorklist) -> None:
    bench.log_in()
    view = open_list(bench)
    port.held = True
    port.gate.shut()
    view.refresh_asked.emit()
    bench.pull()
    port.gate.open()
    bench.settle()
    assert not view.shown() and ANNE.name not in bench.words_in_widgets()


def test_a_platform_that_is_away_says_so_and_keeps_what_is_shown(bench: Bench, port: FakeWorklist) -> None:
    bench.log_in()
    view = open_list(bench)
    port.failure = Failure(Code.OFFLINE)
    view.refresh_asked.emit()
    bench.settle()
    assert failure_text(Failure(Code.OFFLINE)) in bench.visible() and len(view.shown()) == 2
    assert "Liste non reçue. Échéances du" in bench.visible()


def test_in_an_offline_session_the_copy_is_there_and_says_of_when_it_is(
    bench: Bench, port: FakeWorklist
) -> None:
    """« Échéances du … ci-dessous » on home and on the page; nothing is told of what nobody read."""
    bench.log_in()
    bench.pull()
    bench.settle()
    bench.platform.set_network(NetworkState.OFFLINE)
    port.failure = Failure(Code.OFFLINE)
    bench.unlock()
    assert bench.session() is SessionState.ACTIVE_OFFLINE
    assert bench.words_of("worklist-home-words").startswith("Liste non reçue. Échéances du")
    view = open_list(bench)
    assert [s.told.patient for s in view.shown()] == [ANNE, PAUL]
    assert "Liste non reçue. Échéances du" in bench.visible()
    port.failure = None
    view.refresh_asked.emit()
    bench.settle()
    assert "Liste non reçue" not in bench.visible() and len(view.shown()) == 2


def test_the_copy_is_shown_before_the_platform_answers(bench: Bench, port: FakeWorklist) -> None:
    bench.log_in()
    bench.desks.session.log_out()
    bench.settle()
    port.held = True
    port.gate.shut()
    bench.desks.session.read_again()
    bench.settle()
    bench.pin()
    bench.qtbot.waitUntil(lambda: "2 patients · liste du" in bench.words_of("worklist-home-words"))
    port.gate.open()
    bench.settle()
    assert port.readings == 2


def test_the_order_is_remembered_and_a_filter_is_not(bench: Bench) -> None:
    bench.log_in()
    view = open_list(bench)
    view.wished.emit(Wish(Choice.LATE, Order.SUMMARY, "muller"))
    bench.settle()
    bench.desks.session.log_out()
    bench.settle()
    assert view._model.wish == Wish()
    bench.desks.session.read_again()
    bench.settle()
    bench.pin()
    bench.settle()
    assert view._model.wish == Wish(order=Order.SUMMARY)


def test_widths_are_remembered(bench: Bench) -> None:
    bench.log_in()
    view = open_list(bench)
    view.widths_changed.emit({Order.PATIENT: 300})
    bench.settle()
    bench.desks.session.log_out()
    bench.settle()
    assert view._model.widths == {}
    bench.desks.session.read_again()
    bench.settle()
    bench.pin()
    bench.settle()
    assert view._model.widths == {Order.PATIENT: 300} == view.table._widths


def test_cf066_who_loses_his_right_leaves_the_screen_at_once(
    make_bench: Callable[..., Bench], port: FakeWorklist
) -> None:
    """With what was kept of him; the list is not read for it. How many went is said, and nobody's name."""
    kept: list[FakeKept] = []

    def plug(made: Bench) -> tuple[object, ...]:
        kept.append(FakeKept(WORKLIST.kept, made.vault))
        return (WORKLIST.over(port, kept[0]),)

    bench = make_bench(plug=plug)
    bench.log_in()
    view = open_list(bench)
    bench.desks.rights.changed.emit()
    bench.settle()
    assert len(view.shown()) == 2 and port.readings == 1, "nobody's right has ended"
    kept[0].write(lambda rows: rows.execute("DELETE FROM worklist_line WHERE patient = ?", (ANNE.id,)))
    bench.desks.rights.changed.emit()
    bench.settle()
    assert [shown.told.patient.id for shown in view.shown()] == [PAUL.id] and port.readings == 1
    assert ANNE.name not in bench.visible() and "Un patient a quitté la liste" in bench.visible()
    view.refresh_asked.emit()
    bench.settle()
    assert port.readings == 2 and "a quitté la liste" not in bench.visible()


def test_the_most_urgent_stand_on_home_and_are_opened_there(bench: Bench) -> None:
    """By the key and by the way of a search: leaving leads home."""
    bench.log_in()
    table = bench.find_a(WorklistTable, "worklist-home-table")
    assert table.isVisible() and table.model().rowCount() == 2
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Return)
    bench.settle()
    assert bench.shell.page() == "identity" and ANNE.name in bench.visible()
    bench.identity_view().open_asked.emit()
    bench.settle()
    assert bench.shell.page() == "record"
    bench.shell.back_asked.emit()
    bench.settle()
    assert bench.shell.page() == "home"


def test_in_an_offline_session_without_a_copy_it_says_that_it_is_not_there(
    bench: Bench, port: FakeWorklist
) -> None:
    port.failure = Failure(Code.OFFLINE)
    bench.log_in()
    bench.pull()
    bench.settle()
    bench.platform.set_network(NetworkState.OFFLINE)
    port.failure = Failure(Code.OFFLINE)
    bench.unlock()
    assert bench.session() is SessionState.ACTIVE_OFFLINE
    assert "n'a pas été reçue" in bench.words_of("worklist-home-words")
    view = open_list(bench)
    assert not view.shown() and "Liste non reçue. Réessayer (F5)." in bench.visible()
    assert bench.session() is SessionState.ACTIVE_OFFLINE


def test_a_refusal_by_the_platform_is_shown(bench: Bench, port: FakeWorklist) -> None:
    """CF-071: the platform refuses too, whatever the client offers."""
    port.failure = Failure(Code.NOT_ENTITLED)
    bench.log_in()
    open_list(bench)
    assert failure_text(Failure(Code.NOT_ENTITLED)) in bench.visible()


def test_cf067_the_print_has_dates_and_a_purpose_and_nothing_of_a_document(
    bench: Bench, port: FakeWorklist, tmp_path: Path
) -> None:
    """A4 across; no counts of documents, no annonce, no matricule; and no way to a file."""
    bench.log_in()
    view = open_list(bench)
    bench.click("worklist-print")
    bench.settle()
    ((template, language, data),) = bench.fakes.writer.written
    made = DocumentWriter().write(template, language, data)
    assert isinstance(made, bytes)
    document = pypdfium2.PdfDocument(made)
    width, height = document[0].get_size()
    words = " ".join(document[0].get_textpage().get_text_range().split())
    document.close()
    assert (round(width), round(height)) == (842, 595)
    assert "ne doit servir qu'à la prise en charge de ces patients" in words
    assert ANNE.name in words and "en retard 1997 j" in words and "12.05.1993" in words
    assert "16 j" not in words and "Annonces" not in words and "Doublons" not in words
    assert ANNE.matricule.digits not in words.replace(" ", "") and "patient" not in data
    print_into(bench, tmp_path / "print.pdf")
    foot = pypdfium2.PdfDocument(tmp_path / "print.pdf")
    assert f"copie du DSP · {ACCOUNT.name}" in foot[0].get_textpage().get_text_range()
    foot.close()
    assert "Envoyé à l'imprimante." in bench.visible() and port.readings == 1
    assert not [b for b in view.findChildren(QAbstractButton) if "xport" in b.text()]


def test_only_what_the_filter_lets_through_is_printed(bench: Bench) -> None:
    bench.log_in()
    view = open_list(bench)
    view.wished.emit(Wish(Choice.LATE, Order.PATIENT, "anne"))
    bench.click("worklist-print")
    bench.settle()
    ((_, _, data),) = bench.fakes.writer.written
    rows, notes = data["rows"], data["paragraphs"]
    assert isinstance(rows, tuple) and len(rows) == 1 and isinstance(notes, tuple)
    said = notes[1].replace("\u00a0", " ")
    assert "1 patient sur 2" in said and "En retard 1" in said and "« anne »" in said


def test_nothing_is_printed_once_the_session_is_over(bench: Bench) -> None:
    bench.log_in()
    open_list(bench)
    bench.click("worklist-print")
    bench.settle()
    assert dialogs()
    bench.pull()
    bench.settle()
    assert not dialogs() and ANNE.name not in bench.visible()


def test_f1_shows_its_keys(bench: Bench) -> None:
    bench.log_in()
    view = open_list(bench)
    QTest.keyClick(view.table, Qt.Key.Key_F1)
    bench.settle()
    words = [label.text() for label in bench.shell.findChildren(QLabel) if label.isVisible()]
    assert {"Ctrl+→", "Ctrl+↓", "F4"} <= set(words)
    assert "Filtre suivant ; avec ←, le précédent" in [w.replace("\u00a0", " ") for w in words]
    assert words.count("Ctrl+F") == 1 == words.count("Entrée"), "no key stands there twice"
    assert "Filtrer par nom" in words and not any("Ligne de vie" in w for w in words)


def test_cf067_without_a_printer_a_list_of_patients_goes_nowhere(bench: Bench) -> None:
    bench.log_in()
    open_list(bench)
    bench.pdf.found = Failure(Code.NO_PRINTER)
    bench.click("worklist-print")
    bench.settle()
    assert dialogs() == [] and failure_text(Failure(Code.NO_PRINTER)) in bench.visible()
