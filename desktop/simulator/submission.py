"""Reads what a client publishes: an ITI-65 transaction or an ITI-105 DocumentReference (contract §5)."""

import base64
import binascii
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from desktop.domain.record import Level
from desktop.simulator import wire_names as names
from desktop.simulator.documents import level_of
from desktop.simulator.json_shapes import as_dict, as_dicts, as_list, last_part
from desktop.simulator.outcomes import Refused

LARGEST_DOCUMENT = 50 * 1024 * 1024
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Submission:
    """One document to register. ``author_marks`` is everything that names the author.

    ``kinds`` are the entries in their order ("List", "DocumentReference", "Binary", "PATCH").
    """

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
    kinds: tuple[str, ...]

    @property
    def created_on(self) -> date:
        """The document's own day."""
        return date.fromisoformat(self.created[:10])


def from_transaction(bundle: Any) -> Submission:
    """Read an ITI-65 Bundle; raises Refused with a diagnostic that names the element."""
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise _invalid("Bundle")
    profiles = as_list(as_dict(bundle.get("meta")).get("profile"))
    if bundle.get("type") != "transaction" or names.PROVIDE_BUNDLE not in profiles:
        raise _invalid("meta.profile")
    parts: dict[str, dict[str, Any]] = {}
    kinds = []
    for entry in as_dicts(bundle.get("entry")):
        kind = _kind(entry)
        if kind in parts:
            raise _invalid(f"two {kind} entries")
        parts[kind] = entry
        kinds.append(kind)
    missing = {"List", "DocumentReference", "Binary"} - set(parts)
    if missing:
        raise _invalid(f"no {sorted(missing)[0]} entry")
    reference = parts["DocumentReference"]
    submission_id = _submission_set(parts["List"]["resource"], str(reference.get("fullUrl")))
    document = reference["resource"]
    binary = parts["Binary"]
    if _attachment(document).get("url") != binary.get("fullUrl"):
        raise _invalid("attachment.url")
    content = _decoded(binary["resource"].get("data"))
    found = _document(document, content, submission_id, tuple(kinds))
    if "PATCH" in parts:
        _check_patch(parts["PATCH"], found.replaces)
    return found


def from_document(document: Any) -> Submission:
    """Read an ITI-105 DocumentReference with its bytes inside."""
    if not isinstance(document, dict) or document.get("resourceType") != "DocumentReference":
        raise _invalid("DocumentReference")
    content = _decoded(_attachment(document).get("data"))
    return _document(document, content, "light", ("DocumentReference",))


def _kind(entry: dict[str, Any]) -> str:
    request, resource = as_dict(entry.get("request")), as_dict(entry.get("resource"))
    method, kind = request.get("method"), str(resource.get("resourceType"))
    if method == "PATCH" and str(request.get("url")).startswith("DocumentReference/"):
        return "PATCH"
    if method != "POST" or request.get("url") != kind or kind not in ("List", "DocumentReference", "Binary"):
        raise _invalid(f"entry {method} {kind}")
    return kind


def _submission_set(resource: dict[str, Any], document_url: str) -> str:
    extensions = {last_part(e.get("url")) for e in as_dicts(resource.get("extension"))}
    for name in ("ihe-sourceId", "ihe-designationType"):
        if name not in extensions:
            raise _invalid(f"List.extension {name}")
    if document_url not in [as_dict(e.get("item")).get("reference") for e in as_dicts(resource.get("entry"))]:
        raise _invalid("List.entry")
    identifier = next((str(i.get("value")) for i in as_dicts(resource.get("identifier"))), "")
    if not identifier:
        raise _invalid("List.identifier")
    return identifier


def _document(
    document: dict[str, Any], content: bytes, submission_id: str, kinds: tuple[str, ...]
) -> Submission:
    attachment = _attachment(document)
    master = as_dict(document.get("masterIdentifier"))
    unique_id = str(master.get("value"))
    if master.get("system") != names.URI or not _UUID.fullmatch(unique_id):
        raise _invalid("masterIdentifier")
    if document.get("status") != "current" or "docStatus" in document:
        raise _invalid("status")
    if attachment.get("contentType") != "application/pdf":
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
        unique_id, submission_id,
        _reference(as_dict(document.get("subject")), "Patient"),
        _category(document), title, created, str(attachment.get("language", "")),
        level_of(document.get("securityLabel")), content, _sha1(attachment.get("hash")),
        size if isinstance(size, int) else None,
        _author_marks(document), _replaces(document), _episode(document), kinds,
    )  # fmt: skip


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
    links = as_dicts(document.get("relatesTo"))
    if not links:
        return ""
    if len(links) > 1 or links[0].get("code") != "replaces":
        raise _invalid("relatesTo")
    return _reference(as_dict(links[0].get("target")), "DocumentReference")


def _episode(document: dict[str, Any]) -> str:
    encounters = as_dicts(as_dict(document.get("context")).get("encounter"))
    return _reference(encounters[0], "Encounter") if encounters else ""


def _reference(reference: dict[str, Any], kind: str) -> str:
    prefix, _, id = str(reference.get("reference", "")).rpartition("/")
    if not id or not prefix.endswith(kind):
        raise _invalid(f"{kind} reference")
    return id


def _check_patch(entry: dict[str, Any], replaces: str) -> None:
    """The patch entry of ITI-65 replace: it may only say that the replaced document is superseded."""
    if str(as_dict(entry.get("request")).get("url")) != f"DocumentReference/{replaces}":
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
