"""The diagnostics report: what a support desk must know of this computer, and nothing of a person.

An allow-list by construction: a field is a number, a date, a choice of this program,
an ATR (which names a kind of card), or words of a list below. What is in no list becomes « … »: a reader
that carries a serial number, a certificate authority named after a doctor, a module in somebody's folder.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Self

from desktop.domain.card import KeypadSetting, PinAsker, SlotState, UnlockMethod
from desktop.domain.errors import ErrorCode
from desktop.domain.network import NetworkState, TrustKind

HIDDEN = "…"
_WORD = re.compile(r"[\w#+&-]+")
_SHORT_NUMBER = re.compile(r"\d{1,2}")


# "00 01" stands in the name of a reader; a date of birth has one number more.
_MOST_NUMBERS = 2


def _runs(words: Sequence[str]) -> list[int]:
    """For every word, of how many numbers in a row it is one."""
    runs: list[int] = []
    for number, group in itertools.groupby(words, lambda word: bool(_SHORT_NUMBER.fullmatch(word))):
        size = len(list(group))
        runs += [size if number else 0] * size
    return runs


def _vocabulary(words: str) -> dict[str, str]:
    return {word.casefold(): word for word in words.split()}


@dataclass(frozen=True, slots=True)
class ListedWords:
    """Words of :attr:`LIST` and numbers of at most two digits, never three in a row (a date, a telephone
    number); made with :meth:`of`.
    """

    LIST: ClassVar[dict[str, str]] = {}
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for word in self.words:
            if word != HIDDEN and not self._may_stand(word):
                raise ValueError("a word that is in no list")
        if any(numbers > _MOST_NUMBERS for numbers in _runs(self.words)):
            raise ValueError("numbers that together may tell of a person")

    @classmethod
    def of(cls, raw: str) -> Self:
        """What may be said of *raw*; a run of unknown words is one « … »."""
        found = _WORD.findall(raw)
        words: list[str] = []
        for one, run in zip(found, _runs(found), strict=True):
            number = bool(_SHORT_NUMBER.fullmatch(one))
            known = (one if run <= _MOST_NUMBERS else HIDDEN) if number else HIDDEN
            word = cls.LIST.get(one.casefold(), known)
            if word != HIDDEN or words[-1:] != [HIDDEN]:
                words.append(word)
        return cls(tuple(words))

    def _may_stand(self, word: str) -> bool:
        return self.LIST.get(word.casefold()) == word or bool(_SHORT_NUMBER.fullmatch(word))

    def __str__(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class ReaderName(ListedWords):
    """Makers and models of card readers."""

    LIST: ClassVar[dict[str, str]] = _vocabulary(
        "Gemalto Gemplus GemPC Thales SafeNet PC Twin Express Key USB SmartCard SmartCards Smart Card "
        "Cards Reader Readers Terminal Keyboard Interface CCID ICC PICC SAM Contact Contactless Dual Slot "
        "Virtual PCD ACS ACR ACR38 ACR38U ACR39 ACR39U ACR39U-H1 ACR39U-I1 ACR122U ACR1252 ACR1281 "
        "ACR1281U-C1 APG8201 Alcor Micro AU9540 AU9560 Broadcom Corp Cherry GmbH ST-1044U ST-1144UB "
        "ST-2000 ST-2100 ST-1503 KC SmartTerminal XX44 Dell Smartcard Lenovo Integrated HP O2 Micro Oz776 "
        "OZMICRO HID Global OMNIKEY Omnikey 3021 3121 3x21 5021 5022 5025 5122 5321 5422 5427 6121 AG "
        "CardMan CK Identiv SCM Microsystems Inc SCR331 SCR333 SCR335 SCR3310 SCR3320 SCR3500 SCR35xx "
        "SPR332 SPR532 uTrust 2700 2900 3500 3512 3700 4701 CLOUD F R REINER SCT cyberJack RFID standard "
        "basis komfort go pinpad e-com one wave secoder Kobil KAAN VASCO DIGIPASS DP905 DP920 Ingenico "
        "Feitian bR301 R502 Bit4id miniLector EVO AIR Yubico YubiKey OTP FIDO Windows Hello for Business "
        "Microsoft UICC ISO Rutoken IDBridge CT30 CT40 CT700 K30 K50 K1100 CL3000 ID-One Precise Advanced "
        "Card Systems Ltd Realtek Semiconductor Generic DSP Simulator Simulateur Lecteur démonstration de "
        "and of"
    )


@dataclass(frozen=True, slots=True)
class ProductName(ListedWords):
    """Card kinds, middleware products and what their libraries call themselves."""

    LIST: ClassVar[dict[str, str]] = _vocabulary(
        "LuxTrust Gemalto Gemplus Classic Client Thales SafeNet Safenet IDPrime IDGo MD PIV eToken "
        "Authentication OpenSC Project smartcard framework SoftHSM SoftHSM2 v2 Implementation of PKCS11 "
        "PKCS#11 PKCS#15 PKCS #11 #15 Cryptoki Cryptographic Token Interface library Library Inc Corp AG "
        "SA Security emulated piv_II PIV_II PIV-II eID Luxembourg card Card cards for the and Grand Duchy "
        "Government identity ActivIdentity HID Oberthur IDEMIA Cosmo AWP Belgium Estonian cryptovision "
        "sc-interface Nexus Personal Atos CardOS API CNG TPM NSS Kryoptic DSP Desktop Simulator Athena "
        "IDProtect Yubico YKCS11 ykcs11 Bit4id Universal"
    )


@dataclass(frozen=True, slots=True)
class IssuerName(ListedWords):
    """Authorities that issue cards in Luxembourg, and those of this program's simulator."""

    LIST: ClassVar[dict[str, str]] = _vocabulary(
        "LuxTrust Global Root Qualified Normalised Corporate Timestamping SSL CA Test Testing TEST eSanté "
        "Agence nationale Luxembourg Lëtzebuerg Grand Duchy Grand-Duchy Gouvernement Government of du de "
        "la Citizen Foreign eID ECDSA RSA SA G2 G3 D8 Racine démonstration Cartes Autorité inconnue DSP "
        "Simulator Simulateur"
    )


class SystemName(StrEnum):
    """Operating systems that the program runs on."""

    LINUX = "Linux"
    WINDOWS = "Windows"
    MACOS = "macOS"
    OTHER = "…"


class ProxyKind(StrEnum):
    """Whether a proxy stands between; never its name, user or password."""

    DIRECT = "direct"
    BYPASS = "bypass"
    SYSTEM = "system"
    MANUAL = "manual"


class Closed(StrEnum):
    """What is closed to a child that reads foreign files; as the child itself said."""

    FILES = "files"
    NETWORK = "network"
    PROGRAMS = "programs"


class ModulePlace(StrEnum):
    """Where the module in use lies; never the path itself, which may hold a person's name."""

    NONE = "none"
    KNOWN = "known"
    CHOSEN = "chosen"


class CertificateUse(StrEnum):
    """What a certificate is for."""

    AUTHENTICATION = "authentication"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Version:
    """At most four numbers below 65536; () where something else was said."""

    parts: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if len(self.parts) > 4 or not all(0 <= part < 65536 for part in self.parts):
            raise ValueError("no version")

    @staticmethod
    def of(raw: str) -> "Version":
        """The numbers at the beginning of *raw* ("6.1.0-18-amd64" → 6.1.0)."""
        found = re.match(r"\d{1,5}(\.\d{1,5}){0,3}(?!\d)", raw)
        parts = tuple(int(part) for part in found.group().split(".")) if found else ()
        return Version(parts) if all(part < 65536 for part in parts) else Version()

    def __str__(self) -> str:
        return ".".join(str(part) for part in self.parts) or HIDDEN


@dataclass(frozen=True, slots=True)
class Atr:
    """Answer to reset: 2 to 33 bytes that name the kind of card, the same for all cards of a series."""

    octets: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.octets and (self.octets[0] not in (0x3B, 0x3F) or not 2 <= len(self.octets) <= 33):
            raise ValueError("no ATR")

    @staticmethod
    def of(raw: bytes) -> "Atr":
        """Nothing where *raw* is no ATR."""
        looks_right = 2 <= len(raw) <= 33 and raw[0] in (0x3B, 0x3F)
        return Atr(tuple(raw)) if looks_right else Atr()

    def __str__(self) -> str:
        return " ".join(f"{octet:02X}" for octet in self.octets)


@dataclass(frozen=True, slots=True)
class ReaderPart:
    """One reader; ``suggests`` is what the ATR looks like, which is a hint only."""

    name: ReaderName
    slot: SlotState
    atr: Atr
    suggests: ProductName


@dataclass(frozen=True, slots=True)
class CertificatePart:
    """One certificate of a card: no holder, no serial."""

    use: CertificateUse
    issuer: IssuerName
    valid_from: date
    valid_until: date


@dataclass(frozen=True, slots=True)
class CardPart:
    """One card that was read. ``reader`` is its place in the list of readers (from 1), 0 = not listed."""

    reader: int
    simulated: bool
    tries_left: int | None
    pin_low: bool
    pin_last_try: bool
    pin_blocked: bool
    asker: PinAsker
    can_change_pin: bool
    can_unblock: bool
    unlock: UnlockMethod
    certificates: tuple[CertificatePart, ...]


@dataclass(frozen=True, slots=True)
class ModulePart:
    """The PKCS#11 module in use and what it said when it was tested."""

    place: ModulePlace
    product: ProductName
    library: ProductName
    version: Version
    slots: int
    tokens: tuple[ProductName, ...]
    problem: ErrorCode | None


@dataclass(frozen=True, slots=True)
class Installation:
    """Versions of this installation and the kind of its network."""

    program: Version
    python: Version
    qt: Version
    system: SystemName
    system_version: Version
    proxy: ProxyKind
    trust: TrustKind
    demo: bool


@dataclass(frozen=True, slots=True)
class Report:
    """All of it. ``card_problem``: why no card could be read; ``shown``: the code on the screen.

    ``closed``: what this system closes to the children that read foreign files.
    """

    made_at: datetime
    installation: Installation
    service_running: bool
    remote_session: bool
    readers: tuple[ReaderPart, ...]
    module: ModulePart
    keypad: KeypadSetting
    cards: tuple[CardPart, ...]
    card_problem: ErrorCode | None
    network: NetworkState
    shown: ErrorCode | None
    closed: tuple[Closed, ...]
