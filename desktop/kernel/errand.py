"""What the user began on a feature's page and what is brought to its end whatever page is in front."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from desktop.domain.errors import Failure, Result

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Round:
    """What one step came to, for the window.

    ``wait``: seconds until the next step can tell anything new, 0 for now; None: it needs a person, or all
    is done. ``failure``: what the platform said, should it end the session (CF-019). ``left``: the platform's
    id of a patient whose token the step may have asked for and needs no longer, "" for none.
    """

    wait: float | None = None
    failure: Failure | None = None
    left: str = ""


class Errand(Protocol):
    """One that was begun."""

    def wake(self) -> object:
        """Take a step now; where one is running, another one behind it."""
        ...

    def keep(self, work: Callable[[], Result[object]], failed: Callable[[Failure], object]) -> object:
        """Write what has to be done, as :meth:`desktop.ui.ask.Ask.keep`; then a step is due."""
        ...


class BeginErrand(Protocol):
    """Begins one, for as long as the window stands."""

    def __call__(
        self, step: Callable[[], Result[T]], told: Callable[[T], Round], waking: Callable[[], object]
    ) -> Errand:
        """*step* runs in a worker while a session can ask the platform, one at a time; *told* hears in the
        GUI thread what came of it, and says what is next.

        It is woken at each login and unlock, and when the platform is back: *waking* is called before, in
        the GUI thread. After a lock nobody hears of a step that was begun before it. A step that fails is
        taken again a minute later.
        """
        ...
