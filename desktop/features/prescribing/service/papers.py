"""The paper of what was signed: the original once, then duplicates that say so. Call it in a worker."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec

from desktop.common.built_types import built
from desktop.domain.errors import Code, Failure, Result
from desktop.ports.kept import KeptPort

_PUT: Final = (
    "INSERT OR REPLACE INTO prescribing_paper (code, patient, pdf, content, signed, printed)"
    " VALUES (?, ?, ?, ?, ?, 0)"
)
_OF: Final = "SELECT patient, pdf, content, signed, printed FROM prescribing_paper WHERE code = ?"
_PRINTED: Final = "UPDATE prescribing_paper SET printed = 1 WHERE code = ?"
_CODES: Final = "SELECT code FROM prescribing_paper WHERE patient = ?"


@dataclass(frozen=True, slots=True)
class RxPaper:
    """``pdf`` is the signed original; ``data`` are those of its template, QR and all. ``printed``: the
    original has left on paper, what follows is a duplicate."""

    code: str
    patient_id: str
    pdf: bytes = field(repr=False)
    data: dict[str, Any] = field(repr=False)
    signed_at: datetime
    printed: bool = False


class RxPapers:
    """Kept in the encrypted store from the signature on: no missing printer loses one."""

    def __init__(self, rows: KeptPort) -> None:
        self._rows = rows

    def keep(self, paper: RxPaper) -> Result[None]:
        """Before anything of it is sent."""
        row = (
            paper.code, paper.patient_id, paper.pdf, msgspec.json.encode(paper.data),
            paper.signed_at.isoformat(),
        )  # fmt: skip
        kept = self._rows.write_durably(lambda rows: rows.execute(_PUT, row))
        return kept if isinstance(kept, Failure) else None

    def of(self, code: str) -> Result[RxPaper]:
        """NOT_FOUND where it was signed on another computer."""
        found = self._rows.read(lambda rows: rows.execute(_OF, (code,)))
        if isinstance(found, Failure):
            return found
        if not found:
            return Failure.of(Code.NOT_FOUND)
        patient_id, pdf, content, signed, printed = found[0]
        try:
            data = msgspec.json.decode(content, type=built(dict[str, Any]))
            return RxPaper(code, patient_id, pdf, data, datetime.fromisoformat(signed), bool(printed))
        except (msgspec.MsgspecError, ValueError, TypeError):
            return Failure.of(Code.STORE_DAMAGED)

    def codes(self, patient_id: str) -> Result[frozenset[str]]:
        """Those of one patient that can be printed here."""
        found = self._rows.read(lambda rows: rows.execute(_CODES, (patient_id,)))
        return found if isinstance(found, Failure) else frozenset(row[0] for row in found)

    def printed(self, code: str) -> Result[None]:
        """The printer has the original."""
        done = self._rows.write_durably(lambda rows: rows.execute(_PRINTED, (code,)))
        return done if isinstance(done, Failure) else None
