"""Which addresses may be spoken to, and how a server's references are resolved (CF-069)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import Failure
from desktop.sync.wire import Addresses, Answer, origin

HERE = Addresses.of("https://dsp.example:8443/fhir/")


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("Binary/1", "https://dsp.example:8443/fhir/Binary/1"),
        ("/store/1?x=y", "https://dsp.example:8443/store/1?x=y"),
        ("https://dsp.example:8443/other/1", "https://dsp.example:8443/other/1"),
        ("HTTPS://DSP.example:8443/1", "HTTPS://DSP.example:8443/1"),
        ("?_page=2", "https://dsp.example:8443/fhir/?_page=2"),
    ],
)
def test_references_inside_the_origin(reference: str, expected: str) -> None:
    assert str(HERE.resolve(reference)).lower() == expected.lower()


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "urn:uuid:1",
        "data:application/pdf;base64,AA==",
        "http://dsp.example:8443/fhir/Binary/1",
        "https://dsp.example/fhir/Binary/1",
        "https://evil.example:8443/",
        "//evil.example/x",
        "https://dsp.example:8443@evil.example/",
        "https://user@dsp.example:8443/",
        "https://[::1",
        "https://dsp.example:99999/",
    ],
)
def test_references_that_are_never_fetched(reference: str) -> None:
    """CF-069."""
    assert isinstance(HERE.resolve(reference), Failure)


def test_only_https_is_allowed() -> None:
    plain = Addresses.of("http://dsp.example/fhir", ("http://other.example", "https://idp.example"))
    assert not plain.permits("http://dsp.example/fhir/metadata")
    assert plain.permits("https://idp.example/token")


@given(st.text(max_size=60))
def test_any_reference_stays_home(reference: str) -> None:
    """CF-069."""
    found = HERE.resolve(reference)
    assert isinstance(found, Failure) or origin(found) == "https://dsp.example:8443"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("5", 5), ("", None), ("-1", None), ("²", None), ("9" * 9, 86_400), ("9" * 60_000, 86_400)],
)
def test_retry_after(value: str, expected: int | None) -> None:
    assert Answer(503, {"retry-after": value}, b"").retry_after() == expected
