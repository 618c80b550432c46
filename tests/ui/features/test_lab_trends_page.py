"""Laboratory trends in the window: curves in « À savoir », the chart, what leads to documents, and a lock."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QListWidget, QWidget

from desktop.domain.account import Account
from desktop.domain.catalog import Profile
from desktop.domain.errors import Code, Failure
from desktop.domain.record import MandateKind
from desktop.features.lab_trends.feature import LAB_TRENDS
from desktop.features.lab_trends.view.chart import TrendChart
from desktop.features.lab_trends.view.screen import Period, TrendsView
from desktop.features.lab_trends.view.small_curve import SmallCurve
from desktop.kernel.feature import add_words
from desktop.services.session import SessionState
from tests.fakes import FakeKept
from tests.fakes.features import FakeLabTrends
from tests.samples.laboratory import VALUES
from tests.samples.practice import ACCOUNT, NOW, mandate
from tests.samples.record import NOW as TAKEN
from tests.ui.desk.conftest import Bench, letter
from tests.ui.printing import dialogs

REFERENT = mandate(kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)


@pytest.fixture
def port() -> FakeLabTrends:
    fake = FakeLabTrends()
    shift = NOW - TAKEN  # the window's clock is another one
    fake.told["p1"] = tuple(replace(v, at=v.at + shift if v.at else None) for v in VALUES)
    return fake


@pytest.fixture
def bench(make_bench: Callable[..., Bench], port: FakeLabTrends) -> Iterator[Bench]:
    add_words((LAB_TRENDS,))
    made = make_bench(plug=lambda it: (LAB_TRENDS.over(port, FakeKept(LAB_TRENDS.kept, it.vault)),))
    made.platform.mandates["p1"] = REFERENT
    made.platform.records["p1"] = tuple(
        replace(letter(n, f"Bilan {n}", own=False), category="resultats-biologie") for n in (1, 2)
    )
    yield made
    for dialog in dialogs():
        dialog.close()


def opened(bench: Bench) -> Bench:
    bench.log_in()
    bench.open_record()
    bench.make_every_page()
    bench.settle()
    return bench


def page(bench: Bench) -> TrendsView:
    opened(bench)
    bench.click("tab-lab_trends")
    bench.settle()
    return bench.find_a(TrendsView, "lab-trends-view")


def small(bench: Bench) -> list[SmallCurve]:
    return bench.record_view().overview.panel.findChildren(SmallCurve)


def chart(bench: Bench) -> TrendChart:
    return bench.find_a(TrendChart, "lab-chart")


def cells(view: TrendsView) -> list[list[str]]:
    model = view.table.model()
    return [
        [str(model.index(r, c).data()) for c in range(model.columnCount())] for r in range(model.rowCount())
    ]


def test_cf062_small_curves_stand_in_the_overview_and_no_document_was_read(bench: Bench) -> None:
    opened(bench)
    first = small(bench)[0]
    assert first.isVisible() and "Créatinine, 4 valeurs" in first.accessibleName()
    assert "1,48 mg/dL" in first.accessibleName()
    assert not [call for call in bench.log if "read" in str(call)]


def test_a_small_curve_leads_to_its_chart(bench: Bench) -> None:
    opened(bench)
    small(bench)[0].click()
    bench.settle()
    assert bench.shell.page() == "lab_trends"
    assert [one.label for one in chart(bench)._series] == ["Créatinine"]


def test_every_point_is_reached_by_key_and_said_and_leads_to_its_document(bench: Bench) -> None:
    page(bench)
    line = chart(bench)
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_End)
    assert "1,48 mg/dL" in line.accessibleDescription() and "au-dessus" in line.accessibleDescription()
    QTest.keyClick(line, Qt.Key.Key_Left)
    assert "118 µmol/L" in line.accessibleDescription() and "converti" in line.accessibleDescription()
    QTest.keyClick(line, Qt.Key.Key_Return)
    bench.settle()
    assert bench.shell.page() == "record"
    document = bench.record_view().viewer.document()
    assert document is not None and document.id == "d2"


def test_the_table_says_all_with_the_comparator_and_what_has_no_curve(bench: Bench) -> None:
    """CF-150, CF-152."""
    view = page(bench)
    view.period_chosen.emit(Period.ALL)
    view.chosen_changed.emit(frozenset())
    said = cells(view)
    assert len(said) == len(VALUES)
    assert [row[2] for row in said if row[2].startswith("<")] == ["< 0,5"]
    assert any(row[1] == "Indice maison" and row[3] == "mg%" for row in said)


def test_a_row_is_copied_as_it_is_shown(bench: Bench) -> None:
    """CF-150."""
    view = page(bench)
    view.chosen_changed.emit(frozenset())
    row = next(n for n, said in enumerate(cells(view)) if said[2] == "< 0,5")
    view.table.setFocus()
    view.table.selectRow(row)
    view._copy()
    assert "\t< 0,5\tmg/L" in QGuiApplication.clipboard().text()


def test_analytes_are_ticked_by_key_and_a_period_cuts_curve_and_table(bench: Bench) -> None:
    view = page(bench)
    listed = bench.find_a(QListWidget, "lab-trends-analytes")
    assert [listed.item(n).checkState() for n in range(2)] == [Qt.CheckState.Checked] * 2
    view.period_chosen.emit(Period.YEAR)
    assert sorted(len(one.points) for one in chart(bench)._series) == [1, 2]
    listed.setFocus()
    listed.setCurrentRow(1)
    QTest.keyClick(listed, Qt.Key.Key_Space)
    assert [one.label for one in chart(bench)._series] == ["Créatinine"]
    assert {row[1] for row in cells(view)} == {"Créatinine"}


def test_a_lock_empties_page_and_overview(bench: Bench) -> None:
    page(bench)
    bench.pull()
    bench.settle()
    assert bench.session() is not SessionState.ACTIVE
    assert "Créatinine" not in bench.words_in_widgets() and "1,48" not in bench.words_in_widgets()


def test_after_an_unlock_they_are_asked_for_again(bench: Bench, port: FakeLabTrends) -> None:
    opened(bench)
    bench.pull()
    bench.settle()
    bench.unlock()
    bench.make_every_page()
    bench.settle()
    assert port.asked == ["p1", "p1"] and small(bench)


def test_another_patient_has_none_of_them(bench: Bench) -> None:
    opened(bench)
    bench.record_view().close_requested.emit()
    bench.settle()
    bench.platform.mandates["p2"] = REFERENT
    from tests.ui.desk.conftest import PAUL

    bench.open_record(PAUL)
    bench.settle()
    assert not small(bench) and "Créatinine" not in bench.words_in_widgets()


@pytest.mark.parametrize("profile", [Profile.PHARMACIEN, Profile.INTERVENANT_SOCIAL])
def test_cf056_who_reads_no_results_is_asked_for_none(
    bench: Bench, port: FakeLabTrends, profile: Profile
) -> None:
    account: Account = replace(ACCOUNT, profile=profile)
    bench.platform.accounts["H1"] = account
    bench.platform.mandates["p1"] = mandate(kind=MandateKind.CONSULTATION)
    opened(bench)
    assert port.asked == [] and not small(bench)
    assert (
        bench.shell.findChild(QWidget, "tab-lab_trends") is None
        or not bench.find("tab-lab_trends").isVisible()
    )


def test_a_failure_costs_the_curves_alone_and_can_be_tried_again(bench: Bench, port: FakeLabTrends) -> None:
    port.failure = Failure(Code.TIMEOUT)
    view = page(bench)
    assert bench.record_view().model.rowCount() == 2 and not small(bench)
    shown = [w.text() for w in view.findChildren(QLabel) if w.isVisible()]
    assert any("DSP-" in words for words in shown)
    port.failure = None
    view.again_asked.emit()
    bench.settle()
    assert chart(bench)._series


def test_no_value_says_so_and_no_pane_is_drawn(bench: Bench, port: FakeLabTrends) -> None:
    port.told.clear()
    page(bench)
    assert "Aucune valeur lisible par machine" in chart(bench).accessibleName()
    assert not small(bench)


def test_the_chart_is_painted_and_its_points_are_hit_by_the_mouse(bench: Bench) -> None:
    page(bench)
    line = chart(bench)
    assert not line.grab().isNull()
    for one, place, where in line._places():
        hit = line.hit(where.toPoint())
        assert hit is not None and line._series[hit[0]].points[hit[1]].at is not None
        if hit != (one, place):  # two so near that one mark hides the other
            other = next(w for o, p, w in line._places() if (o, p) == hit)
            assert abs(other.x() - where.x()) + abs(other.y() - where.y()) < 8


def test_f6_goes_round_and_every_stop_has_a_name(bench: Bench) -> None:
    view = page(bench)
    panels = (view.analytes, view.chart, view.table)
    assert all(panel.accessibleName() for panel in panels)
    view.analytes.setFocus()
    for panel in (view.chart, view.table, view.analytes):
        view._next_panel()
        assert panel.hasFocus()
