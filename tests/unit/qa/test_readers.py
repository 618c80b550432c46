"""What can be done to simulated readers and cards, as files."""

from pathlib import Path

import pytest

from desktop.domain.card_image import (
    CardImage,
    KeyPair,
    SimulatedReader,
    load_readers,
    new_card,
    save_readers,
)
from desktop.qa.readers import SILENT_MS, Readers
from desktop.smartcard.followed import tell_followed
from desktop.smartcard.pause import COMMAND, PAUSE_AT, SIGN, VERIFY, stops_at

PAIR = KeyPair("key", "certificate")


def card(id: str) -> CardImage:
    return new_card(id, id, "01" + id, "3B00", PAIR, PAIR, b"135790", b"12345678")


@pytest.fixture
def readers(tmp_path: Path) -> Readers:
    (tmp_path / "cards").mkdir()
    for id in ("kieffer", "weber"):
        card(id).save(tmp_path / "cards" / f"{id}.json")
    save_readers(tmp_path / "reader.json", (SimulatedReader("A"), SimulatedReader("B")))
    return Readers(tmp_path)


def inside(readers: Readers) -> list[tuple[str | None, int]]:
    return [(reader.card, reader.events) for reader in readers.all()]


def test_insert_swap_and_remove_count_events_as_a_reader_does(readers: Readers) -> None:
    readers.insert("weber")
    assert inside(readers) == [("weber", 1), (None, 0)]
    readers.insert("kieffer")
    assert inside(readers) == [("kieffer", 3), (None, 0)]
    readers.insert("kieffer", 2)
    assert inside(readers) == [(None, 4), ("kieffer", 1)], "one card is in one place"
    readers.remove(2)
    readers.remove(2)
    assert inside(readers) == [(None, 4), (None, 2)]
    with pytest.raises(KeyError):
        readers.insert("nobody")


def test_an_unseen_swap_leaves_the_counter(readers: Readers) -> None:
    readers.insert("weber")
    readers.insert_unseen("kieffer")
    assert inside(readers)[0] == ("kieffer", 1)


def test_mute_slow_and_silent(readers: Readers, tmp_path: Path) -> None:
    readers.insert("weber", mute=True)
    readers.slow(SILENT_MS)
    first = load_readers(tmp_path / "reader.json")[0]
    assert (first.mute, first.delay_ms) == (True, SILENT_MS)
    readers.remove()
    assert not readers.all()[0].mute, "the next one is put in the right way round"


def test_tries_and_atr_put_a_card_that_is_in_a_reader_in_anew(readers: Readers) -> None:
    readers.insert("weber")
    readers.set_tries("weber", pin=0)
    assert readers.card("weber").pin_tries == 0
    assert inside(readers)[0] == ("weber", 3)
    readers.set_atr("weber", "3B 6D 00")
    assert (readers.card("weber").atr_hex, inside(readers)[0][1]) == ("3B6D00", 5)
    for wrong in ("", "3B", "no hex", "00" * 40):
        with pytest.raises(ValueError):
            readers.set_atr("weber", wrong)


def test_service_plug_hold_and_remote_desktop(readers: Readers, tmp_path: Path) -> None:
    readers.service_stop("kill")
    assert (readers.service_runs(), (tmp_path / "service-stopped").read_text()) == (False, "kill")
    readers.service_start()
    assert readers.service_runs()
    readers.insert("weber")
    readers.unplug()
    assert readers.all() == ()
    readers.plug()
    assert [(reader.name, reader.card) for reader in readers.all()] == [("A", None), ("B", None)]
    assert readers.held() is None
    readers.hold(2)
    assert readers.held() == 2
    readers.release()
    readers.remote_desktop(on=True)
    assert readers.is_remote_desktop()
    readers.remote_desktop(on=False)
    assert (readers.held(), readers.is_remote_desktop()) == (None, False)


def test_an_order_to_pause_lasts_until_the_card_is_pulled(readers: Readers, tmp_path: Path) -> None:
    readers.insert("weber")
    assert not readers.pauses()
    readers.pause_at(SIGN)
    assert (readers.pauses(), readers.has_paused()) == (True, False)
    assert not stops_at(tmp_path, VERIFY)
    assert stops_at(tmp_path, SIGN)
    assert not stops_at(tmp_path, SIGN), "once"
    assert (readers.pauses(), readers.has_paused()) == (True, True)
    readers.remove()
    assert not readers.pauses()


def test_an_order_may_let_commands_pass_first(readers: Readers, tmp_path: Path) -> None:
    (tmp_path / PAUSE_AT).write_text(f"{COMMAND} 2", encoding="utf-8")
    assert [stops_at(tmp_path, COMMAND) for _ in range(4)] == [False, False, True, False]
    assert readers.has_paused()


def test_a_change_is_followed_when_the_emulated_cards_say_so(readers: Readers, tmp_path: Path) -> None:
    assert not readers.is_followed()
    path = tmp_path / "reader.json"
    tell_followed(path, path.read_bytes())
    assert readers.is_followed()
    readers.slow(50)
    assert not readers.is_followed(), "of the change before"


def test_strange_cards_are_made_when_asked_for(readers: Readers) -> None:
    assert readers.card_ids() == ("blank", "foreign", "kieffer", "weber")
    assert (readers.card("foreign").kind, readers.card("blank").kind) == ("foreign", "blank")
    assert readers.card("foreign").atr_hex != readers.card("blank").atr_hex


def test_restore_gives_fresh_cards_and_empty_readers(readers: Readers) -> None:
    fresh = readers.save()
    readers.insert("weber")
    readers.set_tries("weber", pin=1, puk=0)
    readers.slow(100)
    readers.hold(1)
    readers.pause_at(VERIFY)
    readers.service_stop()
    readers.unplug()
    readers.restore(fresh)
    assert readers.service_runs()
    assert readers.held() is None
    assert not readers.pauses()
    assert [(reader.card, reader.delay_ms) for reader in readers.all()] == [(None, 0), (None, 0)]
    assert (readers.card("weber").pin_tries, readers.card("weber").puk_tries) == (3, 3)
