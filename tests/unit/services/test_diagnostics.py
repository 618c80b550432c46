"""The diagnostics report: nothing of a person can get in, whatever readers, modules and cards say."""

import dataclasses
import typing
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain import diagnostics
from desktop.domain.card import (
    CardInfo,
    CardSource,
    Certificate,
    KeypadSetting,
    ModuleReport,
    PinState,
    Reader,
    ReaderSnapshot,
    SlotState,
    UnlockMethod,
)
from desktop.domain.diagnostics import (
    Atr,
    Installation,
    IssuerName,
    ListedWords,
    ModulePlace,
    ProductName,
    ProxyKind,
    ReaderName,
    Report,
    SystemName,
    Version,
)
from desktop.domain.errors import Code, Failure
from desktop.domain.network import TrustKind
from desktop.domain.texts import Language, set_language
from desktop.services.diagnostics import DiagnosticsService
from desktop.ui.views.diagnostics_text import report_text
from tests.fakes import FakePorts

NAME, MATRICULE, SERIAL, PIN, PATIENT = "Zwetschkenbaum", "1993051234591", "LX00456789", "482913", "Hippolyte"
SECRETS = (NAME, MATRICULE, SERIAL, PIN, PATIENT)
PLANTED = " ".join(SECRETS)
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
LUXTRUST_ATR = bytes.fromhex("3B7D9400008031806 5B0831100C883009000".replace(" ", ""))


def _certificate(issuer: str = PLANTED) -> Certificate:
    holder = f"{NAME} {PATIENT}"
    return Certificate(holder, MATRICULE, issuer, NOW, NOW + timedelta(days=400), SERIAL, PLANTED.encode())


MODULE = Path(f"/home/{NAME}/{SERIAL}/{PIN}.so")
READERS = (
    Reader(f"Gemalto PC Twin Reader ({SERIAL}) 00 00", SlotState.PRESENT, LUXTRUST_ATR, 3),
    Reader(f"Lecteur du Dr {PLANTED}", SlotState.MUTE, PLANTED.encode(), 1),
)


def _planted() -> FakePorts:
    """A person's data in every text that card, module and installation give."""
    world, made = FakePorts(), Version.of
    world.card.inserted = [
        CardInfo(
            PLANTED, f"Reader of {PLANTED}", PLANTED, SERIAL, CardSource.PKCS11, _certificate(),
            _certificate(f"LuxTrust {PLANTED} CA 3"), PinState(tries_left=2), UnlockMethod.RSA_OAEP,
        )
    ]  # fmt: skip
    tokens = (PLANTED, f"Gemalto {SERIAL}")
    world.card.modules[MODULE] = ModuleReport(str(MODULE), f"OpenSC {PLANTED}", MATRICULE, 2, tokens)
    world.support.installed = Installation(
        made("0.1.0"), made(PLANTED), made(PIN), SystemName.LINUX, made(MATRICULE), ProxyKind.SYSTEM,
        TrustKind.PINNED, demo=False,
    )  # fmt: skip
    world.support.module = MODULE
    world.support.products[MODULE] = str(MODULE)
    world.support.kinds = {reader.atr: PLANTED for reader in READERS}
    return world


def _failing() -> FakePorts:
    """The same, where cards and module only fail."""
    world = _planted()
    world.card.reading = Failure.of(Code.CARD_FAILED, error=PLANTED, path=PLANTED)
    world.card.modules[MODULE] = Failure.of(Code.MODULE_NOT_A_LIBRARY, path=str(MODULE))
    world.support.products.clear()
    return world


def _report(world: FakePorts) -> Report:
    service = DiagnosticsService(world.card, world.platform, world.support, world.clock)
    return service.report(ReaderSnapshot(True, READERS), KeypadSetting.AUTO, Code.CARD_MUTE)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("world", [_planted, _failing])
def test_no_word_about_a_person_gets_in(language: Language, world: Callable[[], FakePorts]) -> None:
    """Name, matricule, serial number, PIN and patient planted everywhere in the inputs: none comes out."""
    set_language(language)
    try:
        words = report_text(_report(world()))
    finally:
        set_language(Language.FR)
    shown = words.casefold().replace(" ", "")
    assert "gemaltopctwinreader" in shown, "the report still says something"
    for secret in SECRETS:
        assert secret.casefold() not in shown
        assert secret.encode().hex() not in shown, "not in hexadecimal either"
    assert "/home" not in words


def test_what_support_needs_is_there() -> None:
    world = _planted()
    good = _certificate("LuxTrust Global Qualified CA 3")
    world.card.inserted = [
        dataclasses.replace(card, authentication=good, signature=None) for card in world.card.inserted
    ]
    world.card.modules[MODULE] = ModuleReport(
        str(MODULE), "OpenSC smartcard framework", "0.23", 2, ("Gemalto Classic",)
    )
    world.support.products[MODULE] = "OpenSC"
    world.support.kinds[LUXTRUST_ATR] = "LuxTrust"
    report = _report(world)
    words = report_text(report)
    for expected in (
        "Gemalto PC Twin Reader … 00 00", "3B 7D 94 00 00 80 31 80 65 B0 83 11 00 C8 83 00 90 00", "LuxTrust",
        "OpenSC smartcard framework, version 0.23", "2 essais restants", "LuxTrust Global Qualified CA 3",
        "DSP-104", "du 21.11.2026 au 26.12.2027", "0.1.0",
    ):  # fmt: skip
        assert expected in words, expected
    assert report.module.place is ModulePlace.KNOWN


def test_a_module_outside_the_known_places_tells_no_path() -> None:
    assert _report(_failing()).module.place is ModulePlace.CHOSEN


# -- by construction ---------------------------------------------------------------------------------

ALLOWED = (bool, int, date, datetime, type(None), Atr, Version)


def _leaves(kind: object) -> typing.Iterator[type]:
    if typing.get_origin(kind) is not None or isinstance(kind, typing.types.UnionType):  # type: ignore[attr-defined]
        for part in typing.get_args(kind):
            if part is not Ellipsis:
                yield from _leaves(part)
    elif dataclasses.is_dataclass(kind) and kind not in (Atr, Version) and not issubclass(kind, ListedWords):  # type: ignore[arg-type]
        for name in typing.get_type_hints(kind):
            yield from _leaves(typing.get_type_hints(kind)[name])
    else:
        yield typing.cast(type, kind)


def test_no_field_can_hold_free_text() -> None:
    """Numbers, dates, choices of the program, an ATR, a version, listed words: no ``str``, no ``bytes``."""
    leaves = set(_leaves(Report))
    assert len(leaves) > 10
    for leaf in leaves:
        assert leaf in ALLOWED or issubclass(leaf, Enum | ListedWords), leaf
    assert str not in leaves and bytes not in leaves


@pytest.mark.parametrize("kind", [ReaderName, ProductName, IssuerName])
@given(raw=st.text(max_size=60))
def test_only_listed_words_and_short_numbers_pass(kind: type[ListedWords], raw: str) -> None:
    for word in kind.of(raw).words:
        assert word == diagnostics.HIDDEN or word in kind.LIST.values() or (word.isdigit() and len(word) <= 2)


@pytest.mark.parametrize("kind", [ReaderName, ProductName, IssuerName])
@pytest.mark.parametrize("raw", ["12.05.93", "93 05 12", "27-12 50 18 33", "1 2 3", "+352/24/55/05/50"])
def test_numbers_that_tell_of_a_person_do_not_pass_in_pieces(kind: type[ListedWords], raw: str) -> None:
    """A date of birth, a telephone number: each part is short enough to stand alone."""
    assert not any(letter.isdigit() for letter in str(kind.of(f"PC {raw} Card")))
    with pytest.raises(ValueError, match="numbers"):
        kind(("12", "05", "93"))


def test_the_numbers_of_a_reader_are_shown() -> None:
    assert str(ReaderName.of("Gemalto PC Twin Reader (12345678) 00 01")) == "Gemalto PC Twin Reader … 00 01"


@pytest.mark.parametrize("kind", [ReaderName, ProductName, IssuerName])
def test_an_unlisted_word_cannot_be_put_in_by_hand(kind: type[ListedWords]) -> None:
    with pytest.raises(ValueError, match="list"):
        kind((NAME,))


@pytest.mark.parametrize("raw", [MATRICULE, PIN, NAME, "", "1.2.3.4.5.6.7", "-1", "70000.1"])
def test_what_is_no_version_is_not_shown(raw: str) -> None:
    shown = str(Version.of(raw))
    assert MATRICULE not in shown and PIN not in shown and NAME not in shown


@pytest.mark.parametrize("octets", [(0x3C, 1), (0x3B,), tuple([0x3B] * 34)])
def test_what_is_no_atr_is_refused(octets: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="ATR"):
        Atr(octets)
    assert Atr.of(bytes(octets)) == Atr()


def test_luxembourgs_names_are_known() -> None:
    for issuer in ("LuxTrust Global Qualified CA 3", "LuxTrust Global Root 2", "Cartes de démonstration"):
        assert str(IssuerName.of(issuer)) == issuer
    for product in ("LuxTrust (Gemalto Classic Client)", "Thales Classic Client", "Thales SafeNet / IDPrime"):
        assert diagnostics.HIDDEN not in str(ProductName.of(product))
