"""Choosing and testing a PKCS#11 module: bad input, search list, ATR hints."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.card import (
    CardSource,
    KeypadSetting,
    PinAsker,
    PinState,
    Reader,
    ReaderSnapshot,
    SlotState,
)
from desktop.domain.errors import Code, Failure
from desktop.domain.pin_askers import PinAskers
from desktop.smartcard import modules
from desktop.smartcard.binary_architecture import Binary, read_header, this_machine, unloadable
from desktop.smartcard.child_card import CardDeadlines
from desktop.smartcard.child_client import CardChild
from desktop.smartcard.child_messages import PinFacts, StoredCertificate, TokenReading
from desktop.smartcard.module_test import CHILD
from desktop.smartcard.opensc_settings import write_settings
from desktop.smartcard.pkcs11_card import Pkcs11Card
from desktop.smartcard.recognition import recognise
from desktop.smartcard.software_card import SoftwareCard
from tests.answers import code_of
from tests.samples.practice import card as sample_card
from tests.unit.smartcard.card_factory import _usage, certificate, der
from tests.waiting import LIMIT_S, until


def elf(machine: int, kind: int = 3) -> bytes:
    head = b"\x7fELF\x02\x01\x01" + bytes(9) + kind.to_bytes(2, "little") + machine.to_bytes(2, "little")
    return head + bytes(100)


def pe(machine: int) -> bytes:
    return (
        b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0" + machine.to_bytes(2, "little") + bytes(64)
    )


def mach(kind: int) -> bytes:
    return b"\xcf\xfa\xed\xfe" + kind.to_bytes(4, "little") + bytes(64)


def fat(*kinds: int) -> bytes:
    head = b"\xca\xfe\xba\xbe" + len(kinds).to_bytes(4, "big")
    return head + b"".join(kind.to_bytes(4, "big") + bytes(16) for kind in kinds)


HEADERS = [
    (elf(62), Binary("Linux", ("x86-64",))),
    (elf(3), Binary("Linux", ("x86",))),
    (elf(183), Binary("Linux", ("ARM64",))),
    (elf(62, kind=2), None),  # a program, not a library
    (pe(0x8664), Binary("Windows", ("x86-64",))),
    (pe(0x014C), Binary("Windows", ("x86",))),
    (mach(0x0100000C), Binary("macOS", ("ARM64",))),
    (fat(0x01000007, 0x0100000C), Binary("macOS", ("x86-64", "ARM64"))),
    (b"\xca\xfe\xba\xbe\x00\x00\x00\x41" + bytes(64), None),  # a Java class
    (b"MZ" + bytes(80), None),
    (b"\x7fELF", None),
    (b"#!/bin/sh\n", None),
    (b"", None),
]


@pytest.mark.parametrize(("content", "expected"), HEADERS)
def test_headers(tmp_path: Path, content: bytes, expected: Binary | None) -> None:
    path = tmp_path / "module"
    path.write_bytes(content)
    assert read_header(path) == expected


HERE = Binary("Windows", ("x86-64",))
VERDICTS = [
    (pe(0x8664), None),
    (pe(0x014C), Code.MODULE_WRONG_ARCHITECTURE),
    (elf(62), Code.MODULE_WRONG_ARCHITECTURE),
    (b"hello", Code.MODULE_NOT_A_LIBRARY),
    (b"", Code.MODULE_NOT_A_LIBRARY),
]


@pytest.mark.parametrize(("content", "expected"), VERDICTS)
def test_verdicts(tmp_path: Path, content: bytes, expected: Code | None) -> None:
    path = tmp_path / "module.dll"
    path.write_bytes(content)
    failure = unloadable(path, HERE)
    assert (failure.code if failure else None) is expected
    if expected is Code.MODULE_WRONG_ARCHITECTURE:
        assert failure is not None
        assert failure.facts["expected"] == "Windows x86-64"


def test_folder_and_missing_file(tmp_path: Path) -> None:
    assert unloadable(tmp_path) == Failure.of(Code.MODULE_NOT_A_LIBRARY, path=str(tmp_path))
    missing = tmp_path / "none.so"
    assert unloadable(missing) == Failure.of(Code.MODULE_MISSING, path=str(missing))


def test_this_interpreter_could_load_itself() -> None:
    library = next(p for p in Path(os.__file__).parent.glob("lib-dynload/*.so"))
    assert read_header(library) == this_machine()


# -- search list ------------------------------------------------------------------------------------


@pytest.mark.parametrize("system", ["win32", "darwin", "linux"])
def test_search_list_has_luxtrust_first_and_opensc_last(system: str) -> None:
    environment = {"PROGRAMFILES": r"C:\Program Files", "SYSTEMROOT": r"C:\Windows"}
    paths = [str(p) for p in modules.search_list(system=system, environment=environment)]
    assert "gclib" in paths[0]
    assert "opensc-pkcs11" in paths[-1]
    assert len(paths) == len(set(paths))
    assert "%" not in "".join(paths)


def test_a_windows_without_the_variable_has_no_half_paths() -> None:
    assert modules.search_list(system="win32", environment={}) == ()


ATRS = [
    ("3B6D000080318065B0830204 7E83009000", "LuxTrust"),
    ("3B7D94000080318065B0831100C883009000", "LuxTrust"),
    ("3B7F96000080318065B0850500 11120FFF829000", "LuxTrust eID"),
    ("3B8F800180318065B0850300EF120FFF82900073", "LuxTrust eID"),
    ("3B888001 00883C1F7781005F0B", "eID Luxembourg"),
]


@pytest.mark.parametrize(("atr", "name"), ATRS)
def test_atr_hints(atr: str, name: str) -> None:
    hint = modules.hint(bytes.fromhex(atr.replace(" ", "")))
    assert hint is not None
    assert hint.card == name


def test_unknown_atr_has_no_hint() -> None:
    assert modules.hint(bytes.fromhex("3B8D0180FBA0000003080000100001004D")) is None
    assert modules.hint(b"") is None


def test_a_file_with_two_names_counts_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, link = tmp_path / "a.so", tmp_path / "b.so"
    real.write_bytes(b"x")
    link.symlink_to(real)
    monkeypatch.setattr(modules, "search_list", lambda atrs: (link, real))
    assert modules.installed() == (link,)


# -- « Tester le module » ---------------------------------------------------------------------------


@pytest.fixture
def port() -> Iterator[Pkcs11Card]:
    port = Pkcs11Card(search=lambda _: (), deadlines=CardDeadlines(module=LIMIT_S))
    yield port
    port.close()


def compiled(folder: Path, source: str) -> Path:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        if os.environ.get("CI"):
            pytest.fail("no C compiler")
        pytest.skip("no C compiler")
    (folder / "module.c").write_text(source)
    library = folder / "module.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, folder / "module.c"], check=True)
    return library


def test_no_module_anywhere(port: Pkcs11Card) -> None:
    failure = port.cards()
    assert isinstance(failure, Failure)
    assert failure.code is Code.MODULE_MISSING
    assert failure.facts["path"] == str(modules.search_list()[0])


def test_text_file_as_module(port: Pkcs11Card, tmp_path: Path) -> None:
    path = tmp_path / "module.so"
    path.write_text("not a library")
    expected = Failure.of(Code.MODULE_NOT_A_LIBRARY, path=str(path))
    assert port.test_module(path) == expected
    port.use_module(path)
    assert port.cards() == expected


@pytest.mark.skipif(sys.platform != "linux", reason="the compiled modules here are ELF")
class TestLoading:
    def test_library_without_pkcs11(self, port: Pkcs11Card, tmp_path: Path) -> None:
        failure = port.test_module(compiled(tmp_path, "int nothing(void) { return 0; }"))
        assert isinstance(failure, Failure)
        assert failure.code is Code.MODULE_NOT_A_LIBRARY

    @pytest.mark.parametrize("where", ["constructor", "function list"])
    def test_crash_on_load_kills_only_the_child(self, port: Pkcs11Card, tmp_path: Path, where: str) -> None:
        crash = "__builtin_trap();"
        if where == "constructor":
            source = f"__attribute__((constructor)) static void start(void) {{ {crash} }}"
        else:
            source = f"long C_GetFunctionList(void **list) {{ {crash} return 0; }}"
        path = compiled(tmp_path, source)
        failure = port.test_module(path)
        assert isinstance(failure, Failure)
        assert failure.code is Code.MODULE_CRASHED
        port.use_module(path)
        assert code_of(port.cards()) is Code.MODULE_CRASHED

    def test_a_module_that_prints_while_it_is_loaded_has_not_crashed(
        self, port: Pkcs11Card, tmp_path: Path
    ) -> None:
        source = """#include <unistd.h>
        __attribute__((constructor)) static void hello(void) { if (write(1, "Vendor 1.0\\n", 11)) {} }"""
        failure = port.test_module(compiled(tmp_path, source))
        assert isinstance(failure, Failure)
        assert failure.code is Code.MODULE_NOT_A_LIBRARY

    def test_a_child_whose_module_hangs_ends_with_its_parent(self, tmp_path: Path) -> None:
        source = """#include <unistd.h>
        __attribute__((constructor)) static void hang(void) { unlink("%s"); for (;;) sleep(1); }"""
        there = tmp_path / "not-loaded-yet"
        there.touch()
        child = CardChild(CHILD, [str(compiled(tmp_path, source % there))], {})
        try:
            until("the module's own code", lambda: not there.exists())
            child._pipes()[0].close()
            assert child.exit_code() == -signal.SIGKILL, "with all of its session, whatever it started"
        finally:
            child.close()

    @pytest.mark.parametrize(
        "source",
        [
            "long C_GetFunctionList(void **list) { for (;;); }",
            "__attribute__((constructor)) static void start(void) { for (;;); }",
        ],
    )
    def test_module_that_hangs_on_load(self, tmp_path: Path, source: str) -> None:
        """Its own state, whatever lies in the reader: the card is not to blame."""
        path = compiled(tmp_path, source)
        there = ReaderSnapshot(True, (Reader("R", SlotState.PRESENT, b"\x3b", 1),))
        port = Pkcs11Card(module=path, snapshot=lambda: there, deadlines=CardDeadlines(read=0.3, module=0.3))
        try:
            failure = port.test_module(path)
            assert isinstance(failure, Failure)
            assert failure.code is Code.MODULE_HANGS
            assert port.cards() == Failure.of(Code.MODULE_HANGS, path=str(path))
        finally:
            port.close()

    def test_first_loadable_module_of_the_search_wins(self, tmp_path: Path) -> None:
        text = tmp_path / "first.so"
        text.write_text("text")
        library = compiled(tmp_path, "int nothing(void) { return 0; }")
        port = Pkcs11Card(search=lambda _: (text, library))
        try:
            failure = port.cards()
            assert isinstance(failure, Failure)
            assert failure.facts["path"] == str(library)
        finally:
            port.close()


def test_who_asks_reaches_opensc_for_each_module(port: Pkcs11Card) -> None:
    """Two modules, two files: the one whose keypad is not used leaves the other's alone."""
    port.use_askers(PinAskers().with_rule(KeypadSetting.NO, "/m/a.so"))
    told = {m: Path(port._child_environment(m)["OPENSC_CONF"]) for m in ("/m/a.so", "/m/b.so")}
    for module, word in (("/m/a.so", "false"), ("/m/b.so", "true")):
        settings = told[module].read_text()
        assert f"enable_pinpad = {word};" in settings
        assert "set_pin_in_unlogged_session" in settings


OWN, OTHER = "/m/own.so", "/m/other.so"
KIND, ANOTHER = bytes.fromhex("3b00"), bytes.fromhex("3b01")
ASKED = [
    (OWN, KIND, PinAsker.PROGRAM, PinAsker.MODULE, True),
    (OWN, ANOTHER, PinAsker.KEYPAD, PinAsker.PROGRAM, False),
    (OTHER, KIND, PinAsker.PROGRAM, PinAsker.MODULE, False),
    (OTHER, KIND, PinAsker.KEYPAD, PinAsker.KEYPAD, False),
    ("/m/no-rule.so", KIND, PinAsker.KEYPAD, PinAsker.KEYPAD, False),
]


@pytest.mark.parametrize(("module", "atr", "told", "asks", "no_login"), ASKED)
def test_who_asks_is_chosen_for_each_module_and_kind_of_card(
    port: Pkcs11Card, module: str, atr: bytes, told: PinAsker, asks: PinAsker, no_login: bool
) -> None:
    rules = PinAskers().with_rule(KeypadSetting.NO, OWN).with_rule(KeypadSetting.NONE, OWN, KIND)
    port.use_askers(rules.with_rule(KeypadSetting.YES, OTHER))
    pin = PinState(asker=told)
    card = replace(sample_card(), module=module, atr=atr, pin=pin, can_change_pin=pin.typed_here)
    as_set = port._as_set(card)
    assert as_set.pin.asker is asks and as_set.can_change_pin is (asks is PinAsker.PROGRAM)
    assert port._needs_no_login(card) is no_login


def test_product_of_a_known_place() -> None:
    for path in modules.search_list():
        assert modules.product_at(path) in {middleware.name for middleware in modules.ALL}
    assert modules.product_at(Path("/usr/lib/pkcs11/libgclib.so")) == modules.GEMALTO.name or (
        sys.platform != "linux"
    )
    assert modules.product_at(Path("/home/somebody/module.so")) == ""


def test_module_in_use_is_the_chosen_one_else_the_first_found(port: Pkcs11Card, tmp_path: Path) -> None:
    assert port.module_in_use() is None
    port.use_module(tmp_path / "mine.so")
    assert port.module_in_use() == tmp_path / "mine.so"
    (tmp_path / "text.so").write_text("text")
    found = Pkcs11Card(search=lambda _: (tmp_path / "text.so",))
    try:
        assert found.module_in_use() is None
    finally:
        found.close()


def test_software_card_tests_real_modules_too(tmp_path: Path) -> None:
    path = tmp_path / "module.so"
    path.write_text("not a library")
    card = SoftwareCard(tmp_path)
    try:
        assert card.test_module(path) == Failure.of(Code.MODULE_NOT_A_LIBRARY, path=str(path))
    finally:
        card.close()


LUXTRUST_V2 = "3B7D9400008031806 5B0831100C883009000".replace(" ", "")
LETTERS = [
    (CardSource.PKCS11, "Gemalto S.A.", LUXTRUST_V2, True),
    (CardSource.PKCS11, "piv_II", LUXTRUST_V2, False),  # the emulator under a LuxTrust ATR
    (CardSource.SOFTWARE, "DSP Desktop", LUXTRUST_V2, False),
    (CardSource.PKCS11, "Gemalto S.A.", "3B7F960000803180 65B0850500111 20FFF829000".replace(" ", ""), False),
]


@pytest.mark.parametrize(("source", "manufacturer", "atr", "expected"), LETTERS)
def test_letters_in_the_pin_for_older_luxtrust_cards_only(
    source: CardSource, manufacturer: str, atr: str, expected: bool
) -> None:
    """Elsewhere a letter is a slip that must not cost a try."""
    leaf = der(certificate("Dr Weber", "rsa", _usage(digital_signature=True)))
    reading = TokenReading(
        "R", "L", "S", manufacturer, PinFacts(), certificates=(StoredCertificate("01", leaf),), atr=atr
    )
    ((card, _),) = recognise("stack", [reading], None, (), source)
    assert card.pin.letters is expected


@pytest.mark.parametrize(
    ("login_knows", "sign_knows", "why"),
    [
        (("RSA_PKCS",), ("RSA_PKCS",), None),
        (("RSA_PKCS",), (), None),  # it does not say
        (("RSA_PKCS",), ("RSA_PKCS_PSS",), Code.SIGNATURE_KEY_UNUSABLE),
    ],
)
def test_what_a_token_can_do_is_its_own_word_not_that_of_one_beside_it(
    login_knows: tuple[str, ...], sign_knows: tuple[str, ...], why: Code | None
) -> None:
    """The PIN was asked for a signature that its token has no mechanism for: told after it had been typed."""
    login, sign = (
        StoredCertificate("01", der(certificate("Dr Weber", "rsa", _usage(**{usage: True}))))
        for usage in ("digital_signature", "content_commitment")
    )
    readings = [
        TokenReading("R", "L (PIN)", "S", "M", PinFacts(), login_knows, certificates=(login,)),
        TokenReading("R", "L (Signature)", "S", "M", PinFacts(), sign_knows, certificates=(sign,)),
    ]
    ((card, _),) = recognise("stack", readings, None, (), CardSource.PKCS11)
    assert (None if card.signature is not None else card.no_signature) is why


def test_a_signature_key_on_a_token_of_its_own_has_a_pin_of_its_own() -> None:
    """OpenSC shows one token for each PIN of a card; both lie in one reader."""
    login, sign = (
        StoredCertificate("01", der(certificate("Dr Weber", "rsa", _usage(**{usage: True}))))
        for usage in ("digital_signature", "content_commitment")
    )
    apart = [
        TokenReading("R", "L (PIN)", "S", "M", PinFacts(tries_left=3), certificates=(login,)),
        TokenReading(
            "R", "L (Signature)", "S", "M", PinFacts(1, last_try=True, min_length=6), certificates=(sign,)
        ),
    ]
    ((card, known),) = recognise("stack", apart, None, (), CardSource.PKCS11)
    assert (card.pin.tries_left, card.signature_pin.tries_left) == (3, 1)
    assert card.own_signature_pin == card.signature_pin and card.signature_pin.last_try
    assert known.signature_reading is apart[1]
    together = TokenReading("R", "L", "S", "M", PinFacts(tries_left=3), certificates=(login, sign))
    ((card, _),) = recognise("stack", [together], None, (), CardSource.PKCS11)
    assert card.own_signature_pin is None and card.signature_pin == card.pin


LONG = "Identiv uTrust 3700 F CL Reader [uTrust 3700 F CL Reader] (55041834200367) 01 00"
NAMES = [
    ((LONG,), LONG[:64], LONG),
    ((LONG[:63] + " 00",), LONG[:63], LONG[:63] + " 00"),  # what is cut off leaves a space behind
    (("é" * 40,), "é" * 32, "é" * 40),  # bytes, not characters
    (("a" + "é" * 40,), "a" + "é" * 31 + "\ufffd", "a" + "é" * 40),  # the half of a sign
    (("é" * 40,), "é" * 30 + "\ufffd...", "é" * 40),
    (("Reader 1", "Reader 10"), "Reader 1", "Reader 1"),
    (("Another",), "Unheard of", "Unheard of"),
]


@pytest.mark.parametrize(("readers", "described", "expected"), NAMES)
def test_a_card_lies_in_the_reader_that_the_monitor_names(
    readers: tuple[str, ...], described: str, expected: str
) -> None:
    """A slot's description is cut at 64 bytes; a session that compared it would lock for nothing."""
    leaf = der(certificate("Dr Weber", "rsa", _usage(digital_signature=True)))
    reading = TokenReading(
        described, "L", "S", "M", PinFacts(), certificates=(StoredCertificate("01", leaf),)
    )
    seen = ReaderSnapshot(True, tuple(Reader(name, SlotState.PRESENT, b"\x3b") for name in readers))
    ((card, known),) = recognise("stack", [reading], seen, (), CardSource.PKCS11)
    assert card.reader == expected
    assert known.reading.reader == described, "the module is asked in its own words"


def test_a_card_in_any_reader_of_the_service_has_its_slots(tmp_path: Path) -> None:
    """OpenSC's own 16 slots are four readers: in the fifth no card was seen."""
    words = write_settings(tmp_path, keypad=False).read_text(encoding="ascii")
    (slots,) = re.findall(r"max_virtual_slots = (\d+);", words)
    assert int(slots) == 16 * 4, "readers of pcsc-lite, slots of OpenSC a card"


def test_two_cards_in_readers_that_one_description_means_are_two_cards() -> None:
    """One of them could not be seen. Neither names a reader: a session ends with any event of theirs."""
    described, names = LONG[:64], (LONG[:-5] + "01 00", LONG[:-5] + "02 00")
    readings = [
        TokenReading(described, "L", serial, "M", PinFacts(), certificates=(StoredCertificate("01", leaf),))
        for serial, leaf in (
            ("S1", der(certificate("Dr Weber", "rsa", _usage(digital_signature=True)))),
            ("S2", der(certificate("Dr Kieffer", "rsa", _usage(digital_signature=True)))),
        )
    ]
    both = ReaderSnapshot(True, tuple(Reader(name, SlotState.PRESENT, b"\x3b") for name in names))
    cards = [card for card, _ in recognise("stack", readings, both, (), CardSource.PKCS11)]
    assert [card.authentication.holder for card in cards] == ["Dr Weber", "Dr Kieffer"]
    assert not {card.reader for card in cards} & set(names)
    left = ReaderSnapshot(True, (both.readers[0], Reader(names[1], SlotState.EMPTY)))
    ((card, _),) = recognise("stack", readings[:1], left, (), CardSource.PKCS11)
    assert card.reader == names[0]


EID = bytes.fromhex("3B8F8001803180 65B0850300EF120FFF82900073".replace(" ", ""))


def test_the_eid_s_own_module_asks_in_its_own_window_and_no_other_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Web eID's list; OpenSC on the same card is asked as ever."""
    own, other = Path("/usr/lib/pkcs11/libgclib.so"), Path("/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so")
    monkeypatch.setattr(modules, "product_at", {own: modules.GEMALTO.name, other: modules.OPENSC.name}.get)
    assert modules.asks_in_its_own_window(EID, own)
    assert not modules.asks_in_its_own_window(EID, other)
    assert not modules.asks_in_its_own_window(b"\x3b\x00", own)
