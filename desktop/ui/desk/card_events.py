"""What a reading or a login came to, as events of the session machine."""

from desktop.domain.errors import Code, ErrorCode
from desktop.services.session import Event

READ_EVENTS: dict[ErrorCode, Event] = {
    Code.CARD_UNKNOWN: Event.CARD_NOT_OURS,
    Code.CERTIFICATE_MISSING: Event.CARD_NOT_OURS,
    Code.CERTIFICATE_PURPOSE: Event.CARD_NOT_OURS,
    Code.KEY_MISSING: Event.CARD_NOT_OURS,
    Code.CARD_CANNOT_SIGN: Event.CARD_NOT_OURS,
    Code.CARD_MUTE: Event.CARD_SILENT,
    Code.CARD_BUSY: Event.CARD_HELD,
    Code.CARD_MISSING: Event.READER_EMPTIED,
    Code.CARD_REMOVED: Event.READER_EMPTIED,
    Code.PIN_BLOCKED: Event.PIN_BLOCKED,
}
PIN_EVENTS: dict[ErrorCode, Event] = {
    Code.PIN_WRONG: Event.PIN_REFUSED,
    Code.PIN_OF_EITHER: Event.PIN_REFUSED,
    Code.PIN_LAST_TRY: Event.PIN_REFUSED,
    Code.PIN_FORMAT: Event.PIN_REFUSED,
    Code.PIN_FORM_REFUSED: Event.PIN_REFUSED,
    Code.PIN_UNCERTAIN: Event.PIN_REFUSED,
    Code.PIN_BLOCKED: Event.PIN_BLOCKED,
    Code.OTHER_HOLDER: Event.LOGIN_FAILED,
}
# The card that was read is not the one that is in now.
OTHER_CARD = (Code.CARD_SWAPPED, Code.CARD_REMOVED)
BAD_CERTIFICATE = (
    Code.CERTIFICATE_EXPIRED,
    Code.CERTIFICATE_REVOKED,
    Code.CERTIFICATE_SUSPENDED,
    Code.CERTIFICATE_NOT_YET_VALID,
)
