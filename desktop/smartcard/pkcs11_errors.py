"""What each PKCS#11 error means for the user: a table, never a guess.

What OpenSC 0.23 and SoftHSM2 2.6 were seen to answer when a card is pulled, swapped, blocked or busy.

Only the four PIN errors speak of the PIN; everything doubtful is CARD_FAILED, and the reader monitor
then says whether the card is still there. Keyed by the class names of python-pkcs11's exceptions.
"""

from enum import Enum

from desktop.domain.errors import Code


class CardOperation(Enum):
    """What was being done when the error came."""

    LOOK = "look"
    LOGIN = "login"
    WORK = "work"
    KEYPAD = "keypad"
    NEW_PIN = "new-pin"
    PUK = "puk"


_ANY = {
    "PinIncorrect": Code.PIN_WRONG,
    "PinLocked": Code.PIN_BLOCKED,
    "PinLenRange": Code.PIN_FORMAT,
    "PinInvalid": Code.PIN_FORMAT,
    "PinTooWeak": Code.PIN_FORMAT,
    "PinExpired": Code.PIN_BLOCKED,
    "UserPinNotInitialized": Code.PIN_BLOCKED,
    "DeviceRemoved": Code.CARD_REMOVED,
    "TokenNotPresent": Code.CARD_REMOVED,
    "NoSuchToken": Code.CARD_REMOVED,
    "TokenNotRecognised": Code.CARD_UNKNOWN,
    "GeneralError": Code.CARD_FAILED,
    "DeviceError": Code.CARD_FAILED,
    "DeviceMemory": Code.CARD_FAILED,
    "SessionHandleInvalid": Code.CARD_FAILED,
    "SessionClosed": Code.CARD_FAILED,
    "UserNotLoggedIn": Code.CARD_FAILED,
    "FunctionFailed": Code.CARD_FAILED,
    "UserAlreadyLoggedIn": Code.CARD_BUSY,
    "AnotherUserAlreadyLoggedIn": Code.CARD_BUSY,
    "UserTooManyTypes": Code.CARD_BUSY,
    "OperationActive": Code.CARD_BUSY,
    "SessionCount": Code.CARD_BUSY,
    "FunctionCancelled": Code.PIN_CANCELLED_ON_READER,
    "FunctionRejected": Code.PIN_CANCELLED_ON_READER,  # PKCS#11 2.40: a signature that the user refused
    "NoSuchKey": Code.CERTIFICATE_MISSING,
}
_BY_STEP = {
    CardOperation.KEYPAD: {
        "GeneralError": Code.KEYPAD_FAILED,
        "FunctionFailed": Code.KEYPAD_FAILED,
        "DeviceError": Code.KEYPAD_FAILED,
        "ArgumentsBad": Code.KEYPAD_FAILED,
        "FunctionNotSupported": Code.KEYPAD_FAILED,
    },
    CardOperation.PUK: {
        "PinIncorrect": Code.PUK_WRONG,
        "PinLocked": Code.PUK_BLOCKED,
        "FunctionNotSupported": Code.PIN_CHANGE_UNSUPPORTED,
        "SessionReadOnlyExists": Code.CARD_BUSY,
        "TokenWriteProtected": Code.PIN_CHANGE_UNSUPPORTED,
    },
    CardOperation.NEW_PIN: {
        "FunctionNotSupported": Code.PIN_CHANGE_UNSUPPORTED,
        "TokenWriteProtected": Code.PIN_CHANGE_UNSUPPORTED,
        "SessionReadOnly": Code.PIN_CHANGE_UNSUPPORTED,
    },
}
# Errors after which a login that the card had already accepted may be repeated once: somebody else reset
# the card or took its login away. No try is at stake, the PIN is known to be right.
REPEATABLE = frozenset(
    {"UserNotLoggedIn", "SessionHandleInvalid", "SessionClosed", "DeviceRemoved", "UserAlreadyLoggedIn"}
)
PIN_CODES = frozenset({Code.PIN_WRONG, Code.PIN_BLOCKED, Code.PUK_WRONG, Code.PUK_BLOCKED})


def code_for(error: BaseException, step: CardOperation) -> Code:
    """The code of one exception; an error that no table knows is CARD_FAILED."""
    name = type(error).__name__
    return _BY_STEP.get(step, {}).get(name) or _ANY.get(name, Code.CARD_FAILED)
