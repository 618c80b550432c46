"""What a feature adds to « À savoir », the overview of the open record."""

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class OverviewPart(Enum):
    """A part of it that features may add to; its value is the part's name in the window."""

    LABORATORY = "lab"


Makes = Callable[["QWidget"], "QWidget | None"]
"""Makes what is added, in its place; None: nothing to add."""


class OnOverview(Protocol):
    """Adds to a part of the overview, in each record that is opened."""

    def __call__(self, part: OverviewPart, makes: Makes) -> Callable[[], object]:
        """*makes* is asked, in the GUI thread, when a record is shown and each time that what this answers
        is called: there is something else to add, or nothing any more. What it made before ends then.

        It is asked only while this user may reach the page that gave it.
        """
        ...
