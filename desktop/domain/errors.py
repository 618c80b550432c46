"""Every error that a user can meet: a stable code, and the facts of one case.

Texts and next steps stand in ``resources/translations/<lang>/errors.toml`` under the code
("DSP-101" → ``[DSP-101] text = "…", next = "…"``). Ranges: 1xx card and reader, 2xx PIN and PUK,
3xx certificate and account, 4xx network, 5xx platform, 6xx rights, mandate and patient,
7xx documents and sending, 8xx local store, 9xx the program itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from types import MappingProxyType
from typing import TypeAlias, TypeVar


class ErrorCode(StrEnum):
    """A stable public error code: the kernel's (:class:`Code`) or a feature's own enumeration.

    A feature's codes stand in the ranges above under its own letter ("DSP-A620") and have their words in
    ``[errors.<code>]`` of its own folder.
    """


@unique
class Code(ErrorCode):
    """The kernel's codes; never renumbered."""

    CARD_SERVICE_MISSING = "DSP-101"
    READER_MISSING = "DSP-102"
    CARD_MISSING = "DSP-103"
    CARD_MUTE = "DSP-104"
    CARD_UNKNOWN = "DSP-105"
    CARDS_SEVERAL = "DSP-106"
    CARD_REMOVED = "DSP-107"
    CARD_BUSY = "DSP-108"
    CARD_TIMEOUT = "DSP-109"
    CARD_FAILED = "DSP-110"
    CARD_SWAPPED = "DSP-111"
    CARD_CANNOT_SIGN = "DSP-112"
    MODULE_MISSING = "DSP-120"
    MODULE_NOT_A_LIBRARY = "DSP-121"
    MODULE_WRONG_ARCHITECTURE = "DSP-122"
    MODULE_CRASHED = "DSP-123"
    MODULE_HANGS = "DSP-124"
    REMOTE_SESSION = "DSP-130"

    PIN_WRONG = "DSP-201"
    PIN_LAST_TRY = "DSP-202"
    PIN_BLOCKED = "DSP-203"
    PIN_FORMAT = "DSP-204"
    PUK_WRONG = "DSP-205"
    PUK_BLOCKED = "DSP-206"
    PIN_CANCELLED = "DSP-207"
    KEYPAD_FAILED = "DSP-208"
    PIN_CHANGE_UNSUPPORTED = "DSP-209"
    SIGNATURE_PIN_BLOCKED = "DSP-210"
    PIN_UNCERTAIN = "DSP-211"
    PUK_UNCERTAIN = "DSP-212"
    PIN_INITIAL = "DSP-213"
    PIN_NOT_SET = "DSP-214"
    PIN_FORM_REFUSED = "DSP-215"
    MODULE_ASKED_IN_VAIN = "DSP-216"
    PIN_OF_EITHER = "DSP-217"

    CERTIFICATE_EXPIRED = "DSP-301"
    CERTIFICATE_REVOKED = "DSP-302"
    CERTIFICATE_NOT_YET_VALID = "DSP-303"
    CERTIFICATE_UNTRUSTED = "DSP-304"
    CERTIFICATE_MISSING = "DSP-305"
    CERTIFICATE_EXPIRING = "DSP-306"
    SIGNATURE_KEY_MISSING = "DSP-307"
    SIGNATURE_WRONG = "DSP-308"
    SIGNATURE_REFUSED = "DSP-309"
    ACCOUNT_NOT_ACTIVATED = "DSP-310"
    PRACTICE_SUSPENDED = "DSP-311"
    VERSION_REFUSED = "DSP-312"
    TERMS_REQUIRED = "DSP-313"
    SESSION_ENDED = "DSP-314"
    OTHER_HOLDER = "DSP-315"
    LOGIN_REFUSED = "DSP-316"
    SHUT_OUT_BEFORE = "DSP-317"
    SIGNER_NOT_HOLDER = "DSP-318"
    CERTIFICATE_PURPOSE = "DSP-319"
    KEY_MISSING = "DSP-320"
    CERTIFICATE_SUSPENDED = "DSP-321"
    SIGNATURE_KEY_UNUSABLE = "DSP-322"

    OFFLINE = "DSP-401"
    TIMEOUT = "DSP-402"
    CAPTIVE_PORTAL = "DSP-403"
    PROXY_AUTH = "DSP-404"
    PROXY_FAILED = "DSP-405"
    TLS_INTERCEPTED = "DSP-406"
    CANCELLED = "DSP-407"
    TRUST_NOT_PINNED = "DSP-408"

    PLATFORM_MAINTENANCE = "DSP-501"
    PLATFORM_BUSY = "DSP-502"
    PLATFORM_ERROR = "DSP-503"
    PLATFORM_ANSWER_UNREADABLE = "DSP-504"
    LIST_INCOMPLETE = "DSP-505"
    CHANGED_ELSEWHERE = "DSP-506"
    NOT_FOUND = "DSP-507"
    OPERATION_NOT_OFFERED = "DSP-508"

    PATIENT_NOT_FOUND = "DSP-601"
    PATIENT_SEVERAL = "DSP-602"
    RECORD_NONE = "DSP-603"
    RECORD_INACTIVE = "DSP-604"
    RECORD_CLOSED = "DSP-605"
    RECORD_DECEASED = "DSP-606"
    NO_MANDATE = "DSP-610"
    MANDATE_ENDED = "DSP-611"
    KEPT_TOO_LONG = "DSP-612"
    CLOCK_SET_BACK = "DSP-613"
    PRESENCE_WRONG = "DSP-620"
    PRESENCE_LOCKED = "DSP-621"
    PRESENCE_UNANSWERED = "DSP-622"
    PRESENCE_EMPTY = "DSP-623"
    NOT_ENTITLED = "DSP-630"
    DOCUMENT_DISABLED = "DSP-631"
    LEVEL_UNCONFIRMED = "DSP-632"
    ACT_UNTOLD = "DSP-633"
    CHANGE_REFUSED = "DSP-634"
    SEARCH_TOO_SHORT = "DSP-640"
    MATRICULE_FORMAT = "DSP-641"
    TOO_MANY_MATCHES = "DSP-642"

    FILE_NOT_PDF = "DSP-701"
    FILE_EMPTY = "DSP-702"
    FILE_TOO_LARGE = "DSP-703"
    FILE_LOCKED = "DSP-704"
    FILE_UNREADABLE = "DSP-705"
    FILE_NOT_CONFORMING = "DSP-706"
    FILE_UNCONFIRMED = "DSP-707"
    FILE_SIGNED = "DSP-708"
    FILE_HAS_FORM = "DSP-709"
    FILE_UNSAFE = "DSP-710"
    FILE_KIND_UNKNOWN = "DSP-711"
    FILE_DIFFERS = "DSP-712"
    OFFICE_MISSING = "DSP-713"
    SIZE_REFUSED = "DSP-714"
    FILE_NO_FILE = "DSP-715"
    FILE_SILENT = "DSP-716"
    FILE_PAGE_DAMAGED = "DSP-717"
    FILE_PORTFOLIO = "DSP-718"
    FILE_TOO_LONG = "DSP-719"
    DEPOSIT_INCOMPLETE = "DSP-720"
    CATEGORY_NOT_ALLOWED = "DSP-721"
    DEPOSIT_REFUSED = "DSP-722"
    DEPOSIT_UNKNOWN = "DSP-723"
    DIGEST_MISMATCH = "DSP-724"
    DATE_IN_FUTURE = "DSP-726"
    PATIENT_OBJECTS = "DSP-727"
    PILE_FULL = "DSP-728"
    DEPOSIT_STEP_FAILED = "DSP-729"
    OTHER_RIGHT = "DSP-730"
    SIGNING_FAILED = "DSP-731"

    DISK_FULL = "DSP-801"
    STORE_DAMAGED = "DSP-802"
    STORE_LOCKED = "DSP-803"
    STORE_TOO_NEW = "DSP-804"
    KEYRING_MISSING = "DSP-805"
    KEYRING_LOCKED = "DSP-806"
    STORE_OTHER_CARD = "DSP-807"
    STORE_FAILED = "DSP-808"
    NOT_CACHED = "DSP-809"
    ALREADY_RUNNING = "DSP-810"
    READ_UNTRACED = "DSP-811"
    RIGHT_UNKNOWN = "DSP-812"
    STORE_MENDED = "DSP-813"
    STORE_GONE = "DSP-814"
    STORE_KEY_GONE = "DSP-815"
    STORE_KEY_BACK = "DSP-816"
    STORE_PUT_BACK = "DSP-817"
    OWN_WORK_APART = "DSP-818"
    STORE_READ_ONLY = "DSP-819"
    SCREEN_NOT_KEPT = "DSP-820"
    DRUG_DATA_MISSING = "DSP-821"
    DRUG_DATA_MANIFEST = "DSP-822"
    DRUG_DATA_TABLE = "DSP-823"
    DRUG_DATA_CHANGED = "DSP-824"

    UNEXPECTED = "DSP-901"
    RENDER_FAILED = "DSP-902"
    CHILD_CRASHED = "DSP-903"
    FOLDER_UNUSABLE = "DSP-904"
    SETTINGS_BROKEN = "DSP-905"
    SETTINGS_NOT_KEPT = "DSP-906"
    NO_PRINTER = "DSP-907"
    PRINT_SERVICE_SILENT = "DSP-908"
    PRINT_REFUSED = "DSP-909"
    COPY_UNFINISHED = "DSP-910"
    PROGRAM_REPLACED = "DSP-911"
    CALL_UNREADABLE = "DSP-912"
    CALL_USED = "DSP-913"
    CALL_UNSAFE = "DSP-914"
    CALL_NOT_ALLOWED = "DSP-915"
    CALL_UNANSWERED = "DSP-916"


@dataclass(frozen=True, slots=True)
class Failure:
    """One error that happened: what (code) and with which facts (shown in the text, never secrets)."""

    code: ErrorCode
    facts: Mapping[str, str | int] = field(default_factory=lambda: MappingProxyType({}))

    @staticmethod
    def of(code: ErrorCode, /, **facts: str | int) -> "Failure":
        """Build a failure from keyword facts."""
        return Failure(code, MappingProxyType(facts))


T = TypeVar("T")
Result: TypeAlias = T | Failure
