"""One scan, whatever it is, and through whichever keyboard it came (domain §C.7)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.matricule import Matricule
from desktop.domain.prescription.box import Ambiguous, BoxCode, NationalNumber, check_digit
from desktop.domain.prescription.identifier import (
    OrdonnanceCode,
    TypedIdentifier,
    new_access_code,
    new_identifier,
    parse_identifier,
)
from desktop.domain.prescription.unread import ScanFault, Unread
from desktop.scanning.keyboards import Keyboard, Mismatch, garbled, mismatches, restored, swallowed
from desktop.scanning.reading import Scanned, read_picture_text, read_scan
from desktop.scanning.separators import ScannerSettings, Separators, plain
from tests.unit.scanning.boxes import GS, GTIN, TODAY, fault, gtin

NEW = ScannerSettings()
BOX = f"01{GTIN}1728033110A12C{GS}21XA7"
READ = BoxCode(GTIN, "A12C", "XA7", date(2028, 3, 31))
ORDONNANCE = OrdonnanceCode(new_identifier(lambda _: 0x1234567890ABCDEF123), new_access_code(lambda _: 7**40))


def read(text: str, scanner: ScannerSettings = NEW) -> Scanned | Unread:
    return read_scan(text, scanner, TODAY)


@pytest.mark.parametrize("prefix", ["", "]d2", "]C1", GS, "]d2" + GS])
@pytest.mark.parametrize("end", ["", "\r", "\r\n", "\t"])
@pytest.mark.parametrize("separator", [GS, "^]", "{GS}", "\u241d"])
def test_a_box_in_every_spelling(prefix: str, end: str, separator: str) -> None:
    assert read(prefix + BOX.replace(GS, separator) + end) == READ


def test_a_configured_separator() -> None:
    sent = BOX.replace(GS, "#")
    assert read(sent, ScannerSettings(Separators.KEPT, "#")) == READ
    assert isinstance(read(sent), Unread)


def test_separators_that_were_dropped_are_asked_for() -> None:
    found = read(BOX.replace(GS, ""))
    assert isinstance(found, Ambiguous)
    assert READ in found.readings


def test_a_german_box_as_it_is_typed() -> None:
    framed = f"[)>\x1e06{GS}9N110375286414{GS}1TB\x1e\x04"
    wanted = BoxCode(None, "B", national=(NationalNumber("DE", "03752864"),))
    for sent in (
        framed,
        "]d1" + framed,
        framed.replace("\x1e", "^^").replace(GS, "^]").replace("\x04", "^D"),
    ):
        assert read(sent) == wanted


def test_an_ordonnance_a_person_an_identifier() -> None:
    assert read(ORDONNANCE.qr_text() + "\r") == ORDONNANCE
    assert read(ORDONNANCE.identifier.grouped()) == TypedIdentifier(ORDONNANCE.identifier)
    assert read("1893 1201 057 32") == Matricule("1893120105732")


def test_thirteen_digits() -> None:
    """A matricule, unless only a GTIN's check digit fits."""
    person = Matricule("1893120105732")
    assert read(person.digits) == person
    assert read(GTIN[1:]) == BoxCode(GTIN)
    neither = GTIN[1:13] + str((int(GTIN[13]) + 1) % 10)
    assert read(neither) == Matricule(neither)  # its check digits warn and never block


def test_sixteen_digits() -> None:
    """An identifier's check character fits one GTIN in 32: it is a box's all the same."""
    fitting = next(
        f"01{gtin(n)}" for n in range(1000) if not isinstance(parse_identifier("01" + gtin(n)), Unread)
    )
    assert read(fitting) == BoxCode(fitting[2:])


def test_bar_codes_of_the_shop() -> None:
    assert read("-03752864") == BoxCode(None, national=(NationalNumber("DE", "03752864"),))
    upc = "02345678901" + check_digit("02345678901")
    assert read(upc) == BoxCode("00" + upc)
    assert isinstance(read("-03752865"), Unread)


def test_half_a_box_is_never_whole() -> None:
    """« code incomplet, rescannez »: refused, or without what a delivery needs."""
    order = f"01{GTIN}21XA7{GS}1728033110A12C"  # as most makers print it; a batch may lose its end unseen
    for length in range(1, order.index("10A12C") + 2):
        found = read(order[:length], ScannerSettings(Separators.KEPT))
        assert not isinstance(found, BoxCode) or found.missing, order[:length]


@pytest.mark.parametrize("pair", tuple(mismatches()), ids=lambda p: f"{p.scanner}-{p.computer}")
def test_an_ordonnance_through_another_keyboard(pair: Mismatch) -> None:
    """Found out, unless the two layouts agree about every sign of the code."""
    sent = ORDONNANCE.qr_text()
    came = garbled(sent, pair)
    found = read(came)
    if came.upper() == sent:
        assert found == ORDONNANCE
        return
    assert isinstance(found, Unread)
    assert found.fault is ScanFault.KEYBOARD
    told = Keyboard(found.facts["layout"])
    scanners = (keyboard for keyboard in Keyboard if keyboard is not told)
    assert ORDONNANCE in [read(restored(came, Mismatch(scanner, told))) for scanner in scanners]


@pytest.mark.parametrize("computer", [k for k in Keyboard if k not in (Keyboard.US, Keyboard.GB)])
def test_a_box_with_its_prefix_through_another_keyboard(computer: Keyboard) -> None:
    """A dead key takes the bracket along, or leaves its accent: the box is read all the same."""
    pair = Mismatch(Keyboard.US, computer)
    came = garbled("]d2" + BOX, pair)
    spelled = [came.replace("\0", ""), came.replace("\0", "¨")] if swallowed("]", pair) else [came]
    for one in spelled:
        assert read(one) == READ, one


def test_french_keys_write_no_digits_and_the_box_is_read() -> None:
    came = garbled(BOX, Mismatch(Keyboard.US, Keyboard.FRENCH))
    assert not any(character.isdigit() for character in came)
    assert read(came) == READ


def test_caps_lock_shows_in_the_prefix() -> None:
    assert read("]D2" + BOX.swapcase()) == Unread.of(ScanFault.KEYBOARD, layout="caps-lock")
    assert read(ORDONNANCE.qr_text().swapcase()) == ORDONNANCE  # its letters have no case


@given(st.sampled_from(tuple(mismatches())), st.text("ABCXabcx0123456789"))
def test_what_was_garbled_can_be_told(pair: Mismatch, text: str) -> None:
    assert restored(garbled(text, pair), pair) == text


def test_a_picture_has_no_keyboard() -> None:
    def seen(symbology: str, text: str) -> Scanned | Unread:
        return read_picture_text(symbology, text, TODAY)

    assert seen("]d2", BOX) == READ
    assert isinstance(seen("]d1", f"(01){GTIN}(10)A12C"), Unread)  # brackets as data
    assert isinstance(seen("]d1", BOX), Unread)
    assert seen("]Q1", ORDONNANCE.qr_text()) == ORDONNANCE
    assert seen("]E0", GTIN[1:]) == BoxCode(GTIN) or isinstance(seen("]E0", GTIN[1:]), Matricule)
    assert fault(seen("]Q1", "https://example.org")) is ScanFault.UNKNOWN


@given(
    st.text(st.characters(max_codepoint=0x250), max_size=60), st.sampled_from(Separators), st.text(max_size=2)
)
def test_anything_is_answered(text: str, separators: Separators, separator: str) -> None:
    scanner = ScannerSettings(separators, separator)
    read(text, scanner)
    read("]d2" + text, scanner)
    assert not plain(text, scanner).endswith(("\r", "\n"))
