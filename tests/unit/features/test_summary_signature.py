"""The signature inside a Bundle: what it covers, and what may change without breaking it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.common.bundle_signature import canonical, split_signature, with_signature
from desktop.common.json_text import MOST_BYTES, Number, emit, parse
from desktop.features.summary.ips.read import read
from desktop.features.summary.ips.write import write
from tests.samples.summaries import SUMMARY

BUNDLE = write(SUMMARY, "Résumé patient")
WHEN = datetime(2026, 11, 21, 9, 31, tzinfo=UTC)
JWS = b"eyJhbGciOiJFUzI1NiJ9..c2lnbmF0dXJl"


def test_what_was_signed_comes_back_out_of_the_signed_bundle() -> None:
    signed = with_signature(BUNDLE, JWS, WHEN)
    taken = split_signature(signed)
    assert (taken.payload, taken.jws) == (canonical(BUNDLE), JWS)
    assert json.loads(signed)["signature"]["who"] == json.loads(BUNDLE)["entry"][0]["resource"]["author"][0]
    assert read(signed) == read(BUNDLE)


def test_a_server_may_number_and_reorder_but_change_nothing() -> None:
    signed: dict[str, Any] = parse(with_signature(BUNDLE, JWS, WHEN))
    stored = dict(reversed(signed.items())) | {"id": "42", "meta": {"versionId": "7"}}
    assert split_signature(emit(stored)).payload == canonical(BUNDLE)
    changed = emit(signed).replace(b'"value":7.20', b'"value":7.2')
    assert split_signature(changed).payload != canonical(BUNDLE)


def test_an_unsigned_bundle_and_one_whose_signature_is_no_base64() -> None:
    assert split_signature(BUNDLE).jws == b""
    for data in ("%%%", "", 5):
        torn = emit(parse(BUNDLE) | {"signature": {"data": data}})
        assert split_signature(torn).jws != b"", data


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{", b'{"a":NaN}', b'{"a":1,"a":2}', b"\xff{}", b"[" * 5000,
        b'{"a":' * 500 + b"1" + b"}" * 500,
        b" " * (MOST_BYTES + 1),
    ],
    ids=range(9),
)  # fmt: skip
def test_what_two_programs_would_read_differently_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):
        canonical(content)


JSON = st.recursive(
    st.booleans()
    | st.none()
    | st.text(st.characters(codec="utf-8"))
    | st.integers().map(lambda n: Number(str(n))),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
)


@given(JSON)
def test_json_comes_back_as_it_was(value: object) -> None:
    assert parse(emit(value)) == value


def test_numbers_keep_their_text() -> None:
    text = b'{"a":[7.20,1e3,-0,0.0000000001,12345678901234567890]}'
    assert emit(parse(text)) == text
