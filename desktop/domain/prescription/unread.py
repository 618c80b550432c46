"""Why what was scanned or typed is no code: data, worded by who shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from types import MappingProxyType


@unique
class ScanFault(StrEnum):
    """What is wrong with a code. The facts that an :class:`Unread` carries stand behind each name."""

    NOTHING = "nothing"
    UNKNOWN = "unknown"  # neither an ordonnance, a matricule nor a box

    # an ordonnance (domain §C.3)
    IDENTIFIER_LENGTH = "identifier-length"  # length
    IDENTIFIER_CHARACTER = "identifier-character"  # character
    IDENTIFIER_CHECK = "identifier-check"
    CODE_VERSION = "code-version"  # version
    CODE_INCOMPLETE = "code-incomplete"
    ACCESS_CODE = "access-code"

    # a box (domain §C.7); "ai" is the GS1 application identifier
    GTIN_MISSING = "gtin-missing"
    CHECK_DIGIT = "check-digit"  # ai, value
    DATE = "date"  # ai, value
    REPEATED = "repeated"  # ai
    ELEMENT_UNKNOWN = "element-unknown"  # value
    ELEMENT_INCOMPLETE = "element-incomplete"  # ai, value: too few characters, or none
    ELEMENT_MALFORMED = (
        "element-malformed"  # ai, value: too many characters, or some that may not stand there
    )
    SEPARATORS_LOST = "separators-lost"  # more readings than anybody could choose from

    # a German box (IFA, ISO/IEC 15434)
    PPN_ENVELOPE = "ppn-envelope"  # what frames the message is not whole
    PPN_CHECK = "ppn-check"  # value
    PPN_AGENCY = "ppn-agency"  # value: the product is numbered by another country's agency
    PZN_CHECK = "pzn-check"  # value

    # the scanner itself
    KEYBOARD = "keyboard"  # layout: what the computer takes the scanner's keys for


@dataclass(frozen=True, slots=True)
class Unread:
    """One code that could not be read; *facts* never hold an access code."""

    fault: ScanFault
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @staticmethod
    def of(fault: ScanFault, /, **facts: str) -> "Unread":
        """Build one from keyword facts."""
        return Unread(fault, MappingProxyType(facts))
