"""What a scenario does: with the card and the readers, with the window, with the platform."""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from desktop.qa import processes
from desktop.qa.bad_modules import make_module
from desktop.qa.chain import REAL, read_chain
from desktop.qa.platform import PlatformControl
from desktop.qa.program import PATIENCE_S, NotSeen, Program, Screen
from desktop.qa.readers import SILENT_MS, Readers
from desktop.qa.scenario import ScenarioStep
from desktop.smartcard.pause import COMMAND

_NEW_PIN = "246813"
_TRYING = ("authenticating", "unlocking")
_LAST_COMMAND_S = 10.0
_BEHIND_A_CODE_S = 0.5  # for 400 ms no key acts, and what acts at once would be lost
DOTS_S = PATIENCE_S


class Actions:
    """One method an action word; ``patient`` is the one opened last, ``pins`` those tried as new ones,
    ``remembered`` a word that the screen told."""

    def __init__(self, program: Program, readers: Readers, platform: PlatformControl, scratch: Path) -> None:
        self._program, self._readers, self._platform = program, readers, platform
        self._scratch = scratch
        self.patient: dict[str, str] = {}
        self.pins: dict[str, str] = {}
        self.remembered = ""
        self.changed_settings = False

    def perform(self, step: ScenarioStep) -> None:
        """Do one step."""
        getattr(self, f"do_{step.word.name}")(step.value, **step.details)

    # -- cards, readers, service -----------------------------------------------------------------------

    def do_insert(self, card: str, reader: int = 1, mute: bool = False, unseen: bool = False) -> None:  # noqa: FBT001, FBT002 - details of a text file
        if unseen:
            self._readers.insert_unseen(card, reader)
            self._follow("the other card in the reader")
        else:
            self._readers.insert(card, reader, mute=mute)

    def do_remove(self, reader: int) -> None:
        self._readers.remove(reader)

    def do_pause_at(self, step: str) -> None:
        self._readers.pause_at(step)

    def do_cut(self, reader: int) -> None:
        """Where the card was told to stop; without such an order, at its next command for the login."""
        if self._readers.pauses():
            self._program.until("the card at the step it stops at", lambda _: self._readers.has_paused())
            self._readers.remove(reader)
        else:
            wait_and_cut(self._program, self._readers, reader, PATIENCE_S)

    def do_slow(self, delay_ms: int, reader: int = 1) -> None:
        self._readers.slow(delay_ms, reader)
        self._follow("the card at its new pace")

    def do_silent(self, reader: int) -> None:
        self.do_slow(SILENT_MS, reader)

    def do_set_tries(self, tries: int, card: str = "weber") -> None:
        self._readers.set_tries(card, pin=tries)

    def do_set_puk_tries(self, tries: int, card: str = "weber") -> None:
        self._readers.set_tries(card, puk=tries)

    def do_block(self, card: str) -> None:
        self._readers.set_tries(card, pin=0)

    def do_atr(self, atr: str, card: str = "weber") -> None:
        self._readers.set_atr(card, atr)

    def do_service(self, what: str) -> None:
        if what == "start":
            self._readers.service_start()
        else:
            self._readers.service_stop(what)

    def do_readers(self, what: str) -> None:
        if what == "plug":
            self._readers.plug()
        else:
            self._readers.unplug()

    def do_hold(self, reader: int) -> None:
        self._readers.hold(reader)
        if self._plays_on(REAL) and self._readers.inside(reader):
            self._program.until("the card in another program's hands", lambda _: self._readers.is_taken())

    def _follow(self, what: str) -> None:
        if self._plays_on(REAL):
            self._program.until(what, lambda _: self._readers.is_followed())

    def _plays_on(self, kind: str) -> bool:
        """The software card needs no waiting: it looks at the files at each command."""
        chain = read_chain(self._platform.folder)
        return chain is not None and chain.kind == kind

    def do_release(self, _yes: bool) -> None:  # noqa: FBT001 - the value of a text file
        self._readers.release()
        self._program.until("the card given back", lambda _: not self._readers.is_taken())

    def do_remote_desktop(self, on: bool) -> None:  # noqa: FBT001 - the value of a text file
        self._readers.remote_desktop(on=on)

    def do_kill_child(self, _yes: bool) -> None:  # noqa: FBT001 - the value of a text file
        pid = int(self._program.look().states["pid"])
        if not processes.kill_card_children(pid):
            raise NotSeen("a child process of the card to kill")

    # -- PIN and PUK -----------------------------------------------------------------------------------

    def do_pin(self, what: str, enter: bool = True, into: str = "pin-field") -> None:  # noqa: FBT001, FBT002 - details of a text file
        """ "right", "wrong", or the characters themselves."""
        card = self._card_in_use()
        words = {"right": self.pin(card), "wrong": _other(self.pin(card))}.get(what, what)
        self._program.click(into)
        self._program.type(words)
        if what in ("right", "wrong"):
            self._program.until(f"{len(words)} dots in {into}", _has_dots(into, len(words)), DOTS_S)
        if enter:
            self._program.key("Return")

    def do_unblock(self, what: str, new: str = _NEW_PIN) -> None:
        """On the login screen: PUK ("right" or "wrong") and a new PIN."""
        card = self._card_in_use()
        puk = self._readers.secrets(card)[1]
        self.pins[card] = new
        self._fill("puk-field", puk if what == "right" else _other(puk), new, new)

    def do_change_pin(self, new: str, old: str = "right", again: str = "") -> None:
        """On « Ma carte »."""
        card = self._card_in_use()
        now = self.pin(card)
        self.pins[card] = new
        self._fill("old-pin-field", now if old == "right" else _other(now), new, again or new)

    def pin(self, card: str) -> str:
        """The PIN of a card now: the card itself knows whether it took the new one."""
        new = self.pins.get(card, "")
        took = bool(new) and self._readers.card(card).pin_matches(new.encode())
        return new if took else self._readers.secrets(card)[0]

    def _fill(self, first: str, *words: str) -> None:
        self._program.click(first)
        for number, word in enumerate(words):
            if number:
                self._program.key("Tab")
            self._program.key("ctrl+Backspace")  # a slip leaves the other fields as they were
            self._program.type(word)
        self._program.key("Return")

    def _card_in_use(self) -> str:
        """The chosen card by the holder on the screen, else the one in the first occupied reader."""
        inside = [reader.card for reader in self._readers.all() if reader.card]
        if not inside:
            raise NotSeen("a card in a reader")
        return inside[0] if len(inside) == 1 else self._shown_card(inside)

    def _shown_card(self, inside: list[str]) -> str:
        title = self._program.look().find("login-title")
        words = title["text"].lower() if title else ""
        return next((card for card in inside if card in words), inside[0])

    # -- window ----------------------------------------------------------------------------------------

    def do_click(self, name: str) -> None:
        self._program.click(name)

    def do_row(self, words: str, list: str = "document-list") -> None:
        self._program.click_row(list, words)

    def do_type(self, words: str, into: str = "") -> None:
        if into:
            self._program.click(into)
        self._program.type(self._meant(words))

    def do_paste(self, words: str, into: str = "") -> None:
        if into:
            self._program.click(into)
        self._program.paste(self._meant(words))

    def do_scan(self, name: str) -> None:
        """A code of the console, as from a keyboard-wedge scanner; the screen rests behind it."""
        self._program.scan(self._platform.scan(name))
        time.sleep(_BEHIND_A_CODE_S)

    def do_remember(self, name: str) -> None:
        widget = self._program.until(f"words in {name}", lambda screen: _words_in(screen, name))
        self.remembered = widget[-1]

    def do_press(self, key: str) -> None:
        self._program.key(key)

    def do_lock(self, _yes: bool) -> None:  # noqa: FBT001 - the value of a text file
        self._program.key("ctrl+L")

    def do_log_in(self, card: str, reader: int = 1) -> None:
        """Insert, wait for the PIN field, type the PIN, wait for the session."""
        self._readers.insert(card, reader)
        self._program.until("a card ready for the PIN", lambda screen: screen.states.get("card") == "ready")
        self.do_pin("right")
        self._program.until("an open session", lambda screen: screen.states.get("session") == "active")

    def do_log_out(self, _yes: bool) -> None:  # noqa: FBT001 - the value of a text file
        self._program.click("user-menu-button")
        self._program.click("user-log-out")

    def do_open_patient(self, number: int) -> None:
        """Search by matricule, compare, tick, give the presence code where one is asked."""
        patient = self.patient = self._platform.patient(number)
        program = self._program
        program.click("search-field")
        program.type(patient["matricule"])
        program.key("Return")
        program.until("the patient's identity", lambda screen: screen.find("identity-confirm"))
        program.until("the identity confirmed", self._confirm)
        way = program.until("a way into the record", _way_in)
        if way == "code-field":
            program.click("code-field")
            program.type(patient["code"])
            program.key("Return")
        elif way == "open-record-button":
            program.click(way)
        program.until("the patient's record", lambda screen: screen.find("record-deposit"))

    def _confirm(self, screen: Screen) -> bool:
        """A tick or a button, whatever the screen has."""
        widget = screen.find("identity-confirm")
        if widget is None or widget.get("checked"):
            return True
        x, y, width, height = widget["rect"]
        at = [x, y, height, height] if "checked" in widget else [x, y, width, height]
        self._program.press(at)
        time.sleep(0.2)
        return "checked" not in widget

    def do_module(self, kind: str) -> None:
        """On « Ma carte »: « Autre fichier… », with a file of that kind."""
        self.changed_settings = True
        path = make_module(kind, self._scratch)
        self._program.click("module-other")
        self._program.until("a file dialog", lambda screen: screen.find("fileNameEdit"))
        self._program.key("ctrl+A")
        self._program.type(str(path))
        self._program.key("Return")
        self._program.until("the dialog closed", lambda screen: not screen.find("fileNameEdit"))
        if kind == "missing":
            path.unlink()

    # -- time, system, platform ------------------------------------------------------------------------

    def do_idle(self, seconds: float) -> None:
        self._program.skip(seconds)

    def do_system(self, event: str) -> None:
        self._program.system(event)

    def do_fault(self, kind: str, **details: Any) -> None:
        self._platform.add_fault({"kind": kind, **details})

    def do_end_sessions(self, card: str) -> None:
        """The platform ends every session of the card's holder."""
        self._platform.act("end-sessions", practitioner=f"ps-{card}")

    def do_clear_faults(self, _yes: bool) -> None:  # noqa: FBT001 - the value of a text file
        self._platform.clear_faults()

    def do_wait(self, seconds: float) -> None:
        time.sleep(min(seconds, 30))

    def _meant(self, words: str) -> str:
        """``{matricule}``, ``{code}`` and ``{birth_date}`` of the opened patient; ``{remembered}``."""
        for name in ("matricule", "code", "birth_date"):
            words = words.replace(f"{{{name}}}", self.patient.get(name, ""))
        return words.replace("{remembered}", self.remembered)


def wait_and_cut(program: Program, readers: Readers, reader: int, patience: float = 600) -> None:
    """Pull the card at its next command for a login or an unlock; NotSeen after *patience* seconds without.

    A card that is silent already gets no further command: it is pulled as it is.
    """
    program.until("the card at work", lambda screen: screen.states.get("session") in _TRYING, patience)
    readers.pause_at(COMMAND)
    with contextlib.suppress(NotSeen):
        program.until("the card at its next command", lambda _: readers.has_paused(), _LAST_COMMAND_S)
    readers.call_off_pause()
    readers.remove(reader)


def _has_dots(name: str, count: int) -> Callable[[Screen], bool]:
    """Every character that was typed has arrived: Enter comes after the last, as from a person who looks."""
    return lambda screen: len((screen.find(name) or {"text": ""})["text"]) == count


def _words_in(screen: Screen, name: str) -> list[str]:
    return str((screen.find(name) or {"text": ""})["text"]).split()


def _way_in(screen: Screen) -> str | None:
    """A presence code is asked, or the access is there already, or the record is open."""
    for name in ("record-deposit", "code-field"):
        if screen.find(name):
            return name
    button = screen.find("open-record-button")
    return "open-record-button" if button is not None and button["enabled"] else None


def _other(secret: str) -> str:
    """As long, but wrong."""
    wrong = "9" * len(secret)
    return wrong if wrong != secret else "8" * len(secret)
