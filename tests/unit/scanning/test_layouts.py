"""A box through a scanner and a computer that disagree about the keyboard: 0 read wrong (domain §C.7)."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.prescription.box import Ambiguous, BoxCode
from desktop.domain.prescription.unread import ScanFault, Unread
from desktop.scanning.keyboards import Keyboard, Mismatch, garbled, mismatches
from desktop.scanning.reading import Scanned, read_scan
from desktop.scanning.self_test import MESSAGE, Passed, judge
from desktop.scanning.separators import ScannerSettings, Separators
from desktop.scanning.wedge import Burst
from tests.unit.scanning.boxes import GS, GTIN, TODAY, gtins

PAIRS = tuple(mismatches())
IN_BATCHES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-./_"
AZERTY, ON_US = (Keyboard.FRENCH, Keyboard.BELGIAN), (Keyboard.US, Keyboard.GB)
PLAIN = f"01{GTIN}1728033110A12C{GS}21X7"
READ = BoxCode(GTIN, "A12C", "X7", date(2028, 3, 31))
values = st.text(IN_BATCHES, min_size=1, max_size=12)


def read(text: str, scanner: ScannerSettings) -> Scanned | Unread:
    return read_scan(text, scanner, TODAY)


@settings(max_examples=400, deadline=None)
@given(
    st.builds(BoxCode, gtins, values, values, st.just(date(2028, 3, 31))),
    st.sampled_from((*PAIRS, None)),
    st.sampled_from((GS, "^]", "{GS}", "")),
    st.sampled_from(("", "]d2")),
    st.sampled_from(("", "\u00a8")),
    st.sampled_from((Separators.UNKNOWN, Separators.KEPT)),
)
def test_no_box_is_read_wrong(
    box: BoxCode, pair: Mismatch | None, separator: str, prefix: str, accent: str, separators: Separators
) -> None:
    """Right, or asked with the right one among the answers, or the sentence with the self-test behind it."""
    sent = f"{prefix}01{box.gtin}1728033110{box.batch}{separator}21{box.serial}"
    came = sent if pair is None else garbled(sent, pair).replace("\0", accent)
    found = read(came, ScannerSettings(separators if separator else Separators.LOST))
    if isinstance(found, Ambiguous):
        assert box in found.readings
    elif isinstance(found, Unread):
        assert pair is not None or not separator
        assert found.fault in (ScanFault.KEYBOARD, ScanFault.SEPARATORS_LOST)
    else:
        assert found == box


@pytest.mark.parametrize("prefix", ["", "]d2"])
@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: f"{p.scanner}-{p.computer}")
def test_a_box_is_recovered_where_its_check_digit_proves_one_reading(pair: Mismatch, prefix: str) -> None:
    """Digits shifted and letters moved; not where the computer may have swallowed a sign of a batch."""
    came = garbled(prefix + PLAIN, pair).replace("\0", "")
    found = read(came, ScannerSettings())
    if pair.scanner in AZERTY and pair.computer not in (*AZERTY, *ON_US):
        assert isinstance(found, Unread) and found.fault is ScanFault.KEYBOARD
    else:
        assert found == READ


def test_letters_that_two_layouts_exchange_are_asked_about_until_the_scanner_is_proven() -> None:
    """Y and Z, on a German scanner at an American computer: no check digit covers a batch."""
    came = PLAIN.replace("A12C", "AZ2C")
    found = read(came, ScannerSettings())
    assert isinstance(found, Ambiguous) and found.cause is ScanFault.KEYBOARD
    assert {one.batch for one in found.readings} == {"AZ2C", "AY2C"}
    assert found.readings[0].batch == "AZ2C", "as it came is the likeliest"
    by_test = judge(Burst(MESSAGE, again=False, ended=True, slowest_ms=5), ScannerSettings())
    assert isinstance(by_test, Passed)
    for proven in (by_test.settings.proven, "DSPRX1:0Z9", "Y"):
        sure = read(came, ScannerSettings(proven=proven))
        assert isinstance(sure, BoxCode) and sure.batch == "AZ2C", proven
