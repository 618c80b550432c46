"""German boxes: recognised, their PPN mapped to PZN and NTIN, or refused by name (domain §C.7)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.prescription.box import BoxCode, NationalNumber
from desktop.domain.prescription.unread import ScanFault, Unread
from desktop.scanning.ppn import pzn_is_right, pzn_of, read_ppn
from tests.unit.scanning.boxes import GTIN, TODAY, fault

RS, GS, EOT = "\x1e", "\x1d", "\x04"
PPN = "110375286414"  # IFA's own example
PZN = NationalNumber("DE", "03752864")


def framed(*parts: str) -> str:
    return f"[)>{RS}06{GS}" + GS.join(parts) + RS + EOT


def test_ifas_example() -> None:
    found = read_ppn(framed(f"9N{PPN}", "1T12345ABCD", "D281100", "S12345ABCDEF98765"), TODAY)
    assert found == BoxCode(None, "12345ABCD", "12345ABCDEF98765", date(2028, 11, 30), (PZN,))
    assert isinstance(found, BoxCode)
    assert (found.pzn, found.product_number) == ("03752864", "04150037528643")


def test_any_order_and_a_frame_that_lost_its_ends() -> None:
    parts = ("S1", "D280331", "1TB", f"9N{PPN}")
    whole = read_ppn(framed(*parts), TODAY)
    assert whole == BoxCode(None, "B", "1", date(2028, 3, 31), (PZN,))
    assert read_ppn(f"[)>06{GS}" + GS.join(parts), TODAY) == whole


def test_a_gtin_beside_it() -> None:
    assert read_ppn(framed(f"9N{PPN}", f"8P{GTIN}"), TODAY) == BoxCode(GTIN, national=(PZN,))
    wrong = GTIN[:-1] + str((int(GTIN[-1]) + 1) % 10)
    assert fault(read_ppn(framed(f"9N{PPN}", f"8P{wrong}"), TODAY)) is ScanFault.CHECK_DIGIT


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[)>", Unread.of(ScanFault.PPN_ENVELOPE)),
        (f"[)>{RS}05{GS}9N{PPN}", Unread.of(ScanFault.PPN_ENVELOPE)),
        (f"[)>{RS}06", Unread.of(ScanFault.PPN_ENVELOPE)),
        (f"[)>069N{PPN}1TB", Unread.of(ScanFault.SEPARATORS_LOST)),
        (framed("1TB"), Unread.of(ScanFault.GTIN_MISSING)),
        (framed("9N110375286415"), Unread.of(ScanFault.PPN_CHECK, value="110375286415")),
        (framed(f"9N{PPN}", "Q7"), Unread.of(ScanFault.ELEMENT_UNKNOWN, value="Q7")),
        (framed(f"9N{PPN}", "1T"), Unread.of(ScanFault.ELEMENT_INCOMPLETE, ai="1T", value="")),
        (framed(f"9N{PPN}", "1TA", "1TB"), Unread.of(ScanFault.REPEATED, ai="1T")),
        (framed(f"9N{PPN}", "D281301"), Unread.of(ScanFault.DATE, ai="D", value="281301")),
        (
            framed(f"9N{PPN}", "1T" + "A" * 21),
            Unread.of(ScanFault.ELEMENT_MALFORMED, ai="1T", value="A" * 21),
        ),
    ],
)
def test_what_is_wrong_is_named(text: str, wanted: Unread) -> None:
    assert read_ppn(text, TODAY) == wanted


def with_check(number: str) -> str:
    return number + f"{sum(ord(c) * w for w, c in enumerate(number, 2)) % 97:02}"


def test_another_agency_and_a_number_that_does_not_exist() -> None:
    assert fault(pzn_of(with_check("1203752864"))) is ScanFault.PPN_AGENCY
    assert fault(pzn_of(with_check("1103752865"))) is ScanFault.PZN_CHECK
    assert pzn_of(PPN) == "03752864"


@given(st.integers(0, 10**7 - 1))
def test_a_pzns_digit_finds_every_wrong_one(number: int) -> None:
    digits = f"{number:07}"
    rights = [d for d in "0123456789" if pzn_is_right(digits + d)]
    assert len(rights) <= 1
    for place in range(7 if rights else 0):
        for digit in set("0123456789") - {digits[place]}:
            assert not pzn_is_right(digits[:place] + digit + digits[place + 1 :] + rights[0])


@given(st.text(st.characters(max_codepoint=0x250), max_size=60))
def test_anything_is_answered(text: str) -> None:
    read_ppn("[)>" + text, TODAY)
    read_ppn(framed(text), TODAY)
