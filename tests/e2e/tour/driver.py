"""A tester's hand and eyes: looks through the probe, acts through the X server like any person."""

import json
import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import ImageGrab

# Against a hang, never a promise: a busy machine takes its time.
PATIENCE_S = 90.0


class NotSeen(AssertionError):
    """What was expected did not come on the screen."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One widget, or one row of a list."""

    name: str
    text: str
    rect: tuple[int, int, int, int]
    enabled: bool
    raw: dict[str, Any]

    @property
    def centre(self) -> tuple[int, int]:
        x, y, width, height = self.rect
        return x + width // 2, y + height // 2


class Window:
    """One process' windows, seen through its probe."""

    def __init__(self, probe: Path) -> None:
        self._probe = probe

    def look(self) -> dict[str, Any]:
        """Everything that is visible now."""
        return self.ask("screen")

    def ask(self, what: str) -> dict[str, Any]:
        """ "screen" or "figures" (when things happened, how long the GUI thread was away)."""
        with socket.socket(socket.AF_UNIX) as channel:
            channel.settimeout(PATIENCE_S)
            channel.connect(str(self._probe))
            channel.sendall(what.encode() + b"\n")
            answer = bytearray()
            while not answer.endswith(b"\n"):
                block = channel.recv(1 << 16)
                if not block:
                    raise NotSeen("the window went away")
                answer += block
        return json.loads(answer)

    def widgets(self) -> Iterator[Seen]:
        """Every visible widget."""
        for window in self.look()["windows"]:
            for raw in window["widgets"]:
                words = raw["text"] or ""
                yield Seen(raw["name"], words, tuple(raw["rect"]), raw["enabled"], raw)

    def frames(self) -> list[tuple[int, int, int, int]]:
        """Left, top, right, bottom of each window."""
        rects = [window["rect"] for window in self.look()["windows"]]
        return [(x, y, x + width, y + height) for x, y, width, height in rects]

    def wait_ink(self, name: str) -> None:
        """Wait until something is drawn on the light ground of a widget: a page, not an empty frame."""

        def drawn() -> bool:
            x, y, width, height = self.wait(name).rect
            inner = (x + width // 10, y, x + width * 9 // 10, y + height)  # scroll bars are no page
            grey = ImageGrab.grab(bbox=inner, xdisplay="").convert("L").histogram()
            ground = max(range(256), key=grey.__getitem__)
            far = sum(count for level, count in enumerate(grey) if abs(level - ground) > 96)
            return far > sum(grey) // 200

        self.until(f"{name} with a page on it", drawn)

    def words(self) -> str:
        """All visible text, tags stripped, rows of lists included."""
        found = []
        for seen in self.widgets():
            found.append(seen.text)
            found += [" ".join(row["cells"]) for row in seen.raw.get("rows", [])]
        return re.sub(r"<[^>]+>", "", "\n".join(filter(None, found))).replace("\u00a0", " ")

    def find(self, name: str) -> Seen | None:
        """The visible widget of that object name."""
        return next((s for s in self.widgets() if s.name == name), None)

    def rows(self, view: str) -> list[dict[str, Any]]:
        """The rows of list *view* that are on the screen, as the probe tells them."""
        seen = self.find(view)
        return seen.raw.get("rows", []) if seen else []

    def row(self, view: str, words: str) -> Seen | None:
        """The first visible row of list *view* that contains *words*."""
        for row in self.rows(view):
            text = " ".join(row["cells"])
            spoken = row.get("spoken", "")  # a former build does not tell it
            if words.lower() in f"{text} {spoken}".lower():
                return Seen(view, text, tuple(row["rect"]), True, row)
        return None

    # -- waiting ---------------------------------------------------------------------------------------

    def until(self, what: str, test: Callable[[], Any], patience: float = PATIENCE_S) -> Any:
        """Wait for *test* to hold; its value."""
        end = time.monotonic() + patience
        while True:
            try:
                found = test()
            except (OSError, ValueError):
                found = None
            if found:
                return found
            if time.monotonic() > end:
                raise NotSeen(f"not seen: {what}")
            time.sleep(0.03)

    def wait(self, name: str, patience: float = PATIENCE_S) -> Seen:
        """Wait until a widget is visible and enabled."""
        return self.until(f"widget {name}", lambda: self._ready(name), patience)

    def wait_words(self, *words: str, patience: float = PATIENCE_S) -> None:
        """Wait until all *words* stand on the screen."""

        def there() -> bool:
            shown = self.words()
            return all(w in shown for w in words)

        self.until(f"words {words}", there, patience)

    def wait_gone(self, words: str) -> None:
        """Wait until *words* are not on the screen."""
        self.until(f"{words} gone", lambda: words not in self.words())

    def at_rest(self, what: str, look: Callable[[], Seen | None]) -> Seen:
        """Wait until *look* finds something, enabled, that did not move since the look before."""
        before: list[tuple[int, int, int, int]] = []

        def still() -> Seen | None:
            seen = look()
            if seen is None or not seen.enabled:
                before.clear()
                return None
            same = before == [seen.rect]
            before[:] = [seen.rect]
            return seen if same else None

        found: Seen = self.until(what, still)
        return found

    def _ready(self, name: str) -> Seen | None:
        seen = self.find(name)
        return seen if seen and seen.enabled else None

    def scan(self, code: str) -> None:
        """Its keys come as from a keyboard-wedge scanner, to the window that is active or to this one."""
        if not self.ask(json.dumps({"do": "scan", "text": code}))["done"]:
            raise NotSeen("the code was not typed")

    # -- acting ----------------------------------------------------------------------------------------

    def click(self, name: str) -> None:
        """One click in the middle of a widget."""
        press(self.at_rest(f"widget {name}", lambda: self.find(name)).centre)

    def tick(self, name: str) -> None:
        """Tick a box; once more when the page moved under the hand."""

        def ticked() -> bool:
            seen = self._ready(name)
            if seen is not None and not seen.raw["checked"]:
                x, y, _, height = seen.rect
                press((x + height // 2, y + height // 2))
                time.sleep(0.2)
            seen = self._ready(name)
            return seen is not None and bool(seen.raw["checked"])

        self.until(f"{name} ticked", ticked)

    def double_click(self, view: str, words: str) -> None:
        """Double click on a row."""
        seen = self.at_rest(f"row {words} in {view}", lambda: self.row(view, words))
        press(seen.centre, times=2)

    def click_row(self, view: str, words: str) -> None:
        """One click on a row."""
        seen = self.at_rest(f"row {words} in {view}", lambda: self.row(view, words))
        press(seen.centre)

    def keep_choosing(self, view: str, words: str, until: Callable[[], Any]) -> None:
        """Click on a row and press Enter; once more when the page moved under the hand."""

        def chosen() -> bool:
            # No row: what it opens is on its way, and comes in its own time.
            if not until() and self.row(view, words):
                self.click_row(view, words)
                key("Return")
                time.sleep(1)
            return bool(until())

        self.until(f"row {words} opened", chosen)

    def type_into(self, name: str, text: str) -> None:
        """Click into a field and type, key by key."""
        self.click(name)
        type_keys(text)


def press(at: tuple[int, int], times: int = 1) -> None:
    """Move there and click."""
    clicks = ["click", "--repeat", str(times), "--delay", "60", "1"]
    _xdotool("mousemove", str(at[0]), str(at[1]), *clicks)


def wheel(at: tuple[int, int], notches: int) -> None:
    """Turn the wheel; positive = away from the user."""
    button = "4" if notches > 0 else "5"
    repeat = ["click", "--repeat", str(abs(notches)), "--delay", "30", button]
    _xdotool("mousemove", str(at[0]), str(at[1]), *repeat)


def type_keys(text: str) -> None:
    """Type text key by key."""
    _xdotool("type", "--delay", "12", "--", text)


def key(*names: str) -> None:
    """Press keys by their X names ("Return", "ctrl+a")."""
    _xdotool("key", "--delay", "30", *names)


def picture(path: Path, *windows: Window) -> None:
    """Screenshot of what these windows cover, with a narrow edge for their title bars."""
    frames = [frame for window in windows for frame in window.frames()]
    left, top = (max(0, min(frame[n] for frame in frames) - 30) for n in (0, 1))
    right, bottom = (max(frame[n] for frame in frames) + 10 for n in (2, 3))
    screen = ImageGrab.grab(xdisplay="")
    box = (left, top, min(right, screen.width), min(bottom, screen.height))
    screen.crop(box).save(path, optimize=False)


def _xdotool(*arguments: str) -> None:
    subprocess.run(["xdotool", *arguments], check=True, capture_output=True, timeout=PATIENCE_S)
