"""What stands between the user and a login, in words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from desktop.domain.errors import Code, ErrorCode, Failure

if TYPE_CHECKING:  # the window stands before cards are known
    from desktop.domain.card import ReaderSnapshot


class CardSituation(StrEnum):
    """Every state of service, reader, card, module and certificate that has its own screen."""

    STARTING = "starting"
    SERVICE_MISSING = "service-missing"
    NO_READER = "no-reader"
    READER_EMPTY = "reader-empty"
    READING = "reading"
    MUTE = "mute"
    UNKNOWN = "unknown"
    SEVERAL = "several"
    READY = "ready"
    BLOCKED = "blocked"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    NOT_YET_VALID = "not-yet-valid"
    NO_CERTIFICATE = "no-certificate"
    OTHER_PURPOSE = "other-purpose"
    NO_KEY = "no-key"
    CANNOT_SIGN = "cannot-sign"
    MODULE_MISSING = "module-missing"
    MODULE_NOT_A_LIBRARY = "module-not-a-library"
    MODULE_WRONG_ARCHITECTURE = "module-wrong-architecture"
    MODULE_CRASHED = "module-crashed"
    MODULE_HANGS = "module-hangs"
    BUSY = "busy"
    TIMEOUT = "timeout"
    FAILED = "failed"
    REMOTE_SESSION = "remote-session"


@dataclass(frozen=True, slots=True)
class SituationWords:
    """``title`` is a text key; sentence and next step come from ``code`` where there is one.

    ``lamp`` is the key of the state bar's word; ``tone``: "", accent, warning, danger.
    """

    title: str
    lamp: str
    code: Code | None = None
    tone: str = "warning"
    module: bool = False
    retry: bool = False


_S = CardSituation
WORDS: dict[CardSituation, SituationWords] = {
    _S.STARTING: SituationWords("login.starting", "shell.card_starting", tone=""),
    _S.SERVICE_MISSING: SituationWords(
        "login.service_missing", "shell.card_service", Code.CARD_SERVICE_MISSING, retry=True
    ),
    _S.NO_READER: SituationWords("login.no_reader", "shell.card_no_reader", Code.READER_MISSING),
    _S.READER_EMPTY: SituationWords("login.insert", "shell.card_empty", Code.CARD_MISSING, tone=""),
    _S.READING: SituationWords("login.reading", "shell.card_reading", tone=""),
    _S.MUTE: SituationWords("login.mute", "shell.card_mute", Code.CARD_MUTE, retry=True),
    _S.UNKNOWN: SituationWords(
        "login.unknown", "shell.card_unknown", Code.CARD_UNKNOWN, module=True, retry=True
    ),
    _S.SEVERAL: SituationWords("login.several", "shell.card_several", Code.CARDS_SEVERAL, tone=""),
    _S.READY: SituationWords("login.ready", "shell.card_ready", tone="accent"),
    _S.BLOCKED: SituationWords("login.blocked", "shell.card_blocked", Code.PIN_BLOCKED, "danger"),
    _S.EXPIRED: SituationWords("login.expired", "shell.card_expired", Code.CERTIFICATE_EXPIRED, "danger"),
    _S.REVOKED: SituationWords(
        "login.revoked", "shell.card_revoked", Code.CERTIFICATE_REVOKED, "danger", retry=True
    ),
    _S.SUSPENDED: SituationWords(
        "login.suspended", "shell.card_suspended", Code.CERTIFICATE_SUSPENDED, "danger", retry=True
    ),
    _S.NOT_YET_VALID: SituationWords(
        "login.not_yet_valid", "shell.card_not_yet", Code.CERTIFICATE_NOT_YET_VALID, "danger", retry=True
    ),
    _S.NO_CERTIFICATE: SituationWords(
        "login.no_certificate", "shell.card_unknown", Code.CERTIFICATE_MISSING, module=True, retry=True
    ),
    _S.OTHER_PURPOSE: SituationWords(
        "login.other_purpose", "shell.card_unknown", Code.CERTIFICATE_PURPOSE, module=True, retry=True
    ),
    _S.NO_KEY: SituationWords(
        "login.no_key", "shell.card_unknown", Code.KEY_MISSING, module=True, retry=True
    ),
    _S.CANNOT_SIGN: SituationWords(
        "login.cannot_sign", "shell.card_unknown", Code.CARD_CANNOT_SIGN, module=True, retry=True
    ),
    _S.MODULE_MISSING: SituationWords(
        "login.module_missing", "shell.card_module", Code.MODULE_MISSING, module=True, retry=True
    ),
    _S.MODULE_NOT_A_LIBRARY: SituationWords(
        "login.module_bad", "shell.card_module", Code.MODULE_NOT_A_LIBRARY, module=True, retry=True
    ),
    _S.MODULE_WRONG_ARCHITECTURE: SituationWords(
        "login.module_bad", "shell.card_module", Code.MODULE_WRONG_ARCHITECTURE, module=True, retry=True
    ),
    _S.MODULE_CRASHED: SituationWords(
        "login.module_crashed", "shell.card_module", Code.MODULE_CRASHED, "danger", module=True, retry=True
    ),
    _S.MODULE_HANGS: SituationWords(
        "login.module_hangs", "shell.card_module", Code.MODULE_HANGS, "danger", module=True, retry=True
    ),
    _S.BUSY: SituationWords("login.busy_card", "shell.card_busy", Code.CARD_BUSY, retry=True),
    _S.TIMEOUT: SituationWords("login.timeout", "shell.card_mute", Code.CARD_TIMEOUT, retry=True),
    _S.FAILED: SituationWords(
        "login.failed", "shell.card_failed", Code.CARD_FAILED, "danger", module=True, retry=True
    ),
    _S.REMOTE_SESSION: SituationWords("login.remote", "shell.card_remote", Code.REMOTE_SESSION, retry=True),
}  # fmt: skip


CODES_WITH_A_SCREEN: dict[ErrorCode, CardSituation] = {
    words.code: situation for situation, words in WORDS.items() if words.code is not None
}


def situation_failure(situation: CardSituation, facts: tuple[tuple[str, str], ...]) -> Failure | None:
    """The failure whose sentence and next step describe *situation*; None when there is nothing wrong."""
    code = WORDS[situation].code
    return None if code is None else Failure(code, dict(facts))


def situation_before_card(snapshot: "ReaderSnapshot") -> CardSituation:
    """What the readers alone say: a card that is there still has to be read."""
    if snapshot.service_running and snapshot.readers:
        return CardSituation.READING if snapshot.occupied() else CardSituation.READER_EMPTY
    if snapshot.remote_session:
        return CardSituation.REMOTE_SESSION
    return CardSituation.NO_READER if snapshot.service_running else CardSituation.SERVICE_MISSING
