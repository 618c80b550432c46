"""Servers that behave as real ones were seen to (Medplum): nothing is believed, nothing leaks out."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from desktop.domain.account import Account
from desktop.domain.deposit import Deposit
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import Document, DocumentPage, Level, Mandate, MandateKind
from desktop.sync import fhir_search
from tests.unit.sync.scripted_platform import MANDATE
from tests.unit.sync.test_sessions import PATIENT, Setting, code
from tests.unit.sync.tls_server import Reply, Request, TlsServer

FHIR = {"Content-Type": "application/fhir+json"}


@pytest.fixture
def opened(serve: Callable[..., TlsServer]) -> Iterator[Setting]:
    setting = Setting(serve, publish="transaction")
    assert isinstance(setting.log_in(), Account)
    assert isinstance(setting.platform.open_record(PATIENT, code()), Mandate)
    setting.server.requests.clear()
    yield setting
    setting.platform.close()


def row(number: int, **changes: Any) -> dict[str, Any]:
    attachment = {"url": f"Binary/{number}", "contentType": "application/pdf"}
    return {
        "resourceType": "DocumentReference",
        "id": f"d{number}",
        "status": "current",
        "subject": {"reference": "Patient/p1"},
        "content": [{"attachment": attachment}],
    } | changes


def bundle(*rows: dict[str, Any], links: dict[str, str] | None = None, **more: Any) -> Reply:
    body = {
        "resourceType": "Bundle",
        "type": "searchset",
        "link": [{"relation": k, "url": v} for k, v in (links or {}).items()],
        "entry": [{"resource": r} for r in rows],
    } | more
    return Reply(200, json.dumps(body).encode(), FHIR)


def script(setting: Setting, answers: dict[str, Reply]) -> None:
    def hook(request: Request) -> Reply | None:
        return next((reply for start, reply in answers.items() if request.path.startswith(start)), None)

    setting.fake.hooks.append(hook)


def page(setting: Setting, following: str | None = None) -> DocumentPage:
    found = setting.platform.documents("p1", following)
    assert isinstance(found, DocumentPage), found
    return found


SEARCH = "/fhir/DocumentReference/_search"


def test_fewer_rows_than_total_and_no_next_is_incomplete(opened: Setting) -> None:
    script(opened, {SEARCH: bundle(row(1), row(2), total=200)})
    found = page(opened)
    assert (len(found.documents), found.complete) == (2, False)


def outcome(severity: str, code: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "OperationOutcome", "issue": [{"severity": severity, "code": code, **more}]}


SAID = [
    (outcome("error", "timeout"), Code.LIST_INCOMPLETE),
    (outcome("fatal", "exception"), Code.LIST_INCOMPLETE),
    (outcome("error", "not-supported"), Code.LIST_INCOMPLETE),
    (outcome("warning", "incomplete"), Code.LIST_INCOMPLETE),
    (outcome("warning", "throttled"), Code.LIST_INCOMPLETE),
    (outcome("", ""), Code.LIST_INCOMPLETE),
    (outcome("warning", "too-costly"), Code.TOO_MANY_MATCHES),
    (outcome("error", "x", details={"coding": [{"code": "practice-suspended"}]}), Code.PRACTICE_SUSPENDED),
]
HARMLESS = [
    outcome("information", "informational"),
    outcome("information", "incomplete"),
    outcome("warning", "not-supported"),
]


@pytest.mark.parametrize("mode", ["outcome", None])
@pytest.mark.parametrize(("said", "code"), SAID)
def test_silence_is_not_nobody_and_not_nothing(
    opened: Setting, said: dict[str, Any], code: Code, mode: str | None
) -> None:
    """No « patient inconnu », « 0 document », « aucun mandat » on account of an outcome among them."""
    entry = {"resource": said} | ({"search": {"mode": mode}} if mode else {})
    answer = bundle(entry=[entry], total=0)
    script(opened, {SEARCH: answer, "/fhir/Patient": answer, "/fhir/Consent": answer})
    assert not page(opened).complete
    for found in (
        opened.platform.find_by_matricule(PATIENT.matricule),
        opened.platform.find_by_traits("Muller", None),
        opened.platform.my_mandates("p1"),
    ):
        assert isinstance(found, Failure) and found.code is code


@pytest.mark.parametrize("said", HARMLESS)
def test_a_remark_takes_nothing_away(opened: Setting, said: dict[str, Any]) -> None:
    answer = bundle(entry=[{"resource": said, "search": {"mode": "outcome"}}], total=0)
    script(opened, {SEARCH: answer, "/fhir/Patient": answer})
    assert page(opened).complete
    assert opened.platform.find_by_matricule(PATIENT.matricule) == ()


def test_incomplete_on_the_last_page_is_seen_too(opened: Setting) -> None:
    following = opened.server.base + "/odd?state=%2Fopaque"
    script(
        opened,
        {
            SEARCH: bundle(row(1), links={"next": following}, total=3),
            "/fhir/odd?state=%2Fopaque": bundle(row(2), total=3),
        },
    )
    first = page(opened)
    assert (first.complete, first.next) == (True, following)
    assert not page(opened, first.next).complete
    assert opened.server.requests[-1].path == "/fhir/odd?state=%2Fopaque"  # verbatim


def test_ignored_filter_is_not_an_empty_record(opened: Setting) -> None:
    links = {"self": opened.server.base + "/DocumentReference?status=current"}
    script(opened, {SEARCH: bundle(links=links, total=0)})
    assert not page(opened).complete


def test_rows_of_another_patient_are_never_shown(opened: Setting) -> None:
    """Whatever the server sends."""
    stranger = row(2, subject={"reference": "Patient/p2"})
    script(opened, {SEARCH: bundle(row(1), stranger, total=2)})
    found = page(opened)
    assert [d.id for d in found.documents] == ["d1"]
    assert not found.complete


def test_next_to_another_origin_is_not_followed(opened: Setting, serve: Callable[..., TlsServer]) -> None:
    """CF-069: and no token goes there."""
    other = serve(lambda _: bundle(row(2)))
    script(opened, {SEARCH: bundle(row(1), links={"next": other.base + "/page2"}, total=2)})
    first = page(opened)
    assert opened.platform.documents("p1", first.next) == Failure.of(Code.LIST_INCOMPLETE)
    assert other.requests == []


def test_endless_next_ends(opened: Setting) -> None:
    links = {"next": opened.server.base + "/Encounter?again"}
    script(opened, {"/fhir/Encounter": bundle(links=links)})
    assert opened.platform.episodes("p1") == Failure.of(Code.LIST_INCOMPLETE)


def test_ever_new_pages_end_by_their_number_and_by_what_is_on_them(
    opened: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fhir_search, "MOST_PAGES", 20)
    monkeypatch.setattr(fhir_search, "MOST_ENTRIES", 30)
    for on_a_page, pages in ((0, 21), (10, 3)):
        asked = list[str]()

        def more(request: Request, asked: list[str] = asked, on_a_page: int = on_a_page) -> Reply | None:
            if not request.path.startswith("/fhir/Encounter"):
                return None
            asked.append(request.path)
            rows = [{"resourceType": "Encounter", "id": f"e{len(asked)}-{n}"} for n in range(on_a_page)]
            return bundle(*rows, links={"next": f"{opened.server.base}/Encounter?page={len(asked)}"})

        opened.fake.hooks.insert(0, more)
        assert opened.platform.episodes("p1") == Failure.of(Code.LIST_INCOMPLETE)
        assert len(asked) == len(set(asked)) == pages


def test_redirect_inside_the_origin_with_a_new_proof(opened: Setting) -> None:
    target = opened.server.base.removesuffix("/fhir") + "/store/1"
    script(
        opened,
        {
            SEARCH: bundle(row(1), total=1),
            "/fhir/Binary/1": Reply(302, headers={"Location": target}),
            "/store/1": Reply(200, b"%PDF", {"Content-Type": "application/pdf"}),
        },
    )
    (document,) = page(opened).documents
    assert opened.platform.read_document(document) == b"%PDF"
    first, second = opened.server.requests[-2:]
    assert first.headers["dpop"] != second.headers["dpop"]


@pytest.mark.parametrize("url", ["", "urn:uuid:1", "https://elsewhere.example/1", "http://127.0.0.1/1"])
def test_urls_that_are_not_fetched(opened: Setting, url: str) -> None:
    content = [{"attachment": {"url": url}}]
    script(opened, {SEARCH: bundle(row(1, content=content), total=1)})
    (document,) = page(opened).documents
    count = len(opened.server.requests)
    assert opened.platform.read_document(document) == Failure.of(Code.NOT_FOUND)
    assert len(opened.server.requests) == count


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"resourceType":"Patient"}', b"\xff", b"null"])
def test_unreadable_answers(opened: Setting, body: bytes) -> None:
    script(opened, {SEARCH: Reply(200, body, FHIR)})
    assert opened.platform.documents("p1", None) == Failure.of(Code.PLATFORM_ANSWER_UNREADABLE)


def test_nothing_is_sent_that_was_not_asked_for(opened: Setting) -> None:
    """CF-062, CF-069: one list, one request, to the platform, with the patient in the body only."""
    script(opened, {SEARCH: bundle(row(1), row(2), total=2)})
    page(opened)
    assert [(r.method, r.path) for r in opened.server.requests] == [("POST", SEARCH)]
    assert b"patient=Patient%2Fp1" in opened.server.requests[0].body


DEPOSIT = Deposit(
    unique_id="urn:uuid:11111111-1111-4111-8111-111111111111",
    submission_id="urn:uuid:22222222-2222-4222-8222-222222222222",
    patient=PATIENT,
    mandate=Mandate(str(MANDATE["id"]), MandateKind.CONSULTATION, datetime.now(UTC), None, None),
    category="rapport-medical",
    title="Rapport",
    created=date(2026, 11, 20),
    level=Level.STANDARD,
    author_id="pr1",
    author_name="Dr Weber",
    language="fr",
    sha1="a9993e364706816aba3e25717850c26c9cd0d89d",
    size=3,
    confirmed_at=datetime.now(UTC),
)
STORED = row(
    7,
    masterIdentifier={"value": DEPOSIT.unique_id},
    content=[{"attachment": {"size": 3, "hash": "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="}}],
)
CREATED = {"response": {"status": "201 Created"}}
REFUSED = {"response": {"status": "400 Bad Request"}}


def answered(*entries: dict[str, Any]) -> Reply:
    body = {"resourceType": "Bundle", "type": "transaction-response", "entry": list(entries)}
    return Reply(200, json.dumps(body).encode(), FHIR)


@pytest.mark.parametrize(
    ("transaction", "stored", "expected"),
    [
        (answered(CREATED, CREATED, CREATED), [STORED], "d7"),
        (answered(CREATED, REFUSED, CREATED), [STORED], "d7"),
        (answered(CREATED, REFUSED, CREATED), [], Code.DEPOSIT_REFUSED),
        (answered(CREATED, {}, CREATED), [], Code.DEPOSIT_REFUSED),
        (answered(CREATED, CREATED, CREATED), [], Code.DEPOSIT_UNKNOWN),
        (answered(CREATED, CREATED, CREATED), [row(8)], Code.DEPOSIT_UNKNOWN),
        (Reply(200, b"", FHIR), [STORED], "d7"),
        (Reply(400, b"{}", FHIR), [STORED], Code.DEPOSIT_REFUSED),
        (Reply(413, b"{}", FHIR), [], Code.SIZE_REFUSED),
        (Reply(409, b"{}", FHIR), [STORED], "d7"),
        (Reply(drop=True), [STORED], Code.DEPOSIT_UNKNOWN),
    ],
)
def test_what_a_publish_means(
    opened: Setting, transaction: Reply, stored: list[dict[str, Any]], expected: str | Code
) -> None:
    """Contract §5: every entry is checked and the id comes only after the read-back; sent once."""

    def hook(request: Request) -> Reply | None:
        if request.path in ("/fhir", "/fhir/"):
            return transaction
        return bundle(*stored, total=len(stored)) if request.path == SEARCH else None

    opened.fake.hooks.append(hook)
    result = opened.platform.publish(DEPOSIT, b"abc")
    assert (result.code if isinstance(result, Failure) else result.id) == expected
    assert sum(r.path in ("/fhir", "/fhir/") for r in opened.server.requests) == 1


def test_other_bytes_under_my_identifier(opened: Setting) -> None:
    other = replace(DEPOSIT, sha1="00" * 20)
    script(opened, {SEARCH: bundle(STORED, total=1)})
    assert opened.platform.find_published(other) == Failure.of(Code.DIGEST_MISMATCH)


UNTOLD = [
    {},
    {"size": 3},
    {"size": 3, "hash": "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="},  # SHA-256 of « abc »
    {"size": 3, "hash": "n/a"},
]
REFUSAL = Reply(403, json.dumps(outcome("error", "forbidden")).encode(), FHIR)


@pytest.mark.parametrize("told", UNTOLD)
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (Reply(200, b"abc", {"Content-Type": "application/pdf"}), "d7"),
        (Reply(200, b"abd", {"Content-Type": "application/pdf"}), Code.DIGEST_MISMATCH),
        (REFUSAL, "d7"),
        (Reply(503, b""), Code.DEPOSIT_UNKNOWN),
    ],
)
def test_what_cannot_be_compared_is_read_and_never_called_changed(
    opened: Setting, told: dict[str, Any], content: Reply, expected: str | Code
) -> None:
    """A terminal « changed on the way » would invite a second copy of what stands there."""
    attachment = {"url": "Binary/7", "contentType": "application/pdf"} | told
    stored = row(7, masterIdentifier={"value": DEPOSIT.unique_id}, content=[{"attachment": attachment}])
    script(opened, {SEARCH: bundle(stored, total=1), "/fhir/Binary/7": content})
    found = opened.platform.find_published(DEPOSIT)
    said = found.code if isinstance(found, Failure) else found.id if found is not None else None
    assert said == expected


def test_publish_that_never_left_is_no_unknown(opened: Setting) -> None:
    opened.server.close()
    opened.platform._connection.client().transport.close()  # the kept connections too
    result = opened.platform.publish(DEPOSIT, b"abc")
    assert isinstance(result, Failure)
    assert result.code is Code.OFFLINE


CONSENT = {
    "resourceType": "Consent",
    "id": "m1",
    "status": "active",
    "category": [{"coding": [{"code": "consultation"}]}],
    "provision": {"period": {"start": MANDATE["start"], "end": MANDATE["end"]}},
}


def consent(**changes: Any) -> Reply:
    return Reply(200, json.dumps(CONSENT | changes).encode(), FHIR | {"ETag": 'W/"opaque-uuid"'})


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(403, b"{}", FHIR), Code.MANDATE_ENDED),
        (Reply(404, b"{}", FHIR), Code.MANDATE_ENDED),
        (Reply(410, b"{}", FHIR), Code.MANDATE_ENDED),
        (consent(status="inactive"), Code.MANDATE_ENDED),
        (Reply(403, b'{"error_code":"practice_suspended"}', FHIR), Code.PRACTICE_SUSPENDED),
        (Reply(500, b"{}", FHIR), Code.PLATFORM_ERROR),
        (Reply(200, b"{", FHIR), Code.PLATFORM_ANSWER_UNREADABLE),
        (consent(provision={"period": {"start": "2026", "end": "?"}}), Code.PLATFORM_ANSWER_UNREADABLE),
        (consent(id="m2"), Code.PLATFORM_ANSWER_UNREADABLE),
    ],
)
def test_rereading_a_mandate(opened: Setting, reply: Reply, expected: Code) -> None:
    """CF-031, contract §4."""
    script(opened, {"/fhir/Consent/m1": reply})
    found = opened.platform.read_mandate("p1", DEPOSIT.mandate)
    assert isinstance(found, Failure)
    assert found.code is expected


def test_etag_is_opaque_and_only_for_what_the_caller_knows(opened: Setting) -> None:
    """It is a uuid with some servers; a changed end is told again until the caller shows that it knows it."""
    script(opened, {"/fhir/Consent/m1": consent()})
    changed = opened.platform.read_mandate("p1", DEPOSIT.mandate)
    assert isinstance(changed, Mandate)
    assert changed != DEPOSIT.mandate
    assert opened.platform.read_mandate("p1", changed) == changed
    assert opened.platform.read_mandate("p1", changed) == changed
    tags = [r.headers.get("if-none-match") for r in opened.server.requests]
    assert tags == [None, None, 'W/"opaque-uuid"']


@pytest.mark.parametrize("which", ["change_level", "lift_annonce"])
def test_cf044_a_level_that_did_not_change_is_not_called_changed(opened: Setting, which: str) -> None:
    """Although the answer is 200."""
    script(opened, {SEARCH: bundle(row(1), total=1)})
    (listed,) = page(opened).documents
    same = Reply(200, json.dumps(row(1, securityLabel=_label(which))).encode(), FHIR)
    script(opened, {"/fhir/DocumentReference/d1": same})
    assert _change(opened, which, listed) == Failure.of(Code.LEVEL_UNCONFIRMED)


@pytest.mark.parametrize("said", [Code.PRACTICE_SUSPENDED, Code.NOT_ENTITLED])
def test_cf019_what_ends_the_session_is_told_where_a_level_is_read_back(opened: Setting, said: Code) -> None:
    """Any other refusal of the reading is none of the change."""
    script(opened, {SEARCH: bundle(row(1), total=1)})
    (listed,) = page(opened).documents
    outcome = {"issue": [{"details": {"coding": [{"code": said.name.lower()}]}}]}

    def hook(request: Request) -> Reply | None:
        if not request.path.startswith("/fhir/DocumentReference/d1"):
            return None
        lost = request.method == "PATCH"
        return Reply(drop=True) if lost else Reply(403, json.dumps(outcome).encode(), FHIR)

    opened.fake.hooks.append(hook)
    told = _change(opened, "change_level", listed)
    assert isinstance(told, Failure)
    assert told.code is (said if said is Code.PRACTICE_SUSPENDED else Code.LEVEL_UNCONFIRMED)


def _label(which: str) -> list[dict[str, Any]]:
    annonce = [{"coding": [{"system": "urn:dsp:label", "code": "annonce"}]}]
    normal = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N"}]}
    return [normal, *(annonce if which == "lift_annonce" else [])]


def _change(setting: Setting, which: str, document: Document) -> Result[Document]:
    if which == "lift_annonce":
        return setting.platform.lift_annonce(replace(document, level=Level.ANNONCE), "accompagné")
    return setting.platform.change_level(document, Level.CONFIDENTIEL)
