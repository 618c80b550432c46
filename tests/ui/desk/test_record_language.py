"""A record that is open when the language changes."""

from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from desktop.domain.record import Level
from desktop.domain.texts import Language, text
from desktop.services.session import SessionState
from desktop.ui import turns
from desktop.ui.bind.record_binding import RecordBinding
from desktop.ui.record.controller import RecordController
from desktop.ui.record.list_filter import Filter
from desktop.ui.record.record_page import RecordPage
from desktop.ui.record.record_view import RecordView
from tests.ui.desk.conftest import Bench
from tests.waiting import LIMIT_MS

KEYS = (
    "record.filter_text", "record.list_name", "record.theme_examens", "record.close", "record.know",
    "record.column_level",
)  # fmt: skip


@pytest.fixture
def opened(bench: Bench) -> Bench:
    bench.log_in()
    bench.open_record()
    return bench


def speak(bench: Bench, language: Language) -> None:
    bench.shell.language_chosen.emit(language)
    bench.qtbot.waitUntil(lambda: not turns._waiting, timeout=LIMIT_MS)
    bench.settle()


def test_it_speaks_the_new_language(opened: Bench) -> None:
    french = [text(key) for key in KEYS]
    assert [words for words in french if words not in opened.words_in_widgets()] == []
    speak(opened, Language.DE)
    said = opened.words_in_widgets()
    for key, before in zip(KEYS, french, strict=True):
        assert text(key) != before, "the same in both languages: it would show nothing"
        assert text(key) in said and before not in said, key
    assert opened.shell.page() == "record" and opened.record_view().model.rowCount() == 2
    assert opened.record_view().banner.isVisible()


def test_the_former_screen_stays_until_another_one_is_whole(
    opened: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To make one in the turn that changes the language is a gap of 100 ms."""
    former, whole = opened.record_view(), list[bool]()
    open_it = RecordView.open

    def note(view: RecordView, controller: RecordController, *more: Any) -> None:
        whole.append(not view._parts and view.reading.is_made)
        open_it(view, controller, *more)

    monkeypatch.setattr(RecordView, "open", note)
    opened.shell.language_chosen.emit(Language.DE)
    assert opened.record_view() is former and whole == []
    speak(opened, Language.DE)
    assert opened.record_view() is not former and whole == [True]


def test_a_record_that_is_opened_right_after_speaks_the_new_language(bench: Bench) -> None:
    bench.log_in()
    bench.qtbot.waitUntil(lambda: not turns._waiting, timeout=LIMIT_MS)
    bench.shell.language_chosen.emit(Language.DE)
    view = bench.find_a(RecordPage, "record-page").take()
    assert view.banner.close_button.text() == text("record.close", language=Language.DE)


def test_a_screen_that_was_opened_meanwhile_is_not_made_again(opened: Bench) -> None:
    """Its list would be asked for twice, and the document that is open in it put away."""
    opened.start_deposit("Titel")
    opened.shell.language_chosen.emit(Language.DE)
    opened.desks.record.opened.emit(opened.desks.record.record)
    (binding,) = (c for c in opened.desks.record.children() if isinstance(c, RecordBinding))
    view = binding._view
    opened.qtbot.waitUntil(lambda: not turns._waiting, timeout=LIMIT_MS)
    opened.settle()
    assert view is not None and binding._view is view
    assert view.banner.close_button.text() == text("record.close", language=Language.DE)


def test_row_and_filter_stay_and_no_document_is_read_again(opened: Bench) -> None:
    """CF-062: a second reading would be an access that nobody asked for."""
    opened.record_view().open_document("d2")
    opened.settle()
    opened.record_view().filters.choose(Filter(words="lettre", level=Level.STANDARD))
    opened.settle()
    reads, traces = opened.platform.asked.count("read_document"), list(opened.store.shelf().reads)
    speak(opened, Language.DE)
    view = opened.record_view()
    current = view.list.current()
    assert current is not None and current.id == "d2"
    assert view.filters.filter() == Filter(words="lettre", level=Level.STANDARD)
    assert view.model.ids() == {"d2"}
    assert opened.platform.asked.count("read_document") == reads
    assert list(opened.store.shelf().reads) == traces
    assert "release" in opened.pdf.calls, "the child holds nothing that nobody sees"


def test_a_filter_by_author_stays_too(opened: Bench) -> None:
    opened.record_view().filters.choose(Filter(author="Dr Autre"))
    opened.settle()
    speak(opened, Language.DE)
    assert opened.record_view().filters.filter() == Filter(author="Dr Autre")
    assert opened.record_view().model.ids() == {"d1"}


def test_the_page_in_front_stays_in_front(opened: Bench) -> None:
    opened.start_deposit("Titel bleibt")
    speak(opened, Language.DE)
    assert opened.shell.page() == "deposit" and opened.title_field().text() == "Titel bleibt"


def test_cf014_nothing_of_a_record_comes_back_behind_a_lock(opened: Bench) -> None:
    opened.pull()
    opened.settle()
    asked = len(opened.platform.asked)
    speak(opened, Language.DE)
    assert opened.session() is SessionState.LOCKED
    assert "Bilan sanguin secret" not in opened.words_in_widgets()
    assert opened.platform.asked[asked:].count("documents") == 0
    opened.unlock()
    assert text("record.list_name", language=Language.DE) in opened.words_in_widgets()
    assert opened.shell.page() == "record"


def test_a_picture_of_the_window_may_be_taken_between_two_languages(bench: Bench) -> None:
    """It lays out the blank screen too, of which half is made."""
    for language in (Language.DE, Language.FR, Language.LB, Language.EN) * 2:
        bench.shell.language_chosen.emit(language)
        assert not bench.shell.grab().isNull()
        QApplication.processEvents()
