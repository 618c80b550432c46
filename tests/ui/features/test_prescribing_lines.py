"""What a line of the prescriber's page may be besides a typed medicine: a favourite, an act, a device."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from desktop.domain.account import Practice
from desktop.domain.drugs.findings import AlertLevel
from desktop.domain.errors import Code, Failure
from desktop.domain.prescription.ordonnance import Amount, Nature, RenewalClass
from desktop.domain.record import MandateKind
from desktop.domain.texts import Language, text
from desktop.features.prescribing.domain.following import NATURES
from desktop.features.prescribing.domain.obstacles import ObstacleKind
from desktop.features.prescribing.feature import PRESCRIBING
from desktop.features.prescribing.service.favourites import Favourites
from desktop.features.prescribing.view.model import RxModel
from desktop.kernel.feature import add_words
from desktop.sync.prescription import signed
from tests.answers import good, present
from tests.fakes.prescribing import SYSTEMS
from tests.samples.practice import mandate
from tests.ui.desk.conftest import ANNE, Bench
from tests.ui.features.rx_room import AMOX, CLARI, ENTER, METF, SIGNER, SIMVA, Room

_CTRL, _ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def room(make_bench: Callable[..., Bench]) -> Iterator[Room]:
    add_words((PRESCRIBING,))
    yield Room(make_bench)


def names(room: Room) -> list[str]:
    return [row[1].split(" · ")[0] for row in room.rows_shown()]


def begin_act(room: Room, nature: Nature, words: str, count: str = "") -> None:
    room.press(Qt.Key.Key_N, _CTRL)
    form = room.view.act
    form.nature.setCurrentIndex(list(NATURES).index(nature))
    form.words.setFocus()
    form.words.insert(words)
    form.count.insert(count)
    room.press(ENTER)


def test_a_favourite_is_kept_and_used_by_keyboard_alone(room: Room) -> None:
    """Kept from a line, found by its first letters, taken with Enter."""
    room.open()
    room.add(METF)
    room.press(Qt.Key.Key_D, _CTRL)
    room.add(AMOX)
    room.press(Qt.Key.Key_D, _CTRL)
    assert [one.product.label for one in Favourites(room.rows).all()] == [  # type: ignore[union-attr]
        "amoxicilline 500 mg", "metformine 850 mg",
    ]  # fmt: skip
    room.press(Qt.Key.Key_F, _ALT)
    assert room.view.favourites.isVisible() and room.view.favourites.filter.hasFocus()
    QTest.keyClicks(room.view.favourites.filter, "met")
    room.press(ENTER)
    assert names(room) == ["metformine 850 mg", "amoxicilline 500 mg", "metformine 850 mg"]
    assert room.view.field.hasFocus() and not room.view.favourites.isVisible()
    one, _, other = room.view._model.draft.lines  # type: ignore[union-attr]
    assert one.identifier != other.identifier and one.posology == other.posology


def test_a_favourite_is_removed_with_del_and_esc_leads_back(room: Room) -> None:
    room.open()
    room.add(AMOX)
    room.press(Qt.Key.Key_D, _CTRL)
    room.press(Qt.Key.Key_F, _ALT)
    room.press(Qt.Key.Key_Down)
    assert room.view.favourites.table.hasFocus()
    room.press(Qt.Key.Key_Delete)
    assert Favourites(room.rows).all() == ()
    assert room.words("rx-favourite-empty") == text("prescribing.favourite_empty")
    room.press(Qt.Key.Key_Escape)
    assert not room.view.favourites.isVisible() and room.view.field.hasFocus()
    assert names(room) == ["amoxicilline 500 mg"], "the line itself stays"


def test_the_same_key_forgets_a_favourite(room: Room) -> None:
    room.open()
    room.add(AMOX)
    room.press(Qt.Key.Key_D, _CTRL)
    room.view.table.selectRow(0)
    room.bench.settle()
    button = room.view.parts._favourite
    assert button.text() == text("prescribing.favourite_forget")
    room.bench.click("rx-favourite-keep")
    room.bench.settle()
    assert button.text() == text("prescribing.favourite_keep") and Favourites(room.rows).all() == ()


def test_favourites_are_there_after_a_lock(room: Room) -> None:
    room.open()
    room.add(AMOX)
    room.press(Qt.Key.Key_D, _CTRL)
    room.press(Qt.Key.Key_F, _ALT)
    room.bench.pull()
    room.bench.settle()
    assert "amoxicilline" not in room.bench.words_in_widgets().lower()
    room.bench.unlock(SIGNER)
    room.bench.settle()
    room.view.field.setFocus()
    room.press(Qt.Key.Key_F, _ALT)
    assert room.view.favourites.table.rowCount() == 1


@pytest.mark.parametrize("nature", [one for one in NATURES if one is not Nature.DEVICE])
def test_each_act_is_written_corrected_and_deposited_as_one(room: Room, nature: Nature) -> None:
    """F2 leads back to its form; the number and what was said besides stay."""
    room.open()
    begin_act(room, nature, "Acte un", "3")
    room.view.table.selectRow(0)
    room.bench.settle()
    room.press(Qt.Key.Key_F2)
    form = room.view.act
    assert (form.words.text(), form.count.text()) == ("Acte un", "3") and form.words.hasFocus()
    form.words.selectAll()
    form.words.insert("Acte deux")
    room.press(ENTER)
    [row] = room.rows_shown()
    assert row[1] == f"Acte deux · {text(NATURES[nature])}" and row[4] == "3"
    room.sign()
    [sent] = room.port.sent
    assert sent.document.category == sent.data.category == "traitements-medicaux-prescrits"
    ordonnance = signed.read(sent.bundle, SYSTEMS)
    assert ordonnance is not None
    [line] = ordonnance.lines
    assert (line.nature, line.product.label) == (nature, "Acte deux")
    assert line.quantity == Amount(Decimal(3))


def test_an_act_whose_form_is_left_stays_as_it_was(room: Room) -> None:
    room.open()
    begin_act(room, Nature.IMAGING, "Radio du thorax")
    room.view.table.selectRow(0)
    room.bench.settle()
    room.press(Qt.Key.Key_F2)
    room.press(Qt.Key.Key_Escape)
    assert not room.view.act.isVisible() and names(room) == ["Radio du thorax"]
    begin_act(room, Nature.BIOLOGY, "Glycémie")
    assert names(room) == ["Radio du thorax", "Glycémie"], "a new one, not the one that was left"


def test_a_device_is_handed_over_by_number_and_is_a_treatment(room: Room) -> None:
    """Contract §8.1: a device has a quantity, and any on it makes the ordonnance a treatment."""
    room.open()
    begin_act(room, Nature.DEVICE, "Bandelettes de glycémie")
    assert room.rows_shown() == [] and room.view.act.count.hasFocus(), "no number, no line"
    QTest.keyClicks(room.view.act.count, "100")
    room.press(ENTER)
    room.view.table.selectRow(0)
    room.bench.settle()
    assert room.view.parts.repeats.isVisible() and not room.view.parts.renewal.isVisible()
    room.sign()
    [sent] = room.port.sent
    assert sent.document.category == "traitements-medicamenteux"
    ordonnance = signed.read(sent.bundle, SYSTEMS)
    assert ordonnance is not None and ordonnance.lines[0].nature is Nature.DEVICE


def test_the_class_is_proposed_with_its_source_and_another_one_needs_a_reason(room: Room) -> None:
    room.open()
    room.add(AMOX)
    room.view.table.selectRow(0)
    room.bench.settle()
    parts = room.view.parts
    assert room.view._model.draft.lines[0].renewal is RenewalClass.RR  # type: ignore[union-attr]
    assert "classes.csv" in room.words("rx-class-source") and "jeu de test" in room.words("rx-class-source")
    parts.renewal.setCurrentIndex(1)
    parts.renewal.activated.emit(1)
    room.bench.settle()
    alert = room.view.checks.reason_field()
    assert alert is not None
    room.view.field.setFocus()
    room.press(Qt.Key.Key_F9)
    assert text("prescribing.gap_stopped") in room.view._message.what()
    alert.setFocus()
    QTest.keyClicks(alert, "liste de novembre")
    QTest.keyClick(alert, ENTER)
    room.bench.settle()
    room.sign()
    ordonnance = signed.read(room.port.sent[0].bundle, SYSTEMS)
    assert ordonnance is not None
    [line] = ordonnance.lines
    assert line.renewal is RenewalClass.FREE
    [override] = line.overrides
    assert (override.rule, override.reason) == ("C-RR", "liste de novembre")


def test_the_paper_says_the_posology_in_words_and_in_the_patients_language(room: Room) -> None:
    room.open()
    room.add(AMOX)
    room.view.table.selectRow(0)
    room.bench.settle()
    assert room.words("rx-parts-posology") == "1 le matin, 1 à midi, 1 le soir (1-1-1)"
    box = room.view.second.box
    box.setCurrentIndex(1)
    box.activated.emit(1)
    room.bench.settle()
    assert room.view._model.draft.second is Language.DE  # type: ignore[union-attr]
    room.view.field.setFocus()
    room.sign()
    _, language, data = next(one for one in room.bench.fakes.writer.written if one[0] == "ordonnance")
    lines = data["lines"]
    assert isinstance(lines, list)
    [line] = lines
    assert language == "fr" and line["dosage"] == "1 le matin, 1 à midi, 1 le soir (1-1-1), 7 jours"
    assert line["second_dosage"] == "1 morgens, 1 mittags, 1 abends (1-1-1), 7 Tage"
    assert b'"patientInstruction":"1 le matin, 1 \xc3\xa0 midi, 1 le soir"' in room.port.sent[0].bundle


def test_a_letterhead_that_the_platform_did_not_tell_is_said(room: Room) -> None:
    view = room.open()
    assert "adresse" in room.words("rx-letterhead")
    told = Practice("Cabinet", "1, rue de la Gare", "+352 00 123 456")
    view.show_state(replace(view._model, practice=told))
    assert room.words("rx-letterhead") == ""
    view.show_state(RxModel())


def test_what_no_data_cover_is_said_of_each_line(room: Room) -> None:
    """Pregnancy, child's dose, dose and list: « non contrôlé », with the lines that it is about."""
    room.open()
    room.add(AMOX)
    room.add(METF)
    said = [one.text() for one in room.bench.find("rx-unchecked").findChildren(QLabel)]
    level = AlertLevel.UNCHECKED
    head = text("prescribing.alert_head", sign=level.sign, level=level.words(), lines="1, 2")
    under = said[said.index(head) :]
    for key in ("drugs.unchecked_pregnancy", "drugs.unchecked_child", "drugs.unchecked_dose"):
        assert text(key) in under


def test_without_a_mandate_nothing_is_signed(room: Room) -> None:
    """The author's view of his own documents is no right to add one: told before the PIN."""
    room.bench.platform.mandates["p1"] = mandate(kind=MandateKind.AUTEUR)
    view = room.open()
    room.add(AMOX)
    room.press(Qt.Key.Key_F9)
    assert view._message.failure == Failure.of(Code.NO_MANDATE) and not view.issue.isVisible()
    assert names(room) == ["amoxicilline 500 mg"] and room.port.sent == []


@pytest.mark.parametrize(("width", "most"), [(1024, 280), (1366, 392)])
def test_in_a_small_window_the_checks_make_room_for_the_names(room: Room, width: int, most: int) -> None:
    """At 1024 pixels, which is the least at 200 % too, a product's name was cut."""
    view = room.open()
    room.bench.shell.resize(width, 800)
    room.bench.settle()
    room.add(AMOX)
    assert view.checks.width() <= most and view.checks.isVisible()
    assert view.table.columnWidth(1) >= 120


def test_what_stands_in_a_field_at_the_check_is_of_its_own_line(room: Room) -> None:
    """F9 leads to the line that is not answered, and leaves the cursor in the note of another."""
    room.open()
    room.add(SIMVA)
    room.add(CLARI)
    room.view.table.selectRow(0)
    room.bench.settle()
    room.view.parts.note.setFocus()
    room.view.parts.note.insert("avec de l'eau")
    room.press(Qt.Key.Key_F9)
    draft = present(good(room.drafts.found(ANNE.id)).draft)
    assert [line.note for line in draft.lines] == ["avec de l'eau", ""]
    assert room.view._model.gaps, "the check goes on"


def test_a_last_day_is_checked_though_the_cursor_is_in_its_field(room: Room) -> None:
    room.open()
    room.add(METF)
    room.view.until.setFocus()
    room.view.until.insert("01.01.2020")
    room.press(Qt.Key.Key_F9)
    assert [one.kind for one in room.view._model.gaps] == [ObstacleKind.PAST]
