"""Why a change was refused (contract §5): what stands there says it, where a status says several things."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from desktop.domain.account import Account
from desktop.domain.errors import Code, Failure
from desktop.domain.record import Document, Level, Mandate
from desktop.domain.texts import Language, failure_next_step, failure_text
from tests.unit.sync.test_odd_servers import (
    DEPOSIT,
    FHIR,
    SEARCH,
    answered,
    bundle,
    outcome,
    page,
    row,
    script,
)  # fmt: skip
from tests.unit.sync.test_sessions import PATIENT, Setting, code
from tests.unit.sync.tls_server import Reply, Request, TlsServer

STANDARD = [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N"}]}]
SECRET = [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "V"}]}]
SEEN = row(1, meta={"versionId": "4"}, securityLabel=STANDARD)
NEWER = row(1, meta={"versionId": "5"}, securityLabel=SECRET)
BARE, BARE_SECRET = row(1, securityLabel=STANDARD), row(1, securityLabel=SECRET)
PLACE = "/fhir/DocumentReference/d1"


@pytest.fixture
def opened(serve: Callable[..., TlsServer]) -> Iterator[Setting]:
    setting = Setting(serve, publish="transaction")
    assert isinstance(setting.log_in(), Account)
    assert isinstance(setting.platform.open_record(PATIENT, code()), Mandate)
    setting.server.requests.clear()
    yield setting
    setting.platform.close()


def reply(body: dict[str, Any], status: int = 200) -> Reply:
    return Reply(status, json.dumps(body).encode(), FHIR)


GONE = reply(outcome("error", "not-found"), 404)
BUSY = reply(outcome("error", "throttled"), 503)
SILENT = outcome("error", "processing")


def changed(setting: Setting, seen: dict[str, Any], refusal: Reply, again: Reply, which: str) -> Failure:
    """A refused change: the list told *seen*, and the document read again *again*."""
    script(setting, {SEARCH: bundle(seen, total=1)})
    (document,) = page(setting).documents

    def hook(request: Request) -> Reply | None:
        if not request.path.startswith(PLACE):
            return None
        return again if request.method == "GET" else refusal

    setting.fake.hooks.append(hook)
    setting.server.requests.clear()
    if which == "lift_annonce":
        told = setting.platform.lift_annonce(replace(document, level=Level.STANDARD), "accompagné")
    else:
        told = setting.platform.change_level(document, Level.CONFIDENTIEL)
    assert isinstance(told, Failure)
    writes = [r for r in setting.server.requests if r.method != "GET"]
    assert len(writes) == 1, "sent once, whatever it was"
    return told


@pytest.mark.parametrize("which", ["change_level", "lift_annonce"])
@pytest.mark.parametrize("status", [400, 409, 412, 422])
@pytest.mark.parametrize(
    ("seen", "again", "expected"),
    [
        (SEEN, reply(NEWER), Code.CHANGED_ELSEWHERE),
        (SEEN, reply(SEEN), Code.CHANGE_REFUSED),
        (BARE, reply(BARE_SECRET), Code.CHANGED_ELSEWHERE),
        (BARE, reply(BARE), Code.CHANGE_REFUSED),
        (BARE, reply(BARE | {"status": "superseded"}), Code.CHANGED_ELSEWHERE),
        (SEEN, GONE, Code.NOT_FOUND),
    ],
)
def test_what_stands_there_says_why(
    opened: Setting, which: str, status: int, seen: dict[str, Any], again: Reply, expected: Code
) -> None:
    """A failing JSON Patch ``test`` is 400 with HAPI, Medplum, Helios and LinuxForHealth."""
    told = changed(opened, seen, reply(SILENT, status), again, which)
    assert told.code is expected


@pytest.mark.parametrize(
    ("status", "again", "expected"),
    [
        (412, BUSY, Code.CHANGED_ELSEWHERE),
        (409, reply(row(2)), Code.CHANGED_ELSEWHERE),
        (400, BUSY, Code.PLATFORM_ERROR),
        (422, reply(SEEN | {"subject": {"reference": "Patient/p2"}}), Code.PLATFORM_ERROR),
    ],
)
def test_where_nobody_can_say_the_answer_stands_as_it_is(
    opened: Setting, status: int, again: Reply, expected: Code
) -> None:
    assert changed(opened, SEEN, reply(SILENT, status), again, "change_level").code is expected


@pytest.mark.parametrize("which", ["change_level", "lift_annonce"])
@pytest.mark.parametrize(
    ("refusal", "again", "expected"),
    [
        (reply(SILENT, 405), GONE, Code.OPERATION_NOT_OFFERED),
        (reply(SILENT, 415), GONE, Code.OPERATION_NOT_OFFERED),
        (reply(SILENT, 501), GONE, Code.OPERATION_NOT_OFFERED),
        (reply(outcome("error", "not-supported"), 400), GONE, Code.OPERATION_NOT_OFFERED),
        (Reply(404, b"<html>", {"Content-Type": "text/html"}), reply(SEEN), Code.OPERATION_NOT_OFFERED),
        (GONE, reply(SEEN), Code.OPERATION_NOT_OFFERED),
        (GONE, GONE, Code.NOT_FOUND),
    ],
)
def test_an_operation_that_is_not_offered_is_told_as_that(
    opened: Setting, which: str, refusal: Reply, again: Reply, expected: Code
) -> None:
    """404 says either: the document that stands there says which."""
    assert changed(opened, SEEN, refusal, again, which).code is expected


@pytest.mark.parametrize("word", ["changed_elsewhere", "not_entitled", "mandate_ended", "not_modifiable"])
def test_a_code_of_the_contract_is_believed_and_nothing_is_read_for_it(opened: Setting, word: str) -> None:
    said = outcome("error", "conflict", details={"coding": [{"code": word}]})
    told = changed(opened, SEEN, reply(said, 422), reply(SEEN), "change_level")
    assert told.code is (Code.CHANGE_REFUSED if word == "not_modifiable" else Code[word.upper()])
    assert [r.method for r in opened.server.requests] == ["PATCH"]


def test_cf019_what_ends_the_session_is_told_where_a_refusal_is_looked_into(opened: Setting) -> None:
    said = outcome("error", "forbidden", details={"coding": [{"code": "practice_suspended"}]})
    told = changed(opened, SEEN, reply(SILENT, 400), reply(said, 403), "change_level")
    assert told.code is Code.PRACTICE_SUSPENDED


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("told", [Code.OPERATION_NOT_OFFERED, Code.CHANGE_REFUSED])
def test_it_is_said_with_a_next_step(told: Code, language: Language) -> None:
    assert failure_text(Failure(told), language=language)
    assert failure_next_step(Failure(told), language=language)


def test_a_platform_without_match_says_so_and_not_nobody(opened: Setting) -> None:
    script(opened, {"/fhir/Patient/$match": GONE})
    found = opened.platform.find_by_traits("Muller", None)
    assert isinstance(found, Failure) and found.code is Code.OPERATION_NOT_OFFERED


class Replaced:
    """A platform that does not retire what a new version replaces; the patches that it gets."""

    def __init__(self, setting: Setting, refusals: list[Reply]) -> None:
        self.version, self.status, self.refusals = 1, "current", refusals
        self.tags: list[str] = []
        self.stored = row(
            7,
            masterIdentifier={"value": DEPOSIT.unique_id},
            content=[{"attachment": {"size": 3, "hash": "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="}}],
        )
        setting.fake.hooks.append(self.answer)

    def answer(self, request: Request) -> Reply | None:
        if request.path in ("/fhir", "/fhir/"):
            return answered(*[{"response": {"status": "201 Created"}}] * 3)
        if request.path == SEARCH:
            return bundle(self.stored, total=1)
        if not request.path.startswith(PLACE):
            return None
        if request.method == "PATCH":
            self.tags.append(request.headers["if-match"])
            if self.refusals:
                self.version += 1  # somebody was quicker
                return self.refusals.pop(0)
            self.status, self.version = "superseded", self.version + 1
        return reply(row(1, status=self.status, meta={"versionId": str(self.version)}))


@pytest.mark.parametrize(
    ("refusals", "tags", "ends"),
    [
        ([], ['W/"1"'], "superseded"),
        ([reply(SILENT, 412)], ['W/"1"', 'W/"2"'], "superseded"),
        ([reply(SILENT, 400)], ['W/"1"', 'W/"2"'], "superseded"),
        ([reply(SILENT, 405)] * 2, ['W/"1"', 'W/"2"'], "current"),
    ],
)
def test_cf052_a_replaced_version_that_stays_current_is_repaired_where_it_can_be(
    opened: Setting, refusals: list[Reply], tags: list[str], ends: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Two versions in force would be two truths; what cannot be repaired is logged; the deposit stands."""
    platform = Replaced(opened, list(refusals))
    found = opened.platform.publish(replace(DEPOSIT, replaces="d1"), b"abc")
    assert isinstance(found, Document) and found.id == "d7"
    assert (platform.tags, platform.status) == (tags, ends)
    assert ("may still be current" in caplog.text) is (ends == "current")
