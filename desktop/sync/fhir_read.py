"""From FHIR structs to domain types. Nothing is assumed present; text is cleaned, never trusted."""

import base64
import binascii
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import msgspec

from desktop.domain import record
from desktop.domain.matricule import Matricule
from desktop.sync import fhir_shapes as fhir
from desktop.sync import wire_codes
from desktop.sync.profile import Systems

_LONGEST_TEXT = 500
# what could reorder or hide the text beside it
_HIDDEN = frozenset(
    "\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)


def plain(value: str) -> str:
    """Text from the platform as plain, single-line text of at most 500 characters."""
    kept = (c for c in value[: 2 * _LONGEST_TEXT] if c not in _HIDDEN)
    line = "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in kept)
    return " ".join(line.split())[:_LONGEST_TEXT]


def moment(value: str | None) -> datetime | None:
    """A FHIR date, partial date or dateTime as aware UTC; None when it is none."""
    if not value or len(value) > 40:
        return None
    text = value.strip()
    if len(text) in (4, 7):
        text += "-01-01"[: 10 - len(text)] if len(text) == 4 else "-01"
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def day(value: str) -> date | None:
    """A full date; a partial one is None, so that nothing is shown that nobody said."""
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def reference_id(reference: fhir.Reference | None) -> str:
    """``Patient/12/_history/3`` or an absolute address → ``12``."""
    if reference is None or reference.reference.startswith(("#", "urn:")):
        return ""
    parts = reference.reference.partition("/_history/")[0].rstrip("/").rpartition("/")
    return parts[2] if parts[1] else ""


def extension(extensions: Iterable[fhir.Extension], name: str) -> str:
    """Value of the extension whose address ends with *name*, also nested; empty when absent."""
    for found in extensions:
        if found.url.rpartition("/")[2] == name:
            return found.value()
        nested = extension(found.extension, name)
        if nested:
            return nested
    return ""


def patient(raw: fhir.PatientResource, systems: Systems) -> record.Patient | None:
    """A Patient; without id or matricule nothing can be done with it: None."""
    matricule = next((i.value for i in raw.identifier if i.system == systems.matricule), "")
    if not raw.id or not matricule:
        return None
    named = next((n for n in raw.name if n.use == "official"), raw.name[0] if raw.name else fhir.HumanName())
    family = plain(named.family or named.text)
    where = raw.address[0] if raw.address else fhir.Address()
    street = ", ".join(filter(None, [*where.line, f"{where.postal_code} {where.city}".strip()]))
    return record.Patient(
        id=raw.id,
        matricule=Matricule(plain(matricule)),
        family=family,
        given=plain(" ".join(named.given)),
        birth_date=day(raw.birth_date),
        sex=wire_codes.sex(raw.gender),
        dsp=wire_codes.dsp_state(extension(raw.extension, "dsp-state")),
        inactive_until=day(extension(raw.extension, "dsp-inactive-until")),
        address=plain(where.text or street),
    )


def mandate(raw: fhir.Consent) -> record.Mandate | None:
    """A mandate; None when kind or start cannot be told, or an end is unreadable."""
    kinds = (wire_codes.mandate_kind(c.code) for concept in raw.category for c in concept.coding)
    kind = next((k for k in kinds if k is not None), None)
    provision = raw.provision or fhir.Provision()
    period = provision.period or fhir.Period()
    start, end = moment(period.start), moment(period.end)
    said_grace = extension(raw.extension, "grace-end")
    grace = moment(said_grace)
    if kind is None or not raw.id or start is None:
        return None
    if (period.end and end is None) or (said_grace and grace is None):
        return None
    extended = wire_codes.extended(kind, (label.code for label in provision.security_label))
    return record.Mandate(raw.id, kind, start, end, grace, extended)


def document(raw: fhir.DocumentReference, systems: Systems, patient_id: str = "") -> record.Document | None:
    """A document row; only the id is needed. *patient_id*: whose it was proved to be
    (:mod:`desktop.sync.whose`), "" = as its subject says."""
    if not raw.id:
        return None
    first = raw.content[0].attachment if raw.content else None
    attachment = first or fhir.Attachment()
    # a label that is words alone says something too
    labels = [(c.system, c.code) for said in raw.security_label for c in said.coding or (fhir.Coding(),)]
    level = wire_codes.level_of(labels, systems.label)
    meta = raw.meta or fhir.Meta()
    return record.Document(
        id=raw.id,
        unique_id=raw.master_identifier.value if raw.master_identifier else "",
        patient_id=patient_id or reference_id(raw.subject),
        category=_category(raw.type, systems),
        title=plain(attachment.title or raw.description),
        created=moment(attachment.creation),
        registered=moment(raw.date) or moment(meta.last_updated),
        author=_author(raw),
        level=level,
        status=_status(raw.status),
        content_type=attachment.content_type.partition(";")[0].strip().lower(),
        size=_size(attachment.size),
        sha1=_sha1(attachment.hash),
        url=attachment.url,
        language=plain(attachment.language),
        episode_id=next((i for i in map(reference_id, _encounters(raw)) if i), ""),
        replaces=_related(raw, "replaces"),
        version_tag=meta.version_id,
        annonce_by=plain(extension(raw.extension, "annonce-by")),
        annonce_at=moment(extension(raw.extension, "annonce-at")),
        facility=_facility(raw),
        transforms=_related(raw, "transforms"),
    )


def episode(raw: fhir.Encounter) -> record.Episode | None:
    """A care episode; one without a start cannot be drawn: None."""
    start = moment(raw.period.start) if raw.period else None
    if not raw.id or start is None:
        return None
    reason = raw.reason_code[0] if raw.reason_code else fhir.Concept()
    return record.Episode(
        id=raw.id,
        kind=wire_codes.episode_kind(raw.kind.code if raw.kind else ""),
        provider=plain(raw.service_provider.display if raw.service_provider else ""),
        start=start,
        end=moment(raw.period.end) if raw.period else None,
        mandate=extension(raw.extension, "mandate-kind"),
        reason=plain(reason.text or (reason.coding[0].display if reason.coding else "")),
    )


def resources(bundle: fhir.Bundle, kind: str) -> list[tuple[str, msgspec.Raw]]:
    """(fullUrl, resource) of the matches of one type; outcomes and includes are left out."""
    found = []
    for entry in bundle.entry:
        if entry.search and entry.search.mode not in ("", "match"):
            continue
        typed = fhir.shaped(entry.resource, fhir.Typed) if bytes(entry.resource) else None
        if typed and typed.resource_type == kind:
            found.append((entry.full_url, entry.resource))
    return found


def inside(bundle: fhir.Bundle, url: str) -> str:
    """Relative address of the entry with fullUrl *url*; empty when it is not in the bundle."""
    for entry in bundle.entry:
        typed = fhir.shaped(entry.resource, fhir.Typed) if entry.full_url == url else None
        if typed and typed.resource_type and typed.id:
            return f"{typed.resource_type}/{typed.id}"
    return ""


def link(bundle: fhir.Bundle, relation: str) -> str:
    """Address of a link, empty when absent."""
    return next((item.url for item in bundle.link if item.relation == relation), "")


def asked(bundle: fhir.Bundle, parameter: str) -> bool:
    """Whether the ``self`` link confirms a filter; a server that gives no query is believed."""
    query = parse_qs(urlsplit(link(bundle, "self")).query)
    return not query or any(name.partition(":")[0].partition(".")[0] == parameter for name in query)


def _category(concept: fhir.Concept | None, systems: Systems) -> str:
    if concept is None:
        return ""
    own = next((c.code for c in concept.coding if c.system == systems.category and c.code), "")
    shown = concept.text or next((c.display or c.code for c in concept.coding), "")
    return own or plain(shown)


def _status(code: str) -> record.DocumentStatus:
    if code == "superseded":
        return record.DocumentStatus.SUPERSEDED
    return record.DocumentStatus.DISABLED if code == "entered-in-error" else record.DocumentStatus.CURRENT


def _author(raw: fhir.DocumentReference) -> record.Author:
    """The first author that can be named, contained ones first resolved."""
    contained = {f"#{c.id}": c for c in raw.contained if c.id}
    for reference in raw.author:
        held = contained.get(reference.reference)
        if held is None:
            if reference.reference or reference.display:
                return record.Author(reference_id(reference), plain(reference.display))
            continue
        practitioner, organisation = held.practitioner, held.organization
        person = contained.get(practitioner.reference, held) if practitioner else held
        name = _name(person) or (practitioner.display if practitioner else "") or reference.display
        firm = contained.get(organisation.reference) if organisation else None
        organised = (_name(firm) if firm else "") or (organisation.display if organisation else "")
        author_id = reference_id(practitioner)
        if not author_id and person.resource_type == "Practitioner":
            author_id = person.id
        return record.Author(author_id, plain(name), plain(organised))
    return record.Author("", "")


def _name(held: fhir.Contained) -> str:
    """Name of a contained Practitioner (HumanName list) or Organization (string)."""
    if isinstance(held.name, str):
        return held.name
    first = held.name[0] if isinstance(held.name, list) and held.name else None
    if not isinstance(first, dict):
        return ""
    named = fhir.shaped(msgspec.json.encode(first), fhir.HumanName) or fhir.HumanName()
    return named.text or " ".join(filter(None, [*named.given, named.family]))


def _related(raw: fhir.DocumentReference, code: str) -> str:
    return next((reference_id(r.target) for r in raw.relates_to if r.code == code), "")


def _encounters(raw: fhir.DocumentReference) -> list[fhir.Reference]:
    return raw.context.encounter if raw.context else []


def _facility(raw: fhir.DocumentReference) -> str:
    concept = raw.context.facility_type if raw.context else None
    if concept is None:
        return ""
    return plain(concept.text or next((c.display or c.code for c in concept.coding), ""))


def _size(value: int | float | None) -> int | None:
    try:
        return int(value) if value is not None and value >= 0 else None
    except (ValueError, OverflowError):
        return None


def _sha1(value: str) -> str | None:
    """Hex of FHIR's base64 hash; some write hex right away, the examples of MHD base64 of the hex text.

    None for any other digest: it cannot be compared.
    """
    text = value.strip()
    if len(text) == 40:
        return _hex(text)
    try:
        digest = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(digest) == 40:
        return _hex(digest.decode("latin-1"))
    return digest.hex() if len(digest) == 20 else None


def _hex(text: str) -> str | None:
    try:
        return bytes.fromhex(text).hex() if text.isalnum() else None
    except ValueError:
        return None
