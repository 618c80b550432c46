"""Whose a row is: it is shown only where it is proved to be the patient's who was asked for (contract §5).

A server may ignore a filter, answer for another patient, or name him in a way that nobody here can follow.
So every row says itself whose it is, whatever was asked and whatever the ``self`` link repeats.
"""

import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec

from desktop.domain.prescription.ordonnance import PatientIdentity
from desktop.domain.record import Patient
from desktop.sync import fhir_shapes as fhir

log = logging.getLogger("dsp.record")

_PATIENT = "Patient"
_PORTS = {"https": 443, "http": 80}


class Entity(fhir.Struct):
    """AuditEvent.entity."""

    what: fhir.Reference | None = None


class OwnedResource(fhir.Struct):
    """What of a resource says whose it is: ``subject`` or ``patient``, of a trace an ``entity``."""

    subject: fhir.Reference | None = None
    patient: fhir.Reference | None = None
    entity: list[Entity] = []
    contained: list[fhir.Contained] = []


@dataclass(frozen=True, slots=True)
class Owner:
    """Who was asked for: ``id`` on the server at ``base``, and his *matricule* of that ``system``.

    ``matricule``: digits, "" where it is not known here; then an identifier says nothing.
    """

    id: str
    matricule: str
    system: str
    base: str

    def owns(self, raw: bytes | msgspec.Raw, full_url: str = "") -> bool:
        """:meth:`proved` of any resource as it came, *full_url* that of its entry."""
        return self.judged(raw, full_url) is True

    def judged(self, raw: bytes | msgspec.Raw, full_url: str = "") -> bool | None:
        """:meth:`verdict` of the same."""
        read = fhir.shaped(raw, OwnedResource)
        return self.verdict(_references(read), read.contained, full_url) if read is not None else None

    def proved(
        self,
        references: Iterable[fhir.Reference | None],
        contained: Sequence[fhir.Contained] = (),
        full_url: str = "",
    ) -> bool:
        """Whether *references* say that it is his: one at least, and none that it is another's."""
        return self.verdict(references, contained, full_url) is True

    def is_named(self, identity: PatientIdentity) -> bool:
        """Whether a signed identity is his: by the *matricule* where both are known, else by the id."""
        if self.matricule and identity.matricule:
            return identity.matricule == self.matricule
        return identity.id == self.id

    def verdict(
        self,
        references: Iterable[fhir.Reference | None],
        contained: Sequence[fhir.Contained] = (),
        full_url: str = "",
    ) -> bool | None:
        """The same; False where it is another's, None where nothing says whose it is."""
        said = [word for r in references if r is not None for word in self._said(r, contained, full_url)]
        return all(said) if said else None

    def _said(
        self, reference: fhir.Reference, contained: Sequence[fhir.Contained], full_url: str
    ) -> list[bool]:
        literal = patient_at(reference.reference, self.base, full_url)
        held = [c for c in contained if c.resource_type == _PATIENT and f"#{c.id}" == reference.reference]
        named = [i for c in held for i in c.identifier]
        named += [reference.identifier] if reference.identifier is not None else []
        return [
            *([literal == self.id] if literal else []),
            *(i.value.strip() == self.matricule for i in named if self.matricule and i.system == self.system),
        ]


class KnownPatients:
    """The *matricules* of those whom this session met, by the platform's id; forgotten at its end."""

    def __init__(self, base: str, system: str) -> None:
        """*base*: the platform's address; *system*: of the matricule."""
        self._base, self._system = base, system
        self._lock = threading.Lock()
        self._matricules: dict[str, str] = {}

    def meet(self, patient: Patient) -> None:
        """Remember who has that id."""
        with self._lock:
            self._matricules[patient.id] = patient.matricule.digits

    def owner(self, patient_id: str) -> Owner:
        """Who is asked for."""
        return Owner(patient_id, self._matricules.get(patient_id, ""), self._system, self._base)

    def id_of(self, reference: fhir.Reference | None, full_url: str = "") -> str:
        """The id on the platform of whom *reference* names; "" where nobody here knows."""
        if reference is None:
            return ""
        named = reference.identifier
        digits = named.value.strip() if named is not None and named.system == self._system else ""
        with self._lock:
            known = dict(self._matricules)
        literal = patient_at(reference.reference, self._base, full_url)
        by_digits = next((i for i, m in known.items() if digits and m == digits), "")
        if literal and digits and known.get(literal, digits) != digits:
            return ""  # it names two
        return literal or by_digits

    def forget(self, patient_id: str) -> None:
        """His record is not open any more: nothing of him stays (CF-031)."""
        with self._lock:
            self._matricules.pop(patient_id, None)

    def drop(self) -> None:
        """Forget all."""
        with self._lock:
            self._matricules.clear()


def dropped(count: int) -> None:
    """Rows that were not shown are counted in the log, and nothing else of them is."""
    if count:
        log.warning("%d rows are not proved to be of the patient who was asked for: not shown", count)


def patient_at(reference: str, base: str, full_url: str = "") -> str:
    """The Patient id of a literal reference to the server at *base*; "" for any other.

    A relative one is of the server that the entry's *full_url* names (HL7 FHIR R4, Bundle, « Resolving
    references »).
    """
    literal = reference.partition("/_history/")[0]
    root, named, last = literal.rpartition(f"{_PATIENT}/")
    if not named or not last or "/" in last or literal.startswith(("#", "urn:")):
        return ""
    if root:
        return last if _server(root) == _server(base) else ""
    holder = full_url.partition("/_history/")[0]
    if not holder.startswith(("https://", "http://")):
        return last
    return last if _server(holder.rsplit("/", 2)[0]) == _server(base) else ""


def _server(url: str) -> tuple[str, int | None, str] | None:
    """Host, port and path; whether TLS ends before it or in it makes no other server of it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    usual = port is None or port == _PORTS[parts.scheme]
    return parts.hostname.lower(), None if usual else port, parts.path.rstrip("/")


def _references(read: OwnedResource) -> list[fhir.Reference | None]:
    return [read.subject, read.patient, *(entity.what for entity in read.entity)]
