"""What the author does with what he issued: suspended, resumed, cancelled, the rest stopped, replaced."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.domain.local_time import hour_words
from desktop.domain.prescription.lifecycle import LineAct, LineState
from desktop.domain.prescription.ordonnance import Amount, Override
from desktop.domain.prescription.standing import Dispense, DispenseState
from desktop.domain.texts import text
from desktop.features.prescribing.cells import mine_rows
from desktop.features.prescribing.feature import PRESCRIBING
from desktop.kernel.feature import add_words
from desktop.sync.prescription import signed
from desktop.ui.theme import Role, Scheme, apply_theme, current_scheme, hex_of
from tests.fakes.prescribing import SYSTEMS
from tests.samples.practice import NOW
from tests.ui.desk.conftest import Bench
from tests.ui.features.rx_room import AMOX, METF, Room
from tests.ui.printing import dialogs, press_print


@pytest.fixture
def room(make_bench: Callable[..., Bench]) -> Iterator[Room]:
    add_words((PRESCRIBING,))
    yield Room(make_bench)
    for dialog in dialogs():
        dialog.close()


def issued(room: Room, *states: LineState) -> None:
    """One ordonnance whose lines stand so, and « Mes ordonnances » before the eyes."""
    room.open()
    for words in (AMOX, METF)[: len(states)]:
        room.add(words)
    room.sign()
    [one] = room.port.issued
    lines = zip(one.lines, states, strict=True)
    told = tuple(
        replace(line, state=state, delivered=Decimal(7) if state is LineState.PARTIAL else Decimal(0))
        for line, state in lines
    )
    room.port.issued = (replace(one, lines=told),)
    room.bench.click("rx-issue-new")
    room.bench.settle()
    room.bench.click("rx-side")
    room.bench.settle()
    room.view.mine.table.selectRow(0)
    room.bench.settle()


def act(room: Room, what: LineAct, reason: str = "") -> None:
    QTest.keyClicks(room.view.mine.reason, reason)
    room.bench.click(f"rx-mine-{what.value}")
    room.bench.settle()


def offered(room: Room) -> set[LineAct]:
    return {what for what, button in room.view.mine.acts.items() if button.isVisible()}


def state_of(room: Room) -> str:
    item = room.view.mine.table.item(0, 3)
    return item.text() if item else ""


def test_before_any_delivery_a_line_is_suspended_resumed_and_cancelled(room: Room) -> None:
    issued(room, LineState.ACTIVE)
    assert offered(room) == {LineAct.CANCEL, LineAct.SUSPEND}
    assert not room.view.mine.acts[LineAct.SUSPEND].isEnabled(), "no reason, no act"
    act(room, LineAct.SUSPEND, "attente du labo")
    assert text("prescribing.state_suspended") in state_of(room)
    act(room, LineAct.RESUME)
    assert text("prescribing.state_active") in state_of(room)
    act(room, LineAct.CANCEL, "erreur de dose")
    assert text("prescribing.state_cancelled") in state_of(room) and offered(room) == set()
    assert room.port.acts == [
        (LineAct.SUSPEND, "attente du labo"), (LineAct.RESUME, ""), (LineAct.CANCEL, "erreur de dose"),
    ]  # fmt: skip


def test_after_a_delivery_the_rest_is_stopped_and_nothing_is_cancelled(room: Room) -> None:
    issued(room, LineState.PARTIAL)
    assert offered(room) == {LineAct.STOP}
    act(room, LineAct.STOP, "effets secondaires")
    assert text("prescribing.state_stopped") in state_of(room)
    assert not room.view.mine._replace.isEnabled(), "nothing of it is left to be ended"


def test_a_replaced_one_is_named_in_what_is_signed(room: Room) -> None:
    issued(room, LineState.ACTIVE, LineState.ACTIVE)
    former = room.port.issued[0].ordonnance.code
    room.bench.click("rx-mine-replace")
    room.bench.settle()
    assert len(room.rows_shown()) == 2 and room.words("rx-replaces")
    room.sign()
    ordonnance = signed.read(room.port.sent[-1].bundle, SYSTEMS)
    assert ordonnance is not None and ordonnance.replaces == former
    assert not {one.identifier for one in ordonnance.lines} & {
        one.identifier for one in room.port.issued[1].ordonnance.lines
    }


def test_who_thinks_better_of_it_keeps_the_former_one(room: Room) -> None:
    issued(room, LineState.ACTIVE)
    room.bench.click("rx-mine-replace")
    room.bench.settle()
    room.bench.click("rx-replaces-not")
    room.bench.settle()
    assert room.words("rx-replaces") == "" and len(room.rows_shown()) == 1
    room.sign()
    ordonnance = signed.read(room.port.sent[-1].bundle, SYSTEMS)
    assert ordonnance is not None and ordonnance.replaces == ""


def test_nothing_is_replaced_while_a_pharmacy_has_it(room: Room) -> None:
    issued(room, LineState.RESERVED)
    assert not room.view.mine._replace.isEnabled() and offered(room) == {LineAct.CANCEL}


def test_a_paper_that_was_never_printed_is_printed_later_from_the_list(room: Room) -> None:
    """A missing printer loses nothing: the original waits here, and only what follows it is a duplicate."""
    issued(room, LineState.ACTIVE)
    [sent] = room.port.sent
    room.press(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert room.bench.pdf.opened[-1] == sent.pdf, "the original"
    (dialog,) = dialogs()
    press_print(dialog)
    room.bench.settle()
    room.bench.click("rx-mine-print")
    room.bench.settle()
    template, _, data = room.bench.fakes.writer.written[-1]
    assert (template, data["duplicate"]) == ("ordonnance", True)


@pytest.mark.parametrize("scheme", Scheme)
def test_the_box_to_tick_is_seen_in_both_colours(room: Room, scheme: Scheme) -> None:
    """In the dark one the boxes were drawn black on black; the frame is that of the program's own boxes."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = current_scheme()
    apply_theme(app, scheme)
    try:
        issued(room, LineState.ACTIVE)
        table = room.view.mine.table
        table.clearSelection()
        room.bench.settle()
        item = table.item(0, 2)
        assert item is not None
        picture = table.viewport().grab(table.visualItemRect(item)).toImage()
        seen = {picture.pixelColor(x, picture.height() // 2).name() for x in range(picture.width())}
        assert hex_of(Role.BORDER_STRONG, scheme) in seen
    finally:
        apply_theme(app, before)


def test_cf114_cf104_the_author_sees_what_the_counter_passed_over_and_what_went_outside_the_insurance(
    room: Room,
) -> None:
    issued(room, LineState.PARTIAL)
    [one] = room.port.issued
    passed = Override("interactions 12", "■ Interaction", "2026-05", "INR suivi", "S. Thill", NOW)
    told = Dispense(
        "urn:uuid:1", one.lines[0].id, DispenseState.HANDED_OVER, "Pharmacie du Cygne", "S. Thill", NOW, NOW,
        one.lines[0].line.product, Amount(Decimal(7), "gélule"), overrides=(passed,), outside_insurance=True,
    )  # fmt: skip
    [row] = mine_rows((replace(one, dispenses=(told,)),))
    assert "hors assurance" in row[3]
    for words in (passed.rule, passed.alert, passed.reason, passed.by, hour_words(NOW)):
        assert words in row[3]
    [row] = mine_rows((replace(one, dispenses=(replace(told, line="another", overrides=()),)),))
    assert "hors assurance" not in row[3] and "Passé outre" not in row[3]
