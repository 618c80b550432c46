"""Identity and access: CF-005, CF-007, CF-008, CF-009, CF-011, CF-024 (the screen's part)."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop.domain.errors import Code, Failure
from desktop.domain.record import DspState, MandateKind, Sex
from desktop.domain.secret import Secret
from desktop.domain.texts import Language, set_language
from desktop.ui.views.identity import IdentityModel, IdentityView

from . import samples


@pytest.fixture
def view(qtbot: QtBot) -> IdentityView:
    made = IdentityView()
    qtbot.addWidget(made)
    made.resize(1366, 700)
    made.show()
    return made


def _model(**changes: object) -> IdentityModel:
    facts: dict[str, object] = {"patient": samples.patient(), "today": samples.TODAY}
    return IdentityModel(**(facts | changes))  # type: ignore[arg-type]


def _words(view: IdentityView, name: str) -> str:
    label = view.findChild(QLabel, name)
    assert label is not None
    return label.text() if label.isVisibleTo(view) else ""


def _confirm(view: IdentityView) -> None:
    tick = view.findChild(QCheckBox, "identity-confirm")
    assert tick is not None
    tick.setChecked(True)


def test_identity_is_shown_with_a_four_digit_year(view: IdentityView) -> None:
    view.show_state(_model())
    assert _words(view, "identity-name") == "MULLER Anne"
    assert _words(view, "identity-born") == "12.05.1993 (33 ans)"
    assert _words(view, "identity-matricule") == "1993 0512 345 91"
    assert "chiffres de contrôle" in _words(view, "identity-doubt")


def test_code_needs_the_tick_first(view: IdentityView, qtbot: QtBot) -> None:
    """CF-011: the person is compared before a code is typed."""
    view.show_state(_model())
    assert not view.field.isEnabled()
    _confirm(view)
    assert view.field.isEnabled()
    QTest.keyClicks(view.field, "Ab12-x")
    with qtbot.waitSignal(view.code_entered) as caught:
        QTest.keyClick(view.field, Qt.Key.Key_Return)
    (secret,) = caught.args or (None,)
    assert isinstance(secret, Secret)
    with secret:
        assert bytes(secret.buffer) == b"Ab12-x"
    assert view.field.characters() == 0


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (MandateKind.MEDECIN_REFERENT, "médecin référent"),
        (MandateKind.CERCLE_MEDICAL, "cercle médical de confiance"),
        (MandateKind.ETABLISSEMENT, "établissement"),
    ],
)
def test_running_mandate_asks_no_code(
    view: IdentityView, qtbot: QtBot, kind: MandateKind, words: str
) -> None:
    """CF-007, CF-012: it is shown by its name."""
    view.show_state(_model(mandate=samples.mandate(kind)))
    assert not view.field.isVisible()
    assert words in _words(view, "identity-mandate")
    _confirm(view)
    with qtbot.waitSignal(view.open_asked), qtbot.assertNotEmitted(view.code_entered):
        view.button.click()


@pytest.mark.parametrize("language", list(Language))
def test_cf036_a_closed_dsp_says_that_the_declaration_is_revoked(
    view: IdentityView, language: Language
) -> None:
    set_language(language)
    try:
        view.show_state(_model(patient=samples.patient(dsp=DspState.CLOSED)))
        said = f"{_words(view, 'identity-closed-text')} {_words(view, 'identity-closed-next')}".lower()
    finally:
        set_language(Language.FR)
    revoked = {"fr": "révoquée", "de": "widerrufen", "lb": "zréckgezunn", "en": "revoked"}
    assert revoked[language.value] in said and "dsp" in said


@pytest.mark.parametrize("state", [DspState.NONE, DspState.INACTIVE, DspState.CLOSED, DspState.DECEASED])
def test_record_that_is_not_active_asks_no_code(view: IdentityView, state: DspState) -> None:
    """CF-024: the state is shown, and nothing can be typed or opened."""
    view.show_state(_model(patient=samples.patient(dsp=state)))
    assert not view.field.isVisible()
    assert not view.button.isVisible()
    assert _words(view, "identity-closed-text")
    assert _words(view, "identity-closed-next")
    assert _words(view, "identity-dsp-state").startswith(("DSP", "Pas de DSP"))


def test_inactive_record_shows_the_possible_end_date(view: IdentityView) -> None:
    """CF-024."""
    view.show_state(_model(patient=samples.patient(dsp=DspState.INACTIVE)))
    assert "11.12.2026" in _words(view, "identity-closed-text")


def test_refused_code_empties_the_field_and_slows(view: IdentityView, qtbot: QtBot) -> None:
    """CF-009."""
    view.show_state(_model())
    _confirm(view)
    QTest.keyClicks(view.field, "12")
    view.show_state(_model(failure=Failure.of(Code.PRESENCE_WRONG), wait_seconds=2))
    assert view.field.characters() == 0
    assert not view.field.isEnabled()
    assert "0:02" in _words(view, "code-wait")
    view._second.setInterval(1)
    qtbot.waitUntil(view.field.isEnabled)
    assert _words(view, "code-wait") == ""


def test_locked_code_counts_down(view: IdentityView, qtbot: QtBot) -> None:
    view.show_state(_model())
    _confirm(view)
    failure = Failure.of(Code.PRESENCE_LOCKED, minutes=15)
    view.show_state(_model(failure=failure, wait_seconds=900, locked=True))
    assert "15:00" in _words(view, "code-wait")
    assert "Code bloqué" in _words(view, "code-wait")
    view._second.setInterval(1)
    qtbot.waitUntil(lambda: "14:5" in _words(view, "code-wait"))
    assert not view.field.isEnabled()
    view._second.stop()


def test_another_patient_starts_anew(view: IdentityView) -> None:
    """CF-011: a code typed for one identity never reaches another."""
    view.show_state(_model())
    _confirm(view)
    QTest.keyClicks(view.field, "1234")
    view.show_state(_model(patient=samples.patient("p2", sex=Sex.MALE)))
    assert view.field.characters() == 0
    tick = view.findChild(QCheckBox, "identity-confirm")
    assert tick is not None and not tick.isChecked()


def test_refusal_is_neutral(view: IdentityView, qtbot: QtBot) -> None:
    """CF-008, CF-081: no access is attempted, nobody is urged."""
    view.show_state(_model())
    _confirm(view)
    QTest.keyClicks(view.field, "1234")
    button = view.findChild(QPushButton, "patient-refuses")
    assert button is not None
    assert button.text() == "La patiente refuse"
    with qtbot.waitSignal(view.patient_refused), qtbot.assertNotEmitted(view.code_entered):
        button.click()
    assert view.field.characters() == 0
    assert not view.field.isVisible()
    assert not view.button.isVisible()
    said = _words(view, "identity-refused-text") + _words(view, "identity-refused-next")
    assert "pas d'autre conséquence" in said
    assert not any(word in said.lower() for word in ("conseil", "dommage", "risque", "regrett"))


def test_the_screen_says_that_the_code_is_never_kept(view: IdentityView) -> None:
    """CF-006."""
    view.show_state(_model())
    assert "jamais conservé" in _words(view, "code-never-kept")
    assert not any("retenir" in box.text().lower() for box in view.findChildren(QCheckBox))


def test_while_mandates_are_asked_for_there_is_no_field(view: IdentityView) -> None:
    view.show_state(_model(asking=True))
    assert not view.field.isVisible()
    assert not view.button.isVisible()


def test_cf007_mandates_that_could_not_be_asked_ask_no_code_and_offer_to_try_again(
    view: IdentityView, qtbot: QtBot
) -> None:
    view.show_state(_model(unknown=True, failure=Failure.of(Code.PLATFORM_BUSY)))
    _confirm(view)
    assert not view.field.isVisible() and not view.button.isVisible()
    again = view.findChild(QPushButton, "identity-failure-act")
    assert again is not None and again.text() == "Réessayer"
    view.retranslate()
    assert again.isVisible()
    with qtbot.waitSignal(view.retry_asked):
        again.click()
    view.show_state(_model())
    assert view.field.isVisible() and not again.isVisible()


def test_hiding_the_screen_wipes_the_code(view: IdentityView) -> None:
    view.show_state(_model())
    _confirm(view)
    QTest.keyClicks(view.field, "1234")
    view.hide()
    assert view.field.characters() == 0


@pytest.mark.parametrize(
    ("sex", "words"),
    [(Sex.FEMALE, "la patiente"), (Sex.MALE, "le patient"), (Sex.UNKNOWN, "le/la patient(e)")],
)
def test_the_code_is_asked_of_the_right_person(view: IdentityView, sex: Sex, words: str) -> None:
    view.show_state(_model(patient=samples.patient(sex=sex)))
    assert view.field.accessibleName().endswith(words)


def test_a_second_refusal_counts_down_again_and_the_same_model_keeps_what_is_typed(
    view: IdentityView,
) -> None:
    """CF-009: each refusal slows; a mere redraw does not empty the field."""
    view.show_state(_model())
    _confirm(view)
    first = _model(failure=Failure.of(Code.PRESENCE_WRONG))
    view.show_state(first)
    QTest.keyClicks(view.field, "1234")
    view.show_state(first)
    assert view.field.characters() == 4
    for _ in range(2):
        view.show_state(_model(failure=Failure.of(Code.PRESENCE_WRONG), wait_seconds=3))
        assert "0:03" in _words(view, "code-wait")
        view._second.stop()
        view._left = 0


@pytest.mark.parametrize("answer", ["code", "mandate"])
def test_nothing_moves_under_the_hand_when_the_answer_comes(view: IdentityView, answer: str) -> None:
    """The box to tick stands where it stood, whatever lock is in the way."""
    view.show_state(_model(asking=True))
    QTest.qWait(0)
    tick = view.findChild(QCheckBox, "identity-confirm")
    assert tick is not None
    before = tick.mapTo(view, tick.rect().topLeft())
    view.show_state(_model(mandate=samples.mandate() if answer == "mandate" else None))
    view.grab()  # lays out what became visible
    assert tick.mapTo(view, tick.rect().topLeft()) == before
