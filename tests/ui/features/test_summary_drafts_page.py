"""Drafts of summaries are found again: on home, and when the declaration is over (CF-093)."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop.domain.record import MandateKind
from desktop.features.summary.feature import SUMMARY
from desktop.features.summary.service.drafts import Drafts
from desktop.features.summary.service.publishing import Publications
from desktop.features.summary.view.drafts import DraftsView
from tests.answers import good
from tests.fakes import FakeKept
from tests.fakes.summary import FakeSummary
from tests.samples.drafts import NOW, typical
from tests.samples.practice import ACCOUNT, deposit, mandate
from tests.samples.summary import publication
from tests.ui.desk.conftest import ANNE, KLEIN, PAUL, Bench


class _Home:
    """A window in whose store drafts can be put."""

    def __init__(self, make_bench: Callable[..., Bench]) -> None:
        def plug(made: Bench) -> tuple[object, ...]:
            self.rows = FakeKept(SUMMARY.kept, made.vault)
            return (SUMMARY.over(FakeSummary(), self.rows),)

        self.bench = make_bench(plug=plug)
        self.drafts = Drafts(self.rows)

    @property
    def panel(self) -> QWidget:
        return self.bench.find_a(QWidget, "summary-home")


@pytest.fixture
def home(make_bench: Callable[..., Bench]) -> Iterator[_Home]:
    made = _Home(make_bench)
    made.bench.log_in()
    assert not made.panel.isVisible(), "nothing was begun"
    assert made.drafts.keep(ANNE, typical()) is None
    made.bench.pull()
    made.bench.settle()
    assert ANNE.name not in made.bench.visible()
    made.bench.unlock()
    yield made


def test_home_names_whose_summaries_are_to_finish(home: _Home) -> None:
    assert home.bench.shell.page() == "home" and home.panel.isVisible()
    assert home.bench.words_of("summary-home-words") == f"1 résumé\u00a0: {ANNE.name}"


def test_cf093_the_text_is_there_when_the_declaration_is_over(home: _Home) -> None:
    """By a consultation there is no editor; the draft can still be read, and the page says why."""
    home.bench.platform.mandates["p1"] = mandate(kind=MandateKind.CONSULTATION)
    home.bench.click("summary-home-open")
    home.bench.settle()
    assert home.bench.shell.page() == "summary-drafts"
    view = home.bench.find_a(DraftsView, "summary-drafts-view")
    words = [row.words for row in view.content.rows]
    assert (
        any(line.startswith("Pénicilline") for line in words) and "Ramipril 10 mg comprimé · 1-0-0" in words
    )
    assert "publication est impossible" in home.bench.visible()
    view.list.setFocus()
    QTest.keyClick(view.list, Qt.Key.Key_Return)
    home.bench.settle()
    assert home.bench.shell.page() == "identity" and ANNE.name in home.bench.visible()


def test_they_go_with_the_session_and_are_not_another_doctor_s(home: _Home) -> None:
    home.bench.click("summary-home-open")
    home.bench.settle()
    assert "Pénicilline" in home.bench.words_in_widgets()
    home.bench.pull()
    home.bench.settle()
    assert "Pénicilline" not in home.bench.words_in_widgets()
    home.bench.desks.session.log_out()
    home.bench.settle()
    home.bench.log_in(KLEIN)
    assert not home.panel.isVisible()


def test_who_can_be_nobody_s_referent_sees_none(make_bench: Callable[..., Bench]) -> None:
    """CF-071, also where his store has one of former times."""
    made = _Home(make_bench)
    made.bench.platform.accounts["H1"] = replace(ACCOUNT, profession="Chirurgien-Dentiste")
    made.bench.log_in()
    assert made.drafts.keep(ANNE, typical()) is None
    made.bench.pull()
    made.bench.settle()
    made.bench.unlock()
    assert made.bench.shell.page() == "home"
    assert made.bench.shell.findChild(QWidget, "summary-home") is None, "not even made"


def test_home_tells_of_what_was_signed_and_left_by_a_killed_program(home: _Home) -> None:
    """The draft may be gone: the row alone knows of it, and leads to the record where it goes on."""
    good(home.drafts.drop(typical().id))
    signed = publication(replace(deposit(1), patient=ANNE), "urn:uuid:data", b"%PDF-1.7 signed")
    good(Publications(FakeSummary(), home.rows, lambda: NOW, lambda: True).keep(signed))
    home.bench.pull()
    home.bench.settle()
    assert ANNE.name not in home.bench.words_in_widgets()
    home.bench.unlock()
    assert home.panel.isVisible() and ANNE.name in home.bench.words_of("summary-home-signed")
    home.bench.click("summary-home-open")
    home.bench.settle()
    view = home.bench.find_a(DraftsView, "summary-drafts-view")
    assert [row.words.partition(",")[0] for row in view.list.rows] == [ANNE.name]
    view.list.setFocus()
    QTest.keyClick(view.list, Qt.Key.Key_Return)
    home.bench.settle()
    assert home.bench.shell.page() != "summary-drafts" and ANNE.name in home.bench.visible()


def test_one_damaged_row_costs_only_itself_and_is_told(home: _Home) -> None:
    paul = replace(typical(), id="draft-2", patient_id="p2")
    assert home.drafts.keep(PAUL, paul) is None
    spoil = "UPDATE summary_draft SET content = x'7b' WHERE id = 'draft-2'"
    good(home.rows.write(lambda rows: rows.execute(spoil, ())))
    home.bench.click("summary-home-open")
    home.bench.settle()
    view = home.bench.find_a(DraftsView, "summary-drafts-view")
    assert [row.words.partition(",")[0] for row in view.list.rows] == [ANNE.name]
    said = home.bench.words_of("summary-drafts-message-text")
    assert "1 brouillon ou envoi de résumé est endommagé" in said
    home.bench.click("tab-home")
    home.bench.settle()
    assert "endommagé" in home.bench.words_of("summary-home-words")
