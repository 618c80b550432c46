"""Login, renewal, records and ending against a scripted platform that loses answers."""

import base64
import gc
import json
import secrets
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from desktop.domain.account import Account
from desktop.domain.card import Certificate
from desktop.domain.errors import Code, Failure
from desktop.domain.matricule import Matricule
from desktop.domain.network import NetworkState
from desktop.domain.record import DspState, Mandate, MandateKind, Patient, Sex
from desktop.domain.secret import Secret
from desktop.sync.platform import Platform
from desktop.sync.profile import PlatformProfile
from tests.unit.sync.conftest import WallClock
from tests.unit.sync.scripted_platform import ScriptedPlatform, fields, json_reply, lose, once
from tests.unit.sync.tls_server import Reply, Request, TlsServer
from tests.waiting import LIMIT_S, ended, until

NOW = datetime.now(UTC)
CERTIFICATE = Certificate(
    "Dr Weber",
    "H1",
    "CA",
    NOW - timedelta(days=1),
    NOW + timedelta(days=1),
    "ab" * 32,
    b"leaf",
    (b"ca", b"root"),
)
PATIENT = Patient(
    "p1", Matricule("1893120105732"), "Muller", "Anne", date(1990, 1, 2), Sex.FEMALE, DspState.ACTIVE
)


class Setting:
    """A platform object on a scripted server."""

    def __init__(self, serve: Callable[..., TlsServer], **profile: object) -> None:
        self.fake = ScriptedPlatform()
        self.server = serve(self.fake)
        self.fake.base = self.server.base
        self.clock = WallClock()
        self.platform = Platform(
            replace(PlatformProfile("test", demo=True), **profile),  # type: ignore[arg-type]
            self.clock,
            software_version="0.1.0",
            base_url=self.server.base,
            ca_file=self.server.ca_file,
        )

    def log_in(self, **changes: object) -> Account | Failure:
        request = self.platform.prepare_login(CERTIFICATE, "RS256")
        if isinstance(request, Failure):
            return request
        terms = changes.get("terms")
        return self.platform.finish_login(request, b"signature", str(terms) if terms else None)

    def paths(self) -> list[str]:
        return [r.path for r in self.server.requests]


@pytest.fixture
def make(serve: Callable[..., TlsServer]) -> Iterator[Callable[..., Setting]]:
    made: list[Setting] = []

    def build(*, logged_in: bool = True, **profile: object) -> Setting:
        made.append(Setting(serve, **profile))
        if logged_in:
            assert isinstance(made[-1].log_in(), Account)
        return made[-1]

    yield build
    for setting in made:
        setting.platform.close()


def is_token(kind: str) -> Callable[[Request], bool]:
    return lambda r: r.path == "/fhir/token" and fields(r)["grant_type"].endswith(kind)


def code(text: bytes = b"right code") -> Secret:
    return Secret(bytearray(text))


# -- login ------------------------------------------------------------------------------------


def test_construction_loads_nothing_heavy() -> None:
    """Architecture: requests, msgspec and cryptography are loaded after the first paint."""
    import subprocess

    script = (
        "import sys, desktop.sync.platform, desktop.sync.profile as p\n"
        "platform = desktop.sync.platform.Platform(p.PlatformProfile('x'), None, software_version='1')\n"
        "platform.close()\n"
        "print([m for m in ('requests', 'urllib3', 'msgspec', 'cryptography', 'ssl') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_assertion_claims(make: Callable[..., Setting]) -> None:
    """Contract §2.2."""
    setting = make()
    form = fields(next(r for r in setting.server.requests if r.path == "/fhir/token"))
    head, claims, signature = (
        base64.urlsafe_b64decode(p + "=" * (-len(p) % 4)) for p in form["assertion"].split(".")
    )
    assert signature == b"signature"
    header, claimed = json.loads(head), json.loads(claims)
    assert header["alg"] == "RS256"
    assert [base64.b64decode(c) for c in header["x5c"]] == [b"leaf", b"ca"]
    assert claimed["iss"] == claimed["sub"] == "H1"
    assert claimed["aud"] == setting.server.base + "/token"
    assert 0 < claimed["exp"] - claimed["iat"] <= 60
    assert claimed["challenge"] == "c1"
    assert form["software_version"] == "0.1.0"
    assert set(claimed["cnf"]) == {"jkt"}


def test_wrong_local_clock_does_not_matter(make: Callable[..., Setting]) -> None:
    """Contract §2.1: iat follows server_time."""
    setting = make(logged_in=False)
    setting.clock.shift = -7 * 86_400
    now = datetime.now(UTC)
    setting.fake.server_time = now.timestamp()
    assert isinstance(setting.log_in(), Account)
    form = fields(next(r for r in setting.server.requests if r.path == "/fhir/token"))
    claims = form["assertion"].split(".")[1]
    issued = json.loads(base64.urlsafe_b64decode(claims + "=="))["iat"]
    assert abs(issued - now.timestamp()) < 3600
    server_now = setting.platform.server_now()
    assert server_now is not None
    assert abs((server_now - now).total_seconds()) < 3600


def test_unattested_version_never_connects(make: Callable[..., Setting]) -> None:
    """CF-022."""
    setting = make(logged_in=False, attested_versions=("9.9",))
    failure = setting.log_in()
    assert isinstance(failure, Failure)
    assert failure.code is Code.VERSION_REFUSED
    assert failure.facts["required"] == "9.9"
    assert setting.server.requests == []


def test_lost_login_answer_is_asked_again_with_the_same_assertion(make: Callable[..., Setting]) -> None:
    """Contract §2.3."""
    setting = make(logged_in=False)
    setting.fake.hooks.append(lose(is_token("jwt-bearer"), carried_out=setting.fake))
    assert isinstance(setting.log_in(), Account)
    sent = [r for r in setting.server.requests if r.path == "/fhir/token"]
    assert len(sent) == 2
    assert fields(sent[0])["assertion"] == fields(sent[1])["assertion"]
    assert sent[0].headers["dpop"] != sent[1].headers["dpop"]


def test_nonce_is_handled_once(make: Callable[..., Setting]) -> None:
    setting = make(logged_in=False)
    reply = json_reply({"error": "use_dpop_nonce"}, 400, DPoP_Nonce="n1")
    setting.fake.hooks.append(once(is_token("jwt-bearer"), reply))
    assert isinstance(setting.log_in(), Account)
    proof = setting.server.requests[-1].headers["dpop"].split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(proof + "=="))["nonce"] == "n1"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"error": "invalid_grant"}, Code.LOGIN_REFUSED),
        ({"error": "invalid_grant", "error_code": "card_expired"}, Code.CERTIFICATE_EXPIRED),
        ({"error": "x", "error_code": "version_refused"}, Code.VERSION_REFUSED),
    ],
)
def test_refused_logins(make: Callable[..., Setting], answer: object, expected: Code) -> None:
    setting = make(logged_in=False)
    setting.fake.hooks.append(once(is_token("jwt-bearer"), json_reply(answer, 400)))
    failure = setting.log_in()
    assert isinstance(failure, Failure)
    assert failure.code is expected


def test_terms_repeat_the_same_assertion(make: Callable[..., Setting]) -> None:
    setting = make(logged_in=False)
    body = {"error": "x", "error_code": "terms_required", "terms_version": "2026-10"}
    setting.fake.hooks.append(once(is_token("jwt-bearer"), json_reply(body, 400)))
    request = setting.platform.prepare_login(CERTIFICATE, "RS256")
    assert not isinstance(request, Failure)
    asked = setting.platform.finish_login(request, b"s", None)
    assert isinstance(asked, Failure)
    assert (asked.code, asked.facts["version"]) == (Code.TERMS_REQUIRED, "2026-10")
    assert isinstance(setting.platform.finish_login(request, b"s", "2026-10"), Account)
    assert setting.fake.tokens[-1]["terms_accepted"] == "2026-10"


# -- renewal ----------------------------------------------------------------------------------


def test_one_refresh_for_many_refused_calls(make: Callable[..., Setting]) -> None:
    """Contract §2.3: one refresh at a time."""
    setting = make()
    setting.fake.living.clear()
    start = threading.Barrier(4)
    results: list[object] = []

    def work() -> None:
        start.wait()
        results.append(setting.platform.find_by_matricule(PATIENT.matricule))

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert results == [()] * 4
    assert [t["grant_type"] for t in setting.fake.tokens].count("refresh_token") == 1


def test_refresh_before_the_end_and_rotation(make: Callable[..., Setting]) -> None:
    setting = make()
    for _ in range(3):
        setting.clock.ahead += 600
        assert setting.platform.find_by_matricule(PATIENT.matricule) == ()
    used = [t["refresh_token"] for t in setting.fake.tokens if t["grant_type"] == "refresh_token"]
    assert len(used) == len(set(used)) == 3


def test_lost_refresh_answer_is_asked_again_with_the_former_token(make: Callable[..., Setting]) -> None:
    setting = make()
    setting.clock.ahead += 600
    setting.fake.hooks.append(lose(is_token("refresh_token")))
    assert setting.platform.find_by_matricule(PATIENT.matricule) == ()
    sent = [fields(r) for r in setting.server.requests if is_token("refresh_token")(r)]
    assert len({f["refresh_token"] for f in sent}) == 1
    assert len(sent) == 2


def test_refused_refresh_ends_the_session(make: Callable[..., Setting]) -> None:
    setting = make()
    setting.fake.refreshes.clear()
    setting.fake.living.clear()
    for _ in range(2):
        failure = setting.platform.find_by_matricule(PATIENT.matricule)
        assert isinstance(failure, Failure)
        assert failure.code is Code.SESSION_ENDED
    assert [t["grant_type"] for t in setting.fake.tokens].count("refresh_token") == 1


# -- record -----------------------------------------------------------------------------------


def test_code_opens_and_the_dates_are_the_platforms(make: Callable[..., Setting]) -> None:
    setting = make()
    secret = code()
    mandate = setting.platform.open_record(PATIENT, secret)
    assert isinstance(mandate, Mandate)
    assert mandate.kind is MandateKind.CONSULTATION
    assert mandate.end == datetime(2026, 11, 21, 23, tzinfo=UTC)
    assert not secret
    assert setting.fake.exchanges() == [True]


@pytest.mark.parametrize(("mark", "extended"), [("R", True), ("N", False), (None, False), ("", False)])
def test_granted_urgences_say_how_far_they_reach(
    make: Callable[..., Setting], mark: str | None, extended: bool
) -> None:
    """Contract §4: the same as the mandate's resource says."""
    setting = make()
    setting.fake.has_mandate = True
    setting.fake.told = {"kind": "urgences", "confidentiality": mark}
    mandate = setting.platform.open_record(PATIENT, None)
    assert isinstance(mandate, Mandate)
    assert mandate.extended is extended


def test_wrong_code_is_wiped_too_and_sent_once(make: Callable[..., Setting]) -> None:
    setting = make()
    secret = code(b"wrong")
    failure = setting.platform.open_record(PATIENT, secret)
    assert isinstance(failure, Failure)
    assert failure.code is Code.PRESENCE_WRONG
    assert not secret
    assert setting.fake.exchanges() == [True]


def test_empty_code_is_not_sent(make: Callable[..., Setting]) -> None:
    setting = make()
    assert setting.platform.open_record(PATIENT, code(b"")) == Failure.of(Code.PRESENCE_EMPTY)
    assert setting.fake.exchanges() == []


def test_lost_answer_with_a_mandate_made(make: Callable[..., Setting]) -> None:
    """Contract §4: first ask again without presence."""
    setting = make()
    setting.fake.hooks.append(lose(is_token("token-exchange"), carried_out=setting.fake))
    assert isinstance(setting.platform.open_record(PATIENT, code()), Mandate)
    assert setting.fake.exchanges() == [True, False]


def test_lost_answer_without_a_mandate(make: Callable[..., Setting]) -> None:
    """CF-010: the user types again, nothing was kept."""
    setting = make()
    setting.fake.hooks.append(lose(is_token("token-exchange")))
    failure = setting.platform.open_record(PATIENT, code())
    assert failure == Failure.of(Code.PRESENCE_UNANSWERED)
    assert setting.fake.exchanges() == [False]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_broken_gateway_counts_as_unanswered(make: Callable[..., Setting], status: int) -> None:
    setting = make()
    setting.fake.hooks.append(once(is_token("token-exchange"), Reply(status)))
    assert setting.platform.open_record(PATIENT, code()) == Failure.of(Code.PRESENCE_UNANSWERED)


def test_platform_gone_for_good_is_no_demand_for_the_code(make: Callable[..., Setting]) -> None:
    """Only NO_MANDATE leads to PRESENCE_UNANSWERED."""
    setting = make()
    setting.fake.hooks.append(lambda r: Reply(drop=True) if is_token("token-exchange")(r) else None)
    failure = setting.platform.open_record(PATIENT, code())
    assert isinstance(failure, Failure)
    assert failure.code is Code.OFFLINE


def test_nonce_demand_never_sends_the_code_again(make: Callable[..., Setting]) -> None:
    setting = make()
    reply = json_reply({"error": "use_dpop_nonce"}, 401, DPoP_Nonce="n2")
    setting.fake.hooks.append(once(is_token("token-exchange"), reply))
    setting.platform.open_record(PATIENT, code())
    bodies = [r.body for r in setting.server.requests if is_token("token-exchange")(r)]
    assert sum(b"presence" in b for b in bodies) == 1


def test_renewal_without_presence_and_end_of_the_mandate(make: Callable[..., Setting]) -> None:
    setting = make()
    assert isinstance(setting.platform.open_record(PATIENT, code()), Mandate)
    setting.clock.ahead += 600
    assert not isinstance(setting.platform.documents("p1", None), Failure)
    assert setting.fake.exchanges() == [True, False]
    setting.fake.has_mandate = False
    setting.clock.ahead += 600
    assert setting.platform.documents("p1", None) == Failure.of(Code.MANDATE_ENDED)


def test_no_call_about_a_patient_without_its_token(make: Callable[..., Setting]) -> None:
    setting = make()
    count = len(setting.server.requests)
    assert setting.platform.documents("p1", None) == Failure.of(Code.NO_MANDATE)
    assert setting.platform.episodes("p1") == Failure.of(Code.NO_MANDATE)
    assert len(setting.server.requests) == count


def test_the_code_is_nowhere_in_memory_afterwards(make: Callable[..., Setting]) -> None:
    """CF-002: no object that the collector can reach holds the code, in clear or escaped."""
    setting = make()
    marker = bytearray(secrets.token_hex(12).encode())  # the clear text is a temporary of this line
    half = bytes(marker[:12])
    setting.platform.open_record(PATIENT, Secret(marker))
    assert half in setting.fake.tokens[-1]["authorization_details"].encode()  # it did go out
    setting.server.requests.clear()
    setting.fake.tokens.clear()
    assert not marker
    assert found_in_memory(half) == []
    planted = [b"a copy of " + half]
    assert found_in_memory(half) == ["list: bytes"]  # positive control
    assert planted


def found_in_memory(needle: bytes) -> list[str]:
    """Kinds of byte objects reachable from the collector that hold *needle*."""
    seen = {id(needle)}
    found = []
    gc.collect()
    for holder in gc.get_objects():
        for item in gc.get_referents(holder):
            if type(item) in (bytes, bytearray) and id(item) not in seen:
                seen.add(id(item))
                if needle in item:
                    found.append(f"{type(holder).__name__}: {type(item).__name__}")
    return found


def test_one_lost_connection_is_not_offline(make: Callable[..., Setting]) -> None:
    """What a second try mends is not told: no screen flickers."""
    setting = make()
    states: list[NetworkState] = []
    setting.platform.on_network_change(states.append)
    setting.fake.hooks.append(lose(lambda r: r.path == "/fhir/Patient/_search"))
    assert setting.platform.find_by_matricule(PATIENT.matricule) == ()
    setting.fake.hooks.append(lose(is_token("token-exchange"), carried_out=setting.fake))
    assert isinstance(setting.platform.open_record(PATIENT, code()), Mandate)
    assert states == []
    setting.fake.hooks.append(lambda _: Reply(drop=True))
    assert isinstance(setting.platform.find_by_matricule(PATIENT.matricule), Failure)
    assert states == [NetworkState.OFFLINE]


# -- ending -----------------------------------------------------------------------------------


def test_drop_forgets_at_once_and_revokes_once(make: Callable[..., Setting]) -> None:
    """Contract §2, last line."""
    setting = make()
    assert isinstance(setting.platform.open_record(PATIENT, code()), Mandate)
    refresh = next(iter(setting.fake.refreshes))
    setting.platform.drop_session()
    assert setting.platform.find_by_matricule(PATIENT.matricule) == Failure.of(Code.SESSION_ENDED)
    assert setting.platform.documents("p1", None) == Failure.of(Code.NO_MANDATE)
    assert setting.fake.revocation.wait(LIMIT_S)
    assert setting.fake.revoked == [refresh]
    assert "dpop" in setting.server.requests[-1].headers


def test_drop_cuts_what_runs(make: Callable[..., Setting]) -> None:
    setting = make()
    hold, arrived = threading.Event(), threading.Event()

    def hook(request: Request) -> Reply | None:
        if request.path != "/fhir/Patient/_search":
            return None
        arrived.set()
        return Reply(200, b"{}", hold=hold)

    setting.fake.hooks.append(hook)
    results: list[object] = []
    worker = threading.Thread(
        target=lambda: results.append(setting.platform.find_by_matricule(PATIENT.matricule))
    )
    worker.start()
    assert arrived.wait(LIMIT_S)
    setting.platform.drop_session()
    ended(worker)
    assert results == [Failure.of(Code.CANCELLED)]
    hold.set()


def test_login_that_was_dropped_meanwhile_opens_no_session(make: Callable[..., Setting]) -> None:
    setting = make(logged_in=False)
    request = setting.platform.prepare_login(CERTIFICATE, "RS256")
    assert not isinstance(request, Failure)
    setting.platform.drop_session()
    assert setting.platform.finish_login(request, b"s", None) == Failure.of(Code.SESSION_ENDED)


class Held:
    """The platform carries a token request out and keeps the answer until it is told to give it."""

    def __init__(self, setting: Setting, kind: str, **changed: object) -> None:
        self.arrived, self.go_on = threading.Event(), threading.Event()
        self.setting, self.kind, self.changed = setting, kind, changed
        setting.fake.hooks.append(self)

    def __call__(self, request: Request) -> Reply | None:
        if not is_token(self.kind)(request):
            return None
        reply = self.setting.fake.answer(request)
        reply.body = json.dumps(json.loads(reply.body) | self.changed).encode()
        reply.hold = self.go_on
        self.arrived.set()
        return reply


def in_background(work: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    results: list[object] = []
    worker = threading.Thread(target=lambda: results.append(work()))
    worker.start()
    return worker, results


@pytest.mark.parametrize("leave", ["drop_session", "cancel_all"])
def test_a_login_cut_in_flight_leaves_no_session_on_the_platform(
    make: Callable[..., Setting], leave: str
) -> None:
    """The platform has made the session when the card is pulled: its answer is heard, and given back."""
    setting = make(logged_in=False)
    held = Held(setting, "jwt-bearer")
    worker, results = in_background(setting.log_in)
    assert held.arrived.wait(LIMIT_S)
    getattr(setting.platform, leave)()
    held.go_on.set()
    ended(worker)
    assert results == [Failure.of(Code.CANCELLED)]
    assert setting.fake.revocation.wait(LIMIT_S)
    assert setting.fake.revoked == list(setting.fake.refreshes)
    assert len(setting.fake.tokens) == 1, "a login that was cut is not asked for again"
    assert setting.platform.find_by_matricule(PATIENT.matricule) == Failure.of(Code.SESSION_ENDED)


def test_a_platform_that_never_answers_is_not_waited_for_long(
    make: Callable[..., Setting], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.sync.login._HEAR_OUT", 0.2)
    setting = make(logged_in=False)
    held = Held(setting, "jwt-bearer")
    worker, results = in_background(setting.log_in)
    assert held.arrived.wait(LIMIT_S)
    setting.platform.drop_session()
    ended(worker)
    assert not worker.is_alive() and not held.go_on.is_set(), "it ended before any answer"
    assert results == [Failure.of(Code.CANCELLED)]
    held.go_on.set()
    assert len(setting.fake.tokens) == 1 and setting.fake.revoked == []


def test_the_end_of_the_program_hears_nothing_out(
    make: Callable[..., Setting], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.sync.login._HEAR_OUT", 1000.0)
    setting = make(logged_in=False)
    held = Held(setting, "jwt-bearer")
    worker, results = in_background(setting.log_in)
    assert held.arrived.wait(LIMIT_S)
    setting.platform.close()
    ended(worker)
    assert not worker.is_alive() and not held.go_on.is_set()
    assert results == [Failure.of(Code.CANCELLED)]
    held.go_on.set()


def test_a_login_cut_before_it_left_is_cut_at_once(
    make: Callable[..., Setting], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what was sent is heard out: a challenge makes nothing on the platform."""
    monkeypatch.setattr("desktop.sync.login._HEAR_OUT", 1000.0)
    setting = make(logged_in=False)
    go_on, arrived = threading.Event(), threading.Event()

    def hold(request: Request) -> Reply | None:
        if request.path != "/fhir/challenge":
            return None
        arrived.set()
        return Reply(200, b"{}", hold=go_on)

    setting.fake.hooks.append(hold)
    worker, results = in_background(setting.log_in)
    assert arrived.wait(LIMIT_S)
    setting.platform.drop_session()
    ended(worker)
    assert results == [Failure.of(Code.CANCELLED)] and not go_on.is_set()
    go_on.set()


def test_a_login_whose_answer_cannot_be_used_is_given_back(make: Callable[..., Setting]) -> None:
    setting = make(logged_in=False)
    Held(setting, "jwt-bearer", fhirUser="").go_on.set()
    assert setting.log_in() == Failure.of(Code.PLATFORM_ANSWER_UNREADABLE)
    assert setting.fake.revocation.wait(LIMIT_S)
    assert setting.fake.revoked == list(setting.fake.refreshes)


def test_a_renewal_cut_in_flight_gives_both_tokens_back(make: Callable[..., Setting]) -> None:
    """A platform may take the former refresh token for unknown: only its successor ends the session then."""
    setting = make()
    former = next(iter(setting.fake.refreshes))
    setting.clock.ahead += 600
    held = Held(setting, "refresh_token")
    worker, results = in_background(lambda: setting.platform.find_by_matricule(PATIENT.matricule))
    assert held.arrived.wait(LIMIT_S)
    setting.platform.drop_session()
    held.go_on.set()
    ended(worker)
    assert isinstance(results[0], Failure)
    successor = next(iter(setting.fake.refreshes))
    assert successor != former
    until("both given back", lambda: set(setting.fake.revoked) == {former, successor})


def test_matricule_and_tokens_are_in_no_address_and_no_log(
    make: Callable[..., Setting], caplog: pytest.LogCaptureFixture
) -> None:
    """Contract §3, §4."""
    caplog.set_level(0)
    setting = make()
    setting.platform.find_by_matricule(PATIENT.matricule)
    setting.platform.open_record(PATIENT, code(b"wrong-99"))
    everything = caplog.text + " ".join(setting.paths())
    assert PATIENT.matricule.digits not in everything
    assert "wrong-99" not in everything
    assert "access-" not in everything
    assert "Muller" not in everything
