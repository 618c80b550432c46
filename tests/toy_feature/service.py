"""Notes are read from the platform and kept; words that were begun are not lost."""

from desktop.domain.errors import Failure, Result
from desktop.ports.kept import KeptPort
from tests.toy_feature.port import NotesPort


class NotesService:
    """Call it in a worker."""

    def __init__(self, port: NotesPort, rows: KeptPort) -> None:
        self._port = port
        self._rows = rows

    def mine(self) -> Result[tuple[str, ...]]:
        return self._port.mine()

    def of_patient(self, patient_id: str) -> Result[tuple[str, ...]]:
        notes = self._port.of_patient(patient_id)
        if isinstance(notes, Failure):
            return notes
        rows = [(patient_id, words) for words in notes]
        kept = self._rows.write(
            lambda r: r.executemany("INSERT INTO toy_notes (patient, words) VALUES (?, ?)", rows)
        )
        return kept if isinstance(kept, Failure) else notes

    def add(self, patient_id: str, words: str) -> Result[None]:
        return self._port.add(patient_id, words)

    def keep_draft(self, words: str) -> Result[None]:
        return self._rows.write_durably(
            lambda r: r.executemany("INSERT INTO toy_drafts (words) VALUES (?)", [(words,)])
        )

    def drafts(self) -> Result[tuple[str, ...]]:
        return self._rows.read(lambda r: tuple(row[0] for row in r.execute("SELECT words FROM toy_drafts")))
