"""What the next draft must know, in the holder's store. Call it in a worker."""

from typing import Final

import msgspec

from desktop.common.built_types import built
from desktop.domain.errors import Failure, Result
from desktop.features.summary.domain.memory import NOTHING, Memory
from desktop.ports.kept import KeptPort

_READ: Final = "SELECT content FROM summary_memory WHERE patient = ?"
_PUT: Final = "INSERT OR REPLACE INTO summary_memory (patient, content) VALUES (?, ?)"


class Memories:
    """One a patient; it names things of his record, so it goes when the right to that ends."""

    def __init__(self, rows: KeptPort) -> None:
        self._rows = rows

    def of(self, patient_id: str) -> Result[Memory]:
        """The patient's, an empty one where nothing was refused or carried on."""
        found = self._rows.read(lambda rows: rows.execute(_READ, (patient_id,)))
        if isinstance(found, Failure):
            return found
        return msgspec.json.decode(found[0][0], type=built(Memory)) if found else NOTHING

    def keep(self, patient_id: str, memory: Memory) -> Result[None]:
        """In the place of the former one; RIGHT_UNKNOWN once the record is closed to us."""
        row = (patient_id, msgspec.json.encode(memory))
        kept = self._rows.write(lambda rows: rows.execute(_PUT, row))
        return kept if isinstance(kept, Failure) else None
