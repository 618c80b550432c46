"""The declaration in the window: for whom, in which words, and notice only after a confirmation."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from desktop.domain.errors import Failure
from desktop.domain.record import MandateKind
from desktop.domain.referent import Declaration, EndCause, add_months
from desktop.domain.texts import Language, failure_text, text
from desktop.features.declaration.domain import Consent, DeclarationCode, Told
from desktop.features.declaration.feature import DECLARATION
from desktop.features.declaration.view import DeclarationView
from desktop.kernel.feature import add_words
from desktop.ui.dates import day
from tests.fakes import FakeKept
from tests.fakes.features import FakeDeclaration
from tests.samples.practice import NOW, mandate
from tests.ui.desk.conftest import Bench

TODAY = NOW.date()
REFERENT = mandate(kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)
OLD = Declaration(
    signed_patient=date(2021, 1, 5), signed_doctor=date(2021, 1, 5), notified=date(2021, 1, 8),
    validated=date(2021, 1, 20), effective=date(2021, 2, 1),
)  # fmt: skip
YOUNG = replace(OLD, validated=TODAY - timedelta(days=40), effective=TODAY - timedelta(days=20))


@pytest.fixture
def port() -> FakeDeclaration:
    fake = FakeDeclaration()
    fake.told, fake.today = Told("e1", OLD), TODAY
    return fake


@pytest.fixture
def bench(make_bench: Callable[..., Bench], port: FakeDeclaration) -> Bench:
    add_words((DECLARATION,))
    made = make_bench(plug=lambda made: (DECLARATION.over(port, FakeKept(DECLARATION.kept, made.vault)),))
    made.platform.mandates["p1"] = REFERENT
    return made


def open_page(bench: Bench) -> DeclarationView:
    bench.log_in()
    bench.open_record()
    bench.click("tab-declaration")
    bench.settle()
    assert bench.shell.page() == "declaration"
    return bench.find_a(DeclarationView, "declaration-view")


def said(bench: Bench) -> str:
    return bench.words_of("declaration-said")


def shown(bench: Bench, name: str) -> bool:
    return bench.find_a(QAbstractButton, name).isVisible()


@pytest.mark.parametrize("kind", [MandateKind.CONSULTATION, MandateKind.CERCLE_MEDICAL])
def test_cf071_without_the_mandate_there_is_no_tab(
    bench: Bench, port: FakeDeclaration, kind: MandateKind
) -> None:
    bench.platform.mandates["p1"] = replace(REFERENT, kind=kind)
    bench.log_in()
    bench.open_record()
    tab = bench.shell.findChild(QAbstractButton, "tab-declaration")
    assert (tab is None or not tab.isVisible()) and port.readings == []


def test_its_days_are_read_once(bench: Bench, port: FakeDeclaration) -> None:
    open_page(bench)
    for words in ("05.01.2021", "08.01.2021", "20.01.2021", "01.02.2021"):
        assert words in bench.visible()
    assert day(OLD.effective) in said(bench)
    bench.click("tab-home")
    bench.open_record()
    bench.click("tab-declaration")
    bench.settle()
    assert len(port.readings) <= 2 and set(port.readings) == {"p1"}


def test_whoever_refreshes_keeps_the_keyboard_where_it_was(bench: Bench, port: FakeDeclaration) -> None:
    open_page(bench)
    button = bench.find_a(QAbstractButton, "declaration-refresh")
    button.setFocus()
    before = len(port.readings)
    QTest.keyClick(button, Qt.Key.Key_Space)
    bench.settle()
    assert button.hasFocus() and len(port.readings) == before + 1


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    ("declaration", "key", "when"),
    [
        (replace(OLD, notice_on=TODAY, ends_on=date(2027, 1, 31)), "declaration.said_notice", "31.01.2027"),
        (replace(OLD, ended=TODAY, cause=EndCause.DSP_CLOSED), "declaration.ended_dsp_closed", ""),
        (replace(OLD, ended=TODAY), "declaration.ended", ""),
        (replace(YOUNG, effective=TODAY + timedelta(days=5)), "declaration.said_validated", ""),
    ],
)
def test_each_state_is_a_sentence(
    bench: Bench, port: FakeDeclaration, language: Language, declaration: Declaration, key: str, when: str
) -> None:
    """CF-036, CF-099."""
    port.told = Told("e1", declaration)
    bench.shell.language_chosen.emit(language)
    bench.settle()
    open_page(bench)
    words = text(key, day=when) if when else text(key, day=day(declaration.effective))
    assert said(bench) == words


def test_cf099_the_banner_says_the_end_of_a_notice_at_once(bench: Bench) -> None:
    """The right is asked for when notice was given, not at the next look of every 30 s."""
    open_page(bench)
    assert "sans limite de durée" in bench.visible()
    end = NOW + timedelta(days=61, hours=1)
    bench.platform.mandates["p1"] = replace(REFERENT, end=end, grace_end=end)
    bench.click("declaration-give")
    bench.settle()
    assert "sans limite de durée" in bench.visible(), "nothing is given yet"
    bench.click("declaration-confirm")
    bench.settle()
    assert "encore 61 jours" in bench.visible() and "sans limite de durée" not in bench.visible()


def test_notice_is_given_after_a_confirmation_alone(bench: Bench, port: FakeDeclaration) -> None:
    view = open_page(bench)
    assert not view.agreed.isVisible() and not shown(bench, "declaration-confirm")
    bench.click("declaration-give")
    assert port.notices == [] and day(add_months(TODAY, 2)) in bench.words_of("declaration-sure")
    bench.click("declaration-not")
    assert not shown(bench, "declaration-confirm")
    bench.click("declaration-give")
    bench.click("declaration-confirm")
    bench.settle()
    assert port.notices == [Consent.ALONE]
    assert said(bench) == text("declaration.said_notice", day=day(add_months(TODAY, 2)))
    assert not shown(bench, "declaration-give"), "it is given once"


def test_in_the_first_year_the_patient_must_agree(bench: Bench, port: FakeDeclaration) -> None:
    port.told = Told("e1", YOUNG)
    view = open_page(bench)
    assert not bench.find_a(QAbstractButton, "declaration-give").isEnabled()
    assert day(add_months(YOUNG.effective or TODAY, 12)) in bench.words_of("declaration-rule")
    view.agreed.setFocus()
    QTest.keyClick(view.agreed, Qt.Key.Key_Space)
    bench.click("declaration-give")
    view.agreed.setChecked(False)
    assert not shown(bench, "declaration-confirm"), "what was taken back is not confirmed"
    view.agreed.setChecked(True)
    bench.click("declaration-give")
    bench.click("declaration-confirm")
    bench.settle()
    assert port.notices == [Consent.BOTH]


def test_a_refusal_is_shown_and_nothing_changes(bench: Bench, port: FakeDeclaration) -> None:
    open_page(bench)
    port.failure = Failure(DeclarationCode.NEEDS_AGREEMENT)
    bench.click("declaration-give")
    bench.click("declaration-confirm")
    bench.settle()
    assert failure_text(port.failure) in bench.visible() and shown(bench, "declaration-give")


def test_nothing_of_it_stays_at_a_lock(bench: Bench, port: FakeDeclaration) -> None:
    open_page(bench)
    bench.pull()
    bench.settle()
    assert "20.01.2021" not in bench.words_in_widgets()
