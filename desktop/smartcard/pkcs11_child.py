"""The PKCS#11 child process: one thread makes all C_* calls.

Run as ``python -m desktop.smartcard.pkcs11_child MODULE``. It loads the module's code at once (a module that
crashes takes only this process with it) and starts it with the first request. A child that has read a card
or seen a PIN is replaced: what a module remembers of a card proves nothing later.
"""

import contextlib
import ctypes
import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from desktop.domain.card import PinAsker
from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret
from desktop.smartcard import piv_pin, token_objects
from desktop.smartcard.borrowed_pin import BorrowedPin
from desktop.smartcard.child_messages import PinFacts, pack, unpack
from desktop.smartcard.child_server import Arguments, CardAnswer, serve
from desktop.smartcard.cryptoki import TokenFlag, pkcs11
from desktop.smartcard.pin_lengths import PinLengths, module_pin_lengths
from desktop.smartcard.pkcs11_errors import PIN_CODES, REPEATABLE, CardOperation, code_for, judged

Lap = Callable[[str], None]


class Vanished(Exception):
    """The reader holds no card, or not the one that was read before."""

    def __init__(self, code: Code) -> None:
        super().__init__(code.value)
        self.code = code


class CardStep:
    """What is being done, for the error table."""

    def __init__(self) -> None:
        self.step = CardOperation.LOOK
        self.logged_in = False


class Pkcs11Stack:
    """The request handlers on one loaded module."""

    def __init__(self, library: Any, piv: Any = piv_pin, lengths: PinLengths = lambda _slot: None) -> None:
        """*library* is what ``pkcs11.lib`` gives, *piv* the module :mod:`piv_pin` (fakes in tests)."""
        self._library, self._piv, self._lengths = library, piv, lengths
        self._read: dict[str, bytes | None] = {}  # by reader: the number of the PIV card that was read in it

    # -- without a PIN ------------------------------------------------------------------------

    def cards(self, arguments: Arguments, _secrets: Sequence[Secret]) -> CardAnswer | Failure:
        """Every token that can be read; a failure only when none could.

        ``present``: names of the readers where the monitor sees a good card.
        """
        found: list[dict[str, object]] = []
        failure: Failure | None = None
        slots: Sequence[Any] = ()
        try:
            slots = self._library.get_slots(token_present=True)
        except pkcs11.PKCS11Error as error:
            failure = _failure(error, CardOperation.LOOK)
        for slot in slots:
            says_so = True
            try:
                says_so = bool(slot.get_token().flags & TokenFlag.TOKEN_INITIALIZED)
                reading = self._reading(slot, slots)
                # A blank token is nobody's card (SoftHSM always shows one); some that are one do not say so.
                if says_so or reading["certificates"]:
                    found.append(reading)
            except pkcs11.PKCS11Error as error:
                failure = _failure(error, CardOperation.LOOK) if says_so else failure
        # Asked of readers with a good card only: a connection to a mute one takes seconds.
        if not found and any(self._piv.is_held(reader) for reader in arguments.get("present", ())):
            return Failure.of(Code.CARD_BUSY)
        return failure if failure is not None and not found else CardAnswer(found)

    def _missing(self, code: Code, reader: str) -> Failure:
        """No such card there: gone or swapped, unless another program has taken it for itself."""
        held = code is Code.CARD_REMOVED and self._piv.is_held(reader)
        return Failure.of(Code.CARD_BUSY if held else code, reader=reader)

    def test(self, _arguments: Arguments, _secrets: Sequence[Secret]) -> CardAnswer | Failure:
        """« Tester le module »: what the library says of itself; token models, never labels (names)."""
        try:
            tokens = []
            slots = self._library.get_slots()
            for slot in self._library.get_slots(token_present=True):
                token = slot.get_token()
                tokens.append(f"{token.manufacturer_id} {token.model}".strip())
            version = ".".join(str(part) for part in self._library.library_version)
            name = self._library.library_description or self._library.manufacturer_id
            return CardAnswer({"library": name, "version": version, "slots": len(slots), "tokens": tokens})
        except pkcs11.PKCS11Error as error:
            return _failure(error, CardOperation.LOOK)

    def _reading(self, slot: Any, slots: Sequence[Any]) -> dict[str, object]:
        """*slots*: all of them. Where one reader has several, their public keys tell whose PIN is whose."""
        token = slot.get_token()
        session = token.open()
        try:
            certificates = token_objects.certificates(session)
            facts = self._pin_facts(slot, token)
            if _is_piv(token):
                reader = slot.slot_description.strip()
                self._read[reader] = self._piv.card_number(reader)
            if not token.flags & TokenFlag.LOGIN_REQUIRED and not token_objects.shows_private_keys(session):
                # It only forgot to say that it requires a login: no module of its own dialog hides its keys.
                facts = replace(facts, asker=_asker(token.flags | TokenFlag.LOGIN_REQUIRED))
            spreads = [s.slot_description for s in slots].count(slot.slot_description) > 1
            keys = token_objects.shown_keys(session) if spreads else []
        finally:
            _close(session)
        return {
            "reader": slot.slot_description.strip(),
            "label": token.label,
            "serial": _text(token.serial),
            "manufacturer": token.manufacturer_id,
            "pin": asdict(facts),
            "mechanisms": token_objects.mechanisms(slot),
            "keys": keys,
            "certificates": [{"id": c.id, "der": pack(c.der)} for c in certificates],
        }

    def _pin_facts(self, slot: Any, token: Any) -> PinFacts:
        flags = token.flags
        piv = _is_piv(token)
        tries = self._piv.tries_left(slot.slot_description.strip()) if piv else None
        blocked = bool(flags & TokenFlag.USER_PIN_LOCKED) or tries == 0
        shortest, longest = self._lengths(slot) or (4, 8 if piv else 16)
        return PinFacts(
            tries_left=0 if blocked else tries,
            low=bool(flags & TokenFlag.USER_PIN_COUNT_LOW),
            last_try=not blocked and (bool(flags & TokenFlag.USER_PIN_FINAL_TRY) or tries == 1),
            blocked=blocked,
            asker=_asker(flags),
            min_length=shortest,
            max_length=longest,
        )

    # -- with a PIN ---------------------------------------------------------------------------

    def perform(self, arguments: Arguments, secrets: Sequence[Secret]) -> CardAnswer | Failure:
        """Log in, sign the digest, yield the cache secret, log out."""

        def work(session: Any, lap: Lap) -> CardAnswer:
            key = _key(session, arguments)
            mechanism, again = arguments["mechanism"], _pin_for(key, session, arguments, secrets)
            signature = None
            for data in arguments["signed"]:
                signature = pack(token_objects.sign(key, unpack(data), mechanism, again))
                lap("sign")
            secret = None
            if arguments["unlock"] is not None:
                secret = token_objects.unlock(key, arguments["unlock"], mechanism, again)
                lap("unlock")
            return CardAnswer({"signature": signature}, secret)

        return self._logged_in(arguments, secrets, work)

    def sign_documents(self, arguments: Arguments, secrets: Sequence[Secret]) -> CardAnswer | Failure:
        """Sign each digest with the nonRepudiation key, which may want the PIN again for each."""

        def work(session: Any, lap: Lap) -> CardAnswer:
            key = _key(session, arguments)
            again = _pin_for(key, session, arguments, secrets)
            signatures = []
            for data in arguments["signed"]:
                signatures.append(pack(token_objects.sign(key, unpack(data), arguments["mechanism"], again)))
                lap("sign")
            return CardAnswer({"signatures": signatures})

        return self._logged_in(arguments, secrets, work)

    def change_pin(self, arguments: Arguments, secrets: Sequence[Secret]) -> CardAnswer | Failure:
        """Log in with the old PIN, then set the new one."""
        stage = CardStep()
        session = token = None
        try:
            token = self._find(arguments)
            stage.step = CardOperation.LOGIN
            session = _session_to_change_pin(token, secrets[0])
            stage.step, stage.logged_in = CardOperation.NEW_PIN, True
            session.set_pin(BorrowedPin(secrets[0]), BorrowedPin(secrets[1]))
            return CardAnswer({})
        except Vanished as vanished:
            return Failure.of(vanished.code, reader=arguments["reader"])
        except pkcs11.PKCS11Error as error:
            return self._explain(error, stage.step, arguments)
        finally:
            self._close_card(session, stage, token)

    def unblock(self, arguments: Arguments, secrets: Sequence[Secret]) -> CardAnswer | Failure:
        """PUK and new PIN: OpenSC's unlogged style (private OPENSC_CONF), elsewhere the security officer."""
        session = None
        try:
            token = self._find(arguments)
            puk, new = BorrowedPin(secrets[0]), BorrowedPin(secrets[1])
            if "OpenSC" in self._library.manufacturer_id:
                session = token.open(rw=True)
                session.set_pin(puk, new)
            else:
                session = token.open(rw=True, so_pin=puk)
                session.init_pin(new)
            return CardAnswer({})
        except Vanished as vanished:
            return Failure.of(vanished.code, reader=arguments["reader"])
        except pkcs11.PKCS11Error as error:
            return self._explain(error, CardOperation.PUK, arguments)
        finally:
            _close(session)

    def _logged_in(
        self, arguments: Arguments, secrets: Sequence[Secret], work: Callable[[Any, Lap], CardAnswer]
    ) -> CardAnswer | Failure:
        laps: list[tuple[str, float]] = []
        failure: Failure | None = None
        for chance in (1, 2):
            stage = CardStep()
            try:
                answer = self._run(arguments, secrets, work, stage, laps)
            except Vanished as vanished:
                return self._missing(vanished.code, arguments["reader"])
            except pkcs11.PKCS11Error as error:
                repeatable = stage.logged_in and type(error).__name__ in REPEATABLE and bool(secrets)
                failure = self._explain(error, stage.step, arguments)
                if repeatable and chance == 1 and failure.code not in PIN_CODES:
                    continue  # the card took this PIN a moment ago: no try is at stake
                return failure
            assert isinstance(answer.value, dict)
            answer.value["timings_ms"] = laps
            return answer
        assert failure is not None
        return failure

    def _run(
        self,
        arguments: Arguments,
        secrets: Sequence[Secret],
        work: Callable[[Any, Lap], CardAnswer],
        stage: CardStep,
        laps: list[tuple[str, float]],
    ) -> CardAnswer:
        last = time.perf_counter()

        def lap(name: str) -> None:
            nonlocal last
            now = time.perf_counter()
            laps.append((name, (now - last) * 1000))
            last = now

        token = self._find(arguments)
        lap("select")
        session = None
        try:
            stage.step = _asking(token, arguments, secrets)
            credentials = _credentials(token, secrets) if arguments["login"] else {}
            session = token.open(**credentials)
            # Without a login the module asks when its key is used: it is still about the PIN then.
            stage.step, stage.logged_in = CardOperation.WORK if credentials else stage.step, True
            lap("login")
            answer = work(session, lap)
        finally:
            self._close_card(session, stage, token)
        lap("logout")
        return answer

    def _close_card(self, session: Any, stage: CardStep, token: Any) -> None:
        """Log out, and see to it that the card knows."""
        _close(session)
        if stage.logged_in and _is_piv(token):
            self._piv.log_out(token.slot.slot_description.strip())

    # -- which card, and what went wrong ------------------------------------------------------

    def _tokens(self, reader: str) -> Iterator[tuple[Any, Any]]:
        """Slots and tokens of one reader, freshly listed (only a new list refreshes OpenSC's slots)."""
        for slot in self._library.get_slots(token_present=True):
            if slot.slot_description.strip() == reader:
                try:
                    yield slot, slot.get_token()
                except (pkcs11.TokenNotPresent, pkcs11.DeviceRemoved):
                    continue

    def _find(self, arguments: Arguments) -> Any:
        """The token with the serial and the certificate that were read before, or :class:`Vanished`.

        CARD_SWAPPED only where another serial or certificate was really read: of a card that is pulled
        meanwhile, the module keeps a token that lacks some of them.
        """
        code = Code.CARD_REMOVED
        for _, token in self._tokens(arguments["reader"]):
            serial = _text(token.serial)
            if serial and serial != arguments["serial"]:
                code = Code.CARD_SWAPPED
            if (token.label, serial) != (arguments["label"], arguments["serial"]):
                continue
            session = token.open()
            try:
                stored = token_objects.certificates(session, bytes.fromhex(arguments["key"]))
                if any(hashlib.sha256(c.der).hexdigest() == arguments["certificate"] for c in stored):
                    self._prove(arguments["reader"])
                    return token
                if stored:
                    code = Code.CARD_SWAPPED
            finally:
                _close(session)
        raise Vanished(code)

    def _prove(self, reader: str) -> None:
        """Where this child has read the card before, its module answers from memory, and the reader need not
        have seen a swap: the card itself says whether it is the same. Other cards than PIV tell nothing."""
        before = self._read.get(reader)
        if before is not None and (now := self._piv.card_number(reader)) != before:
            raise Vanished(Code.CARD_REMOVED if now is None else Code.CARD_SWAPPED)

    def _explain(self, error: BaseException, step: CardOperation, arguments: Arguments) -> Failure:
        """Turn an error into a failure; a PIN error counts only while the card is seen to be there."""
        code = code_for(error, step)
        try:
            there = next(
                (
                    (s, t)
                    for s, t in self._tokens(arguments["reader"])
                    if (t.label, _text(t.serial)) == (arguments["label"], arguments["serial"])
                ),
                None,
            )
            facts = None if there is None else self._pin_facts(*there)
        except pkcs11.PKCS11Error:
            facts, there = None, None
        if there is None or facts is None:
            return self._missing(Code.CARD_REMOVED, arguments["reader"])
        if code is Code.CARD_REMOVED:
            code = Code.CARD_FAILED  # still there, says the slot
        code = judged(code, step, PinFacts(**arguments["pin"]), facts)
        if code is Code.PIN_WRONG and facts.blocked:
            code = Code.PIN_BLOCKED
        if code is Code.PIN_WRONG:
            left = {} if facts.tries_left is None else {"tries_left": facts.tries_left}
            return Failure.of(Code.PIN_LAST_TRY if facts.last_try else code, **left)
        if code is Code.PIN_FORM_REFUSED:
            return Failure.of(code, min=facts.min_length, max=facts.max_length)
        if code in PIN_CODES:
            return Failure.of(code)
        return Failure.of(code, error=type(error).__name__)


def _asker(flags: TokenFlag) -> PinAsker:
    """By the token's own word. One without a login to ask for has a module that asks when its key is used."""
    if flags & TokenFlag.PROTECTED_AUTHENTICATION_PATH:
        return PinAsker.KEYPAD
    return PinAsker.PROGRAM if flags & TokenFlag.LOGIN_REQUIRED else PinAsker.MODULE


def _is_piv(token: Any) -> bool:
    return bool(token.manufacturer_id.lower().startswith("piv"))


def _session_to_change_pin(token: Any, old: Secret) -> Any:
    """A session that may set a new PIN: a first PIN opens none, and is changed without (C_SetPIN)."""
    try:
        return token.open(rw=True, user_pin=BorrowedPin(old))
    except pkcs11.PinExpired:
        return token.open(rw=True)


def _asking(token: Any, arguments: Arguments, secrets: Sequence[Secret]) -> CardOperation:
    """Whose question the PIN answers. Without the flag the user insists that the module asks."""
    if secrets:
        return CardOperation.LOGIN
    keypad = arguments["login"] and token.flags & TokenFlag.PROTECTED_AUTHENTICATION_PATH
    return CardOperation.KEYPAD if keypad else CardOperation.MODULE


def _credentials(token: Any, secrets: Sequence[Secret]) -> dict[str, object]:
    if secrets:
        return {"user_pin": BorrowedPin(secrets[0])}
    if token.flags & (TokenFlag.PROTECTED_AUTHENTICATION_PATH | TokenFlag.LOGIN_REQUIRED):
        return {"user_pin": pkcs11.PROTECTED_AUTH}
    return {}


def _pin_for(key: Any, session: Any, arguments: Arguments, secrets: Sequence[Secret]) -> BorrowedPin | None:
    """What a key that wants the PIN at each use is given; None: it does not, or its module asks itself."""
    if not arguments["login"] or not token_objects.wants_pin_again(key):
        return None
    if secrets:
        return BorrowedPin(secrets[0])
    if session.token.flags & TokenFlag.PROTECTED_AUTHENTICATION_PATH:
        return BorrowedPin(Secret(bytearray()))  # sends it to the keypad; no null pointer gets through here
    return None


def _key(session: Any, arguments: Arguments) -> Any:
    id, public = (bytes.fromhex(arguments[name]) for name in ("key", "public"))
    return token_objects.private_key(session, id, public)


def _failure(error: Exception, step: CardOperation) -> Failure:
    return Failure.of(code_for(error, step), error=type(error).__name__)


def _close(session: Any) -> None:
    """Log out and close; closing on a removed token raises and would hide the first error."""
    if session is not None:
        try:
            session.close()
        except pkcs11.PKCS11Error:
            return


def _text(serial: bytes | str) -> str:
    if isinstance(serial, bytes):
        serial = serial.decode("ascii", "replace")
    return serial.strip().rstrip("\0")


class _LazyModule:
    """The module's code is loaded at once, its own start waits for the first request.

    A started module looks at the card, keeps what it saw and a connection that shuts other programs out:
    both belong to a request, not to a child that waits.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stack: Pkcs11Stack | Failure | None = None

    def load(self) -> None:
        """The library's own start and its list of functions; a file that has none is told by a request."""
        with contextlib.suppress(OSError, AttributeError):
            _run_constructors(self._path)
            self._code = ctypes.CDLL(str(self._path))
            self._code.C_GetFunctionList(ctypes.byref(ctypes.c_void_p()))

    def ask(self, operation: str, arguments: Arguments, secrets: Sequence[Secret]) -> CardAnswer | Failure:
        """One request."""
        if self._stack is None:
            self._stack = self._start()
        if isinstance(self._stack, Failure):
            return self._stack
        answer: CardAnswer | Failure = getattr(self._stack, operation)(arguments, secrets)
        return answer

    def _start(self) -> Pkcs11Stack | Failure:
        try:
            return Pkcs11Stack(pkcs11.lib(str(self._path)), lengths=module_pin_lengths(self._code))
        except pkcs11.PKCS11Error as error:
            # Not a PKCS#11 library: the loader's or the missing entry point's word is for the log only.
            kind = type(error).__name__
            plain = kind in ("PKCS11Error", "RuntimeError")
            code = Code.MODULE_NOT_A_LIBRARY if plain else Code.CARD_FAILED
            return Failure.of(code, path=str(self._path), error=kind)


def _run_constructors(path: Path) -> None:
    """Load without Python's lock, which ctypes keeps: the child sees its parent go even when this hangs."""
    if sys.platform != "win32":
        dlopen = ctypes.CDLL(None).dlopen
        dlopen.argtypes, dlopen.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
        dlopen(os.fsencode(path), os.RTLD_NOW)


def _share(arguments: Arguments, _secrets: Sequence[Secret]) -> CardAnswer:
    """Answered when no other program keeps these readers' cards to itself; the module is not started."""
    for reader in arguments["readers"]:
        piv_pin.wait_for_share(reader)
    return CardAnswer()


def main() -> None:
    """Load the module, then serve the parent until it goes."""
    path = Path(sys.argv[1])
    operations = ("cards", "test", "perform", "sign_documents", "change_pin", "unblock")
    if sys.platform == "win32":
        os.add_dll_directory(str(path.parent))
    module = _LazyModule(path)
    serve({"share": _share, **{name: partial(module.ask, name) for name in operations}}, module.load)


if __name__ == "__main__":
    main()
