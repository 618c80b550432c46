"""What could bring lines to a draft, and the reading of what the doctor chose; call it in a worker."""

from dataclasses import dataclass
from enum import Enum

from desktop.domain.errors import ErrorCode, Failure, Result
from desktop.domain.local_time import local_day
from desktop.domain.record import Document, Patient
from desktop.features.summary.domain.candidates import Candidate, could_bring, pdf_in_force
from desktop.features.summary.domain.draft import Base, Source, SourceKind
from desktop.features.summary.domain.publication import CATEGORY
from desktop.features.summary.domain.received import is_of_another
from desktop.features.summary.domain.summary import Summary
from desktop.features.summary.ips.read import read
from desktop.features.summary.port import SummaryPort
from desktop.services.known_names import KnownNames


class EditorCode(ErrorCode):
    """What only the editor can meet: data of somebody else, and a last step without the platform."""

    OTHER_PERSON = "DSP-S740"
    OFFLINE = "DSP-S741"


class Part(Enum):
    """What a document is to the draft: the version in force, on which it is built, or any other source."""

    FORMER = "former"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Sources:
    """Of the record's list as it was kept: ``former`` is the version in force, None before the first.

    ``pdf``: the version in force where it is a PDF alone, without data to be read (then no ``former``).
    ``listed``: the list was read at this opening of the record; before, it may name more.
    """

    former: Candidate | None = None
    others: tuple[Candidate, ...] = ()
    listed: bool = False
    pdf: Document | None = None

    def part_of(self, candidate: Candidate) -> Part:
        """What *candidate* is to the draft."""
        return Part.FORMER if candidate == self.former else Part.OTHER

    def named(self, document_id: str) -> Candidate | None:
        """By the id of its document."""
        every = ((self.former,) if self.former else ()) + self.others
        return next((one for one in every if one.document.id == document_id), None)


@dataclass(frozen=True, slots=True)
class ReadSource:
    """What was read, and the source that stands behind its lines. ``base``: it is the version in force."""

    summary: Summary
    source: Source
    base: Base | None


class Sourcing:
    """Looks at the list of the record, and reads only what it is told to (CF-062)."""

    def __init__(self, port: SummaryPort, known: KnownNames) -> None:
        self._port = port
        self._known = known

    def of(self, patient_id: str) -> Result[Sources]:
        """Nothing is read for it."""
        names = self._known.among((patient_id,))
        documents: tuple[Document, ...] = tuple(names.documents.values())
        found = could_bring((d for d in documents if d.patient_id == patient_id), "")
        former = next((one for one in found if one.document.category == CATEGORY), None)
        pdf = pdf_in_force((d for d in documents if d.patient_id == patient_id), former)
        former = None if pdf is not None else former
        others = tuple(one for one in found if one is not former)
        return Sources(former, others, patient_id in names.listed_at, pdf)

    def read(self, candidate: Candidate, part: Part, patient: Patient) -> Result[ReadSource]:
        """One traced read. OTHER_PERSON where the data name somebody else: nothing of it is taken over."""
        content = self._port.structured(candidate.data)
        if isinstance(content, Failure):
            return content
        reading = read(content)
        if isinstance(reading, Failure):
            return reading
        return taken(reading.summary, candidate.source, part, patient)


def taken(summary: Summary, source: Source, part: Part, patient: Patient) -> Result[ReadSource]:
    """What a summary that was read brings; OTHER_PERSON where it names somebody else."""
    if is_of_another(summary.subject, patient):
        return Failure.of(EditorCode.OTHER_PERSON)
    if part is Part.OTHER:
        return ReadSource(summary, source, None)
    day = source.day or local_day(summary.written_at)
    base = Base(source.ref, summary.version, day, summary.identifier, summary.bundle)
    former = Source(SourceKind.PREVIOUS, source.ref, source.title, day, source.author)
    return ReadSource(summary, former, base)
