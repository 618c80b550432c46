"""What each PKCS#11 error means for the user: a table, never a guess.

What OpenSC 0.23 and SoftHSM2 2.6 were seen to answer when a card is pulled, swapped, blocked or busy.

Only the four PIN errors speak of the PIN; everything doubtful is CARD_FAILED, and the reader monitor
then says whether the card is still there. Keyed by the class names of python-pkcs11's exceptions.
"""

from enum import Enum

from desktop.domain.errors import Code
from desktop.smartcard.child_messages import PinFacts


class CardOperation(Enum):
    """What was being done when the error came."""

    LOOK = "look"
    LOGIN = "login"
    WORK = "work"
    KEYPAD = "keypad"
    MODULE = "module"  # it asks for the PIN by itself
    NEW_PIN = "new-pin"
    PUK = "puk"


_ANY = {
    "PinIncorrect": Code.PIN_WRONG,
    "PinLocked": Code.PIN_BLOCKED,
    "PinLenRange": Code.PIN_FORM_REFUSED,
    "PinInvalid": Code.PIN_FORM_REFUSED,
    "PinTooWeak": Code.PIN_FORM_REFUSED,
    "PinExpired": Code.PIN_INITIAL,  # the card's first PIN: it opens nothing but its own change
    "UserPinNotInitialized": Code.PIN_NOT_SET,
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
    "FunctionCancelled": Code.PIN_CANCELLED,
    "FunctionRejected": Code.PIN_CANCELLED,  # PKCS#11 2.40: a signature that the user refused
    "NoSuchKey": Code.KEY_MISSING,
}
# Who was to ask for the PIN did not, or says nothing of how it ended.
_NOT_ASKED = (
    "GeneralError", "FunctionFailed", "DeviceError", "ArgumentsBad", "FunctionNotSupported",
    # No login was made, and the module wants one.
    "NoSuchKey", "UserNotLoggedIn",
)  # fmt: skip
_BY_STEP = {
    CardOperation.KEYPAD: dict.fromkeys(_NOT_ASKED, Code.KEYPAD_FAILED),
    CardOperation.MODULE: dict.fromkeys(_NOT_ASKED, Code.MODULE_ASKED_IN_VAIN),
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
# Who asks for a PIN hears these from a module that does not say whether the card compared it.
_SAY_NOTHING = frozenset({Code.CARD_FAILED, Code.KEYPAD_FAILED, Code.MODULE_ASKED_IN_VAIN})
_ASKING = (CardOperation.LOGIN, CardOperation.KEYPAD, CardOperation.MODULE)
PIN_CODES = frozenset({Code.PIN_WRONG, Code.PIN_BLOCKED, Code.PUK_WRONG, Code.PUK_BLOCKED})
# The PIN was another: of this token, not of one beside it.
REFUSED_PIN = frozenset({Code.PIN_WRONG, Code.PIN_LAST_TRY, Code.PIN_BLOCKED})


def judged(code: Code, step: CardOperation, before: PinFacts, after: PinFacts) -> Code:
    """What *code* comes to, where it says nothing itself, by the card's word *before* and *after*.

    A module may call a wrong PIN « not logged in » or « general error ». A number that did not change proves
    that no try went; flags that did not change prove nothing. A keypad that failed was hardly typed on; what
    is told of a module's own window says itself that a try may have gone.
    """
    if code not in _SAY_NOTHING or step not in _ASKING:
        return Code.PUK_UNCERTAIN if code is Code.CARD_FAILED and step is CardOperation.PUK else code
    if after.blocked and not before.blocked:
        return Code.PIN_BLOCKED
    if before.tries_left is not None and after.tries_left is not None:
        return Code.PIN_WRONG if after.tries_left < before.tries_left else code
    if (after.last_try, after.low) > (before.last_try, before.low):
        return Code.PIN_WRONG
    return Code.PIN_UNCERTAIN if step is CardOperation.LOGIN else code


def code_for(error: BaseException, step: CardOperation) -> Code:
    """The code of one exception; an error that no table knows is CARD_FAILED."""
    name = type(error).__name__
    return _BY_STEP.get(step, {}).get(name) or _ANY.get(name, Code.CARD_FAILED)
