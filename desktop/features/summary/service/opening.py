"""What the editor of a patient begins with, in one go; call it in a worker."""

from dataclasses import dataclass

from desktop.domain.errors import Failure, Result
from desktop.features.summary.domain.code_search import CodeSearch
from desktop.features.summary.domain.draft import Draft
from desktop.features.summary.domain.medication_line import MedicationLine
from desktop.features.summary.domain.memory import NOTHING, Memory
from desktop.features.summary.domain.sameness import KnownSubstances
from desktop.features.summary.service.drafts import Drafts
from desktop.features.summary.service.memories import Memories
from desktop.features.summary.service.sourcing import Sources, Sourcing
from desktop.features.summary.service.terminology import code_search, known_substances, medication_line


@dataclass(frozen=True, slots=True)
class Terminology:
    """The tables of codes, as they are searched; the first to ask reads them."""

    search: CodeSearch
    known: KnownSubstances
    line: MedicationLine


@dataclass(frozen=True, slots=True)
class Opened:
    """``draft`` is the one that goes on, None where nothing was begun; ``unreadable``: damaged rows of drafts
    of this patient."""

    draft: Draft | None
    unreadable: int
    sources: Sources
    memory: Memory
    tables: Terminology


def opened(patient_id: str, drafts: Drafts, memories: Memories, sourcing: Sourcing) -> Result[Opened]:
    """What is kept, what the list names, and the tables; nothing of the record is read (CF-062)."""
    found, sources = drafts.found(patient_id), sourcing.of(patient_id)
    if isinstance(found, Failure):
        return found
    if isinstance(sources, Failure):
        return sources
    memory = memories.of(patient_id)
    remembers = NOTHING if isinstance(memory, Failure) else memory
    tables = Terminology(code_search(), known_substances(), medication_line())
    return Opened(found.draft, found.unreadable, sources, remembers, tables)
