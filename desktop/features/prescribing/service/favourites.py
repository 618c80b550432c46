"""The holder's favourites in his store; call it in a worker."""

from datetime import datetime
from typing import Final

import msgspec

from desktop.common.built_types import built
from desktop.domain.errors import Failure, Result
from desktop.features.prescribing.domain.favourites import Favourite, in_order
from desktop.ports.kept import KeptPort, Row, Rows

_PUT: Final = "INSERT INTO prescribing_favourite (content, kept_at) VALUES (?, ?)"
_ALL: Final = "SELECT content FROM prescribing_favourite"
_DROP: Final = "DELETE FROM prescribing_favourite WHERE content = ?"


class Favourites:
    """Each once; they are the holder's own, whichever patient is open."""

    def __init__(self, rows: KeptPort) -> None:
        self._rows = rows

    def keep(self, favourite: Favourite, at: datetime) -> Result[tuple[Favourite, ...]]:
        """On the disk before this returns; all of them as they stand then."""
        row = (msgspec.json.encode(favourite), at.isoformat())

        def work(rows: Rows) -> None:
            if not _of(rows, favourite):
                rows.execute(_PUT, row)

        kept = self._rows.write_durably(work)
        return kept if isinstance(kept, Failure) else self.all()

    def drop(self, favourite: Favourite) -> Result[tuple[Favourite, ...]]:
        """It is none any more; those that are left."""
        gone = self._rows.write_durably(lambda rows: rows.executemany(_DROP, _of(rows, favourite)))
        return gone if isinstance(gone, Failure) else self.all()

    def all(self) -> Result[tuple[Favourite, ...]]:
        """In their order; one that nobody can read is left out."""
        found = self._rows.read(lambda rows: rows.execute(_ALL))
        if isinstance(found, Failure):
            return found
        return in_order(one for row in found if (one := _read(row[0])) is not None)


def _of(rows: Rows, favourite: Favourite) -> list[Row]:
    """Its rows, also as a former version wrote them."""
    return [row for row in rows.execute(_ALL) if _read(row[0]) == favourite]


def _read(content: bytes) -> Favourite | None:
    try:
        return msgspec.json.decode(content, type=built(Favourite))
    except (msgspec.MsgspecError, ValueError, TypeError):
        return None
