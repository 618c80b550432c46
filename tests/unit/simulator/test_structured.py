"""A document and its data, taken in by the platform (contract §9): both or none."""

import base64
import copy
import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from sqlalchemy import inspect, select, text

from desktop.common.bundle_signature import with_signature
from desktop.domain.card_image import KeyPair
from desktop.domain.record import Level
from desktop.features import FEATURES
from desktop.features.summary.domain.summary import Summary
from desktop.features.summary.ips.write import write
from desktop.kernel.feature import add_words
from desktop.simulator import structured
from desktop.simulator.minimal_data import plain_pdf
from desktop.simulator.outcomes import Refused
from desktop.simulator.submission import Submission
from desktop.simulator.tables import DocumentRow, PatientRow, TraceRow
from desktop.simulator.world import open_database
from tests.samples import signed
from tests.samples.summary import bundle_of
from tests.samples.summary_values import SUMMARIES
from tests.unit.simulator.conftest import Desk
from tests.unit.simulator.raw_client import RawClient, transaction

Json = dict[str, Any]


def pair(matricule: str, key: KeyPair, data_key: KeyPair | None = None, *, replaces: str = "d-13") -> Json:
    """One transaction: the PDF of a summary of patient 2 and its data, both signed with *key*."""
    pdf = signed.pdf(plain_pdf("Résumé"), key)
    made = transaction("p-2", "ps-kieffer", pdf, category="resume-patient", replaces=replaces)
    document_entry, binary_entry = made["entry"][1], made["entry"][2]
    unique_id, url, binary = (f"urn:uuid:{uuid.uuid4()}" for _ in range(3))
    written = signed.bundle(json.dumps(bundle_of(unique_id, matricule)).encode(), data_key or key)
    document = copy.deepcopy(document_entry["resource"])
    document["masterIdentifier"]["value"] = unique_id
    target = {"reference": document_entry["fullUrl"]}
    document["relatesTo"] = [{"code": "transforms", "target": target}]
    document["content"][0]["attachment"] |= {
        "contentType": "application/fhir+json",
        "url": binary,
        "size": len(written),
        "hash": base64.b64encode(hashlib.sha1(written).digest()).decode(),
    }
    resource = binary_entry["resource"] | {"data": base64.b64encode(written).decode()}
    made["entry"][0]["resource"]["entry"].append({"item": {"reference": url}})
    made["entry"].insert(2, {**document_entry, "fullUrl": url, "resource": document})
    made["entry"].append({**binary_entry, "fullUrl": binary, "resource": resource})
    return made


def data_of(made: Json) -> Json:
    found: Json = made["entry"][2]["resource"]
    return found


def code(answer: requests.Response) -> str:
    found: str = answer.json()["issue"][0]["details"]["coding"][0]["code"]
    return found


def deposits(desk: Desk) -> list[DocumentRow]:
    with desk.world.database() as database:
        return list(database.scalars(select(DocumentRow).where(DocumentRow.submission_id != "")))


Referent = tuple[RawClient, str, Callable[..., Json]]


@pytest.fixture
def referent(desk: Desk) -> Referent:
    """His client, the patient's token, and :func:`pair` of his own."""
    client = desk.login("kieffer")
    mine = partial(pair, desk.matricule("p-2"), signed.key_of(desk.card("kieffer")))
    return client, desk.open(client, "p-2", code=False), mine


def test_a_pair_is_two_rows_and_one_trace(desk: Desk, referent: Referent) -> None:
    client, token, mine = referent
    answer = client.call("POST", "/", token, json=mine())
    assert answer.status_code == 200, answer.text
    statuses = [e["response"]["status"] for e in answer.json()["entry"]]
    assert statuses == ["201 Created"] * 4 + ["200 OK", "201 Created"]
    data, document = sorted(deposits(desk), key=lambda row: row.transforms == "")
    assert data.transforms == document.id and data.content_type == "application/fhir+json"
    with desk.world.database() as database:
        sent = [t for t in database.scalars(select(TraceRow)) if t.action == "send-version"]
        assert [t.document_id for t in sent] == [document.id]
        assert database.get_one(DocumentRow, "d-13").superseded
    [served] = [d for d in client.documents(token, patient="Patient/p-2") if d["id"] == data.id]
    target = {"reference": f"DocumentReference/{document.id}"}
    assert served["relatesTo"] == [{"code": "transforms", "target": target}]


def _without(part: str) -> Callable[[Json], None]:
    def change(bundle: Json) -> None:
        del bundle[part]

    return change


def _twice(bundle: Json) -> None:
    bundle["entry"].append(bundle["entry"][1])


def _last_first(bundle: Json) -> None:
    bundle["entry"].reverse()


def _of_an_exchange(bundle: Json) -> None:
    bundle["entry"][1]["request"] = {"method": "POST", "url": "Patient"}


def _of_a_version(bundle: Json) -> None:
    bundle["entry"][2]["fullUrl"] = "https://a.test/Practitioner/1/_history/2"


def _nowhere(bundle: Json) -> None:
    bundle["entry"][0]["resource"]["author"] = [{"reference": f"urn:uuid:{uuid.uuid4()}"}]


def _not_contained(bundle: Json) -> None:
    bundle["entry"][0]["resource"]["author"] = [{"reference": "#nobody"}]


def _other_type(bundle: Json) -> None:
    bundle["entry"][0]["resource"]["type"] = {"coding": [{"code": ["60591-5"]}]}


def _preliminary(bundle: Json) -> None:
    bundle["entry"][0]["resource"]["status"] = "preliminary"


def _no_author(bundle: Json) -> None:
    bundle["entry"][0]["resource"]["author"] = []


def _no_subject(bundle: Json) -> None:
    bundle["entry"][0]["resource"]["subject"] = {"reference": {}}


def _empty(bundle: Json) -> None:
    bundle["entry"] = []


def _odd_entry(bundle: Json) -> None:
    bundle["entry"].append(5)


def _no_resource(bundle: Json) -> None:
    bundle["entry"][1] = {"fullUrl": "urn:uuid:1"}


def _other_name(bundle: Json) -> None:
    bundle["identifier"]["value"] = f"urn:uuid:{uuid.uuid4()}"


def _counted(bundle: Json) -> None:
    bundle["total"] = 3


def _collection(bundle: Json) -> None:
    bundle["type"] = "collection"


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        (_collection, "Bundle.type"), (_without("identifier"), "bdl-9"), (_without("timestamp"), "bdl-10"),
        (_counted, "bdl-1"), (_other_name, "masterIdentifier"), (_empty, "Bundle.entry"),
        (_odd_entry, "Bundle.entry"), (_of_an_exchange, "bdl-2, bdl-3, bdl-4"), (_no_resource, "bdl-5"),
        (_twice, "bdl-7"), (_of_a_version, "bdl-8"), (_last_first, "bdl-11"), (_nowhere, "reference"),
        (_not_contained, "ref-1"), (_other_type, "Composition.type"), (_preliminary, "Composition.status"),
        (_no_author, "Composition.author"), (_no_subject, "Composition.subject"),
    ],
)  # fmt: skip
def test_data_that_are_no_document_refuse_both(
    desk: Desk, referent: Referent, broken: Callable[[Json], None], rule: str
) -> None:
    client, token, mine = referent
    made = mine()
    binary = made["entry"][5]["resource"]
    bundle = json.loads(base64.b64decode(binary["data"]))
    broken(bundle)
    written = json.dumps(bundle).encode()
    binary["data"] = base64.b64encode(written).decode()
    attachment = data_of(made)["content"][0]["attachment"]
    attachment["size"], attachment["hash"] = (
        len(written),
        base64.b64encode(hashlib.sha1(written).digest()).decode(),
    )
    answer = client.call("POST", "/", token, json=made)
    assert code(answer) == "summary_data_refused"
    assert answer.json()["issue"][0]["diagnostics"] == rule
    assert deposits(desk) == []


@pytest.mark.parametrize(
    "member", ['{"resourceType":"Bundle","type":"document","type":"document"}', "[", "5"]
)
def test_what_is_no_json_is_refused(desk: Desk, referent: Referent, member: str) -> None:
    client, token, mine = referent
    made = mine()
    made["entry"][5]["resource"]["data"] = base64.b64encode(member.encode()).decode()
    attachment = data_of(made)["content"][0]["attachment"]
    attachment["size"] = len(member)
    attachment["hash"] = base64.b64encode(hashlib.sha1(member.encode()).digest()).decode()
    assert code(client.call("POST", "/", token, json=made)) == "summary_data_refused"


@pytest.mark.parametrize(
    "change",
    [
        {"relatesTo": []},
        {"relatesTo": [{"code": "transforms", "target": {"reference": "DocumentReference/d-14"}}]},
        {"relatesTo": [{"code": "transforms", "target": {"reference": "urn:uuid:0"}}]},
        {"relatesTo": [{"code": "appends", "target": {"reference": "DocumentReference/d-13"}}]},
        {"subject": {"reference": "Patient/p-1"}},
        {"type": {"coding": [{"system": "urn:dsp:category", "code": "rapport-medical"}]}},
    ],
)
def test_data_belong_to_the_document_beside_them(desk: Desk, referent: Referent, change: Json) -> None:
    client, token, mine = referent
    made = mine()
    data_of(made).update(change)
    answer = client.call("POST", "/", token, json=made)
    assert answer.status_code in (403, 422), answer.text
    assert deposits(desk) == []


@pytest.mark.parametrize("part", ["pdf", "data"])
def test_a_signature_that_is_not_the_authors_refuses_both(desk: Desk, referent: Referent, part: str) -> None:
    """What is judged: tests/unit/simulator/test_signatures.py."""
    client, token, _ = referent
    mine, theirs = (signed.key_of(desk.card(name)) for name in ("kieffer", "weber"))
    keys = (theirs, mine) if part == "pdf" else (mine, theirs)
    made = pair(desk.matricule("p-2"), *keys)
    answer = client.call("POST", "/", token, json=made)
    assert code(answer) == "signature_refused", answer.text
    assert answer.json()["issue"][0]["diagnostics"] == "signature: author"
    assert deposits(desk) == []
    with desk.world.database() as database:
        assert not [t for t in database.scalars(select(TraceRow)) if t.action.startswith("send")]


def test_a_pdf_alone_need_not_be_signed_but_not_wrongly(desk: Desk, referent: Referent) -> None:
    """A scan of a summary on paper is one; what claims a signature has the author's."""
    client, token, _ = referent
    wrong = signed.pdf(plain_pdf("Résumé"), signed.key_of(desk.card("weber")))
    for content, status in ((wrong, 422), (plain_pdf("Résumé"), 200)):
        made = transaction("p-2", "ps-kieffer", content, category="resume-patient", replaces="d-13")
        assert client.call("POST", "/", token, json=made).status_code == status


def test_a_version_beside_the_newest_one_is_refused(desk: Desk, referent: Referent) -> None:
    client, token, mine = referent
    answer = client.call("POST", "/", token, json=mine(replaces=""))
    assert code(answer) == "summary_newer_version" and deposits(desk) == []


@settings(max_examples=20, deadline=None)
@given(SUMMARIES)
def test_the_platform_takes_what_the_program_writes(summary: Summary) -> None:
    add_words(FEATURES)
    known = replace(summary, subject=replace(summary.subject, matricule="1748110200265"))
    content = with_signature(write(known, "Résumé patient"), b"e30..AA", known.written_at)
    sent = Submission(
        "", summary.bundle, "", "p-2", "resume-patient", "", "2026-01-01", "fr", Level.STANDARD, content,
        "", None, frozenset(), "", "", "d-13", "application/fhir+json", "", "",
    )  # fmt: skip
    structured.check(sent, PatientRow(matricule="1748110200265"))
    with pytest.raises(Refused) as refused:
        structured.check(sent, PatientRow(matricule="another"))
    assert refused.value.code == "summary_other_patient"


def test_a_folder_of_a_former_program_gets_what_its_tables_lack(desk: Desk) -> None:
    engine = desk.world.engine
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_document_transforms"))
        connection.execute(text("ALTER TABLE document DROP COLUMN transforms"))
    path = engine.url.database
    assert path is not None
    open_database(Path(path), desk.world.features).dispose()
    assert "transforms" in {c["name"] for c in inspect(engine).get_columns("document")}
    with desk.world.database() as database:
        assert {row.transforms for row in database.scalars(select(DocumentRow))} == {""}
