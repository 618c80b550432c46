"""One login at a time: the next begins when the last one and the vault that it opened are over."""

from collections.abc import Callable


class LoginQueue:
    """Counts what must be over first, and holds one login back until then. GUI thread only."""

    def __init__(self) -> None:
        self._inside = 0
        self._held: tuple[Callable[[], None], Callable[[], None]] | None = None

    def enter(self) -> None:
        """Something began that the next login must not overtake."""
        self._inside += 1

    def leave(self) -> None:
        """It is over; what was held back begins after the last."""
        self._inside -= 1
        if self._inside == 0 and self._held is not None:
            (go, _), self._held = self._held, None
            go()

    def pass_through(self, go: Callable[[], None], turned_away: Callable[[], None]) -> None:
        """*go* now or as soon as nothing is inside; *turned_away* if :meth:`turn_away` comes first."""
        self.turn_away()
        if self._inside == 0:
            go()
        else:
            self._held = go, turned_away

    def turn_away(self) -> None:
        """What is held back will not begin."""
        held, self._held = self._held, None
        if held is not None:
            held[1]()
