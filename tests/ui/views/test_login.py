"""Login: every situation has its own words, tries before typing, the last try asks."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.card import PinAsker, PinState
from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret
from desktop.domain.texts import Language, set_language, text
from desktop.ui.secret_field import SecretField
from desktop.ui.views.login import STEP_WORDS, LoginModel, LoginStep, LoginView
from desktop.ui.views.situation import CardSituation
from tests.answers import present

from . import samples


@pytest.fixture
def view(qtbot: QtBot) -> LoginView:
    made = LoginView()
    qtbot.addWidget(made)
    made.resize(1366, 700)
    made.show()
    return made


def _ready(**pin: object) -> LoginModel:
    return LoginModel(CardSituation.READY, samples.TODAY, card=samples.card(pin=PinState(**pin)))  # type: ignore[arg-type]


def _words(view: QWidget, name: str) -> str:
    label = view.findChild(QLabel, name)
    assert label is not None
    return label.text() if label.isVisibleTo(view) else ""


def _button(view: QWidget, name: str) -> QPushButton:
    button = view.findChild(QPushButton, name)
    assert button is not None
    return button


@pytest.mark.parametrize("language", Language)
def test_each_situation_has_words_of_its_own(view: LoginView, language: Language) -> None:
    set_language(language)
    said = {}
    for situation in CardSituation:
        card = samples.card() if situation is CardSituation.READY else None
        facts = (("path", "/usr/lib/x.so"), ("date", "01.02.2026"))
        view.show_state(LoginModel(situation, samples.TODAY, reader="R1", card=card, facts=facts))
        said[situation] = (_words(view, "login-title"), _words(view, "login-message"))
        assert said[situation][0]
        assert "{" not in "".join(said[situation])
    assert len(set(said.values())) == len(CardSituation)


def test_no_situation_is_without_a_way_out(view: LoginView) -> None:
    """What is wrong says what to do now."""
    for situation in CardSituation:
        if situation in (
            CardSituation.STARTING,
            CardSituation.READING,
            CardSituation.READY,
            CardSituation.SEVERAL,
        ):
            continue
        view.show_state(LoginModel(situation, samples.TODAY, reader="R1"))
        assert _words(view, "login-next"), situation


def test_security_contacts_are_one_action_away_in_every_situation(view: LoginView, qtbot: QtBot) -> None:
    """CF-021."""
    for situation in CardSituation:
        view.show_state(LoginModel(situation, samples.TODAY))
        button = _button(view, "login-security")
        assert button.isVisible()
        with qtbot.waitSignal(view.security_asked):
            button.click()


@pytest.mark.parametrize(
    ("pin", "expected"),
    [
        ({"tries_left": 3}, "3 essais restants"),
        ({"tries_left": 2}, "2 essais restants"),
        ({"tries_left": 1}, "Dernier essai"),
        ({"last_try": True}, "Dernier essai"),
        ({"low": True}, "au moins une erreur"),
        ({}, "ne dit pas combien d'essais"),
    ],
)
def test_tries_left_stand_there_before_typing(view: LoginView, pin: dict[str, object], expected: str) -> None:
    view.show_state(_ready(**pin))
    assert expected in _words(view, "pin-tries")


def test_pin_leaves_as_a_secret_and_the_field_is_empty(view: LoginView, qtbot: QtBot) -> None:
    """CF-018."""
    view.show_state(_ready(tries_left=3))
    QTest.keyClicks(view.pin.field, "123456")
    with qtbot.waitSignal(view.pin_entered) as caught:
        QTest.keyClick(view.pin.field, Qt.Key.Key_Return)
    (secret,) = caught.args or [None]
    assert isinstance(secret, Secret)
    with secret:
        assert bytes(secret.buffer) == b"123456"
    assert view.pin.field.characters() == 0


@pytest.mark.parametrize("typed", ["12a456", "123", "1234567890123456"])
def test_a_slip_costs_no_try(view: LoginView, qtbot: QtBot, typed: str) -> None:
    """Letters, too short, too long: told here, the card is not asked."""
    view.show_state(_ready(tries_left=3, min_length=6, max_length=15))
    with qtbot.assertNotEmitted(view.pin_entered):
        QTest.keyClicks(view.pin.field, typed)
        if typed != "1234567890123456":
            QTest.keyClick(view.pin.field, Qt.Key.Key_Return)
    assert "6 à 15 chiffres" in _words(view, "pin-field-error")


def test_the_last_try_asks_for_a_tick(view: LoginView, qtbot: QtBot) -> None:
    view.show_state(_ready(tries_left=1))
    QTest.keyClicks(view.pin.field, "123456")
    with qtbot.assertNotEmitted(view.pin_entered):
        QTest.keyClick(view.pin.field, Qt.Key.Key_Return)
    assert not view.pin.button.isEnabled()
    tick = view.findChild(QCheckBox, "pin-last-try-tick")
    assert tick is not None
    tick.setChecked(True)
    with qtbot.waitSignal(view.pin_entered):
        view.pin.button.click()


def test_keypad_reader_has_no_field(view: LoginView, qtbot: QtBot) -> None:
    """CF-018: the client never sees the PIN of a keypad reader."""
    view.show_state(_ready(asker=PinAsker.KEYPAD))
    assert not view.pin.field.isVisible()
    with qtbot.waitSignal(view.keypad_asked):
        view.pin.button.click()


@pytest.mark.parametrize("language", Language)
def test_who_asks_for_the_pin_is_named(view: LoginView, language: Language) -> None:
    """This program, the reader's keypad, the module's window: three askers, three sentences, one field."""
    keypad = {"fr": "clavier", "de": "Tastatur", "lb": "Tastatur", "en": "keypad"}[language.value]
    window = {"fr": "propre fenêtre", "de": "eigenen Fenster", "lb": "eegener Fënster", "en": "of its own"}
    set_language(language)
    try:
        told = {}
        for asker in PinAsker:
            view.show_state(_ready(asker=asker))
            assert view.pin.field.isVisible() is (asker is PinAsker.PROGRAM)
            told[asker] = _words(view, "pin-keypad-text")
    finally:
        set_language(Language.FR)
    assert told[PinAsker.PROGRAM] == ""
    assert keypad in told[PinAsker.KEYPAD] and window[language.value] not in told[PinAsker.KEYPAD]
    assert window[language.value] in told[PinAsker.MODULE] and keypad not in told[PinAsker.MODULE]


def test_a_card_with_two_pins_says_before_that_either_may_be_meant(view: LoginView) -> None:
    view.show_state(_ready(tries_left=3))
    assert _words(view, "pin-either") == ""
    view.show_state(_ready(tries_left=3, either=True))
    assert "deux codes PIN" in _words(view, "pin-either") and view.pin.field.isVisible()


@pytest.mark.parametrize(("step", "place"), [(LoginStep.KEYPAD, "lecteur"), (LoginStep.WINDOW, "fenêtre")])
def test_where_the_pin_is_typed_now(step: LoginStep, place: str) -> None:
    assert place in text(STEP_WORDS[step])


def test_pulling_the_card_wipes_what_was_typed(view: LoginView) -> None:
    view.show_state(_ready(tries_left=3))
    QTest.keyClicks(view.pin.field, "1234")
    view.show_state(LoginModel(CardSituation.READER_EMPTY, samples.TODAY, reader="R1"))
    assert view.pin.field.characters() == 0


def test_a_counted_try_leaves_what_is_typed(view: LoginView) -> None:
    """After a wrong PIN the card tells the tries left a moment later; a quick typist loses no digit."""
    view.show_state(_ready(tries_left=3))
    QTest.keyClicks(view.pin.field, "1234")
    view.show_state(_ready(tries_left=2))
    assert view.pin.field.characters() == 4


def test_swapping_the_card_wipes_what_was_typed(view: LoginView) -> None:
    view.show_state(_ready(tries_left=3))
    QTest.keyClicks(view.pin.field, "1234")
    other = samples.card("Dr Marc KLEIN")
    view.show_state(LoginModel(CardSituation.READY, samples.TODAY, card=other))
    assert view.pin.field.characters() == 0
    assert _words(view, "login-title") == "Dr Marc KLEIN"


def test_several_cards_are_chosen_by_holder_and_issuer(view: LoginView, qtbot: QtBot) -> None:
    cards = (samples.card(), samples.card("Dr Marc KLEIN"))
    view.show_state(LoginModel(CardSituation.SEVERAL, samples.TODAY, cards=cards))
    second = view.findChild(QWidget, "login-card-1")
    assert second is not None
    assert "Dr Marc KLEIN" in second.accessibleName()
    assert "LuxTrust" in second.accessibleName()
    with qtbot.waitSignal(view.card_chosen, check_params_cb=lambda key: key == "Dr Marc KLEIN"):
        QTest.keyClick(second, Qt.Key.Key_Return)


def test_blocked_card_offers_the_puk_and_whom_to_call(view: LoginView, qtbot: QtBot) -> None:
    blocked = samples.card(pin=PinState(blocked=True))
    view.show_state(LoginModel(CardSituation.BLOCKED, samples.TODAY, card=blocked))
    assert "24.550.550" in _words(view, "login-next").replace("\u00a0", ".").replace(" ", ".")
    for name, typed in (
        ("puk-field", "12345678"),
        ("new-pin-field", "654321"),
        ("new-pin-again-field", "654321"),
    ):
        field = view.unblock.findChild(SecretField, name)
        assert field is not None
        QTest.keyClicks(field, typed)
    with qtbot.waitSignal(view.puk_entered) as caught:
        view.unblock.button.click()
    puk, new = present(caught.args)
    assert bytes(puk.buffer) == b"12345678"
    assert bytes(new.buffer) == b"654321"


def test_two_different_new_pins_are_not_sent(view: LoginView, qtbot: QtBot) -> None:
    blocked = samples.card(pin=PinState(blocked=True))
    view.show_state(LoginModel(CardSituation.BLOCKED, samples.TODAY, card=blocked))
    for name, typed in (
        ("puk-field", "12345678"),
        ("new-pin-field", "654321"),
        ("new-pin-again-field", "654322"),
    ):
        field = view.unblock.findChild(SecretField, name)
        assert field is not None
        QTest.keyClicks(field, typed)
    with qtbot.assertNotEmitted(view.puk_entered):
        view.unblock.button.click()
    assert "identiques" in _words(view.unblock, "new-pin-again-field-error")


def test_certificate_that_ends_soon_is_announced(view: LoginView) -> None:
    soon = samples.card(until=datetime(2026, 12, 24, tzinfo=UTC))
    view.show_state(LoginModel(CardSituation.READY, samples.TODAY, card=soon))
    assert "33 jours" in _words(view, "login-next")
    assert "24.12.2026" in _words(view, "login-certificate-badge")
    view.show_state(LoginModel(CardSituation.READY, samples.TODAY, card=samples.card()))
    assert _words(view, "login-next") == ""


def test_removal_is_never_shown_as_a_wrong_pin(view: LoginView) -> None:
    view.show_state(
        LoginModel(CardSituation.READER_EMPTY, samples.TODAY, failure=Failure.of(Code.CARD_REMOVED))
    )
    assert "retirée avant la fin" in _words(view, "login-failure-text")
    assert "faux" not in _words(view, "login-failure-text")


def test_busy_stops_typing_and_comes_back(view: LoginView) -> None:
    model = _ready(tries_left=3)
    view.show_state(LoginModel(model.situation, model.today, card=model.card, busy=LoginStep.CARD))
    assert not view.pin.field.isEnabled()
    assert not view.pin.button.isEnabled()
    view.show_state(
        LoginModel(model.situation, model.today, card=model.card, failure=Failure.of(Code.PIN_WRONG))
    )
    assert view.pin.field.isEnabled()
    assert "Le code PIN est faux" in _words(view, "login-failure-text")


def test_module_trouble_offers_another_module(view: LoginView, qtbot: QtBot) -> None:
    facts = (("path", "/usr/lib/libgclib.so"),)
    view.show_state(LoginModel(CardSituation.MODULE_WRONG_ARCHITECTURE, samples.TODAY, facts=facts))
    assert "/usr/lib/libgclib.so" in _words(view, "login-message")
    with qtbot.waitSignal(view.change_module_asked):
        _button(view, "login-change-module").click()


def test_the_focus_waits_while_the_card_works(view: LoginView, qtbot: QtBot) -> None:
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    model = _ready(tries_left=3)
    view.show_state(model)
    assert view.focusWidget() is view.pin.field
    view.show_state(LoginModel(model.situation, model.today, card=model.card, busy=LoginStep.CARD))
    assert view.focusWidget() is view
    view.show_state(
        LoginModel(model.situation, model.today, card=model.card, failure=Failure.of(Code.PIN_WRONG))
    )
    assert view.focusWidget() is view.pin.field
