"""Bad PINs and PUKs get a sentence each, and none of them reaches the card."""

from collections.abc import Callable

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel
from pytestqt.qtbot import QtBot

from desktop.domain.card import PinState
from desktop.domain.texts import Language, set_language
from desktop.ui.secret_field import SecretField
from desktop.ui.views.new_pin_form import NewPinForm, Under
from desktop.ui.views.pin_form import PinForm

PIN = PinState(tries_left=3, min_length=6, max_length=8)
Make = Callable[[Under], NewPinForm]


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    def made(under: Under) -> NewPinForm:
        form = NewPinForm("form", under)
        qtbot.addWidget(form)
        form.show_pin(PIN)
        form.show()
        return form

    return made


def type_all(form: NewPinForm, *typed: str) -> None:
    for row, words in zip(form._rows(), typed, strict=True):
        QTest.keyClicks(row.field, words)


def error(form: NewPinForm, row: str) -> str:
    label = form.findChild(QLabel, f"{row}-error")
    assert label is not None
    return label.text() if label.isVisibleTo(form) else ""


SLIPS = [
    (Under.PUK, ("12ab5678", "654321", "654321"), "puk-field", "4 à 16 chiffres"),
    (Under.PUK, ("123", "654321", "654321"), "puk-field", "4 à 16 chiffres"),
    (Under.PUK, ("12345678", "65432", "65432"), "new-pin-field", "6 à 8 chiffres"),
    (Under.PUK, ("12345678", "abcdef", "abcdef"), "new-pin-field", "sans lettres"),
    (Under.PUK, ("12345678", "654321", "654322"), "new-pin-again-field", "identiques"),
    (Under.OLD_PIN, ("12a456", "654321", "654321"), "old-pin-field", "aucun essai"),
    (Under.OLD_PIN, ("123", "654321", "654321"), "old-pin-field", "6 à 8 chiffres"),
    (Under.OLD_PIN, ("123456", "65 432", "65 432"), "new-pin-field", "sans lettres ni espaces"),
    (Under.OLD_PIN, ("123456", "123456", "123456"), "new-pin-field", "le même"),
]


@pytest.mark.parametrize(("under", "typed", "where", "expected"), SLIPS)
def test_a_slip_is_told_where_it_is_and_the_card_is_not_asked(
    make: Make, qtbot: QtBot, under: Under, typed: tuple[str, ...], where: str, expected: str
) -> None:
    form = make(under)
    type_all(form, *typed)
    with qtbot.assertNotEmitted(form.entered):
        form.button.click()
    assert expected in error(form, where).replace("\u00a0", " ")
    others = {"puk-field", "old-pin-field", "new-pin-field", "new-pin-again-field"} - {where}
    assert not any(error(form, other) for other in others if form.findChild(QLabel, f"{other}-error"))


@pytest.mark.parametrize(("under", "typed", "where", "expected"), SLIPS)
def test_the_sentence_exists_in_every_language(
    make: Make, under: Under, typed: tuple[str, ...], where: str, expected: str
) -> None:
    said = set()
    for language in Language:
        set_language(language)
        form = make(under)
        type_all(form, *typed)
        form.button.click()
        said.add(error(form, where))
    assert "" not in said and len(said) == len(Language)


@pytest.mark.parametrize("under", Under)
def test_too_many_characters_are_refused_with_a_sentence(make: Make, under: Under) -> None:
    form = make(under)
    for row, limit in zip(form._rows(), (16 if under is Under.PUK else 8, 8, 8), strict=True):
        QTest.keyClicks(row.field, "1" * (limit + 1))
        assert row.error(), row.objectName()


@pytest.mark.parametrize("under", Under)
def test_a_pasted_text_that_is_too_long_is_refused_whole(make: Make, under: Under) -> None:
    form = make(under)
    QGuiApplication.clipboard().setText("123456789012345678901234567890")
    for row in form._rows():
        field = row.field
        assert isinstance(field, SecretField)
        field._paste()
        assert row.error()
        assert field.characters() == 0
    QGuiApplication.clipboard().clear()


def test_the_last_try_asks_here_too(make: Make, qtbot: QtBot) -> None:
    """The old PIN is a try like any other."""
    form = make(Under.OLD_PIN)
    form.show_pin(PinState(tries_left=1, min_length=6, max_length=8))
    type_all(form, "123456", "654321", "654321")
    assert not form.button.isEnabled()
    tick = form.findChild(QCheckBox, "change-pin-last-try-tick")
    assert tick is not None and tick.isVisible()
    tick.setChecked(True)
    with qtbot.waitSignal(form.entered):
        form.button.click()


def test_a_puk_needs_no_tick(make: Make, qtbot: QtBot) -> None:
    form = make(Under.PUK)
    form.show_pin(PinState(tries_left=0, blocked=True, min_length=6, max_length=8))
    type_all(form, "12345678", "654321", "654321")
    with qtbot.waitSignal(form.entered):
        form.button.click()


def test_cards_whose_pin_has_letters_take_them(qtbot: QtBot, make: Make) -> None:
    """Older LuxTrust cards take letters; their length is still checked."""
    letters = PinState(min_length=6, max_length=8, letters=True)
    form = make(Under.OLD_PIN)
    form.show_pin(letters)
    type_all(form, "abc123", "def456", "def456")
    with qtbot.waitSignal(form.entered):
        form.button.click()
    pin = PinForm("pin")
    qtbot.addWidget(pin)
    pin.show_pin(letters)
    pin.show()
    QTest.keyClicks(pin.field, "abc12")
    with qtbot.assertNotEmitted(pin.entered):
        pin.button.click()
    label = pin.findChild(QLabel, "pin-field-error")
    assert label is not None and "caractères" in label.text()
    QTest.keyClicks(pin.field, "abc123")
    with qtbot.waitSignal(pin.entered):
        pin.button.click()
