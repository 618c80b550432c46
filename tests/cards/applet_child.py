"""The program's PKCS#11 child, whose module behaves like a Java Card applet through OpenSC.

SoftHSM2 does the keys; what its PINs lack is played here: tries that the card counts (in the file APPLET),
who remembers them, and by which name a wrong PIN is refused. Run with the module's path.
"""

import json
import os
from pathlib import Path
from typing import Any

import pkcs11
from pkcs11 import TokenFlag

from desktop.smartcard import pkcs11_child

READER = "Applet reader 00 00"
TRIES = 3
_TOLD = TokenFlag.USER_PIN_COUNT_LOW | TokenFlag.USER_PIN_FINAL_TRY | TokenFlag.USER_PIN_LOCKED


class Applet:
    """What one card does. ``forgets``: its tries are known in the module's memory alone, after an error."""

    def __init__(self, file: Path) -> None:
        said = json.loads(file.read_text())
        self.forgets: bool = said["forgets"]
        self.wrong: type[Exception] = getattr(pkcs11, said["wrong"])
        self.lengths: tuple[int, int] = tuple(said["lengths"])
        self._tries = file.with_suffix(".tries")
        self._known: dict[str, int] = {}

    def left(self, token: str) -> int:
        """Tries of that token's PIN."""
        return int(self._all().get(token, TRIES))

    def keep(self, token: str, left: int) -> None:
        """On the card, and in the module's memory."""
        self._tries.write_text(json.dumps({**self._all(), token: left}))
        self._known[token] = left

    def flags(self, token: str) -> TokenFlag:
        """What the module can tell of them."""
        left = self._known.get(token, TRIES) if self.forgets else self.left(token)
        told = {0: TokenFlag.USER_PIN_LOCKED, 1: TokenFlag.USER_PIN_FINAL_TRY | TokenFlag.USER_PIN_COUNT_LOW}
        return told.get(left, TokenFlag.USER_PIN_COUNT_LOW if left < TRIES else TokenFlag(0))

    def check_length(self, pin: Any) -> None:
        """The module knows it from the card's own description: no try goes."""
        low, high = self.lengths
        if not low <= len(pin.encode("utf-8")) <= high:
            raise pkcs11.PinLenRange

    def _all(self) -> dict[str, int]:
        return json.loads(self._tries.read_text()) if self._tries.exists() else {}


class _Wrapped:
    def __init__(self, inner: Any, applet: Applet) -> None:
        self._inner, self._applet = inner, applet

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class _Session(_Wrapped):
    """``C_SetPIN`` without a login takes the PUK, as OpenSC's unlogged style does."""

    def __init__(self, inner: Any, applet: Applet, token: "_Token", *, logged_in: bool) -> None:
        super().__init__(inner, applet)
        self._token, self._logged_in = token, logged_in

    def set_pin(self, old: Any, new: Any) -> None:
        self._applet.check_length(new)
        if self._logged_in:
            self._inner.set_pin(old, new)
            return
        officer = self._token._inner.open(rw=True, so_pin=old)
        officer.init_pin(new)
        officer.close()
        self._applet.keep(self._token.label, TRIES)


class _Token(_Wrapped):
    @property
    def slot(self) -> "_Slot":
        return _Slot(self._inner.slot, self._applet)

    @property
    def flags(self) -> TokenFlag:
        return TokenFlag((self._inner.flags & ~_TOLD) | self._applet.flags(self.label))

    def open(self, rw: bool = False, user_pin: Any = None, so_pin: Any = None) -> Any:
        if user_pin is None:
            return _Session(self._inner.open(rw=rw, so_pin=so_pin), self._applet, self, logged_in=False)
        self._applet.check_length(user_pin)
        left = self._applet.left(self.label)
        if left == 0:
            self._applet.keep(self.label, 0)
            raise pkcs11.PinLocked
        self._applet.keep(self.label, left - 1)
        try:
            session = self._inner.open(rw=rw, user_pin=user_pin)
        except pkcs11.PinIncorrect:
            raise self._applet.wrong from None
        self._applet.keep(self.label, TRIES)
        return _Session(session, self._applet, self, logged_in=True)


class _Slot(_Wrapped):
    slot_description = READER

    def get_token(self) -> _Token:
        return _Token(self._inner.get_token(), self._applet)


class _Library(_Wrapped):
    manufacturer_id = "OpenSC Project (played)"

    def get_slots(self, **options: Any) -> list[_Slot]:
        return [_Slot(slot, self._applet) for slot in self._inner.get_slots(**options)]


if __name__ == "__main__":
    applet = Applet(Path(os.environ["APPLET"]))
    load = pkcs11.lib
    pkcs11.lib = lambda path: _Library(load(path), applet)
    pkcs11_child.module_pin_lengths = lambda _code: lambda _slot: applet.lengths  # type: ignore
    pkcs11_child.main()
