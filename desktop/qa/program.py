"""The program as a tester has it before him: seen through its probe, touched by clicks and keys."""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtNetwork import QLocalSocket

_T = TypeVar("_T")
# Bounds against a hang, far longer than any busy machine needs.
PATIENCE_S = 60.0
_ANSWER_MS = 60_000
_LOOK_S = 0.04


class NotSeen(Exception):
    """What was expected did not come on the screen."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One look at the program."""

    windows: list[dict[str, Any]]
    states: dict[str, Any]
    keyboard: str = ""  # the name of the widget that has it

    def widgets(self) -> Iterator[dict[str, Any]]:
        """Every visible widget."""
        for window in self.windows:
            yield from window["widgets"]

    def find(self, name: str) -> dict[str, Any] | None:
        """The visible widget of that name, a dialog's before the page's."""
        return next(
            (w for window in reversed(self.windows) for w in window["widgets"] if w["name"] == name), None
        )

    def words(self) -> str:
        """All visible text, rows of lists included, hard spaces made plain."""
        found = []
        for widget in self.widgets():
            # A row draws its cells itself: what it says aloud is what stands there.
            found.append(widget["accessible"] if widget["kind"] == "ListRow" else widget["text"])
            found += [" ".join(row["cells"]) for row in widget.get("rows", [])]
        shown = re.sub(r"<[^>]+>", "", "\n".join(filter(None, found)))
        return shown.replace("\u00a0", " ").replace("\u202f", " ")


class Program:
    """*probe*: the local socket of a running demo; *stopped* says when to give up looking."""

    def __init__(self, probe: Path, stopped: Callable[[], bool] = lambda: False) -> None:
        self._probe = probe
        self._stopped = stopped

    def look(self) -> Screen:
        """What is visible now."""
        said = self._ask(b"screen")
        return Screen(said["windows"], said["states"], said["keyboard"])

    def gaps_ms(self) -> list[float]:
        """How long the GUI thread was away by its own doing, each time, since the last question."""
        return list(self._ask(b"figures")["own_gaps_ms"])

    def until(self, what: str, test: Callable[[Screen], _T | None], patience: float = PATIENCE_S) -> _T:
        """Look until *test* finds something; NotSeen when it does not come in time."""
        end = time.monotonic() + patience
        while True:
            found = test(self.look())
            if found:
                return found
            if self._stopped():
                raise NotSeen(f"{what} (stopped by hand)")
            if time.monotonic() > end:
                raise NotSeen(what)
            time.sleep(_LOOK_S)

    # -- hands -----------------------------------------------------------------------------------------

    def click(self, name: str, patience: float = PATIENCE_S) -> None:
        """Click a widget in its middle, once it is there, enabled and at rest; wherever it stands by then."""
        self._await_rest(name, patience)
        self._order({"do": "press", "name": name})

    def click_row(self, view: str, words: str, patience: float = PATIENCE_S) -> None:
        """Click the first row that contains *words*."""

        def row(screen: Screen) -> list[int] | None:
            widget = screen.find(view)
            rows = widget.get("rows", []) if widget else []
            return next((r["rect"] for r in rows if words.lower() in " ".join(r["cells"]).lower()), None)

        self.until(f"row {words!r} in {view}", row, patience)
        self._order({"do": "press", "name": view, "row": words})

    def press(self, rect: list[int]) -> None:
        """Click the middle of a rectangle."""
        x, y, width, height = rect
        self._order({"do": "press", "at": [x + width // 2, y + height // 2]})

    def key(self, name: str) -> None:
        """One key: "Return", "ctrl+L" or a character."""
        self._order({"do": "key", "key": name})

    def type(self, words: str) -> None:
        """Key by key."""
        for character in words:
            self.key(character)

    def paste(self, words: str) -> None:
        """Put *words* on the clipboard and press Ctrl+V."""
        self._order({"do": "paste", "text": words})

    def scan(self, code: str) -> None:
        """As a keyboard-wedge scanner types it, Enter at its end."""
        self._order({"do": "scan", "text": code})

    def skip(self, seconds: float) -> None:
        """Let idle time pass."""
        self._order({"do": "skip", "seconds": seconds})

    def system(self, event: str) -> None:
        """The desktop locks, sleeps or changes user."""
        self._order({"do": "system", "event": event})

    def _await_rest(self, name: str, patience: float) -> None:
        last: list[int] | None = None
        self._order({"do": "reveal", "name": name})

        def ready(screen: Screen) -> bool:
            nonlocal last
            widget = screen.find(name)
            now = widget["rect"] if widget is not None and widget["enabled"] else None
            still, last = now is not None and now == last, now
            return still

        self.until(f"{name}, ready to be clicked", ready, patience)

    def _order(self, order: dict[str, Any]) -> None:
        if not self._ask(json.dumps(order).encode())["done"]:
            raise ValueError(f"the program does not understand {order['do']}")

    def _ask(self, line: bytes) -> dict[str, Any]:
        socket = QLocalSocket()
        socket.connectToServer(str(self._probe))
        try:
            if not socket.waitForConnected(_ANSWER_MS):
                raise NotSeen("the program's window")
            socket.write(line + b"\n")
            said = bytearray()
            while not said.endswith(b"\n"):
                if not socket.waitForReadyRead(_ANSWER_MS):
                    raise NotSeen("an answer of the program's window")
                said += socket.readAll().data()
        finally:
            socket.disconnectFromServer()
        answer: dict[str, Any] = json.loads(said)
        return answer
