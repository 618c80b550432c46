"""The closed list of platform codes maps onto ours, with a text for each (contract §10)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import Code
from desktop.domain.texts import Language, failure_next_step, failure_text
from desktop.features import FEATURES
from desktop.sync.errors import CODES, failure_of, oauth_error, outcome_code
from desktop.sync.wire import Answer

CONTRACT_2_AND_4 = (
    "card_untrusted card_revoked card_suspended card_expired account_not_activated practice_suspended "
    "version_refused terms_required presence_locked record_inactive record_closed presence_wrong no_mandate"
)


def answer(status: int, body: object, **headers: str) -> Answer:
    return Answer(status, {k.replace("_", "-"): v for k, v in headers.items()}, json.dumps(body).encode())


def outcome(*codes: str, text: str = "") -> dict[str, object]:
    coding = [{"system": "urn:dsp:error", "code": c} for c in codes]
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": "forbidden", "details": {"coding": coding, "text": text}}],
    }


def test_every_code_of_the_contract_is_known() -> None:
    assert set(CONTRACT_2_AND_4.split()) <= set(CODES)


def test_every_code_that_the_simulator_can_send_is_known() -> None:
    from desktop.simulator.outcomes import CODES as SENT

    assert set(SENT) <= {*CODES, *(code for feature in FEATURES for code in feature.refusals)}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("code", sorted(set(CODES.values())))
def test_every_target_has_a_text_and_a_next_step(code: Code, language: Language) -> None:
    failure = failure_of(answer(400, {"error_code": next(k for k, v in CODES.items() if v is code)}))
    assert failure_text(failure, language=language)
    assert failure_next_step(failure, language=language)


@pytest.mark.parametrize("code", sorted(CODES))
def test_code_in_oauth_body_and_outcome(code: str) -> None:
    oauth = failure_of(answer(400, {"error": "access_denied", "error_code": code}))
    fhir = failure_of(answer(403, outcome(code.replace("_", "-"))))
    assert oauth.code is fhir.code is CODES[code]
    assert outcome_code(outcome(code)) is CODES[code]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, Code.SESSION_ENDED),
        (403, Code.NOT_ENTITLED),
        (404, Code.NOT_FOUND),
        (405, Code.OPERATION_NOT_OFFERED),
        (501, Code.OPERATION_NOT_OFFERED),
        (412, Code.CHANGED_ELSEWHERE),
        (429, Code.PLATFORM_BUSY),
        (503, Code.PLATFORM_MAINTENANCE),
        (500, Code.PLATFORM_ERROR),
        (418, Code.PLATFORM_ERROR),
    ],
)
def test_status_decides_where_no_code_is_known(status: int, expected: Code) -> None:
    bodies: tuple[object, ...] = ({}, outcome("brand_new_code"), [], "x", None)
    for body in bodies:
        failure = failure_of(answer(status, body))
        assert failure.code is expected
        assert failure.facts["status"] == status


def test_words_of_the_platform_are_never_shown() -> None:
    failure = failure_of(answer(403, outcome("no_mandate", text="<b>Mme Muller, grossesse</b>")))
    assert "Muller" not in repr(failure)
    assert "Muller" not in failure_text(failure)


def test_facts() -> None:
    locked = failure_of(answer(400, {"error_code": "presence_locked", "retry_after": 61}))
    assert (locked.facts["retry_after"], locked.facts["minutes"]) == (61, 2)
    assert failure_of(answer(503, {}, retry_after="120")).facts["minutes"] == 2
    terms = failure_of(answer(400, {"error_code": "terms_required", "terms_version": "2026-01"}))
    assert terms.facts["version"] == "2026-01"
    inactive = failure_of(answer(400, {"error_code": "record_inactive", "inactive_until": "2026-12-01"}))
    assert inactive.facts["date"] == "01.12.2026"
    assert failure_of(answer(403, outcome("no_mandate", "mandat"))).facts["lock"] == "mandat"  # CF-039


def test_oauth_error_from_body_or_header() -> None:
    assert oauth_error(answer(400, {"error": "use_dpop_nonce"})) == "use_dpop_nonce"
    header = Answer(401, {"www-authenticate": 'DPoP error="invalid_dpop_proof", algs="ES256"'}, b"")
    assert oauth_error(header) == "invalid_dpop_proof"
    assert oauth_error(Answer(401, {}, b"")) == ""


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["issue", "details", "coding", "code", "error", "error_code", "retry_after"]),
            inner,
        )
    ),
    max_leaves=20,
)


@given(json_values, st.integers(400, 599))
def test_any_body_gives_some_failure(body: object, status: int) -> None:
    assert failure_of(answer(status, body)).code in Code


@given(st.binary(max_size=60))
def test_any_bytes_give_some_failure(body: bytes) -> None:
    assert failure_of(Answer(500, {}, body)).code is Code.PLATFORM_ERROR
