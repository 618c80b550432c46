"""Login with a card's proof, and what a hostile client tries (contract §2)."""

import json
import time
import uuid
from dataclasses import replace
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.unit.simulator.conftest import Desk
from tests.unit.simulator.raw_client import DpopKey, RawClient, b64, sign


def error_code(answer: requests.Response) -> str:
    return answer.json().get("error_code", answer.json()["error"])


@pytest.mark.parametrize(
    "name", ["weber", "kieffer", "thill", "reuter", "schmitz", "arendt", "wiltgen", "biver", "near-expiry"]
)
def test_good_cards_log_in(desk: Desk, name: str) -> None:
    client = desk.login(name)
    who = client.who
    assert who["fhirUser"] == f"Practitioner/ps-{name}" and who["token_type"] == "DPoP"
    assert who["expires_in"] == 600 and who["ehealth_id"].startswith("LU9")
    assert set(who["practice"]) == {"name", "address", "phone"} and all(who["practice"].values())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("expired", "card_expired"),
        ("not-yet-valid", "card_not_yet_valid"),
        ("revoked", "card_revoked"),
        ("on-hold", "card_suspended"),
        ("unknown-issuer", "card_untrusted"),
        ("suspended", "practice_suspended"),
        ("not-activated", "account_not_activated"),
    ],
)
def test_bad_cards_say_why(desk: Desk, name: str, expected: str) -> None:
    answer = desk.client().login(desk.card(name))
    assert answer.status_code == 400 and error_code(answer) == expected
    assert not desk.world.sessions.all


def test_discovery(desk: Desk) -> None:
    client = desk.client()
    page = client.session.get(f"{client.base}/.well-known/smart-configuration").json()
    assert page["token_endpoint"] == client.token_url
    assert client.challenge()["expires_in"] == 60


HOSTILE = {
    "another subject": {"sub": "10100000002"},
    "another issuer claim": {"iss": "10100000002"},
    "another audience": {"aud": "https://elsewhere.test/auth/token"},
    "no audience": {"aud": None},
    "expired": {"iat": int(time.time()) - 200, "exp": int(time.time()) - 140},
    "lives too long": {"exp": int(time.time()) + 3600},
    "from the future": {"iat": int(time.time()) + 900, "exp": int(time.time()) + 950},
    "unknown challenge": {"challenge": "made up"},
    "no challenge": {"challenge": None},
    "no jti": {"jti": None},
    "no key binding": {"cnf": None},
    "bound to another key": {"cnf": {"jkt": "x" * 43}},
}


@pytest.mark.parametrize("claims", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_claims_are_refused(desk: Desk, claims: dict[str, Any]) -> None:
    client = desk.client()
    assert client.login(desk.card("weber"), **claims).json()["error"] == "invalid_grant"
    assert not desk.world.sessions.all


def test_wrong_key(desk: Desk) -> None:
    client = desk.client()
    stranger = rsa.generate_private_key(65537, 2048)
    answer = client.post_assertion(client.assertion(desk.card("weber"), key=stranger))
    assert answer.json() == {"error": "invalid_grant"}


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS512", "ES256", ""])
def test_other_algorithms(desk: Desk, algorithm: str) -> None:
    client = desk.client()
    good = client.assertion(desk.card("weber"))
    header = json.loads(_unb64(good.split(".")[0]))
    forged = b64(json.dumps({**header, "alg": algorithm}).encode())
    parts = good.split(".")
    for signature in (parts[2], ""):
        answer = client.post_assertion(f"{forged}.{parts[1]}.{signature}")
        assert answer.json()["error"] == "invalid_grant"


@pytest.mark.parametrize("assertion", ["", "a", "a.b.c", "....", "e30.e30.", "W10.W10.W10", "=.=.="])
def test_junk(desk: Desk, assertion: str) -> None:
    assert desk.client().post_assertion(assertion).json()["error"] == "invalid_grant"


def test_the_signature_certificate_never_logs_in(desk: Desk) -> None:
    card = desk.card("weber")
    assert card.signature is not None
    answer = desk.client().login(replace(card, authentication=card.signature))
    assert error_code(answer) == "card_untrusted"


def test_a_self_made_chain_is_untrusted(desk: Desk) -> None:
    """The x5c chain of the unknown CA names itself; only the platform's own anchor counts."""
    card = desk.card("unknown-issuer")
    assert error_code(desk.client().login(card)) == "card_untrusted"


def test_resent_assertion_gets_the_same_answer(desk: Desk) -> None:
    client = desk.client()
    assertion = client.assertion(desk.card("weber"))
    first, second = client.post_assertion(assertion), client.post_assertion(assertion)
    assert first.json() == second.json() and len(desk.world.sessions.all) == 1


def test_replay_with_another_key_is_refused(desk: Desk) -> None:
    victim, thief = desk.client(), desk.client()
    assertion = victim.assertion(desk.card("weber"))
    assert victim.post_assertion(assertion).ok
    assert thief.post_assertion(assertion).json()["error"] == "invalid_grant"
    proof = thief.dpop.proof("POST", victim.token_url)
    assert victim.post_assertion(assertion, proof=proof).json()["error"] == "invalid_grant"


def test_the_same_jti_in_another_assertion_is_refused(desk: Desk) -> None:
    client = desk.client()
    jti = str(uuid.uuid4())
    assert client.login(desk.card("weber"), jti=jti).ok
    assert client.login(desk.card("weber"), jti=jti).json()["error"] == "invalid_grant"


def test_a_challenge_is_used_once_and_within_60_seconds(desk: Desk) -> None:
    client = desk.client()
    challenge = client.challenge()["challenge"]
    assert client.login(desk.card("weber"), challenge=challenge).ok
    assert not client.login(desk.card("weber"), challenge=challenge).ok
    late = client.challenge()["challenge"]
    desk.later(61)
    assert not client.login(desk.card("weber"), challenge=late).ok


def test_replay_after_exp_is_refused_although_known(desk: Desk) -> None:
    client = desk.client()
    assertion = client.assertion(desk.card("weber"))
    assert client.post_assertion(assertion).ok
    desk.later(61)
    assert client.post_assertion(assertion).json()["error"] == "invalid_grant"


def test_replay_after_logout_opens_nothing(desk: Desk) -> None:
    client = desk.client()
    assertion = client.assertion(desk.card("weber"))
    body = client.post_assertion(assertion).json()
    client.session.post(f"{client.base}/auth/revoke", data={"token": body["refresh_token"]})
    assert client.post_assertion(assertion).json()["error"] == "invalid_grant"


def test_cf_022_only_attested_versions(desk: Desk) -> None:
    desk.world.accepted_versions = r"1\..*"
    answer = desk.client().login(desk.card("weber"))
    assert error_code(answer) == "version_refused"


def test_cf_020_terms_are_accepted_by_repeating_the_request(desk: Desk) -> None:
    from desktop.simulator import console_actions

    console_actions.perform(desk.world, {"act": "terms", "version": "2026-02"})
    client = desk.client()
    assertion = client.assertion(desk.card("weber"))
    refused = client.post_assertion(assertion)
    assert error_code(refused) == "terms_required" and refused.json()["terms_version"] == "2026-02"
    assert not desk.world.sessions.all
    desk.later(300)  # the user reads
    assert error_code(client.post_assertion(assertion, terms_accepted="2025-01")) == "terms_required"
    assert client.post_assertion(assertion, terms_accepted="2026-02").ok
    assert desk.client().login(desk.card("weber")).ok, "accepted once, not asked again"


# -- DPoP -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [{"htm": "GET"}, {"htu": "https://elsewhere.test/auth/token"}, {"iat": 1}, {"iat": "now"}, {"jti": ""}],
)
def test_dpop_proof_must_fit_the_request(desk: Desk, changes: dict[str, Any]) -> None:
    client = desk.client()
    proof = client.dpop.proof("POST", client.token_url, **changes)
    answer = client.post_assertion(client.assertion(desk.card("weber")), proof=proof)
    assert answer.status_code == 400 and answer.json()["error"] == "invalid_dpop_proof"


def test_dpop_proof_of_another_kind(desk: Desk) -> None:
    client = desk.client()
    claims = {"jti": "1", "htm": "POST", "htu": client.token_url, "iat": int(time.time())}
    for header in (
        {"typ": "JWT", "alg": "ES256", "jwk": client.dpop.jwk},
        {"typ": "dpop+jwt", "alg": "none", "jwk": client.dpop.jwk},
        {"typ": "dpop+jwt", "alg": "ES256", "jwk": DpopKey().jwk},
        {"typ": "dpop+jwt", "alg": "ES256", "jwk": {**client.dpop.jwk, "d": "AAAA"}},
        {"typ": "dpop+jwt", "alg": "ES256"},
    ):
        answer = client.post_token(proof=sign(header, claims, client.dpop.key))
        assert answer.json()["error"] == "invalid_dpop_proof"


def test_dpop_proof_is_good_once(desk: Desk) -> None:
    client = desk.login()
    url = f"{client.base}/Practitioner?_id=ps-weber"
    proof = client.dpop.proof("GET", url, client.token)
    headers = {"Authorization": f"DPoP {client.token}", "DPoP": proof}
    assert client.session.get(url, headers=headers).status_code == 200
    again = client.session.get(url, headers=headers)
    assert again.status_code == 401 and 'error="invalid_dpop_proof"' in again.headers["www-authenticate"]


def test_a_stolen_token_is_worth_nothing(desk: Desk) -> None:
    client = desk.login()
    thief = desk.client()
    assert thief.call("GET", "/Practitioner?_id=ps-weber", client.token).status_code == 401
    url = f"{client.base}/Practitioner?_id=ps-weber"
    plain = client.session.get(url, headers={"Authorization": f"Bearer {client.token}"})
    assert plain.status_code == 401
    unbound = {
        "Authorization": f"DPoP {client.token}",
        "DPoP": client.dpop.proof("GET", url, "another token"),
    }
    assert client.session.get(url, headers=unbound).status_code == 401


def test_dpop_nonce_is_asked_for(desk: Desk) -> None:
    client = desk.login()
    desk.world.dpop_nonce = "n-1"
    answer = client.call("GET", "/Practitioner?_id=ps-weber")
    assert answer.status_code == 401 and answer.headers["dpop-nonce"] == "n-1"
    assert 'error="use_dpop_nonce"' in answer.headers["www-authenticate"]
    token = client.post_token(grant_type="refresh_token", refresh_token=client.refresh)
    assert token.json()["error"] == "use_dpop_nonce" and token.headers["dpop-nonce"] == "n-1"
    proof = client.dpop.proof("POST", client.token_url, nonce="n-1")
    assert client.post_token(proof=proof, grant_type="refresh_token", refresh_token=client.refresh).ok


# -- session ----------------------------------------------------------------------------------------


def test_refresh(desk: Desk) -> None:
    client = desk.login()
    body = client.post_token(grant_type="refresh_token", refresh_token=client.refresh).json()
    assert body["refresh_token"] != client.refresh
    assert client.call("GET", "/Practitioner?_id=ps-weber", body["access_token"]).ok
    unknown = client.post_token(grant_type="refresh_token", refresh_token="x")
    assert error_code(unknown) == "session_ended"


def test_cf_019_suspension_ends_everything_at_the_next_call(desk: Desk) -> None:
    from desktop.simulator import console_actions

    client = desk.login()
    token = desk.open(client)
    console_actions.perform(desk.world, {"act": "suspend", "practitioner": "ps-weber"})
    for method, path in (("GET", "/Practitioner?_id=ps-weber"), ("GET", "/Encounter?patient=Patient/p-1")):
        answer = client.call(method, path, token)
        assert answer.status_code == 403
        assert answer.json()["issue"][0]["details"]["coding"][0]["code"] == "practice_suspended"
    assert error_code(client.exchange(desk.matricule("p-1"))) == "practice_suspended"
    refresh = client.post_token(grant_type="refresh_token", refresh_token=client.refresh)
    assert not refresh.ok


@pytest.mark.parametrize("grant", ["password", "client_credentials", ""])
def test_other_grants(desk: Desk, grant: str) -> None:
    """CF-013: the proof of a card is the only way to a token."""
    client = desk.client()
    assert client.post_token(grant_type=grant).json()["error"] in (
        "unsupported_grant_type",
        "invalid_request",
    )


def test_repeated_field(desk: Desk) -> None:
    client: RawClient = desk.client()
    headers = {"DPoP": client.dpop.proof("POST", client.token_url)}
    answer = client.session.post(client.token_url, data="grant_type=a&grant_type=b", headers=headers)
    assert answer.json() == {"error": "invalid_request"}


def _unb64(text: str) -> bytes:
    import base64

    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
