"""Home: search terms, results, today's patients, work to do."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.errors import Code, Failure
from desktop.domain.matricule import check_digits
from desktop.domain.record import DspState
from desktop.ports.store import RecentPatient
from desktop.ui.views.home import HomeModel, HomeView, Todo, TodoKind
from desktop.ui.views.search_terms import SearchTerms, read_terms
from desktop.ui.widgets.rows import ListRow

from . import samples

GOOD = "18931201057" + check_digits("18931201057")


@pytest.fixture
def view(qtbot: QtBot) -> HomeView:
    made = HomeView()
    qtbot.addWidget(made)
    made.resize(1366, 700)
    made.show()
    made.show_state(HomeModel(samples.NOW))
    return made


def _field(view: HomeView) -> QLineEdit:
    field = view.findChild(QLineEdit, "search-field")
    assert field is not None
    return field


def _words(view: QWidget, name: str) -> str:
    label = view.findChild(QLabel, name)
    assert label is not None
    return label.text() if label.isVisibleTo(view) else ""


@pytest.mark.parametrize("typed", ["1893 1201 057 32", "1893120105732", "1893-1201-057-32"])
def test_matricule_is_read_with_any_spacing(typed: str) -> None:
    terms = read_terms(typed)
    assert isinstance(terms, SearchTerms)
    assert terms.matricule is not None and terms.matricule.digits == "1893120105732"


@pytest.mark.parametrize(
    "typed",
    ["Muller Anne 12.05.1993", "12/05/1993 Muller  Anne", "Muller Anne, 1993-05-12", "Muller 12.5.1993 Anne"],
)
def test_name_and_birth_date_in_any_order(typed: str) -> None:
    terms = read_terms(typed)
    assert isinstance(terms, SearchTerms)
    assert terms.birth_date == date(1993, 5, 12)
    assert terms.name == "Muller Anne"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", Code.SEARCH_TOO_SHORT),
        ("M", Code.SEARCH_TOO_SHORT),
        ("12.05.1993", Code.SEARCH_TOO_SHORT),
        ("Muller 45.13.1993", Code.SEARCH_TOO_SHORT),
        ("1893", Code.SEARCH_TOO_SHORT),
        ("1893A201057B2", Code.MATRICULE_FORMAT),
    ],
)
def test_what_cannot_be_searched_has_its_own_sentence(typed: str, code: Code) -> None:
    terms = read_terms(typed)
    assert isinstance(terms, Failure) and terms.code is code


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_anything_typed_is_answered(typed: str) -> None:
    terms = read_terms(typed)
    assert isinstance(terms, SearchTerms | Failure)
    if isinstance(terms, SearchTerms):
        assert (terms.matricule is None) != (terms.name == "")


def test_check_digits_warn_and_never_block(view: HomeView, qtbot: QtBot) -> None:
    wrong = GOOD[:-1] + str((int(GOOD[-1]) + 1) % 10)
    QTest.keyClicks(_field(view), wrong)
    assert "chiffres de contrôle" in _words(view, "search-doubt")
    with qtbot.waitSignal(view.search_asked) as caught:
        QTest.keyClick(_field(view), Qt.Key.Key_Return)
    assert caught.args and caught.args[0].matricule.digits == wrong


def test_a_right_matricule_raises_no_doubt(view: HomeView) -> None:
    QTest.keyClicks(_field(view), GOOD)
    assert _words(view, "search-doubt") == ""


def test_letters_in_a_matricule_are_told(view: HomeView, qtbot: QtBot) -> None:
    _field(view).setText("1893A201057B2")
    with qtbot.assertNotEmitted(view.search_asked):
        QTest.keyClick(_field(view), Qt.Key.Key_Return)
    assert "que des chiffres" in _words(view, "search-message-text")
    assert _field(view).text() == "1893A201057B2"


def test_enter_opens_nobody_until_down_has_led_to_a_result(view: HomeView, qtbot: QtBot) -> None:
    """A second Enter must not open the first of those who share a name."""
    view.activateWindow()
    _field(view).setText("muller")
    view.show_state(HomeModel(samples.NOW, results=(samples.patient("p1"), samples.patient("p2"))))
    assert view.focusWidget() is _field(view) and not _field(view).hasSelectedText()
    with qtbot.assertNotEmitted(view.patient_chosen):
        QTest.keyClick(_field(view), Qt.Key.Key_Return)
    QTest.keyClick(_field(view), Qt.Key.Key_Down)
    result = view.findChild(ListRow, "search-result-0")
    assert result is not None and view.focusWidget() is result
    with qtbot.waitSignal(view.patient_chosen) as caught:
        QTest.keyClick(result, Qt.Key.Key_Return)
    assert caught.args == [samples.patient("p1")]


def test_results_show_name_birth_date_matricule_and_state(view: HomeView) -> None:
    """Enough to tell two of the same name apart, before anything is opened."""
    view.show_state(HomeModel(samples.NOW, results=(samples.patient(dsp=DspState.CLOSED),)))
    result = view.findChild(ListRow, "search-result-0")
    assert result is not None
    for part in ("MULLER Anne", "12.05.1993", "1993 0512 345 91", "DSP fermé"):
        assert part in result.accessibleName()


def test_no_result_says_what_to_do(view: HomeView) -> None:
    """CF-023: nobody found, nothing to open."""
    view.show_state(HomeModel(samples.NOW, results=()))
    assert "Aucun patient" in _words(view, "search-message-text")
    assert view.findChild(ListRow, "search-result-0") is None


def test_too_many_asks_for_more(view: HomeView) -> None:
    view.show_state(HomeModel(samples.NOW, failure=Failure.of(Code.TOO_MANY_MATCHES)))
    assert "date de naissance" in _words(view, "search-message-next")


def test_platform_trouble_keeps_the_field(view: HomeView) -> None:
    _field(view).setText("Muller 12.05.1993")
    view.show_state(HomeModel(samples.NOW, failure=Failure.of(Code.OFFLINE)))
    assert _field(view).text() == "Muller 12.05.1993"


def test_recent_patients_and_work(view: HomeView, qtbot: QtBot) -> None:
    recent = RecentPatient(samples.patient(), samples.NOW, samples.mandate(), 2, 1)
    todo = Todo(TodoKind.ANNONCE, samples.patient(), 1, 16)
    view.show_state(HomeModel(samples.NOW, recents=(recent,), todos=(todo,)))
    line = view.findChild(ListRow, "recent-patient-0")
    work = view.findChild(ListRow, "todo-0")
    assert line is not None and work is not None
    assert "2 nouveaux" in line.accessibleName()
    assert "16 jours" in work.accessibleName()
    with qtbot.waitSignal(view.patient_chosen):
        line.click()
    with qtbot.waitSignal(view.todo_chosen) as caught:
        work.click()
    assert caught.args == [todo]


def test_empty_day_says_what_to_do_next(view: HomeView) -> None:
    texts = [label.text() for label in view.findChildren(QLabel) if label.isVisibleTo(view)]
    assert any("apparaîtront ici" in words for words in texts)


def test_a_second_showing_of_the_same_list_keeps_the_focus(view: HomeView) -> None:
    """State that changes in the background must not move the doctor's focus."""
    results = (samples.patient("p1"), samples.patient("p2"))
    recent = RecentPatient(samples.patient(), samples.NOW, samples.mandate(), 2, 1)
    view.activateWindow()
    view.show_state(HomeModel(samples.NOW, results=results))
    _field(view).setFocus()
    view.show_state(HomeModel(samples.NOW, results=results, recents=(recent,)))
    assert view.focusWidget() is _field(view)
