"""The identifier of an ordonnance, its QR text, and what is typed in its place (domain §C.3, CF-110)."""

import itertools
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.matricule import Doubt, Matricule
from desktop.domain.prescription.identifier import (
    ALPHABET,
    OrdonnanceCode,
    OrdonnanceId,
    TypedIdentifier,
    check_character,
    new_access_code,
    new_identifier,
    parse_identifier,
    parse_qr_text,
)
from desktop.domain.prescription.scan import parse_scan
from desktop.domain.prescription.unread import ScanFault, Unread

identifiers = st.integers(0, 2**75 - 1).map(lambda bits: new_identifier(lambda _: bits))
codes = st.builds(
    lambda identifier, bits: OrdonnanceCode(identifier, new_access_code(lambda _: bits)),
    identifiers,
    st.integers(0, 2**128 - 1),
)


def fault(found: object) -> ScanFault:
    assert isinstance(found, Unread), found
    return found.fault


def test_the_check_character_is_the_documented_one() -> None:
    """Worked by hand: one element of value 1 at place i adds α^(i+1), and 2·18 = 36 ≡ 1 in GF(32)."""
    powers = [2, 4, 8, 16, 5, 10, 20, 13, 26, 17, 7, 14, 28, 29, 31]  # 2^1 … 2^15 modulo x⁵ + x² + 1
    assert check_character("0" * 15) == "1"
    for place, power in enumerate(powers):
        data = "0" * place + "1" + "0" * (14 - place)
        assert check_character(data) == ALPHABET[1 ^ power]


@given(identifiers)
def test_every_wrong_character_is_found(identifier: OrdonnanceId) -> None:
    for place, wrong in itertools.product(range(16), ALPHABET):
        slipped = identifier.value[:place] + wrong + identifier.value[place + 1 :]
        if slipped != identifier.value:
            assert fault(parse_identifier(slipped)) is ScanFault.IDENTIFIER_CHECK


@given(identifiers)
def test_every_exchange_of_two_characters_is_found(identifier: OrdonnanceId) -> None:
    for one, other in itertools.combinations(range(16), 2):
        signs = list(identifier.value)
        signs[one], signs[other] = signs[other], signs[one]
        if (slipped := "".join(signs)) != identifier.value:
            assert fault(parse_identifier(slipped)) is ScanFault.IDENTIFIER_CHECK


@given(identifiers, st.data())
def test_it_is_read_however_it_is_typed(identifier: OrdonnanceId, data: st.DataObject) -> None:
    alike = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(
        data.draw(st.sampled_from(alike.get(c, c + c.lower()))) + data.draw(st.sampled_from(["", " ", "-"]))
        for c in identifier.value
    )
    assert parse_identifier(typed) == identifier
    assert parse_scan(f" {typed}\n") == TypedIdentifier(identifier)


def test_groups_of_four() -> None:
    identifier = new_identifier(lambda _: 2**75 - 1)
    assert identifier.grouped() == f"ZZZZ-ZZZZ-ZZZZ-ZZZ{identifier.value[15]}"
    assert parse_identifier(identifier.grouped()) == identifier


def test_what_is_wrong_is_named() -> None:
    assert parse_identifier("K7QM-U") == Unread.of(ScanFault.IDENTIFIER_CHARACTER, character="U")
    assert parse_identifier("K7QM") == Unread.of(ScanFault.IDENTIFIER_LENGTH, length="4")
    assert fault(parse_identifier("0" * 16)) is ScanFault.IDENTIFIER_CHECK


@given(codes)
def test_a_qr_text_is_read_back_and_says_nothing_else(code: OrdonnanceCode) -> None:
    text = code.qr_text()
    assert parse_qr_text(text) == parse_scan(text) == parse_scan(text.lower() + "\r") == code
    assert len(text) == len("DSPRX1:") + 16 + 1 + 26
    assert set(text) <= set(string.ascii_uppercase + string.digits + ":")  # a QR code's alphanumeric mode
    assert code.access_code not in repr(code)


@given(codes)
def test_a_half_scanned_code_is_never_another(code: OrdonnanceCode) -> None:
    text = code.qr_text()
    for length in range(len("DSPRX"), len(text)):
        assert fault(parse_scan(text[:length])) is ScanFault.CODE_INCOMPLETE
    for start in range(1, len("DSPRX1:") + 16):  # the beginning is lost
        assert isinstance(parse_scan(text[start:]), Unread)


def test_faults_of_a_qr_code() -> None:
    identifier, access = new_identifier().value, "7" + "Z" * 25
    assert isinstance(parse_scan(f"DSPRX1:{identifier}:{access}"), OrdonnanceCode)
    beyond = "8" + "Z" * 25  # 128 bits end below
    assert fault(parse_scan(f"DSPRX1:{identifier}:{beyond}")) is ScanFault.ACCESS_CODE
    assert fault(parse_scan(f"DSPRX1:{identifier}:{access}0")) is ScanFault.ACCESS_CODE
    assert fault(parse_scan(f"DSPRX1:{identifier}:7{'U' * 25}")) is ScanFault.ACCESS_CODE
    assert parse_scan(f"DSPRX2:{identifier}:{access}") == Unread.of(ScanFault.CODE_VERSION, version="2")
    assert fault(parse_scan(f"DSPRX1:{'0' * 16}:{access}")) is ScanFault.IDENTIFIER_CHECK
    assert fault(parse_scan(f"DSPRX1:{identifier}:{access}:x")) is ScanFault.CODE_INCOMPLETE
    assert fault(parse_scan("http://example.org/1")) is ScanFault.UNKNOWN


def test_random_bits_are_all_used() -> None:
    asked: list[int] = []

    def bits(count: int) -> int:
        asked.append(count)
        return 2**count - 1

    assert new_identifier(bits).value[:15] == "Z" * 15
    assert new_access_code(bits) == "7" + "Z" * 25
    assert asked == [75, 128]


@pytest.mark.parametrize("typed", ["1893 1201 057 32", "1893120105732", "1893.1201.057-32"])
def test_a_matricule_is_a_person(typed: str) -> None:
    assert parse_scan(typed) == Matricule("1893120105732")


def test_doubts_about_a_matricule_are_its_own() -> None:
    person = parse_scan("1893120105733")
    assert isinstance(person, Matricule)
    assert person.doubt() is Doubt.CHECK_DIGITS


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("", ScanFault.NOTHING),
        (" \t\r\n", ScanFault.NOTHING),
        ("12345", ScanFault.IDENTIFIER_LENGTH),
        ("Schmit Jos", ScanFault.IDENTIFIER_LENGTH),
        ("une phrase qui ne ressemble à rien de tel", ScanFault.UNKNOWN),
    ],
)
def test_neither_of_them(typed: str, wanted: ScanFault) -> None:
    assert fault(parse_scan(typed)) is wanted
