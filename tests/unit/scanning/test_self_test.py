"""The self-test's code: what each way of garbling it tells, and that what it keeps reads boxes."""

import io

import pytest
import zxingcpp
from PIL import Image

from desktop.domain.prescription.box import BoxCode
from desktop.scanning.gs1 import read_gs1
from desktop.scanning.keyboards import Keyboard, Mismatch, garbled, mismatches
from desktop.scanning.reading import read_scan
from desktop.scanning.self_test import MESSAGE, PROVEN, Failed, Passed, SelfTestFault, judge, printed_code
from desktop.scanning.separators import ScannerSettings, Separators
from desktop.scanning.symbols import datamatrix_png
from desktop.scanning.wedge import Burst
from tests.unit.scanning.boxes import GS, GTIN, TODAY

NEW = ScannerSettings()


def came(text: str, *, slowest_ms: int = 4, ended: bool = True) -> Passed | Failed:
    return judge(Burst(text, again=False, ended=ended, slowest_ms=slowest_ms), NEW)


def fault(found: Passed | Failed) -> SelfTestFault:
    assert isinstance(found, Failed), found
    return found.fault


@pytest.mark.parametrize("prefix", ["", "]d2", GS])
@pytest.mark.parametrize(
    ("separator", "kept"),
    [
        (GS, ScannerSettings(Separators.KEPT, proven=PROVEN)),
        ("^]", ScannerSettings(Separators.KEPT, proven=PROVEN)),
        ("{GS}", ScannerSettings(Separators.KEPT, proven=PROVEN)),
        ("#", ScannerSettings(Separators.KEPT, "#", proven=PROVEN)),
        ("<FNC1", ScannerSettings(Separators.KEPT, "<FNC1", proven=PROVEN)),
        ("", ScannerSettings(Separators.LOST, proven=PROVEN)),
    ],
)
def test_what_becomes_of_the_separator(prefix: str, separator: str, kept: ScannerSettings) -> None:
    assert came(prefix + MESSAGE.replace(GS, separator) + "\r") == Passed(kept, ended=True)


@pytest.mark.parametrize("separator", [GS, "^]", "#", "<FNC1"])
def test_what_is_kept_reads_a_box(separator: str) -> None:
    """A batch that holds an element's digits is whole once separators are known to come."""
    found = came(MESSAGE.replace(GS, separator))
    assert isinstance(found, Passed)
    for box in (f"01{GTIN}10A2112{GS}1728033121X", f"01{GTIN}1728033110A2112"):
        true = read_gs1(box, Separators.KEPT, TODAY)
        assert read_scan(box.replace(GS, separator), found.settings, TODAY) == true
    assert read_scan(box, NEW, TODAY) != true


@pytest.mark.parametrize("pair", tuple(mismatches()), ids=lambda p: f"{p.scanner}-{p.computer}")
@pytest.mark.parametrize("separator", [GS, "^]", ""])
def test_every_pair_of_layouts_that_disagree_is_found(pair: Mismatch, separator: str) -> None:
    sent = MESSAGE.replace(GS, separator)
    found = came(garbled(sent, pair).replace("\0", ""))  # a dead key that waits for a letter
    if garbled(MESSAGE, pair) == MESSAGE:  # they agree about all of it: American and British, for one
        assert isinstance(found, Passed)
        return
    assert isinstance(found, Failed)
    assert found.fault is SelfTestFault.KEYBOARD
    assert pair in found.layouts
    told = (Mismatch(pair.scanner, one) for one in found.computers if one is not pair.scanner)
    assert {garbled(MESSAGE, one) for one in told} == {garbled(MESSAGE, pair)}


def test_the_layout_to_set_is_named() -> None:
    found = came(garbled(MESSAGE, Mismatch(Keyboard.US, Keyboard.SWISS_FRENCH)))
    assert isinstance(found, Failed)
    assert found.computers == (Keyboard.SWISS_FRENCH,)


def test_caps_lock() -> None:
    assert fault(came(MESSAGE.swapcase())) is SelfTestFault.CAPS_LOCK
    assert fault(came("]D2" + MESSAGE.swapcase())) is SelfTestFault.CAPS_LOCK


def test_half_of_it_and_something_else() -> None:
    assert fault(came(MESSAGE[:-1])) is SelfTestFault.INCOMPLETE
    assert fault(came(MESSAGE[:20])) is SelfTestFault.INCOMPLETE
    assert fault(came(MESSAGE[-12:])) is SelfTestFault.INCOMPLETE
    assert fault(came(f"01{GTIN}1728033110A12C")) is SelfTestFault.OTHER_CODE


def test_its_pace_is_kept() -> None:
    """At least the starting value, twice the longest pause, and never as slow as a person."""
    for slowest, gap in ((4, 30), (25, 50), (60, 90)):
        found = came(MESSAGE, slowest_ms=slowest)
        assert isinstance(found, Passed)
        assert found.settings.gap_ms == gap
    assert fault(came(MESSAGE, slowest_ms=91)) is SelfTestFault.TOO_SLOW
    assert came(MESSAGE, ended=False) == Passed(
        ScannerSettings(Separators.KEPT, closing=False, proven=PROVEN), ended=False
    )


def test_the_printed_code_is_the_message() -> None:
    assert "<svg" in printed_code()
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(datamatrix_png(MESSAGE, module=6))))
    assert [(one.symbology_identifier, one.bytes.decode()) for one in found] == [("]d2", MESSAGE)]
    assert isinstance(read_gs1(MESSAGE, Separators.KEPT, TODAY), BoxCode)
