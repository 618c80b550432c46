"""What resources of FHIR R4 are made of, written from the values of a summary."""

from collections.abc import Iterable
from typing import Any

from desktop.features.summary.domain.entries import Coding, Entry, PartialDate
from desktop.features.summary.ips import codes

Json = dict[str, Any]


def absent(reason: str) -> Json:
    """A primitive without value, and why (FHIR data-absent-reason)."""
    return {"extension": [{"url": codes.DATA_ABSENT, "valueCode": reason}]}


def concept_of(system: str, code: str) -> Json:
    """A concept of one code."""
    return {"coding": [{"system": system, "code": code}]}


def dated(name: str, day: PartialDate | None) -> Json:
    """``name`` with the precision that is known, or absent as unknown: never another day (features A.6)."""
    return {name: day.iso} if day else {f"_{name}": absent("unknown")}


def concept(words: str, codings: Iterable[Coding]) -> Json:
    coded = [coding(one) for one in codings]
    return {**optional("coding", coded), **optional("text", words)}


def coding(coding: Coding) -> Json:
    made = {
        **optional("system", coding.system),
        **optional("code", coding.code),
        **optional("display", coding.display),
    }
    if coding.display and coding.language:
        made["_display"] = {"extension": [_translation(coding.language, coding.display)]}
    return made


def _translation(language: str, words: str) -> Json:
    """The words and their language; R4 has nothing else that tells the language of a display."""
    return {
        "url": codes.TRANSLATION,
        "extension": [{"url": "lang", "valueCode": language}, {"url": "content", "valueString": words}],
    }


def note(entry: Entry) -> Json:
    return {"note": [{"text": entry.note}]} if entry.note else {}


def own_note(entry: Entry) -> Json:
    """Of a resource that has no ``note``."""
    return extended(codes.NOTE, "valueString", entry.note) if entry.note else {}


def extended(url: str, kind: str, value: object) -> Json:
    return {"extension": [{"url": url, kind: value}]}


def optional(name: str, value: object) -> Json:
    """Nothing where there is nothing: FHIR knows no empty text, list or object."""
    return {name: value} if value else {}
