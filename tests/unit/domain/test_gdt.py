"""A patient in a GDT file: its identity is read, and nothing of a file that is something else."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import Code, Failure
from desktop.domain.gdt import LARGEST_GDT, read_gdt
from desktop.domain.patient_call import Origin, PatientCall

REFUSED = Failure.of(Code.CALL_UNREADABLE)
ROOT = Path(__file__).resolve().parents[3]
NUMBER, BORN = "1893120105732", date(1893, 12, 1)


def gdt(*fields: tuple[str, str], letters: str = "cp1252") -> bytes:
    """Lines with the lengths that the format asks for."""
    return "".join(f"{len(said) + 9:03}{field}{said}\r\n" for field, said in fields).encode(letters)


ASKED = ("8000", "6302")
PERSON = (("3101", "Müller"), ("3102", "Anne"), ("3103", "01121893"))


def test_a_matricule_name_and_birth() -> None:
    said = gdt(("8000", "6302"), ("8100", "00123"), ("3000", NUMBER), *PERSON, ("3110", "2"))
    assert read_gdt(said) == PatientCall(Origin.TICKET, NUMBER, "Müller Anne", BORN)


def test_a_number_of_the_practice_is_none_of_the_state() -> None:
    asked = read_gdt(gdt(("8000", "6301"), ("3000", "4711"), *PERSON))
    assert asked == PatientCall(Origin.TICKET, "", "Müller Anne", BORN)
    assert isinstance(asked, PatientCall) and asked.typed() == "Müller Anne 1893-12-01"


@pytest.mark.parametrize(
    ("told", "letters"), [("2", "cp437"), ("3", "cp1252"), ("", "cp1252"), ("", "utf-8")]
)
def test_letters_as_they_are_told(told: str, letters: str) -> None:
    first = (("8000", "6302"), *([("9206", told)] if told else []))
    asked = read_gdt(gdt(*first, *PERSON, letters=letters))
    assert isinstance(asked, PatientCall) and asked.name == "Müller Anne"


def test_the_example_for_vendors() -> None:
    found = re.search(
        r"```text\n(.*?)```", (ROOT / "docs/integration.md").read_text(encoding="utf-8"), re.DOTALL
    )
    assert found is not None
    assert read_gdt(found[1].encode()) == PatientCall(Origin.TICKET, NUMBER, "Muller Anne", BORN)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\r\n", gdt(*PERSON), gdt(("8000", "6310"), *PERSON), gdt(ASKED),
        gdt(ASKED, ("3000", "4711")), gdt(ASKED, *PERSON, ("3101", "Autre")),
        gdt(ASKED, *PERSON[:2], ("3103", "1893-12-01")), gdt(ASKED, *PERSON[:2], ("3103", "31021893")),
        gdt(ASKED, *PERSON) + b"and words of a letter\r\n", gdt(ASKED, *PERSON) + b"\0" * 20,
        gdt(ASKED, ("3101", "Mul\x1bler")), gdt(ASKED, *PERSON) * 200, b"%PDF-1.7\n" * 3,
        gdt(ASKED, ("9206", "1"), *PERSON),
    ],
)  # fmt: skip
def test_what_is_no_call_is_refused(content: bytes) -> None:
    assert read_gdt(content) == REFUSED
    assert read_gdt(content + b" " * LARGEST_GDT) == REFUSED


READ = st.sampled_from(["8000", "3000", "3101", "3102", "3103", "9206"])
FIELDS = st.tuples(READ | st.from_regex(r"[0-9]{4}", fullmatch=True), st.text() | st.just("6302"))


@given(st.binary() | st.lists(FIELDS).map(lambda fields: gdt(*fields, letters="utf-8")))
def test_no_file_breaks_the_reading(content: bytes) -> None:
    asked = read_gdt(content)
    assert asked == REFUSED or (isinstance(asked, PatientCall) and asked.typed().isprintable())
