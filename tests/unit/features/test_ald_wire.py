"""What leaves of an ALD statement: the signed bytes, and beside them nothing but their signature."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from desktop.common.resource_files import resource
from desktop.domain.errors import Code, Failure
from desktop.features.ald.domain import AldCode, Answer, Course, Form, Item, Sent, SignedForm
from desktop.features.ald.wire import AldWire, Given, Question, Response
from desktop.ports.wire_call import WireCall
from desktop.simulator.questionnaires import answers, defects, questionnaire
from desktop.sync.client import Client
from desktop.sync.fhir_shapes import Coding, Identifier
from desktop.sync.profile import PlatformProfile, load_profile
from desktop.sync.referent_facts import Fact
from desktop.sync.wire import Answer as Answered
from desktop.sync.wire import Lost
from desktop.sync.wire_kit import WireKit
from tests.unit.simulator.test_fhir_valid import issues

NOW = datetime(2026, 11, 29, 9, 52, tzinfo=UTC)
ITEMS = (
    Item(31, Answer.STILL, "2019", "Sarcoïdose", long=True, course=Course.SEVERE),
    Item(8, Answer.OVER, kind="1", icd10="e109"),
    Item(13, Answer.UNSURE, icd10="I25"),
)
FORM = Form("urn:uuid:7", date(2024, 12, 15), date(2026, 12, 14), ITEMS)


class Kit(WireKit):
    """Answers one sending; ``sent`` is what left."""

    def __init__(self, answer: "Answered | Failure | Lost") -> None:
        self.answer = answer
        self.sent: list[tuple[bytes, Mapping[str, str]]] = []
        self._profile = load_profile(resource("profiles", "demo.toml"))

    def me(self) -> str:
        return "ps-kieffer"

    def client(self) -> Client:
        class Only:
            profile: PlatformProfile = self._profile

        return Only()  # type: ignore[return-value]

    def once(
        self, call: WireCall, patient_id: str, *, id: str = "", body: bytes, headers: Mapping[str, str]
    ) -> "Answered | Failure | Lost":
        self.sent.append((body, headers))
        return self.answer


def send(answer: "Answered | Failure | Lost") -> tuple[object, dict[str, Any], bytes, Mapping[str, str]]:
    kit = Kit(answer)
    wire = AldWire(kit)
    content = wire.compose("p-2", FORM, NOW)
    found = wire.send("p-2", SignedForm(content, b"head..made", NOW))
    ((body, headers),) = kit.sent
    return found, json.loads(body), content, headers


def test_what_is_signed_is_what_leaves() -> None:
    """Without its signature the sent resource is, byte for byte, what the card signed."""
    _, body, content, headers = send(Answered(201, {}, b"{}"))
    (extension,) = body.pop("extension")
    plain = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert plain == content
    assert base64.b64decode(extension["valueSignature"]["data"]) == b"head..made"
    assert extension["valueSignature"]["who"] == {"reference": "Practitioner/ps-kieffer"}
    assert headers["If-None-Exist"] == "identifier=urn%3Aietf%3Arfc%3A3986%7Curn%3Auuid%3A7"


def test_it_is_valid_and_answers_the_questionnaire() -> None:
    _, body, _, _ = send(Answered(201, {}, b"{}"))
    assert issues(body) == [] and list(defects(body, questionnaire("ald-releve"))) == []
    assert (body["status"], body["authored"]) == ("completed", "2026-11-29T09:52:00.000+00:00")


def test_a_code_of_icd10_leaves_as_it_is_written_and_is_read_back() -> None:
    """With the title of a category; of what is below one this program knows no title."""
    _, body, _, _ = send(Answered(201, {}, b"{}"))
    given = [answers(group, "condition.icd10") for group in body["item"] if group["linkId"] == "condition"]
    system = "http://hl7.org/fhir/sid/icd-10"
    title = "Chronic ischaemic heart disease"
    coded = [{"system": system, "code": "E10.9"}, {"system": system, "code": "I25", "display": title}]
    assert given == [[], coded[:1], coded[1:]]
    stands = [{"url": "state", "valueCode": "envoye"}]
    body["extension"] = [{"url": "https://dsp.example/StructureDefinition/mr-statement", "extension": stands}]
    found, *_ = send(Answered(201, {}, json.dumps(body).encode()))
    assert isinstance(found, Sent) and [item.icd10 for item in found.form.items] == ["", "E10.9", "I25"]
    body["item"][2]["item"][-1]["answer"][0]["valueCoding"]["system"] = "urn:dsp:ald"
    assert list(defects(body, questionnaire("ald-releve"))) == ["condition.icd10 answer"]


def test_an_answer_that_nobody_can_read_is_a_lost_one() -> None:
    assert send(Answered(201, {}, b"{}"))[0] == Failure.of(AldCode.UNKNOWN)
    assert send(Lost(Failure(Code.TIMEOUT), sent=True))[0] == Failure.of(AldCode.UNKNOWN)


def test_what_never_left_is_told_as_it_is() -> None:
    assert send(Lost(Failure(Code.OFFLINE), sent=False))[0] == Failure(Code.OFFLINE)
    assert send(Failure(AldCode.PENDING))[0] == Failure(AldCode.PENDING)


class Searched(Kit):
    """Answers one search; ``asked`` are its headers."""

    def __init__(self, *found: Response) -> None:
        super().__init__(Failure(Code.OFFLINE))
        self.found = found
        self.asked: Mapping[str, str] = {}

    def search(
        self,
        call: WireCall,
        fields: Mapping[str, str],
        shape: type[Any],
        patient_id: str = "",
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        self.asked = headers or {}
        return self.found


def test_cf079_what_stands_is_never_a_former_answer() -> None:
    kit = Searched()
    assert AldWire(kit).find("urn:uuid:7") is None
    assert kit.asked == {"Cache-Control": "no-cache"}


def test_what_stands_and_cannot_be_read_is_not_absent() -> None:
    """A state of a newer platform: it is there, and is not sent a second time."""
    mine, other = (Response(Identifier(value=value)) for value in ("urn:uuid:7", "urn:uuid:8"))
    assert AldWire(Searched(other, mine)).find("urn:uuid:7") == Failure.of(AldCode.UNKNOWN)
    assert AldWire(Searched(other)).find("urn:uuid:7") is None


def test_a_number_without_end_costs_its_condition_and_no_other_statement() -> None:
    """int() raises from 4,300 digits on."""

    def condition(number: str) -> Question:
        told = Given(value_coding=Coding(code=number))
        return Question("condition", item=[Question("condition.code", answer=[told])])

    days = [Question(f"period.{name}", answer=[Given(value_date="2026-01-01")]) for name in ("from", "to")]
    state = Fact(url="/mr-statement", extension=[Fact(url="state", value_code="envoye")])
    items = [Question("period", item=days), condition("9" * 5000), condition("8")]
    answer = Response(Identifier(value="urn:uuid:7"), "q/ald-releve|0.1.0", items, [state])
    listed = AldWire(Searched(answer)).statements("p-2")
    assert not isinstance(listed, Failure)
    assert [[item.code for item in sent.form.items] for sent in listed] == [[8]]
