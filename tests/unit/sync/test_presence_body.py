"""The presence code on its way into one request body (CF-002, contract §4)."""

import json
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret
from desktop.sync import presence

PATIENT = "urn:oid:1.3.182.4.4|1893120105732"


def body(code: str | None) -> bytearray:
    secret = None if code is None else Secret(bytearray(code.encode()))
    found = presence.exchange_body("tok/en+=", "dsp-desktop", PATIENT, secret)
    assert isinstance(found, bytearray)
    return found


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=32))
def test_form_and_json_give_the_code_back(code: str) -> None:
    fields = parse_qs(body(code).decode("ascii"), strict_parsing=True)
    (detail,) = json.loads(fields["authorization_details"][0])
    assert detail == {
        "type": "dsp_record",
        "patient": PATIENT,
        "purpose": "TREAT",
        "presence": {"method": "code", "value": code},
    }
    assert fields["subject_token"] == ["tok/en+="]


def test_no_presence_without_a_code() -> None:
    """CF-032: the only purpose that the client can name is a treatment."""
    fields = parse_qs(body(None).decode("ascii"), strict_parsing=True)
    assert json.loads(fields["authorization_details"][0]) == [
        {"type": "dsp_record", "patient": PATIENT, "purpose": "TREAT"}
    ]
    assert fields["grant_type"] == ["urn:ietf:params:oauth:grant-type:token-exchange"]
    assert fields["subject_token_type"] == ["urn:ietf:params:oauth:token-type:access_token"]


def test_the_array_never_grows_and_is_overwritten_in_place() -> None:
    """CF-002: A bytearray that grows leaves its former storage, code included, to the allocator."""
    made = body("aé\"\\'&=% 9")
    same = memoryview(made)
    presence.overwrite(made)  # with a view held: a resize would raise BufferError
    assert bytes(same) == bytes(len(made))


@pytest.mark.parametrize("code", ["a\nb", "\x00", "x" * 257])
def test_what_cannot_be_a_code_is_not_sent(code: str) -> None:
    found = presence.exchange_body("t", "c", PATIENT, Secret(bytearray(code.encode())))
    assert found == Failure.of(Code.PRESENCE_WRONG)
