"""Reads what a client publishes: an ITI-65 transaction of one document, or of one and its data, or ITI-105.

Contract §5 and §9.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from desktop.domain.record import Level
from desktop.simulator import wire_names as names
from desktop.simulator.documents import level_of
from desktop.simulator.json_shapes import as_dict, as_dicts, as_list, as_text, last_part
from desktop.simulator.outcomes import Refused

LARGEST_DOCUMENT = 50 * 1024 * 1024
DATA = "application/fhir+json"
_MOST = {"List": 1, "DocumentReference": 2, "Binary": 2, "PATCH": 2}
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Submission:
    """One document to register. ``author_marks`` is everything that names the author.

    ``transforms`` is the document whose data this is: the ``url`` of the other one inside the submission, or
    an id of the platform; "" for a document of its own. ``format`` is the code of ``content.format``;
    ``access_code`` goes with an ordonnance's data (contract §8.1).
    """

    url: str

    unique_id: str
    submission_id: str
    patient_id: str
    category: str
    title: str
    created: str
    language: str
    level: Level
    content: bytes = field(repr=False)
    sha1: str
    size: int | None
    author_marks: frozenset[str]
    replaces: str
    episode_id: str
    transforms: str
    content_type: str
    format: str
    access_code: str = field(repr=False)

    @property
    def created_on(self) -> date:
        """The document's own day."""
        return date.fromisoformat(self.created[:10])


@dataclass(frozen=True, slots=True)
class SubmittedEntry:
    """One entry as it was sent: its kind ("List", "DocumentReference", "Binary", "PATCH"), and of which."""

    kind: str
    document: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """A submission: its documents, and its entries in their order."""

    documents: tuple[Submission, ...]
    entries: tuple[SubmittedEntry, ...]


def from_transaction(bundle: Any) -> Parcel:
    """Read an ITI-65 Bundle; raises Refused with a diagnostic that names the element."""
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise _invalid("Bundle")
    profiles = as_list(as_dict(bundle.get("meta")).get("profile"))
    if bundle.get("type") != "transaction" or names.PROVIDE_BUNDLE not in profiles:
        raise _invalid("meta.profile")
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in _MOST}
    entries = [(_kind(entry), entry) for entry in as_dicts(bundle.get("entry"))]
    for kind, entry in entries:
        found[kind].append(entry)
        if len(found[kind]) > _MOST[kind]:
            raise _invalid(f"too many {kind} entries")
    missing = next((kind for kind in ("List", "DocumentReference", "Binary") if not found[kind]), "")
    if missing or len(found["DocumentReference"]) != len(found["Binary"]):
        raise _invalid(f"no {missing or 'Binary'} entry")
    references = [str(entry.get("fullUrl")) for entry in found["DocumentReference"]]
    submission_id = _submission_set(found["List"][0]["resource"], references)
    binaries = {str(entry.get("fullUrl")): entry["resource"] for entry in found["Binary"]}
    documents, places = [], [""]
    for entry in found["DocumentReference"]:
        url = str(_attachment(entry["resource"]).get("url"))
        if url not in binaries or url in places:
            raise _invalid("attachment.url")
        places.append(url)
        content = _decoded(binaries[url].get("data"))
        documents.append(_document(entry["resource"], content, submission_id, str(entry.get("fullUrl"))))
    if len(documents) > 1 and not any(
        d.transforms == o.url for d in documents for o in documents if d is not o
    ):
        raise _invalid("relatesTo transforms")
    former = [document.replaces for document in documents]
    for entry in found["PATCH"]:
        _check_patch(entry, former)
    owners = {"List": [""], "DocumentReference": references, "Binary": places[1:], "PATCH": former}
    return Parcel(tuple(documents), tuple(_entry(kind, entry, owners[kind]) for kind, entry in entries))


def resource_types(bundle: Any) -> frozenset[str]:
    """Of what stands in a transaction."""
    resources = (as_dict(entry.get("resource")) for entry in as_dicts(as_dict(bundle).get("entry")))
    return frozenset(as_text(resource.get("resourceType")) for resource in resources)


def from_document(document: Any) -> Submission:
    """Read an ITI-105 DocumentReference with its bytes inside."""
    if not isinstance(document, dict) or document.get("resourceType") != "DocumentReference":
        raise _invalid("DocumentReference")
    content = _decoded(_attachment(document).get("data"))
    return _document(document, content, "light", "")


def _entry(kind: str, entry: dict[str, Any], owners: list[str]) -> SubmittedEntry:
    request_url = str(as_dict(entry.get("request")).get("url"))
    key = "" if kind == "List" else last_part(request_url) if kind == "PATCH" else str(entry.get("fullUrl"))
    return SubmittedEntry(kind, owners.index(key))


def _kind(entry: dict[str, Any]) -> str:
    request, resource = as_dict(entry.get("request")), as_dict(entry.get("resource"))
    method, kind = request.get("method"), str(resource.get("resourceType"))
    if method == "PATCH" and str(request.get("url")).startswith("DocumentReference/"):
        return "PATCH"
    if method != "POST" or request.get("url") != kind or kind not in ("List", "DocumentReference", "Binary"):
        raise _invalid(f"entry {method} {kind}")
    return kind


def _submission_set(resource: dict[str, Any], references: list[str]) -> str:
    extensions = {last_part(e.get("url")) for e in as_dicts(resource.get("extension"))}
    for name in ("ihe-sourceId", "ihe-designationType"):
        if name not in extensions:
            raise _invalid(f"List.extension {name}")
    items = [as_dict(e.get("item")).get("reference") for e in as_dicts(resource.get("entry"))]
    if any(reference not in items for reference in references):
        raise _invalid("List.entry")
    identifier = next((str(i.get("value")) for i in as_dicts(resource.get("identifier"))), "")
    if not identifier:
        raise _invalid("List.identifier")
    return identifier


def _document(document: dict[str, Any], content: bytes, submission_id: str, url: str) -> Submission:
    attachment = _attachment(document)
    master = as_dict(document.get("masterIdentifier"))
    unique_id = str(master.get("value"))
    if master.get("system") != names.URI or not _UUID.fullmatch(unique_id):
        raise _invalid("masterIdentifier")
    if document.get("status") != "current" or "docStatus" in document:
        raise _invalid("status")
    content_type, transforms = str(attachment.get("contentType")), _transforms(document)
    if content_type != (DATA if transforms else "application/pdf"):
        raise _invalid("attachment.contentType")
    created, title = str(attachment.get("creation", "")), str(attachment.get("title", "")).strip()
    try:
        date.fromisoformat(created[:10])
    except ValueError:
        raise _invalid("attachment.creation") from None
    if not title:
        raise _invalid("attachment.title")
    size = attachment.get("size")
    return Submission(
        url, unique_id, submission_id,
        _reference(as_dict(document.get("subject")), "Patient"),
        _category(document), title, created, str(attachment.get("language", "")),
        level_of(document.get("securityLabel")), content, _sha1(attachment.get("hash")),
        size if isinstance(size, int) else None,
        _author_marks(document), _replaces(document), _episode(document), transforms, content_type,
        as_text(as_dict(as_dicts(document["content"])[0].get("format")).get("code")), _access_code(document),
    )  # fmt: skip


def _access_code(document: dict[str, Any]) -> str:
    wanted = names.extension("access-code")
    found = (e for e in as_dicts(document.get("extension")) if e.get("url") == wanted)
    return next((as_text(e.get("valueString")) for e in found), "")


def _attachment(document: dict[str, Any]) -> dict[str, Any]:
    content = as_dicts(document.get("content"))
    if len(content) != 1:
        raise _invalid("content")
    return as_dict(content[0].get("attachment"))


def _category(document: dict[str, Any]) -> str:
    for coding in as_dicts(as_dict(document.get("type")).get("coding")):
        if coding.get("system") == names.CATEGORY:
            return str(coding.get("code"))
    raise _invalid("type")


def _author_marks(document: dict[str, Any]) -> frozenset[str]:
    """Ids and identifiers of the one author, contained or referenced."""
    authors = as_dicts(document.get("author"))
    if len(authors) != 1:
        raise _invalid("author")
    contained = {f"#{c.get('id')}": c for c in as_dicts(document.get("contained"))}
    marks: set[str] = set()
    todo = [authors[0]]
    while todo:
        reference = todo.pop()
        target = str(reference.get("reference", ""))
        if target.startswith("#"):
            held = contained.pop(target, None)
            if held is not None:
                marks |= {str(i.get("value")) for i in as_dicts(held.get("identifier"))}
                todo.append(as_dict(held.get("practitioner")))
        elif target:
            marks.add(target.rpartition("/")[2])
        identifier = as_dict(reference.get("identifier")).get("value")
        if identifier:
            marks.add(str(identifier))
    return frozenset(marks)


def _replaces(document: dict[str, Any]) -> str:
    target = _related(document).get("replaces")
    return _reference(target, "DocumentReference") if target is not None else ""


def _transforms(document: dict[str, Any]) -> str:
    target = _related(document).get("transforms")
    if target is None:
        return ""
    inside = str(target.get("reference", ""))
    return inside if inside.startswith("urn:") else _reference(target, "DocumentReference")


def _related(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By its code, each at most once."""
    links = as_dicts(document.get("relatesTo"))
    found = {str(link.get("code")): as_dict(link.get("target")) for link in links}
    if len(found) != len(links) or not found.keys() <= {"replaces", "transforms"}:
        raise _invalid("relatesTo")
    return found


def _episode(document: dict[str, Any]) -> str:
    encounters = as_dicts(as_dict(document.get("context")).get("encounter"))
    return _reference(encounters[0], "Encounter") if encounters else ""


def _reference(reference: dict[str, Any], kind: str) -> str:
    prefix, _, id = str(reference.get("reference", "")).rpartition("/")
    if not id or not prefix.endswith(kind):
        raise _invalid(f"{kind} reference")
    return id


def _check_patch(entry: dict[str, Any], former: list[str]) -> None:
    """The patch entry of ITI-65 replace: it may only say that a replaced document is superseded."""
    if last_part(as_dict(entry.get("request")).get("url")) not in filter(None, former):
        raise _invalid("PATCH target")
    parameters = as_dicts(as_dict(entry.get("resource")).get("parameter"))
    for operation in parameters:
        values = {
            str(p.get("name")): next((p[k] for k in p if k.startswith("value")), None)
            for p in as_dicts(operation.get("part"))
        }
        if values.get("path") != "DocumentReference.status" or values.get("value") != "superseded":
            raise _invalid("PATCH operation")


def _decoded(data: Any) -> bytes:
    if not isinstance(data, str):
        raise _invalid("data")
    if len(data) > LARGEST_DOCUMENT * 4 // 3 + 4:
        raise Refused("file_too_large")
    try:
        return base64.b64decode(data, validate=True)
    except (ValueError, binascii.Error):
        raise _invalid("data") from None


def _sha1(value: Any) -> str:
    if not isinstance(value, str):
        raise _invalid("attachment.hash")
    try:
        return base64.b64decode(value, validate=True).hex()
    except (ValueError, binascii.Error):
        raise _invalid("attachment.hash") from None


def _invalid(detail: str) -> Refused:
    return Refused("deposit_refused", detail=detail)
