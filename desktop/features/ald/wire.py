"""ALD statements as FHIR R4 ``QuestionnaireResponse`` (contract §9; Questionnaire ``ald-releve``)."""

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import msgspec

from desktop.domain.errors import Failure, Result
from desktop.domain.icd10 import ICD10, categories, code_of
from desktop.domain.referent import StatementState
from desktop.features.ald.domain import (
    DIABETES,
    OFF_LIST,
    SEVERAL,
    AldCode,
    Answer,
    Course,
    Form,
    Item,
    Receipt,
    Sent,
    SignedForm,
    label_of,
    partial_date,
    written,
)
from desktop.features.ald.port import FIND, LIST, SEND
from desktop.sync import fhir_read
from desktop.sync.fhir_shapes import Coding, Identifier, Struct, shaped
from desktop.sync.referent_facts import Fact, code, day, named
from desktop.sync.wire import Lost
from desktop.sync.wire_kit import WireKit

QUESTIONNAIRE = "ald-releve|0.2.0"
_URI = "urn:ietf:rfc:3986"
_MOST_DIGITS = 4  # of the number of a condition
_FRESH = {"Cache-Control": "no-cache"}  # a server may answer a search from its former answer
_SIGNATURE = "http://hl7.org/fhir/StructureDefinition/questionnaireresponse-signature"
Json = dict[str, Any]


class Given(Struct):
    """QuestionnaireResponse.item.answer."""

    value_coding: Coding | None = None
    value_date: str = ""
    value_string: str = ""
    value_boolean: bool | None = None


class Question(Struct):
    """QuestionnaireResponse.item."""

    link_id: str = ""
    answer: list[Given] = []
    item: list["Question"] = []


class Response(Struct):
    """QuestionnaireResponse."""

    identifier: Identifier | None = None
    questionnaire: str = ""
    item: list[Question] = []
    extension: list[Fact] = []


class AldWire:
    """AldPort over the platform."""

    def __init__(self, kit: WireKit) -> None:
        self._kit = kit

    def statements(self, patient_id: str) -> Result[tuple[Sent, ...]]:
        """As the port says."""
        found = self._kit.search(LIST, {"patient": f"Patient/{patient_id}"}, Response, patient_id)
        if isinstance(found, Failure):
            return found
        return tuple(sent for sent in map(_sent, found) if sent is not None)

    def compose(self, patient_id: str, form: Form, at: datetime) -> bytes:
        """As the port says: members in the order of their names, no white space."""
        return _canonical(self._resource(patient_id, form, at))

    def send(self, patient_id: str, signed: SignedForm) -> Result[Sent]:
        """As the port says. If-None-Exist: what arrived already is answered again, never written twice."""
        resource = msgspec.json.decode(signed.content)
        resource["extension"] = [_signature(signed, resource["author"])]
        body = _canonical(resource)
        identifier = resource["identifier"]["value"]
        known = f"identifier={quote(f'{_URI}|{identifier}', safe='')}"
        answer = self._kit.once(SEND, patient_id, body=body, headers={"If-None-Exist": known})
        if isinstance(answer, Failure):
            return answer
        if isinstance(answer, Lost):
            return Failure.of(AldCode.UNKNOWN) if answer.sent else answer.failure
        read = shaped(answer.body, Response)
        sent = _sent(read) if read is not None else None
        return sent if sent is not None else Failure.of(AldCode.UNKNOWN)

    def find(self, identifier: str) -> Result[Sent | None]:
        """As the port says."""
        fields = {"identifier": f"{_URI}|{identifier}", "author": f"Practitioner/{self._kit.me()}"}
        found = self._kit.search(FIND, fields, Response, headers=_FRESH)
        if isinstance(found, Failure):
            return found
        mine = [raw for raw in found if raw.identifier is not None and raw.identifier.value == identifier]
        if not mine:
            return None
        sent = _sent(mine[0])
        return sent if sent is not None else Failure.of(AldCode.UNKNOWN)

    def settle(self) -> timedelta:
        """As the port says."""
        return timedelta(seconds=self._kit.client().profile.lookup_settle)

    def _resource(self, patient_id: str, form: Form, at: datetime) -> Json:
        systems = self._kit.client().profile.systems
        days = (("period.from", form.first), ("period.to", form.last))
        period = [_answered(name, [{"valueDate": day.isoformat()}]) for name, day in days]
        alds = [{"linkId": "condition", "item": list(_ald(item, systems.ald))} for item in form.items]
        return {
            "resourceType": "QuestionnaireResponse",
            "identifier": {"system": _URI, "value": form.identifier},
            "questionnaire": systems.questionnaire_base + QUESTIONNAIRE,
            "status": "completed",
            "subject": {"reference": f"Patient/{patient_id}"},
            "authored": at.astimezone(UTC).isoformat(timespec="milliseconds"),
            "author": {"reference": f"Practitioner/{self._kit.me()}"},
            "item": [{"linkId": "period", "item": period}, *alds],
        }


def _canonical(resource: Json) -> bytes:
    return json.dumps(resource, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _signature(signed: SignedForm, author: Json) -> Json:
    """HL7's own extension for it; the JWS is detached from the resource without this extension."""
    value = {
        "type": [{"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.1"}],
        "when": signed.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "who": author,
        "targetFormat": "application/fhir+json",
        "sigFormat": "application/jose",
        "data": base64.b64encode(signed.jws).decode(),
    }
    return {"url": _SIGNATURE, "valueSignature": value}


def _ald(item: Item, system: str) -> Iterator[Json]:
    """One condition; what is not asked of it is not sent (enableWhen)."""
    label = label_of(item.code)
    number = {"system": system, "code": str(item.code), **({"display": label} if label else {})}
    yield _answered("condition.code", [{"valueCoding": number}])
    if item.answer is not None:
        yield _coded("condition.answer", f"{system}-answer", item.answer.value)
    if item.since.strip():
        yield _answered("condition.since", [{"valueDate": partial_date(item.since)}])
    if item.code == DIABETES:
        yield _coded("condition.type", f"{system}-diabetes", item.kind)
    if item.code in (OFF_LIST, SEVERAL):
        named_ones = (item.text.strip(),) if item.code == OFF_LIST else item.conditions()
        yield _answered("condition.name", [{"valueString": name} for name in named_ones])
    elif item.text.strip():
        yield _answered("condition.comment", [{"valueString": item.text.strip()}])
    if item.code == OFF_LIST and item.answer is not Answer.OVER:
        yield _answered("condition.over-six-months", [{"valueBoolean": item.long}])
        if item.course is not None:
            yield _coded("condition.course", f"{system}-course", item.course.value)
    if item.icd10.strip():
        yield _answered("condition.icd10", [{"valueCoding": _icd10(code_of(item.icd10))}])


def _icd10(code: str) -> Json:
    """With its title where the code is a category: of what is below one this program knows none."""
    title = categories().get(code, "")
    return {"system": ICD10, "code": code, **({"display": title} if title else {})}


def _coded(link_id: str, system: str, value: str) -> Json:
    return _answered(link_id, [{"valueCoding": {"system": system, "code": value}}])


def _answered(link_id: str, answers: list[Json]) -> Json:
    return {"linkId": link_id, "answer": answers}


def _sent(raw: Response) -> Sent | None:
    """None for another questionnaire, and where neither state nor period can be read."""
    facts = named(raw.extension)
    own = facts.get("mr-statement")
    parts = named(own.extension) if own else {}
    state = code(StatementState, parts["state"].value_code) if "state" in parts else None
    if "ald-releve" not in raw.questionnaire or raw.identifier is None or state is None:
        return None
    period = next((item.item for item in raw.item if item.link_id == "period"), [])
    first, last = (fhir_read.day(_date(period, name)) for name in ("period.from", "period.to"))
    if first is None or last is None:
        return None
    items = tuple(_items(item.item for item in raw.item if item.link_id == "condition"))
    moments = {
        name: fhir_read.moment(parts[name].value_date_time) for name in ("sent", "received") if name in parts
    }
    receipt, received = parts.get("receipt"), moments.get("received")
    returned = parts.get("returned")
    return Sent(
        Form(raw.identifier.value, first, last, items),
        state,
        moments.get("sent"),
        Receipt(fhir_read.plain(receipt.value_string), received) if receipt and received else None,
        day(parts, "accepted"),
        fhir_read.plain(returned.value_string) if returned else "",
    )


def _items(groups: Iterable[list[Question]]) -> Iterator[Item]:
    """Each condition once; one without a readable number is none."""
    seen = set[int]()
    for group in groups:
        number = _code_of(group, "condition.code")
        if not (number.isdecimal() and len(number) <= _MOST_DIGITS) or int(number) in seen:
            continue
        seen.add(int(number))
        conditions = [fhir_read.plain(given.value_string) for given in _given(group, "condition.name")]
        comments = [fhir_read.plain(given.value_string) for given in _given(group, "condition.comment")]
        yield Item(
            int(number),
            code(Answer, _code_of(group, "condition.answer")),
            written(_date(group, "condition.since")),
            " ; ".join(conditions or comments),
            _code_of(group, "condition.type"),
            any(given.value_boolean for given in _given(group, "condition.over-six-months")),
            code(Course, _code_of(group, "condition.course")),
            _code_of(group, "condition.icd10"),
        )


def _given(group: list[Question], link_id: str) -> list[Given]:
    return [given for question in group if question.link_id == link_id for given in question.answer]


def _code_of(group: list[Question], link_id: str) -> str:
    codings = [given.value_coding for given in _given(group, link_id)]
    return next((coding.code for coding in codings if coding is not None), "")


def _date(group: list[Question], link_id: str) -> str:
    return next((given.value_date for given in _given(group, link_id)), "")
