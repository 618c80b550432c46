"""How a PIN goes to a PKCS#11 module: typed here, on the reader, or in the module's own dialog."""

from collections.abc import Sequence
from typing import Any

import pkcs11
from pkcs11 import TokenFlag

from desktop.domain.secret import Secret


class BorrowedPin:
    """Hands a secret's own buffer to python-pkcs11, which asks a PIN to ``encode`` itself: no copy."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    def encode(self, _encoding: str) -> bytearray:
        """The living buffer."""
        return self._secret.buffer


def session_to_change_pin(token: Any, old: Secret) -> Any:
    """A session that may set a new PIN: a first PIN opens none, and is changed without (C_SetPIN)."""
    try:
        return token.open(rw=True, user_pin=BorrowedPin(old))
    except pkcs11.PinExpired:
        return token.open(rw=True)


def credentials(token: Any, secrets: Sequence[Secret]) -> dict[str, object]:
    """What ``token.open`` is told to log in with."""
    if secrets:
        return {"user_pin": BorrowedPin(secrets[0])}
    if token.flags & (TokenFlag.PROTECTED_AUTHENTICATION_PATH | TokenFlag.LOGIN_REQUIRED):
        # Without the first flag the user insists on the keypad (setting « always »): the module decides.
        return {"user_pin": pkcs11.PROTECTED_AUTH}
    return {}


def pin_again(token: Any, secrets: Sequence[Secret]) -> BorrowedPin | None:
    """What a key that wants the PIN at each use is given; None: a module with its own dialog asks itself."""
    if secrets:
        return BorrowedPin(secrets[0])
    if token.flags & TokenFlag.PROTECTED_AUTHENTICATION_PATH:
        return BorrowedPin(Secret(bytearray()))  # sends it to the keypad; no null pointer gets through here
    return None
