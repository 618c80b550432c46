"""The socket, proved by a toy that the program does not know: it is plugged in, and nothing else is touched.

What is claimed here of the toy is what the law asks of every feature: who sees it, what a lock and a
mandate's end do to it, what it may ask of the platform.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from desktop.domain.account import Account
from desktop.domain.catalog import Profile
from desktop.domain.errors import Code, Failure
from desktop.domain.record import MandateKind, Patient
from desktop.domain.texts import Language, failure_text, set_language, text
from desktop.kernel.feature import add_words
from desktop.kernel.page import Plugged
from desktop.services.session import Event, RecordState, SessionState
from desktop.ui.bind.feature_pages import FeaturePages
from desktop.ui.tasks import Lane
from desktop.ui.widgets.progress import DelayedProgress
from tests.fakes import FakeKept
from tests.samples.practice import ACCOUNT, mandate
from tests.toy_feature.domain import ToyCode
from tests.toy_feature.fakes import MINE, FakeNotes
from tests.toy_feature.feature import TOY
from tests.toy_feature.page import NotedDocumentPage
from tests.toy_feature.view import NotesView
from tests.ui.desk.conftest import ANNE, PAUL, WEBER, Bench

OF_ANNE, OF_PAUL = "Note de p1", "Note de p2"
DRAFT, SOUGHT = "Des mots jamais perdus", "Ce que je cherche"


class ToyBench:
    """The window with nothing but the toy plugged in."""

    def __init__(self, make_bench: Callable[..., Bench]) -> None:
        add_words((TOY,))
        self.bench = bench = make_bench(plug=self._plug)
        self.shell, self.platform, self.desks = bench.shell, bench.platform, bench.desks

    def _plug(self, bench: Bench) -> tuple[Plugged, ...]:
        self.kept = FakeKept(TOY.kept, bench.vault)
        self.notes = FakeNotes(bench.platform)
        return (TOY.over(self.notes, self.kept),)

    def log_in(self, account: Account = ACCOUNT) -> None:
        self.platform.accounts["H1"] = account
        self.bench.log_in()

    def tabs(self) -> list[str]:
        buttons = self.shell.findChildren(QPushButton)
        names = [b.objectName() for b in buttons if b.isVisible()]
        return [name.removeprefix("tab-") for name in names if name.startswith("tab-")]

    def press_tab(self, page: str) -> None:
        self.bench.find_a(QPushButton, f"tab-{page}").click()

    def hold(self, call: str) -> None:
        """This call waits until the gate is opened."""
        self.platform.gate.shut()
        self.platform.held = {call}

    def open_notes(self) -> None:
        """Anne's record, and its page of the toy."""
        self.log_in()
        self.bench.open_record()
        self.press_tab("toy-notes")
        self.bench.settle()
        assert OF_ANNE in self.bench.visible()

    def looked_for(self, page: str) -> QLineEdit:
        """The field of what the user looks for."""
        return self.bench.find_a(QLineEdit, f"{page}-view-filter")

    def drafts(self) -> list[str]:
        found = self.kept.read(lambda rows: rows.execute("SELECT words FROM toy_drafts"))
        assert not isinstance(found, Failure)
        return [row[0] for row in found]


@pytest.fixture
def toy(make_bench: Callable[..., Bench]) -> Iterator[ToyBench]:
    made = ToyBench(make_bench)
    yield made
    made.desks.session.log_out()  # a draft may still be written
    made.bench.settle()
    made.kept.close()


# -- who sees it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", Profile)
def test_its_tab_is_there_for_the_right_profession_only(toy: ToyBench, profile: Profile) -> None:
    assert toy.tabs() == []
    toy.log_in(replace(ACCOUNT, profile=profile))
    assert ("toy" in toy.tabs()) is (profile is Profile.MEDECIN)


@pytest.mark.parametrize(
    "kind", [MandateKind.CONSULTATION, MandateKind.URGENCES, MandateKind.MEDECIN_REFERENT]
)
def test_a_page_of_a_patient_is_there_under_the_right_mandate_only(toy: ToyBench, kind: MandateKind) -> None:
    toy.platform.mandates["p1"] = mandate(kind=kind)
    toy.log_in()
    assert toy.tabs() == ["home", "outbox", "toy"]
    toy.bench.open_record()
    shown = kind is MandateKind.CONSULTATION
    assert toy.tabs() == (["home", "toy-notes", "outbox", "toy"] if shown else ["home", "outbox", "toy"])
    toy.desks.record.close()
    toy.bench.settle()
    assert toy.tabs() == ["home", "outbox", "toy"]


def test_own_documents_without_a_mandate_show_no_page_of_a_patient(toy: ToyBench) -> None:
    toy.log_in()
    toy.bench.identify()
    toy.bench.identity_view().own_documents_asked.emit()
    toy.bench.settle()
    assert "toy-notes" not in toy.tabs()


def test_the_next_user_without_the_profession_does_not_see_it(toy: ToyBench) -> None:
    toy.log_in()
    toy.desks.session.log_out()
    toy.bench.settle()
    assert toy.tabs() == []
    toy.log_in(replace(ACCOUNT, profile=Profile.LABORANTIN))
    assert toy.tabs() == ["home", "outbox"]


def test_the_patient_stays_over_his_page(toy: ToyBench) -> None:
    toy.open_notes()
    assert toy.shell.page() == "toy-notes" and ANNE.name in toy.bench.visible()
    assert toy.bench.find_a(QPushButton, "tab-toy-notes").isChecked()
    QTest.keyClick(toy.bench.find_a(QLineEdit, "toy-notes-view-line"), Qt.Key.Key_Escape)
    assert toy.shell.page() == "record"


# -- words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", Language)
def test_its_words_are_found_in_four_languages(toy: ToyBench, language: Language) -> None:
    words = {Language.FR: "Mes notes", Language.DE: "Meine Notizen", Language.LB: "Meng Notizen"}
    expected = words.get(language, "My notes")
    toy.log_in()
    set_language(language)
    toy.shell.retranslate()
    assert toy.bench.find_a(QPushButton, "tab-toy").text() == expected
    toy.platform.answers["mine"] = Failure(ToyCode.NOTEBOOK_FULL)
    toy.press_tab("toy")
    toy.bench.settle()
    assert failure_text(Failure(ToyCode.NOTEBOOK_FULL), language=language) in toy.bench.visible()
    toy.shell.show_keys()
    assert text("toy.help", language=language) in toy.bench.visible()


def test_f1_tells_the_keys_of_the_page_in_front_and_they_work(toy: ToyBench) -> None:
    toy.open_notes()
    toy.shell.show_keys()
    assert text("toy.help") in toy.bench.visible() and text("help.key_enter") in toy.bench.visible()
    toy.shell.overlay.close_panel()
    line = toy.bench.find_a(QLineEdit, "toy-notes-view-line")
    line.setText("Une de plus")
    QTest.keyClick(line, Qt.Key.Key_Return)
    toy.bench.settle()
    assert toy.notes.added == [("p1", "Une de plus")] and "Une de plus" in toy.bench.visible()


# -- a lock --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", [Event.LOCK_ASKED, Event.IDLE, Event.SCREEN_LOCKED, Event.SESSION_EXPIRED])
def test_cf014_its_screens_are_empty_after_a_lock(toy: ToyBench, event: Event) -> None:
    toy.open_notes()
    toy.press_tab("toy")
    toy.bench.settle()
    toy.bench.find_a(QLineEdit, "toy-view-line").setText(DRAFT)
    assert MINE in toy.bench.visible() and DRAFT in toy.bench.words_in_widgets()
    toy.desks.machine.fire(event)
    assert toy.shell.page() == "lock"
    everything = toy.bench.words_in_widgets()
    assert not any(words in everything for words in (MINE, OF_ANNE, DRAFT))
    assert toy.tabs() == []


def test_cf017_what_was_being_written_is_kept_before_the_vault_closes(toy: ToyBench) -> None:
    toy.log_in()
    toy.press_tab("toy")
    toy.bench.find_a(QLineEdit, "toy-view-line").setText(DRAFT)
    toy.bench.pull()
    toy.bench.settle()
    assert toy.bench.vault.holder is None
    toy.bench.unlock()
    assert toy.drafts() == [DRAFT]


@pytest.mark.parametrize("page", ["toy", "toy-notes"])
def test_what_the_user_looked_for_comes_back_after_an_unlock(toy: ToyBench, page: str) -> None:
    toy.open_notes()
    toy.press_tab(page)
    toy.bench.settle()
    toy.looked_for(page).setText(SOUGHT)
    toy.bench.pull()
    toy.bench.settle()
    assert SOUGHT not in toy.bench.words_in_widgets()
    toy.bench.unlock()
    assert toy.looked_for(page).text() == SOUGHT


@pytest.mark.parametrize("page", ["toy", "toy-notes"])
def test_cf014_and_is_forgotten_with_the_user(toy: ToyBench, page: str) -> None:
    toy.open_notes()
    toy.press_tab(page)
    toy.bench.settle()
    toy.looked_for(page).setText(SOUGHT)
    toy.desks.session.log_out()
    toy.bench.settle()
    toy.open_notes()
    toy.press_tab(page)
    toy.bench.settle()
    assert toy.looked_for(page).text() == ""


def test_the_screen_comes_back_and_asks_anew(toy: ToyBench) -> None:
    toy.log_in()
    toy.press_tab("toy")
    toy.bench.settle()
    toy.bench.pull()
    toy.bench.settle()
    toy.bench.unlock()
    assert toy.shell.page() == "toy" and MINE in toy.bench.visible()
    assert toy.platform.asked.count("mine") == 2


def test_a_page_of_a_patient_comes_back_once_his_record_is_open_again(toy: ToyBench) -> None:
    toy.open_notes()
    toy.bench.pull()
    toy.bench.settle()
    toy.bench.insert(WEBER, events=6)
    toy.hold("open_record")
    toy.bench.pin()
    toy.bench.qtbot.waitUntil(lambda: toy.platform.asked.count("open_record") == 2)
    assert toy.shell.page() == "toy-notes" and OF_ANNE not in toy.bench.visible()
    assert toy.platform.asked.count("of_patient") == 1, "nothing is asked before the right is known again"
    toy.platform.gate.open()
    toy.bench.settle()
    assert toy.shell.page() == "toy-notes" and OF_ANNE in toy.bench.visible()


def test_cf014_nothing_of_the_last_user_is_left_after_a_logout(toy: ToyBench) -> None:
    toy.open_notes()
    toy.press_tab("toy")
    toy.bench.settle()
    toy.desks.session.log_out()
    everything = toy.bench.words_in_widgets()
    assert MINE not in everything and OF_ANNE not in everything


# -- the end of a record -------------------------------------------------------------------------------------


def test_a_record_that_is_left_takes_its_page_along_and_no_other(toy: ToyBench) -> None:
    toy.open_notes()
    toy.press_tab("toy")
    toy.bench.settle()
    toy.press_tab("toy-notes")
    toy.bench.settle()
    toy.desks.record.close()
    assert toy.shell.page() == "home" and OF_ANNE not in toy.bench.words_in_widgets()
    assert MINE in toy.bench.words_in_widgets(), (
        "a page that belongs to no patient is no matter of his record"
    )


def test_cf031_a_mandate_that_ends_empties_the_page_and_says_so(toy: ToyBench) -> None:
    toy.open_notes()
    toy.desks.record.end(Failure(Code.MANDATE_ENDED))
    toy.bench.settle()
    assert toy.shell.page() == "record" and OF_ANNE not in toy.bench.words_in_widgets()
    assert "toy-notes" not in toy.tabs()
    assert toy.desks.machine.situation.record is RecordState.ENDED


@pytest.mark.parametrize("end", ["left", "ended"])
def test_what_was_being_written_of_a_patient_is_kept_and_the_rest_forgotten(toy: ToyBench, end: str) -> None:
    toy.open_notes()
    toy.bench.find_a(QLineEdit, "toy-notes-view-line").setText(DRAFT)
    toy.looked_for("toy-notes").setText(SOUGHT)
    if end == "left":
        toy.desks.record.close()
    else:
        toy.desks.record.end(Failure(Code.MANDATE_ENDED))
    toy.bench.settle()
    assert DRAFT not in toy.bench.words_in_widgets() and SOUGHT not in toy.bench.words_in_widgets()
    assert toy.drafts() == [DRAFT]
    toy.bench.open_record()
    toy.press_tab("toy-notes")
    assert toy.looked_for("toy-notes").text() == ""


# -- a document of the record --------------------------------------------------------------------------------

DATA = "Données de la lettre"


def _with_data(toy: ToyBench) -> None:
    """The first letter of Anne has data beside it."""
    first, second = toy.platform.records["p1"]
    beside = replace(first, id="d1-data", unique_id="urn:uuid:1d", transforms=first.id, url="Binary/d1-data")
    toy.platform.records["p1"] = (first, beside, second)
    toy.platform.contents[beside.id] = DATA.encode()


def _document_page(toy: ToyBench) -> NotedDocumentPage:
    pages = toy.bench.office.findChildren(FeaturePages) + toy.desks.session.findChildren(FeaturePages)
    mounted = next(page for page in pages[0]._pages if page.name == "toy-document")
    assert isinstance(mounted._page, NotedDocumentPage)
    return mounted._page


def _open_document(toy: ToyBench, document_id: str) -> None:
    toy.bench.record_view().open_document(document_id)
    toy.bench.settle()


def test_a_document_that_a_page_takes_opens_there_and_any_other_in_the_viewer(toy: ToyBench) -> None:
    _with_data(toy)
    toy.log_in()
    toy.bench.open_record()
    assert "toy-document" not in toy.tabs(), "it is reached by a document only"
    assert DATA not in toy.bench.visible(), "nothing is read that nobody asked for (CF-062)"
    _open_document(toy, "d2")
    assert toy.shell.page() == "record" and toy.bench.record_view().viewer.isVisible()
    _open_document(toy, "d1")
    assert toy.shell.page() == "toy-document" and DATA in toy.bench.visible()
    assert toy.platform.asked.count("read_document") == 2, "one access each (CF-060)"
    toy.shell.back_asked.emit()
    assert toy.shell.page() == "record"


def test_its_row_says_so_and_it_is_no_longer_new_once_it_was_read(toy: ToyBench) -> None:
    _with_data(toy)
    toy.log_in()
    toy.bench.open_record()
    model = toy.bench.record_view().model
    row = model.row_of("d1")
    assert row is not None
    index = model.index(row, 1)
    assert text("record.badge_data") in model.data(index, Qt.ItemDataRole.AccessibleTextRole)
    assert text("record.data_why") in model.data(index, Qt.ItemDataRole.ToolTipRole)
    other = model.index(model.row_of("d2") or 0, 1)
    assert text("record.badge_data") not in model.data(other, Qt.ItemDataRole.AccessibleTextRole)
    _open_document(toy, "d1")
    assert "d1" in toy.bench.record_view()._read


def test_its_pages_can_be_seen_from_there(toy: ToyBench) -> None:
    _with_data(toy)
    toy.log_in()
    toy.bench.open_record()
    _open_document(toy, "d1")
    page = toy.bench.find_a(NotesView, "toy-document-view")
    assert page.isVisible()
    chosen = _document_page(toy).chosen
    assert chosen is not None
    chosen.show_pages()
    toy.bench.settle()
    viewer = toy.bench.record_view().viewer
    shown = viewer.document()
    assert toy.shell.page() == "record" and shown is not None and shown.id == "d1"


def test_a_page_that_this_mandate_does_not_show_takes_no_document(toy: ToyBench) -> None:
    _with_data(toy)
    toy.platform.mandates["p1"] = mandate(kind=MandateKind.MEDECIN_REFERENT)
    toy.log_in()
    toy.bench.open_record()
    _open_document(toy, "d1")
    assert toy.shell.page() == "record" and DATA not in toy.bench.words_in_widgets()


def test_cf014_a_document_on_a_page_goes_with_the_lock(toy: ToyBench) -> None:
    _with_data(toy)
    toy.log_in()
    toy.bench.open_record()
    _open_document(toy, "d1")
    toy.bench.pull()
    toy.bench.settle()
    assert DATA not in toy.bench.words_in_widgets()
    toy.bench.unlock()
    assert toy.platform.asked.count("read_document") == 1, "an unlock reads nothing again (CF-062)"


# -- asking --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", ["mine", "of_patient", "add"])
def test_cf019_a_suspended_answer_logs_out_and_shows_nothing(toy: ToyBench, call: str) -> None:
    toy.open_notes()
    toy.platform.answers[call] = Failure(Code.PRACTICE_SUSPENDED)
    if call == "mine":
        toy.press_tab("toy")
    else:
        toy.bench.find_a(NotesView, "toy-notes-view").added.emit("x")
    toy.bench.settle()
    assert toy.bench.session() is SessionState.SIGNED_OUT and toy.shell.page() == "login"
    everything = toy.bench.words_in_widgets()
    assert not any(words in everything for words in (MINE, OF_ANNE, ANNE.name))
    assert failure_text(Failure(Code.PRACTICE_SUSPENDED)).split("\xa0")[0] in toy.bench.visible()


def test_an_ended_session_locks(toy: ToyBench) -> None:
    toy.log_in()
    toy.platform.answers["mine"] = Failure(Code.SESSION_ENDED)
    toy.press_tab("toy")
    toy.bench.settle()
    assert toy.bench.session() is SessionState.LOCKED


def test_any_other_failure_is_shown_on_the_page(toy: ToyBench) -> None:
    toy.log_in()
    toy.platform.answers["mine"] = Failure(Code.OFFLINE)
    toy.press_tab("toy")
    toy.bench.settle()
    assert toy.bench.session() is SessionState.ACTIVE
    assert failure_text(Failure(Code.OFFLINE)) in toy.bench.visible()
    assert toy.bench.find_a(QLabel, "toy-view-waiting").text() == ""


def _held(toy: ToyBench, call: str) -> None:
    """The call is on its way, and its page waits."""
    toy.hold(call)
    toy.press_tab("toy" if call == "mine" else "toy-notes")
    toy.bench.qtbot.waitUntil(lambda: call in toy.platform.asked)
    view = "toy-view" if call == "mine" else "toy-notes-view"
    assert toy.bench.find_a(QLabel, f"{view}-waiting").text() == text("toy.waiting")


def _open_meanwhile(toy: ToyBench, who: Patient) -> None:
    """As ``open_record``, which would wait for the call that is held."""
    bench = toy.bench
    bench.office._patients.choose(who)
    wait = bench.find_a(DelayedProgress, "identity-wait")
    bench.qtbot.waitUntil(lambda: bench.shell.page() == "identity" and not wait.is_waiting())
    if who.id in bench.platform.mandates:
        bench.identity_view().open_asked.emit()
    else:
        bench.give_code(bench.platform.codes[who.id])
    bench.qtbot.waitUntil(lambda: bench.shell.page() == "record")


def test_an_answer_that_comes_after_the_page_was_left_is_not_shown(toy: ToyBench) -> None:
    toy.log_in()
    _held(toy, "mine")
    toy.press_tab("home")
    assert toy.bench.find_a(QLabel, "toy-view-waiting").text() == ""
    toy.platform.gate.open()
    toy.bench.settle()
    assert MINE not in toy.bench.words_in_widgets()


def test_cf019_a_suspension_is_heeded_also_after_the_page_was_left(toy: ToyBench) -> None:
    toy.log_in()
    toy.platform.answers["mine"] = Failure(Code.PRACTICE_SUSPENDED)
    _held(toy, "mine")
    toy.press_tab("home")
    toy.platform.gate.open()
    toy.bench.settle()
    assert toy.bench.session() is SessionState.SIGNED_OUT


def test_an_answer_of_one_patient_is_never_shown_with_another(toy: ToyBench) -> None:
    toy.log_in()
    toy.bench.open_record()
    _held(toy, "of_patient")
    _open_meanwhile(toy, PAUL)
    toy.platform.held = set()
    toy.press_tab("toy-notes")
    toy.platform.gate.open()
    toy.bench.settle()
    assert OF_PAUL in toy.bench.visible() and OF_ANNE not in toy.bench.words_in_widgets()


def test_an_answer_of_before_a_lock_is_dropped_and_ends_no_later_session(toy: ToyBench) -> None:
    toy.log_in()
    toy.platform.answers["mine"] = Failure(Code.PRACTICE_SUSPENDED)
    toy.press_tab("toy")
    assert toy.bench.tasks._pools[Lane.NET].waitForDone(5000)  # answered, and not yet delivered
    toy.desks.machine.fire(Event.LOCK_ASKED)
    toy.bench.settle()
    assert toy.bench.session() is SessionState.LOCKED
    toy.platform.answers = {}
    toy.bench.unlock()
    assert toy.bench.session() is SessionState.ACTIVE and MINE in toy.bench.visible()
