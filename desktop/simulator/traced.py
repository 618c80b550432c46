"""The vocabulary of traces: what an act is called on the wire."""

from enum import StrEnum
from typing import Self


class TracedAction(StrEnum):
    """What traces name; ``crude`` is FHIR's letter: create, read, update, delete, execute."""

    crude: str

    def __new__(cls, code: str, crude: str = "R") -> Self:
        """*code* as it stands on the wire."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.crude = crude
        return member


class Action(TracedAction):
    """Traced actions of every record (domain §6)."""

    LOGIN = "login", "E"
    OPEN = "open", "E"
    LIST = "list", "E"
    READ = "read"
    READ_OLD = "read-old-version"
    SEND = "send", "C"
    SEND_VERSION = "send-version", "C"
    LEVEL = "level-change", "U"
    LIFT = "lift-annonce", "U"
    LIFE_LINE = "ligne-de-vie", "E"
    HISTORY = "history", "E"
    MANDATE_OPENED = "mandate-opened", "C"
    MANDATE_SHORTENED = "mandate-shortened"
    MANDATE_ENDED = "mandate-ended"
    BLACKLIST = "blacklist"
    UNBLACKLIST = "unblacklist"
    EMERGENCY = "emergency-level"
    CLOSED = "dsp-closed"
    REOPENED = "dsp-reopened"
    MR_REVOKED = "mr-revoked"
    DISABLE = "document-disabled"
    ENABLE = "document-enabled"
