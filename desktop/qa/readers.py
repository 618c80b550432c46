"""Everything that can be done to the simulated readers and cards, by editing the simulator's folder."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from desktop.domain.card_image import CardImage, SimulatedReader, load_card, load_readers, save_readers
from desktop.qa.vocabulary import STRANGE_CARDS
from desktop.smartcard.followed import is_followed
from desktop.smartcard.pause import PAUSE_AT, PAUSED_AT

SILENT_MS = 600_000
_FOREIGN_ATR = "3B6800000073C84013009000"
_NAMES = ("Lecteur de démonstration 1", "Lecteur de démonstration 2")


class Readers:
    """Readers count from 1, as on the screen. OSError or ValueError while the folder is being made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._readers = folder / "reader.json"
        self._service = folder / "service-stopped"
        self._held = folder / "card-held"
        self._remote = folder / "remote-session"
        self._pause, self._paused = folder / PAUSE_AT, folder / PAUSED_AT
        self._unplugged: tuple[SimulatedReader, ...] = ()

    # -- looking ---------------------------------------------------------------------------------------

    def all(self) -> tuple[SimulatedReader, ...]:
        """The readers now; () while unplugged."""
        return load_readers(self._readers)

    def card_ids(self) -> tuple[str, ...]:
        """The cards that can be inserted."""
        made = {path.stem for path in (self._folder / "cards").glob("*.json")}
        return tuple(sorted(made | set(STRANGE_CARDS)))

    def card(self, card: str) -> CardImage:
        """One card's image, counters as they are now; KeyError for an unknown card."""
        if card in STRANGE_CARDS and not self._card_path(card).exists():
            self._make_strange(card)
        if card not in self.card_ids():
            raise KeyError(card)
        return load_card(self._card_path(card))

    def inside(self, reader: int = 1) -> str | None:
        """The card in a reader."""
        readers = self.all()
        return readers[reader - 1].card if len(readers) >= reader else None

    def service_runs(self) -> bool:
        """Whether the smartcard service is meant to run."""
        return not self._service.exists()

    def secrets(self, card: str) -> tuple[str, str]:
        """PIN and PUK of a fresh card, as the console shows them."""
        data = json.loads((self._folder / "console.json").read_text(encoding="utf-8"))
        line = next(line for line in data["cards"] if line["id"] == card)
        return line["pin"], line["puk"]

    # -- cards in and out ------------------------------------------------------------------------------

    def insert(self, card: str, reader: int = 1, *, mute: bool = False) -> None:
        """Put a card in; the one that was there, or the same card elsewhere, comes out first."""
        self.card(card)

        def change(number: int, old: SimulatedReader) -> SimulatedReader:
            if number == reader:
                return replace(old, card=card, mute=mute, events=old.events + (2 if old.card else 1))
            return _emptied(old) if old.card == card else old

        self._change(change)

    def insert_unseen(self, card: str, reader: int = 1) -> None:
        """Swap so fast that the reader does not notice: its event counter stays."""
        self.card(card)
        self._change(lambda number, old: replace(old, card=card) if number == reader else old)

    def remove(self, reader: int = 1) -> None:
        """Pull the card, whatever it does."""
        self._change(lambda number, old: _emptied(old) if number == reader else old)
        self._paused.unlink(missing_ok=True)

    def hold(self, reader: int) -> None:
        """Another program takes the card in *reader* for itself."""
        _write_whole(self._held, str(reader))

    def release(self) -> None:
        """The other program lets it go."""
        self._held.unlink(missing_ok=True)

    def is_taken(self) -> bool:
        """Whether the other program of the real chain has the card by now."""
        return self._held.with_name("card-taken").exists()

    def held(self) -> int | None:
        """The reader whose card another program has."""
        try:
            return int(self._held.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def is_remote_desktop(self) -> bool:
        """Whether a remote desktop session is being played."""
        return self._remote.exists()

    def remote_desktop(self, *, on: bool) -> None:
        """The computer is used through a remote desktop session."""
        if on:
            self._remote.touch()
        else:
            self._remote.unlink(missing_ok=True)

    def slow(self, delay_ms: int, reader: int = 1) -> None:
        """Every command takes this long from now on."""
        self._change(lambda number, old: replace(old, delay_ms=delay_ms) if number == reader else old)

    def pause_at(self, step: str) -> None:
        """The next card that gets to *step* (of ``pause.STEPS``) stops there until it is pulled."""
        self._paused.unlink(missing_ok=True)
        _write_whole(self._pause, step)

    def call_off_pause(self) -> None:
        """No card is to stop any more."""
        self._pause.unlink(missing_ok=True)

    def pauses(self) -> bool:
        """Whether a card is to stop at a step, or has stopped there."""
        return self._pause.exists() or self.has_paused()

    def is_followed(self) -> bool:
        """Whether the emulated cards of the real chain do what ``reader.json`` says by now."""
        return is_followed(self._readers)

    def has_paused(self) -> bool:
        """Whether a card stands at the step that it was told to stop at."""
        return self._paused.exists()

    # -- what the card is ------------------------------------------------------------------------------

    def set_tries(self, card: str, pin: int | None = None, puk: int | None = None) -> None:
        """Tries left; a card that is in a reader is put in anew."""
        self._rewrite(card, lambda image: image.with_tries(pin, puk))

    def set_atr(self, card: str, atr: str) -> None:
        """Another answer to reset (hex); ValueError when it is none."""
        digits = bytes.fromhex(atr)
        if not 2 <= len(digits) <= 33:
            raise ValueError(atr)
        self._rewrite(card, lambda image: replace(image, atr_hex=digits.hex().upper()))

    def save(self) -> dict[str, CardImage]:
        """All cards as they are, for :meth:`restore`."""
        return {card: self.card(card) for card in self.card_ids()}

    def restore(self, images: dict[str, CardImage]) -> None:
        """Service on, two empty readers, all cards as they were."""
        self.release()
        self._pause.unlink(missing_ok=True)
        self._paused.unlink(missing_ok=True)
        self.remote_desktop(on=False)
        self.service_start()
        self.plug()
        self._change(lambda _, old: replace(_emptied(old), delay_ms=0))
        for card, image in images.items():
            if load_card(self._card_path(card)) != image:
                image.save(self._card_path(card))

    # -- service and readers ---------------------------------------------------------------------------

    def service_stop(self, how: str = "stop") -> None:
        """The smartcard service ends in order, crashes ("kill"), or answers nobody any more ("freeze")."""
        _write_whole(self._service, how)

    def service_start(self) -> None:
        """The smartcard service comes back."""
        self._service.unlink(missing_ok=True)

    def unplug(self) -> None:
        """Both readers are pulled out of the computer."""
        readers = self.all()
        if readers:
            self._unplugged = readers
            save_readers(self._readers, ())

    def plug(self) -> None:
        """Both readers come back, empty."""
        if self.all():
            return
        known = self._unplugged or tuple(SimulatedReader(name) for name in _NAMES)
        save_readers(self._readers, tuple(_emptied(reader) for reader in known))

    def _make_strange(self, card: str) -> None:
        """Both need a key to be a card image at all: a copy of the first real one."""
        made = sorted((self._folder / "cards").glob("*.json"))
        model = load_card(next(path for path in made if path.stem not in STRANGE_CARDS))
        atr = _FOREIGN_ATR if card == "foreign" else model.atr_hex
        strange = replace(model, id=card, label=card, serial="0" * 16, atr_hex=atr, kind=card)
        strange.save(self._card_path(card))

    def _rewrite(self, card: str, change: Callable[[CardImage], CardImage]) -> None:
        change(self.card(card)).save(self._card_path(card))
        self._change(lambda _, old: replace(old, events=old.events + 2) if old.card == card else old)

    def _change(self, change: Callable[[int, SimulatedReader], SimulatedReader]) -> None:
        before = self.all()
        after = tuple(change(number, reader) for number, reader in enumerate(before, 1))
        if after != before:
            save_readers(self._readers, after)

    def _card_path(self, card: str) -> Path:
        return self._folder / "cards" / f"{card}.json"


def _emptied(reader: SimulatedReader) -> SimulatedReader:
    events = reader.events + (1 if reader.card else 0)
    return replace(reader, card=None, mute=False, events=events)


def _write_whole(path: Path, words: str) -> None:
    """The chain looks at any moment: never at half a file."""
    made = path.with_suffix(".new")
    made.write_text(words, encoding="utf-8")
    made.replace(path)
