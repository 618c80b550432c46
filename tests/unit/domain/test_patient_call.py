"""What a link or a ticket asks for: hostile ones are refused, and nothing but an identity is ever read."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import Code, Failure
from desktop.domain.patient_call import (
    LARGEST_TICKET,
    Origin,
    PatientCall,
    TicketName,
    passed_on,
    read_link,
    read_number,
    read_ticket,
    taken,
)
from tests.answers import present

NUMBER, TICKET = "1893120105732", "AbCdEfGhIjKlMnOpQrSt_-"
REFUSED = Failure.of(Code.CALL_UNREADABLE)
BORN = date(1893, 12, 1)


@pytest.mark.parametrize("scheme", ["dsp-desktop:", "dsp-desktop://", "DSP-Desktop:"])
def test_a_link_names_a_ticket_or_a_person(scheme: str) -> None:
    assert read_link(f"{scheme}patient?ticket={TICKET}") == TicketName(TICKET)
    asked = read_link(f"{scheme}patient?id={NUMBER}&birth=1893-12-01&ctx=opaque")
    assert asked == PatientCall(Origin.LINK, NUMBER, birth_date=BORN)
    assert read_link(f"{scheme}patient/?name=M%C3%BCller+Anne") == PatientCall(
        Origin.LINK, name="Müller Anne"
    )


@pytest.mark.parametrize(
    "link",
    [
        "", "dsp-desktop:", "dsp-desktop:patient", "dsp-desktop:patient?", f"dspdesktop:patient?id={NUMBER}",
        f"https://patient?id={NUMBER}", f"file:patient?id={NUMBER}", f"dsp-desktop:send?id={NUMBER}",
        f"dsp-desktop:document?id={NUMBER}", f"dsp-desktop:?id={NUMBER}",
        f"dsp-desktop:patient/../patient?id={NUMBER}",
    ],
)  # fmt: skip
def test_any_other_link_is_refused(link: str) -> None:
    assert read_link(link) == REFUSED


@pytest.mark.parametrize(
    "asked",
    [
        "id=", f"id={NUMBER}&id=1893120105733", f"id={NUMBER}\n", f"id={NUMBER}\0",
        f"id={NUMBER} --profile x",
        f"id={NUMBER}#x y", "id=12345678", "id=" + "1" * 14, "id=١٨٩٣١٢٠١٠٥٧٣٢",
        f"id={NUMBER}&birth=01.12.1893", f"id={NUMBER}&birth=1893-13-01", f"id={NUMBER}&ctx=" + "a" * 2_000,
        "&".join(f"x{n}=1" for n in range(16)) + f"&id={NUMBER}",
        "name=%00%01", "name=Anne%E2%80%AErelluM", "name=" + "A" * 81, "name=A", "name=Anne%0AMuller",
        "name=%FF%FE", "name=1893120105732",
        "ticket=", "ticket=short", "ticket=../../../../etc/passwd00", f"ticket=%2E%2E%2F{TICKET}",
        "ticket=" + "a" * 65, f"ticket={TICKET}%00", f"ticket={TICKET}&ticket={TICKET}",
    ],
)  # fmt: skip
def test_a_link_of_the_wrong_form_is_refused(asked: str) -> None:
    assert read_link(f"dsp-desktop:patient?{asked}") == REFUSED


def test_more_than_an_identity_is_not_read_and_only_its_name_is_told() -> None:
    """CF-145: neither a code nor an act comes in by a link, and no value of it is kept."""
    link = f"dsp-desktop:patient?id={NUMBER}&code=SECRET1&send=yes&pin=123456&1893120105732=x"
    asked = read_link(link)
    assert asked == PatientCall(Origin.LINK, NUMBER, ignored=("code", "send", "pin", "unnamed"))
    assert "SECRET1" not in repr(asked) and "123456" not in repr(asked)
    by_ticket = read_link(f"dsp-desktop:patient?ticket={TICKET}&id={NUMBER}&code=SECRET1")
    assert by_ticket == TicketName(TICKET, ("id", "code")), "who asks by a ticket is not told otherwise"
    written = json.dumps({"id": NUMBER, "code": "SECRET1", "send": True})
    assert read_ticket(written.encode()) == PatientCall(Origin.TICKET, NUMBER, ignored=("code", "send"))


def test_a_ticket_names_whom_to_look_for() -> None:
    said = {"id": "1893 1201 057 32", "name": "Muller Anne", "birth": "1893-12-01"}
    asked = present(read_ticket(json.dumps(said).encode()))
    assert asked == PatientCall(Origin.TICKET, NUMBER, "Muller Anne", BORN)
    assert isinstance(asked, PatientCall) and asked.typed() == NUMBER, "the number alone is searched"
    unknown = read_ticket(b'\xef\xbb\xbf{"name": "Muller Anne", "birth": "1893-12-01", "id": null}')
    assert isinstance(unknown, PatientCall) and unknown.typed() == "Muller Anne 1893-12-01"


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b"{}", b'{"id": 1893120105732}', b'{"id": ["1893120105732"]}',
        b'{"name": ""}', b'{"name": "Anne", "birth": 1893}', b"\xff\xfe{", b"[" * 3_000,
        b'{"id": "1893120105732"}' + b" " * LARGEST_TICKET,
    ],
)  # fmt: skip
def test_a_ticket_that_says_nothing_is_refused(content: bytes) -> None:
    assert read_ticket(content) == REFUSED


def test_a_number_alone() -> None:
    assert read_number(f" {NUMBER}\n") == PatientCall(Origin.TICKET, NUMBER)
    assert read_number("not a number") == REFUSED and read_number("") == REFUSED


@given(st.text() | st.text().map("dsp-desktop:patient?{}".format))
def test_no_link_breaks_the_reading(link: str) -> None:
    asked = read_link(link)
    if isinstance(asked, PatientCall):
        assert asked.origin is Origin.LINK and asked.typed().isprintable()
    else:
        assert asked == REFUSED or isinstance(asked, TicketName)


FIELDS = (
    st.sampled_from(["id", "name", "birth", "ticket", "ctx", "code", "pin", "send", "document"]) | st.text()
)


@given(st.dictionaries(FIELDS, st.text() | st.integers() | st.none() | st.just(NUMBER)))
def test_what_a_ticket_says_arrives_as_it_was_judged(fields: dict[str, object]) -> None:
    """CF-145: whatever it says, an identity comes out or nothing does."""
    asked = read_ticket(json.dumps(fields).encode())
    assert taken(passed_on(asked)) == asked
    if isinstance(asked, PatientCall):
        assert not asked.matricule or (asked.matricule.isdigit() and 9 <= len(asked.matricule) <= 13)
        assert asked.name.isprintable() and len(asked.name) <= 80


@given(st.binary() | st.dictionaries(st.text(), st.text()).map(lambda f: json.dumps(f).encode()))
def test_what_no_start_wrote_is_refused(content: bytes) -> None:
    assert isinstance(taken(content), Failure)


def test_a_refusal_is_passed_on() -> None:
    assert taken(passed_on(Failure.of(Code.CALL_USED))) == Failure.of(Code.CALL_USED)
