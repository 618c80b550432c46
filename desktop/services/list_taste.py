"""How a professional likes the list of documents: his own, with no word of any patient."""

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from desktop.common.built_types import built
from desktop.domain.errors import Failure, Result
from desktop.ports.store import SettingsPort

_NAME = "list_taste"


class Grouping(StrEnum):
    """What the rows of the list stand together by."""

    NONE = ""
    THEME = "theme"
    EPISODE = "episode"
    AUTHOR = "author"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class ListTaste:
    """``widths``: of each column, in proportion to one another; () = as they come. ``column``: the number of
    the one that the list is ordered by."""

    widths: tuple[int, ...] = ()
    column: int = 0
    descending: bool = True
    grouping: Grouping = Grouping.NONE


class ListTastes:
    """Kept among the settings of the store, which is the holder's own and encrypted. In a worker."""

    def __init__(self, settings: SettingsPort) -> None:
        self._settings = settings

    def known(self) -> Result[ListTaste]:
        """That of who logged in; the list as it comes where nothing was kept that can be read."""
        kept = self._settings.setting(_NAME)
        if isinstance(kept, Failure):
            return kept
        try:
            return msgspec.json.decode(kept or "{}", type=built(ListTaste))
        except msgspec.MsgspecError:  # of another version of the program
            return ListTaste()

    def keep(self, taste: ListTaste) -> Result[None]:
        """From now on, also at the next start."""
        return self._settings.set_setting(_NAME, msgspec.json.encode(taste).decode())
