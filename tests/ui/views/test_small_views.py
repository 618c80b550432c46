"""Lock, terms, outbox, card, about."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QPlainTextEdit, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.card import CardPin, KeypadSetting, ModuleReport, PinAsker, PinState
from desktop.domain.deposit import OutboxState
from desktop.domain.errors import Code, Failure
from desktop.domain.recovery import OwnWork, Recovery
from desktop.domain.texts import Language, counted, set_language, text
from desktop.ui.dates import moment
from desktop.ui.secret_field import SecretField
from desktop.ui.views.card_askers import AskerModel
from desktop.ui.views.card_management import CardModel, CardNews, CardView
from desktop.ui.views.card_module import ModuleChoice
from desktop.ui.views.lock import LockModel, LockReason, LockView
from desktop.ui.views.login import LoginModel
from desktop.ui.views.outbox import OutboxModel, OutboxView
from desktop.ui.views.recovery import words_of
from desktop.ui.views.situation import CardSituation
from desktop.ui.views.terms import LegalText, TermsModel, TermsView, legal_text
from tests.answers import present
from tests.samples.practice import NOW

from . import samples


def _shown(view: QWidget) -> str:
    return "\n".join(label.text() for label in view.findChildren(QLabel) if label.isVisibleTo(view))


def test_lock_shows_card_and_holder_only(qtbot: QtBot) -> None:
    """CF-014, CF-017: no patient, no title, no count on the lock screen."""
    view = LockView()
    qtbot.addWidget(view)
    view.show()
    for reason in LockReason:
        view.show_state(LockModel("Dr Claire WEBER", reason, LoginModel(CardSituation.READER_EMPTY)))
        assert "Dr Claire WEBER" in _shown(view)
        assert "Insérez votre carte" in _shown(view)
        assert not view.pin.isVisible()
    login = LoginModel(CardSituation.READY, samples.TODAY, card=samples.card())
    view.show_state(LockModel("Dr Claire WEBER", LockReason.CARD, login))
    QTest.keyClicks(view.pin.field, "123456")
    with qtbot.waitSignal(view.pin_entered):
        view.pin.button.click()


def test_terms_need_the_tick_and_tell_the_version(qtbot: QtBot) -> None:
    """CF-020."""
    view = TermsView()
    qtbot.addWidget(view)
    view.show()
    view.show_state(TermsModel("2026-01"))
    accept = view.findChild(QPushButton, "terms-accept")
    tick = view.findChild(QCheckBox, "terms-read")
    assert accept is not None and tick is not None
    assert not accept.isEnabled()
    tick.setChecked(True)
    with qtbot.waitSignal(view.accepted, check_params_cb=lambda version: version == "2026-01"):
        accept.click()
    view.show_state(TermsModel("2026-02"))
    assert not tick.isChecked()


def test_terms_stay_french_in_every_language(qtbot: QtBot) -> None:
    """CF-080: the French text is shown and prevails."""
    view = TermsView()
    qtbot.addWidget(view)
    shown = view.findChild(QPlainTextEdit, "terms-text")
    prevails = view.findChild(QLabel, "terms-french-prevails")
    assert shown is not None and prevails is not None
    for language in Language:
        set_language(language)
        view.retranslate()
        assert shown.toPlainText() == legal_text(LegalText.CONDITIONS)
    assert "French text prevails" in prevails.text()


@pytest.mark.parametrize("chosen", LegalText)
def test_legal_texts_say_that_they_are_a_demonstration(chosen: LegalText) -> None:
    assert "Texte de démonstration" in legal_text(chosen)
    assert "#" not in legal_text(chosen).splitlines()[0]


@pytest.mark.parametrize("state", OutboxState)
def test_each_outbox_row_says_why(qtbot: QtBot, state: OutboxState) -> None:
    """CF-058: the state is visible and nothing pretends to be shared."""
    view = OutboxView()
    qtbot.addWidget(view)
    view.show()
    failure = Failure.of(Code.TIMEOUT) if state in (OutboxState.RETRYABLE, OutboxState.TERMINAL) else None
    view.show_state(OutboxModel((samples.outbox_row(state, failure=failure),)))
    badge = view.findChild(QLabel, "outbox-state")
    assert badge is not None
    assert (badge.text() == "Déposé") is (state is OutboxState.SENT)
    assert len(_shown(view).splitlines()) >= 4
    cancel = view.findChild(QPushButton, "outbox-cancel-urn:uuid:1")
    waiting = state in (OutboxState.QUEUED, OutboxState.HELD, OutboxState.RETRYABLE)
    assert (cancel is not None) is waiting
    remove = view.findChild(QPushButton, "outbox-remove-urn:uuid:1")
    assert (remove is not None) is not state.is_pending()
    back = view.findChild(QPushButton, "outbox-take-back-urn:uuid:1")
    assert (back is not None) is (state in (OutboxState.TERMINAL, OutboxState.GIVEN_UP))
    send = view.findChild(QPushButton, "outbox-send-urn:uuid:1")
    if send is not None:
        with qtbot.waitSignal(view.send_asked, check_params_cb=lambda name: name == "urn:uuid:1"):
            send.click()


def test_a_lost_mandate_cannot_be_sent_under_another(qtbot: QtBot) -> None:
    """CF-031."""
    view = OutboxView()
    qtbot.addWidget(view)
    row = samples.outbox_row(OutboxState.HELD, failure=Failure.of(Code.MANDATE_ENDED))
    view.show_state(OutboxModel((row,)))
    assert view.findChild(QPushButton, "outbox-send-urn:uuid:1") is None
    assert view.findChild(QPushButton, "outbox-cancel-urn:uuid:1") is not None
    back = view.findChild(QPushButton, "outbox-take-back-urn:uuid:1")
    assert back is not None
    with qtbot.waitSignal(view.take_back_asked, check_params_cb=lambda name: name == "urn:uuid:1"):
        back.click()


def test_unknown_outcome_says_when_it_is_asked_for_again(qtbot: QtBot) -> None:
    view = OutboxView()
    qtbot.addWidget(view)
    view.show()
    row = replace(samples.outbox_row(OutboxState.UNKNOWN), next_try=NOW)
    view.show_state(OutboxModel((row,)))
    assert text("outbox.next_check", when=moment(NOW)) in _shown(view)


def test_cancelled_is_not_called_refused(qtbot: QtBot) -> None:
    view = OutboxView()
    qtbot.addWidget(view)
    view.show()
    view.show_state(OutboxModel((samples.outbox_row(OutboxState.TERMINAL, failure=Failure(Code.CANCELLED)),)))
    assert text("outbox.cancelled") in _shown(view) and text("outbox.terminal") not in _shown(view)


def test_unknown_outcome_asks_and_never_sends(qtbot: QtBot) -> None:
    view = OutboxView()
    qtbot.addWidget(view)
    view.show()
    view.show_state(OutboxModel((samples.outbox_row(OutboxState.UNKNOWN),)))
    assert view.findChild(QPushButton, "outbox-send-urn:uuid:1") is None
    check = view.findChild(QPushButton, "outbox-check-urn:uuid:1")
    assert check is not None
    with qtbot.waitSignal(view.check_asked):
        check.click()


@pytest.mark.parametrize("code", [Code.NO_MANDATE, Code.MANDATE_ENDED])
def test_unknown_outcome_never_advises_a_second_deposit(qtbot: QtBot, code: Code) -> None:
    view = OutboxView()
    qtbot.addWidget(view)
    view.show()
    view.show_state(OutboxModel((samples.outbox_row(OutboxState.UNKNOWN, failure=Failure(code)),)))
    assert text("outbox.next_ended") not in _shown(view)
    assert text("outbox.why_unknown") in _shown(view)


@pytest.fixture
def cards(qtbot: QtBot) -> CardView:
    view = CardView()
    qtbot.addWidget(view)
    view.resize(1366, 1100)
    view.show()
    return view


def test_certificates_and_validity_are_listed(cards: CardView) -> None:
    cards.show_state(CardModel(samples.card()))
    assert cards.table.rowCount() == 2
    assert present(cards.table.item(0, 4)).text() == "14.03.2028"


def test_pin_change_hands_over_both_secrets(cards: CardView, qtbot: QtBot) -> None:
    cards.show_state(CardModel(samples.card()))
    for field, typed in zip(cards.change._rows(), ("123456", "654321", "654321"), strict=True):
        QTest.keyClicks(field.field, typed)
    with qtbot.waitSignal(cards.pin_change_entered) as caught:
        cards.change.button.click()
    old, new = present(caught.args)
    assert (bytes(old.buffer), bytes(new.buffer)) == (b"123456", b"654321")


def test_an_error_wipes_the_forms(cards: CardView) -> None:
    cards.show_state(CardModel(samples.card()))
    field = cards.change._first.field
    assert isinstance(field, SecretField)
    QTest.keyClicks(field, "123456")
    cards.show_state(CardModel(samples.card(), failure=Failure.of(Code.PIN_WRONG)))
    assert field.text() == ""
    assert "faux" in _shown(cards)


@pytest.mark.parametrize(
    ("changes", "said", "not_said"),
    [
        ({}, ["ne sert qu'à signer"], ["logiciel LuxTrust"]),
        ({"signature": None}, ["n'a pas de clé de signature", "Demandez à LuxTrust"], ["ne sert qu'à"]),
        (
            {"own_signature_pin": PinState(2)},
            ["un autre que celui de la connexion", "2 essais"],
            ["est bloqué", "logiciel LuxTrust"],
        ),
        (
            {"own_signature_pin": PinState(0, blocked=True)},
            ["PIN de signature de cette carte est bloqué", "PUK dans «\u00a0Ma carte\u00a0»"],
            ["essais", "logiciel LuxTrust"],
        ),
    ],
)
def test_the_signature_key_and_its_pin_are_told_before_they_are_needed(
    cards: CardView, changes: dict[str, Any], said: list[str], not_said: list[str]
) -> None:
    cards.show_state(CardModel(replace(samples.card(), **changes)))
    words = present(cards.findChild(QLabel, "card-signature")).text()
    assert all(part in words for part in said) and not any(part in words for part in not_said), words
    assert cards.change.isVisible(), "of the login, until the other one is chosen"
    assert cards._which.isVisible() is ("own_signature_pin" in changes)


def test_the_forms_are_for_the_pin_that_was_chosen(cards: CardView, qtbot: QtBot) -> None:
    """Its state, its limits and its end; what was typed for the other one is wiped."""
    own = PinState(0, blocked=True, min_length=6)
    card = replace(samples.card(pin=PinState(3, min_length=4)), own_signature_pin=own)
    cards.show_state(CardModel(card))
    field = present(cards.change._first.field)
    assert isinstance(field, SecretField)
    QTest.keyClicks(field, "123456")
    with qtbot.waitSignal(cards.pin_chosen, check_params_cb=lambda which: which is CardPin.SIGNATURE):
        cards._pins[CardPin.SIGNATURE].click()
    cards.show_state(CardModel(card, wanted=CardPin.SIGNATURE))
    assert field.text() == "" and not cards.change.isVisible() and cards.unblock.isVisible()
    assert cards.unblock._pin == own
    done = CardModel(card, wanted=CardPin.SIGNATURE, act=CardNews.UNBLOCKED, news=CardNews.UNBLOCKED)
    cards.show_state(done)
    assert "Le code PIN de signature est débloqué" in _shown(cards)


def test_a_signature_pin_on_the_keypad_is_not_changed_here(cards: CardView) -> None:
    card = replace(samples.card(), own_signature_pin=PinState(asker=PinAsker.KEYPAD))
    cards.show_state(CardModel(card, wanted=CardPin.SIGNATURE))
    assert not cards.change.isVisible() and "ne permet pas de changer le code PIN ici" in _shown(cards)
    cards.show_state(CardModel(card))
    assert cards.change.isVisible()


def test_blocked_card_only_offers_the_puk(cards: CardView) -> None:
    cards.show_state(CardModel(samples.card(pin=PinState(blocked=True))))
    assert not cards.change.isVisible()
    assert cards.unblock.isVisible()


def test_module_test_has_a_readable_result(cards: CardView, qtbot: QtBot) -> None:
    path = "/usr/lib/opensc-pkcs11.so"
    cards.show_state(CardModel(modules=(ModuleChoice(path),), module=path))
    with qtbot.waitSignal(cards.module_test_asked, check_params_cb=lambda p: p == Path(path)):
        cards.module._test.click()
    report = ModuleReport(path, "OpenSC", "0.23", 2, ())
    cards.show_state(CardModel(modules=(ModuleChoice(path),), module=path, report=report))
    assert "OpenSC, version 0.23" in _shown(cards)
    assert "aucune" in _shown(cards)


def test_a_signature_key_that_cannot_be_used_is_no_missing_one(cards: CardView) -> None:
    card = replace(samples.card(), signature=None, no_signature=Code.SIGNATURE_KEY_UNUSABLE)
    cards.show_state(CardModel(card))
    assert "ne sait pas l'utiliser" in _shown(cards) and "n'a pas de clé" not in _shown(cards)


def test_who_asks_for_the_pin_is_chosen_for_a_module(cards: CardView, qtbot: QtBot) -> None:
    asking = AskerModel(KeypadSetting.NO, "OpenSC", "3B 7D", now=PinAsker.PROGRAM)
    cards.show_state(CardModel(asking=asking))
    never = cards.findChild(QRadioButton, "keypad-no")
    auto = cards.findChild(QRadioButton, "keypad-auto")
    assert never is not None and auto is not None
    assert never.isChecked() and "OpenSC" in _shown(cards) and "ce programme demande" in _shown(cards)
    with qtbot.waitSignal(cards.asker_chosen, check_params_cb=lambda k: k is KeypadSetting.AUTO):
        auto.click()
    own = cards.findChild(QRadioButton, "keypad-none")
    assert own is not None and "fenêtre" in own.text()
    with qtbot.waitSignal(cards.asker_chosen, check_params_cb=lambda k: k is KeypadSetting.NONE):
        own.click()
    assert "propre fenêtre" in _shown(cards)


def test_who_asks_for_the_pin_of_one_kind_of_card(cards: CardView, qtbot: QtBot) -> None:
    cards.show_state(CardModel(asking=AskerModel(module="OpenSC", atr="3B 7D")))
    tick = cards.findChild(QCheckBox, "asker-this-kind")
    assert tick is not None and tick.isVisible() and not tick.isChecked()
    assert "3B 7D" in _shown(cards) and "3B 7D" in tick.accessibleName()
    with qtbot.waitSignal(cards.asker_kind_ticked, check_params_cb=lambda on: on is True):
        tick.click()
    cards.show_state(CardModel(asking=AskerModel(module="OpenSC", atr="3B 7D", only_this_kind=True)))
    assert tick.isChecked()
    cards.show_state(CardModel())
    assert not tick.isVisible() and "Pour toutes les cartes" in _shown(cards)


def test_only_the_changed_outbox_line_is_redrawn(qtbot: QtBot) -> None:
    view = OutboxView()
    qtbot.addWidget(view)
    view.show()
    first = samples.outbox_row(OutboxState.QUEUED, 1)
    second = samples.outbox_row(OutboxState.RETRYABLE, 2, failure=Failure.of(Code.PLATFORM_ERROR, status=500))
    view.show_state(OutboxModel((first, second)))
    before = list(view._shown)
    third = samples.outbox_row(OutboxState.QUEUED, 3)
    view.show_state(OutboxModel((third, samples.outbox_row(OutboxState.SENDING, 1), second)))
    assert view._shown[2] is before[1]
    assert view._shown[1] is not before[0]
    assert [view._rows.indexOf(line) for line in view._shown] == [0, 1, 2]
    assert view._rows.count() == 3
    view.show_state(OutboxModel())
    assert view._rows.count() == 0
    assert "Rien à envoyer" in _shown(view)


def test_recovery_says_only_what_there_is_to_say() -> None:
    nothing = Recovery(Code.STORE_MENDED, samples.NOW, OwnWork(2))
    assert words_of(nothing) == (text("recovery.deposits", saved=2, lost=0), text("recovery.nothing_lost"))
    some = replace(nothing, lost=OwnWork(0, 1), contents=2, missing=1, exact=False)
    assert words_of(some) == (
        text("recovery.deposits", saved=2, lost=0),
        text("recovery.drafts", saved=0, lost=1),
        counted("recovery.contents", 2),
        counted("recovery.missing", 1),
        text("recovery.at_least"),
    )
