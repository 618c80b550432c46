"""What a set of demo patients looks like: the border between the simulator and its data.

A data set says at once *what* exists (patients, episodes, document titles) and produces the bytes of
the documents later: :meth:`Dataset.contents` runs in a thread of the simulator while the first screens
already work. A document appears on the platform when its bytes exist, so that size and SHA-1 are always
true. The same seed and day must give the same rows and the same bytes.
"""

import hashlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from desktop.domain.mandates import EmergencyLevel
from desktop.domain.record import DspState, EpisodeKind, Level, MandateKind, Sex
from desktop.domain.referent import first_of_next_month

PATIENT_AUTHOR = "patient"
"""``SeedDocument.author_id`` of what the patient or a representative wrote (Expression du titulaire)."""

CNS_AUTHOR = "org-cns"
"""``SeedDocument.author_id`` of the yearly résumé des prestations; the simulator has this organisation."""


@dataclass(frozen=True, slots=True)
class SeedOrganization:
    """A hospital, laboratory, practice…; ``kind`` is the lane of its episodes. Ids start with ``org-``."""

    id: str
    name: str
    kind: EpisodeKind
    address: str = ""


@dataclass(frozen=True, slots=True)
class SeedPractitioner:
    """A professional of the directory; ``profession`` is a name of professions.csv. Ids start with ``ps-``.

    The card holders (``desktop.simulator.card_holders``) exist in every data set and are not repeated there.
    """

    id: str
    family: str
    given: str
    profession: str
    organization_id: str
    ehealth_id: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class SeedMandate:
    """A mandate that runs (or ran) before the demo starts; aware times, ``end`` None = unlimited.

    Without ``grace_end`` a stay gets its 15 days after the end (domain §4.3), the others none.
    """

    practitioner_id: str
    kind: MandateKind
    start: datetime
    end: datetime | None = None
    grace_end: datetime | None = None


@dataclass(frozen=True, slots=True)
class SeedDeclaration:
    """A declaration of a médecin référent (domain §7.1); None = has not come. ``ald_…``: its statement."""

    practitioner_id: str
    signed_patient: date | None = None
    signed_doctor: date | None = None
    notified: date | None = None
    validated: date | None = None
    effective: date | None = None
    notice: date | None = None
    ends: date | None = None
    ended: date | None = None
    cause: str = ""
    ald_state: str = "a-faire"
    ald_accepted: date | None = None
    ald_sent: datetime | None = None


def notified_before(validated: date, days: int) -> date:
    """So many *days* before the validation, or fewer: a mission does not begin before it is validated.

    It begins on the first day of the month after the notification (domain §7.1).
    """
    notified = validated - timedelta(days=days)
    return notified if first_of_next_month(notified) >= validated else validated.replace(day=1)


@dataclass(frozen=True, slots=True)
class SeedService:
    """One line of a résumé des prestations; ``kind`` is a slug of :data:`SERVICE_KINDS`."""

    day: date
    kind: str
    nature: str
    provider: str
    count: int


@dataclass(frozen=True, slots=True)
class SeedDrug:
    """A line of an ordonnance's page: name, strength and form; how to take it; how much (« 3 mois »)."""

    name: str
    posology: str
    quantity: str
    atc: str = ""


@dataclass(frozen=True, slots=True)
class SeedResult:
    """One value of a laboratory's page, as printed: « 7,2 », « < 0,5 ». ``flag``: H, L or ""; LOINC and UCUM
    may be ""."""

    label: str
    shown: str
    unit: str
    loinc: str = ""
    ucum: str = ""
    low: float | None = None
    high: float | None = None
    reference: str = ""
    flag: str = ""


SERVICE_KINDS = ("consultation", "laboratoire", "imagerie", "pharmacie", "hospitalisation", "soins")


@dataclass(frozen=True, slots=True)
class SeedEpisode:
    """A care episode; ``refused`` ones exist and are never served (CF-038)."""

    id: str
    kind: EpisodeKind
    organization_id: str
    start: datetime
    end: datetime | None
    mandate: MandateKind | None = None
    reason: str = ""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class SeedPatient:
    """A synthetic person: safe matricule, believable birth date (domain §0).

    ``family`` and ``given`` as written by the directory (``Müller``, ``Anne``). ``presence_code`` is kept
    by the platform as a slow hash only. ``blacklist`` holds practitioner ids, ``ald`` numbers of the list
    (domain §7.2).
    """

    id: str
    matricule: str
    family: str
    given: str
    birth_date: date
    sex: Sex
    presence_code: str
    dsp: DspState = DspState.ACTIVE
    inactive_until: date | None = None
    address: str = ""
    emergency: EmergencyLevel = EmergencyLevel.STANDARD
    blacklist: tuple[str, ...] = ()
    mandates: tuple[SeedMandate, ...] = ()
    declarations: tuple[SeedDeclaration, ...] = ()
    ald: tuple[int, ...] = ()
    episodes: tuple[SeedEpisode, ...] = ()


@dataclass(frozen=True, slots=True)
class SeedDocument:
    """Metadata of one document; its bytes come from :meth:`Dataset.contents`.

    ``created`` is the document's own date, ``registered`` the platform's (aware). ``replaces`` is the id
    of the former version, which must come earlier. Annonces name who masked them (default the author).
    ``transforms``: the document whose structured data this is.
    """

    id: str
    patient_id: str
    category: str
    title: str
    created: date
    registered: datetime
    author_id: str
    organization_id: str = ""
    level: Level = Level.STANDARD
    language: str = "fr"
    episode_id: str = ""
    replaces: str = ""
    disabled: bool = False
    annonce_by: str = ""
    content_type: str = "application/pdf"
    transforms: str = ""


def unique_id_of(id: str) -> str:
    """The masterIdentifier of a document of a data set (urn:uuid)."""
    h = hashlib.sha256(id.encode()).hexdigest()
    return f"urn:uuid:{h[:8]}-{h[8:12]}-4{h[13:16]}-8{h[17:20]}-{h[20:32]}"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A patient that the console proposes, and why this one is interesting (a text key)."""

    patient_id: str
    text_key: str


class Dataset(Protocol):
    """A set of demo data. All but :meth:`contents` must answer within about a second for everything."""

    def organizations(self) -> Sequence[SeedOrganization]:
        """Every organisation that the rest refers to (the card holders' own exist already)."""
        ...

    def practitioners(self) -> Sequence[SeedPractitioner]:
        """Every further author that the rest refers to."""
        ...

    def patients(self) -> Sequence[SeedPatient]:
        """All patients, the suggested ones first."""
        ...

    def documents(self) -> Sequence[SeedDocument]:
        """Metadata of all documents, those of the suggested patients first."""
        ...

    def data(self) -> Sequence[SeedDocument]:
        """Metadata of the structured data beside documents, brought in after all of those (contract §9)."""
        ...

    def contents(self, wanted: Sequence[SeedDocument]) -> Generator[tuple[SeedDocument, bytes], None, None]:
        """The bytes of *wanted*, one by one as they get ready, roughly in order.

        Called in a background thread; may use child processes. The simulator closes the generator
        (``close()``) when it stops early, and asks for the missing rest at its next start.
        """
        ...

    def services(self, document: SeedDocument) -> Sequence[SeedService]:
        """The lines of a résumé des prestations, as its page shows them; of any other document none."""
        ...

    def drugs(self, document: SeedDocument) -> Sequence[SeedDrug]:
        """The lines of an ordonnance of medicines, as its page shows them; of any other document none."""
        ...

    def results(self, document: SeedDocument) -> Sequence[SeedResult]:
        """The values of a laboratory's page, as it shows them; of any other document none."""
        ...

    def suggestions(self) -> Sequence[Suggestion]:
        """The patients that the demo console proposes."""
        ...


class Load(Protocol):
    """Signature of ``desktop.simulator.demo.load``."""

    def __call__(self, seed: int, today: date) -> Dataset:
        """Build the data set. *today* is the day of the first start, kept with the data."""
        ...
