"""The patient banner: identity, mandate, count-down, minors (CF-011, CF-031, CF-082)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.domain.record import Mandate, MandateKind, Patient
from desktop.domain.texts import Language, set_language
from desktop.ui.widgets.patient_banner import PatientBanner, birth_words, time_left
from tests.samples.record import MANDATE, NOW, PATIENT
from tests.ui.finding import child


def a_banner(
    patient: Patient, mandate: Mandate, now: Callable[[], datetime], *, demo: bool = False
) -> PatientBanner:
    made = PatientBanner()
    made.show_patient(patient, mandate, now, demo=demo)
    return made


def test_identity_with_four_digit_year_age_and_grouped_matricule(qtbot: QtBot, qapp: QApplication) -> None:
    """CF-011: who it is stands over every page."""
    banner = a_banner(PATIENT, MANDATE, lambda: NOW)
    qtbot.addWidget(banner)
    words = " ".join(w.text() for w in banner.findChildren(QLabel))
    for part in (
        "MULLER Anne",
        "née le 12.05.1993",
        "33 ans",
        "1793 0512 345 91",
        "Consultation",
        "encore 23 h 41",
    ):
        assert part in words
        assert part in banner.accessibleName()


@pytest.mark.parametrize(
    ("end", "grace", "now", "words"),
    [
        (timedelta(hours=23, minutes=41), None, timedelta(), "encore 23 h 41"),
        (timedelta(hours=1, minutes=5), None, timedelta(), "encore 1 h 05"),
        (timedelta(minutes=59), None, timedelta(), "encore 59 min"),
        (timedelta(minutes=1, seconds=1), None, timedelta(), "encore 2 min"),
        (timedelta(seconds=40), None, timedelta(), "moins d'une minute"),
        (timedelta(days=12), None, timedelta(), "encore 12 jours"),
        (timedelta(0), None, timedelta(), "accès terminé"),
        (timedelta(hours=1), timedelta(days=3), timedelta(hours=2), "période de suivi, fin le 21.11.2026"),
        (
            timedelta(hours=1),
            timedelta(days=1),
            timedelta(hours=2),
            "période de suivi, fin le 19.11.2026 10:31",
        ),
        (timedelta(hours=1), timedelta(days=1), timedelta(), "encore 24 h 00"),
        (timedelta(hours=1), timedelta(days=3), timedelta(days=3), "accès terminé"),
    ],
)
def test_count_down(end: timedelta, grace: timedelta | None, now: timedelta, words: str) -> None:
    """CF-034: in its grace the end is in sight, and after it nothing is left."""
    mandate = Mandate("m", MandateKind.CONSULTATION, NOW, NOW + end, NOW + grace if grace else None)
    assert time_left(mandate, NOW + now) == words


def test_elsewhere_the_grace_is_not_counted_in() -> None:
    mandate = Mandate("m", MandateKind.ETABLISSEMENT, NOW, NOW + timedelta(days=4), NOW + timedelta(days=19))
    assert time_left(mandate, NOW) == "encore 4 jours"


def test_unlimited_mandate_says_so() -> None:
    assert time_left(replace(MANDATE, end=None), NOW) == "sans limite de durée"


@pytest.mark.parametrize(
    ("born", "minor"), [(date(2008, 11, 19), True), (date(2008, 11, 18), False), (date(1947, 11, 3), False)]
)
def test_minor_until_the_eighteenth_birthday_cf_082(
    qtbot: QtBot, qapp: QApplication, born: date, minor: bool
) -> None:
    banner = a_banner(replace(PATIENT, birth_date=born), MANDATE, lambda: NOW)
    qtbot.addWidget(banner)
    assert banner.minor.isVisibleTo(banner) is minor


def test_unknown_birth_date_is_a_dash() -> None:
    assert birth_words(replace(PATIENT, birth_date=None), NOW) == "née le –"


def test_it_ends_once_and_again_after_a_prolonged_mandate(qtbot: QtBot, qapp: QApplication) -> None:
    clock: list[datetime] = [NOW]
    banner = a_banner(PATIENT, MANDATE, lambda: clock[0])
    qtbot.addWidget(banner)
    ends: list[int] = []
    banner.ended.connect(lambda: ends.append(1))
    clock[0] = NOW + timedelta(days=1)
    banner.tick()
    banner.tick()
    assert ends == [1]
    banner.set_mandate(replace(MANDATE, end=NOW + timedelta(days=2)))
    assert ends == [1]
    clock[0] = NOW + timedelta(days=2)
    banner.tick()
    assert ends == [1, 1]


def test_a_long_name_is_cut_at_1366_and_whole_again_on_a_wide_screen(
    qtbot: QtBot, qapp: QApplication
) -> None:
    long = replace(
        PATIENT, family="Schiltz-Wagner de la Fontaine", given="Marie-Anne Joséphine Catherine " * 2
    )
    banner = a_banner(long, MANDATE, lambda: NOW, demo=True)
    qtbot.addWidget(banner)
    banner.resize(1100, 70)
    banner.show()
    banner.grab()
    name = child(banner, QLabel, "banner-name")
    assert name.text().endswith("…") and name.accessibleName() == long.name
    banner.resize(2400, 70)
    banner.grab()
    assert name.text() == long.name


@pytest.mark.parametrize("language", Language)
def test_every_language_fits_1366_pixels(qtbot: QtBot, qapp: QApplication, language: Language) -> None:
    set_language(language)
    try:
        banner = a_banner(PATIENT, replace(MANDATE, kind=MandateKind.CERCLE_MEDICAL), lambda: NOW)
        qtbot.addWidget(banner)
        assert banner.minimumSizeHint().width() <= 1366
    finally:
        set_language(Language.FR)
