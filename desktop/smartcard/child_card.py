"""The CardPort that both card stacks share: all card work is done by a child process.

A child that saw a PIN ends after its work; a child that failed in any way is replaced, so that every
try starts with fresh slots, tokens and sessions; the child compares serial and certificate first.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from desktop.children.process import Gone
from desktop.children.standby import Standby
from desktop.domain.card import (
    CardInfo,
    CardPin,
    CardProof,
    CardSource,
    CardTasks,
    Reader,
    ReaderSnapshot,
    SlotState,
)
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.secret import Secret
from desktop.smartcard.certificates import PREFERRED_ISSUERS, signing_input, signing_mechanism
from desktop.smartcard.child_client import CardChild, Reply
from desktop.smartcard.child_messages import (
    READY,
    KeylessCertificate,
    ProofReading,
    SignedReading,
    TokenReading,
    pack,
)
from desktop.smartcard.pkcs11_errors import REFUSED_PIN
from desktop.smartcard.recognition import (
    KnownCard,
    format_failure,
    keyless_certificate,
    present,
    reader_named,
    recognise,
    refused,
    unreadable,
)
from desktop.smartcard.told_pins import ToldPins

log = logging.getLogger("dsp.card")
Snapshot = Callable[[], ReaderSnapshot | None]
Moves = tuple[tuple[str, int], ...]
# A reader tells of a removal a little after the card is gone (the virtual one polls every 400 ms).
REMOVAL_LAG_S = 0.9
# What a second look gets when the first one used the time up.
_LEAST_READ_S = 1.0
# What the work itself gets when its child was late: a deadline, not no time at all.
_LEAST_CALL_S = 0.1


@dataclass(frozen=True, slots=True)
class CardDeadlines:
    """Seconds after which a call is given up and its child killed; ``read``: for all looks of one reading.

    A module may take 30 s to start, and a card 0.5 s for each of 40 commands: both end in a login.
    ``shared``: how long another program may keep the card to itself before that is told.
    """

    read: float = 45.0
    work: float = 45.0
    keypad: float = 90.0
    module: float = 45.0
    shared: float = 10.0


class ChildCard:
    """CardPort over one or several kinds of child ("stacks": PKCS#11 modules, or the software card)."""

    def __init__(
        self,
        source: CardSource,
        *,
        snapshot: Snapshot = lambda: None,
        deadlines: CardDeadlines = CardDeadlines(),
        preferred_issuers: Sequence[str] = PREFERRED_ISSUERS,
    ) -> None:
        """*snapshot* is the monitor's latest word: it, not an error code, says whether a card is there."""
        self._source = source
        self._snapshot = snapshot
        self._deadlines = deadlines
        self._preferred = tuple(preferred_issuers)
        self._lock = threading.Lock()
        self._running_lock = threading.Lock()
        self._running: CardChild | None = None
        self._children: dict[str, Standby[CardChild]] = {}
        self._known: dict[str, KnownCard] = {}
        self._told = ToldPins()
        self._keyless: set[KeylessCertificate] = set()  # proved: its token was open
        self._doubted: set[KeylessCertificate] = set()  # its token refused the PIN, another may take it
        self._hung: frozenset[str] = frozenset()
        self._kept: dict[str, Moves] = {}
        self._stuck: Moves | None = None
        self._closed = False

    # -- what the two stacks say differently --------------------------------------------------

    def _stacks(self, atrs: Sequence[bytes]) -> Result[Sequence[str]]:
        """Names of the stacks to look in, the likeliest first."""
        raise TypeError("abstract")

    def _standby(self, stack: str) -> Standby[CardChild]:
        """The child of one stack, not started."""
        raise TypeError("abstract")

    def _crashed(self, stack: str) -> Failure:
        """The failure for a child that died by itself."""
        raise TypeError("abstract")

    def _hangs(self, stack: str) -> Failure:
        """The failure for a child that did not get as far as a card."""
        return Failure.of(Code.CARD_TIMEOUT)

    def _needs_no_login(self, card: CardInfo) -> bool:
        """Whether the module asks for this card's PIN by itself, when its key is used."""
        return False

    def _before_call(self, stack: str) -> None:
        """Its child is about to be asked: one that remembers another card is none for this."""

    def _held(self, child: CardChild, stack: str, arguments: Mapping[str, object]) -> bool:
        """Whether another program keeps the card to itself for as long as that is waited for; then *child*
        is dead, and nothing was asked of the card."""
        return False

    def _after_reading(self, stack: str, seconds: float, before: Moves | None) -> None:
        """A card of this stack was read in *seconds*: what its child remembers of it is no proof later.

        *before*: the readers' movements when the reading began.
        """

    # -- CardPort -----------------------------------------------------------------------------

    def cards(self) -> Result[tuple[CardInfo, ...]]:
        """Read every card without a PIN; () when no reader holds one (the monitor says why)."""
        with self._lock:
            return self._read_cards()

    def perform(self, card: CardInfo, pin: Secret | None, tasks: CardTasks) -> Result[CardProof]:
        """Log in, sign, open the cache slot, log out: one child run, one PIN (CardPort)."""
        unlock = tasks.unlock
        arguments = {
            "unlock": None if unlock is None else {"method": unlock.method, "data": pack(unlock.data)}
        }
        signed = () if tasks.signing_input is None else (tasks.signing_input,)
        begun = time.perf_counter()
        with self._lock, _wiped(pin):
            reply = self._work(card, "perform", arguments, () if pin is None else (pin,), signed=signed)
        if isinstance(reply, Failure):
            return reply
        proof = reply.as_type(ProofReading)
        if isinstance(proof, Failure):
            return proof
        whole = (time.perf_counter() - begun) * 1000
        return CardProof(proof.signature, reply.secret, (*proof.timings_ms, ("total", whole)))

    def sign_documents(
        self, card: CardInfo, pin: Secret | None, documents: tuple[bytes, ...]
    ) -> Result[tuple[bytes, ...]]:
        """Signatures by the nonRepudiation key, one child run and one PIN for all of them (CardPort)."""
        if card.signature is None:
            with _wiped(pin):
                return Failure.of(card.no_signature)
        with self._lock, _wiped(pin):
            secrets = () if pin is None else (pin,)
            reply = self._work(card, "sign_documents", {}, secrets, CardPin.SIGNATURE, signed=documents)
        if isinstance(reply, Failure):
            return reply
        signed = reply.as_type(SignedReading)
        if isinstance(signed, Failure):
            return signed
        return signed.signatures

    def change_pin(
        self, card: CardInfo, old: Secret, new: Secret, which: CardPin = CardPin.LOGIN
    ) -> Result[None]:
        """Change the PIN; PIN_WRONG counts on the card, PIN_FORMAT does not."""
        return self._set_pin(card, "change_pin", (old, new), which)

    def unblock(
        self, card: CardInfo, puk: Secret, new: Secret, which: CardPin = CardPin.LOGIN
    ) -> Result[None]:
        """Set a new PIN with the PUK: PUK_WRONG, PUK_BLOCKED, PIN_CHANGE_UNSUPPORTED."""
        return self._set_pin(card, "unblock", (puk, new), which)

    def _set_pin(
        self, card: CardInfo, op: str, secrets: tuple[Secret, Secret], which: CardPin
    ) -> Result[None]:
        opens, new = secrets
        with self._lock, _wiped(opens), _wiped(new):
            if which is CardPin.SIGNATURE and card.signature is None:
                return Failure.of(card.no_signature)
            reply = self._work(card, op, {}, secrets, which)
            return reply if isinstance(reply, Failure) else None

    def abort(self) -> None:
        """Kill the running child; with nothing running, nothing happens."""
        with self._running_lock:
            if self._running is not None:
                self._running.kill(Gone.ABORTED)

    def close(self) -> None:
        """Cut what runs and end every child."""
        self.abort()
        with self._lock:
            self._closed = True
            for standby in self._children.values():
                standby.close()
            self._children.clear()

    # -- work ---------------------------------------------------------------------------------

    def _read_cards(self) -> Result[tuple[CardInfo, ...]]:
        """A card that was just put in, or is being reset by another program, may need a second look."""
        begun = time.monotonic()
        limit, until = begun + REMOVAL_LAG_S, begun + self._deadlines.read
        looks = 0
        while True:
            snapshot = self._snapshot()
            found, certain = self._look(snapshot, until)
            looks += 1
            # With one good card in hand, a foreign one beside it is worth a second look only.
            enough = looks > 1 and isinstance(found, tuple) and bool(found)
            if certain or enough or snapshot is None:
                return found
            # On a slow machine the first look alone may take longer: a second one is always made.
            if looks > 1 and time.monotonic() > limit:
                half = isinstance(found, Failure) and found.code is Code.CERTIFICATE_MISSING
                if not half or time.monotonic() > until or not self._moved_since(snapshot):
                    return self._latest_word(found)
            time.sleep(0.1)

    def _moved_since(self, seen: ReaderSnapshot) -> bool:
        """Whether a card was moved while it was read: what is missing on half a card says nothing of it."""
        limit = time.monotonic() + REMOVAL_LAG_S
        while time.monotonic() < limit:
            now = self._snapshot()
            if now is None or not now.service_running:
                return False
            if {(r.name, r.events) for r in now.readers} != {(r.name, r.events) for r in seen.readers}:
                return True
            time.sleep(0.03)
        return False

    def _latest_word(self, found: Result[tuple[CardInfo, ...]]) -> Result[tuple[CardInfo, ...]]:
        """The service or the card may have gone while we looked: that explains a failure better."""
        snapshot = self._snapshot()
        if not isinstance(found, Failure) or snapshot is None:
            return found
        if not snapshot.service_running:
            return Failure.of(Code.CARD_SERVICE_MISSING)
        return found if snapshot.occupied() else ()

    def _look(
        self, snapshot: ReaderSnapshot | None, until: float
    ) -> tuple[Result[tuple[CardInfo, ...]], bool]:
        """What is found now, and whether looking again would be of no use; *until* by the monotonic clock."""
        if snapshot is not None:
            if not snapshot.service_running:
                return Failure.of(Code.CARD_SERVICE_MISSING), True
            if not snapshot.occupied():
                return (), True
        atrs = [r.atr for r in snapshot.occupied()] if snapshot is not None else []
        stacks = self._stacks(atrs)
        if isinstance(stacks, Failure):
            return stacks, True
        # Who hung the last time is asked last, with all the time that is left then.
        stacks = sorted(stacks, key=self._hung.__contains__)
        failure: Failure | None = None
        tokens, why, passed_over = 0, Code.CERTIFICATE_MISSING, self._keyless | self._doubted
        readers = snapshot.readers if snapshot is not None else ()
        asked = {"present": [r.name for r in readers if r.slot is SlotState.PRESENT]}
        for others, stack in zip(reversed(range(len(stacks))), stacks, strict=True):
            left, begun = max(_LEAST_READ_S, until - time.monotonic()), time.monotonic()
            reply = self._call(stack, "cards", asked, (), left, patience=left / (others + 1))
            if isinstance(reply, Gone):
                if reply is Gone.ABORTED:
                    return Failure.of(Code.CANCELLED), True  # by us: it says nothing about the card
                if reply is not Gone.CRASHED:
                    return self._explain(reply, stack), True
                reply = self._explain(reply, stack)
            readings = reply if isinstance(reply, Failure) else reply.as_type(tuple[TokenReading, ...])
            if isinstance(readings, Failure):
                failure = failure or readings
                continue
            tokens = max(tokens, len({(r.reader, r.serial) for r in readings}))
            if readings and why is Code.CERTIFICATE_MISSING:
                why = refused(readings, snapshot, self._preferred, passed_over)
            if found := recognise(stack, readings, snapshot, self._preferred, self._source, passed_over):
                self._known.update((card.key, known) for card, known in found)
                self._after_reading(stack, time.monotonic() - begun, _moves_of(snapshot))
                return tuple(self._as_told(card, snapshot) for card, _ in found), tokens >= present(snapshot)
        if failure is None and tokens:
            # A card pulled while it was being read leaves a module with half a card in its memory.
            self._kept.clear()
            for standby in self._children.values():
                standby.replace()
        spent = time.monotonic() >= until and not self._hung.isdisjoint(stacks)
        hopeless = spent or self._hung.issuperset(stacks)
        certain = hopeless or (failure is None and not tokens and not present(snapshot))
        return failure or unreadable(snapshot, tokens, why), certain

    def _as_told(self, card: CardInfo, snapshot: ReaderSnapshot | None) -> CardInfo:
        return self._told.recalled(card, _events(reader_named(snapshot, card.reader)))

    def _work(
        self,
        card: CardInfo,
        op: str,
        arguments: Mapping[str, object],
        secrets: Sequence[Secret],
        which: CardPin = CardPin.LOGIN,
        signed: Sequence[bytes] = (),
    ) -> Reply | Failure:
        """One call on one card, on the token behind the PIN; the child is replaced whatever happens.

        *signed*: what the key behind that PIN signs.
        """
        known = self._known.get(card.key)
        if known is None:
            self._read_cards()
            known = self._known.get(card.key)
        if known is None:
            return Failure.of(Code.CARD_REMOVED, reader=card.reader)
        signing = which is CardPin.SIGNATURE
        if failure := format_failure(card.pin_of(which), op, secrets):
            return failure
        key = known.keys.signature if signing else known.keys.authentication
        reading = known.signature_reading if signing else known.reading
        assert key is not None
        mechanism = signing_mechanism(key.algorithm, reading.mechanisms)
        before = self._reader_now(card.reader)
        reply = self._call(
            known.stack,
            op,
            {
                "reader": reading.reader, "label": reading.label, "serial": reading.serial,
                "certificate": key.certificate.fingerprint, "key": key.key_id,
                "public": key.public.hex(), "mechanism": mechanism, "pin": asdict(reading.pin),
                "login": not self._needs_no_login(card),
                "signed": [pack(signing_input(mechanism, key.certificate, data)) for data in signed],
                **arguments,
            },
            secrets,
            self._deadlines.work if secrets else self._deadlines.keypad,
            patience=self._deadlines.work,
            replace_child=True,
        )  # fmt: skip
        if reply is Gone.ABORTED:
            return Failure.of(Code.CARD_REMOVED, reader=card.reader)
        if isinstance(reply, Gone):
            reply = self._explain(reply, known.stack)
        if isinstance(reply, Failure) and reply.code in _DOUBTFUL:
            reply = self._judge(reply, card.reader, before)
        if isinstance(reply, Failure):
            self._doubt(known, reading, key.certificate.fingerprint, reply)
        pin = which if card.own_signature_pin is not None else CardPin.LOGIN
        if isinstance(reply, Failure):
            self._told.heard(card.key, pin, _events(before), reply)
        else:
            self._told.forget(card.key, pin)
        if isinstance(reply, Failure) and reply.code is Code.PIN_WRONG and card.pin.either and not signing:
            return replace(reply, code=Code.PIN_OF_EITHER)
        return reply

    def _doubt(self, known: KnownCard, reading: TokenReading, fingerprint: str, failure: Failure) -> None:
        """A token without the key is passed over; one of several whose PIN was another gives way in turn: the
        same PIN sent to the same wrong token again and again would block it."""
        snapshot = self._snapshot()
        here = keyless_certificate(reading, fingerprint, snapshot)
        others = {keyless_certificate(r, fingerprint, snapshot) for r in known.elsewhere} - self._keyless
        if failure.code is Code.KEY_MISSING:
            self._keyless.add(here)
            self._doubted -= others
        elif others and reading is known.reading and failure.code in REFUSED_PIN:
            self._doubted = self._doubted - others | {here}

    def _call(
        self,
        stack: str,
        op: str,
        arguments: Mapping[str, object],
        secrets: Sequence[Secret],
        deadline: float,
        *,
        patience: float,
        replace_child: bool = False,
    ) -> Reply | Failure | Gone:
        """*patience*: how much of *deadline* the child has to get ready."""
        if self._closed:
            return Failure.of(Code.CANCELLED)
        self._before_call(stack)
        standby = self._children.get(stack) or self._children.setdefault(stack, self._standby(stack))
        child = standby.child()
        with self._running_lock:
            self._running = child
        until, held = time.monotonic() + deadline, False
        try:
            # Asked before the card, and before a PIN is handed over: whose fault is it if nothing comes?
            reply = None if child.answered else child.call(READY, {}, deadline=min(patience, deadline))
            hangs = reply is Gone.TIMEOUT
            if reply is None or isinstance(reply, Reply):
                held = self._held(child, stack, arguments)
                left = max(_LEAST_CALL_S, until - time.monotonic())
                reply = Gone.TIMEOUT if held else child.call(op, arguments, secrets, deadline=left)
        finally:
            with self._running_lock:
                self._running = None
        if replace_child or not isinstance(reply, Reply):
            self._kept.pop(stack, None)
            standby.replace()
        if isinstance(reply, Gone):
            log.warning("card child %s %s %s", reply.value, "before" if hangs else "during", op)
        self._hung = self._hung | {stack} if hangs else self._hung - {stack}
        if held and self._stuck != self._moves():
            return Failure.of(Code.CARD_BUSY)
        # What a child leaves unanswered keeps the card from everybody until it is pulled: that is no program.
        self._stuck = self._moves() if isinstance(reply, Gone) else None
        return self._hangs(stack) if hangs else reply

    def _explain(self, gone: Gone, stack: str) -> Failure:
        if gone is Gone.ABORTED:
            return Failure.of(Code.CARD_REMOVED)
        return Failure.of(Code.CARD_TIMEOUT) if gone is Gone.TIMEOUT else self._crashed(stack)

    # -- what the monitor says ----------------------------------------------------------------

    def _moves(self) -> Moves | None:
        """How often something was put in or taken out of each reader; None where nobody counts."""
        return _moves_of(self._snapshot())

    def _reader_now(self, name: str) -> Reader | None:
        return reader_named(self._snapshot(), name)

    def _judge(self, failure: Failure, reader: str, before: Reader | None) -> Failure:
        """Removal and a stopped service explain every doubtful failure; ask the monitor, not the code."""
        limit = time.monotonic() + REMOVAL_LAG_S
        while True:
            snapshot = self._snapshot()
            if snapshot is None:
                return failure
            if not snapshot.service_running:
                return Failure.of(Code.CARD_SERVICE_MISSING)
            now = reader_named(snapshot, reader)
            gone = now is None or now.slot is SlotState.EMPTY
            if gone or (before is not None and now is not None and now.events != before.events):
                return Failure.of(Code.CARD_REMOVED, reader=reader)
            if now is not None and now.slot is SlotState.EXCLUSIVE:
                return Failure.of(Code.CARD_BUSY, reader=reader)
            if time.monotonic() > limit:
                # The card never left, and its key was there when it was read: the module lost it.
                lost = failure.code in (Code.CARD_REMOVED, Code.CERTIFICATE_MISSING)
                return Failure.of(Code.CARD_FAILED, reader=reader) if lost else failure
            time.sleep(0.03)


def _moves_of(snapshot: ReaderSnapshot | None) -> Moves | None:
    return None if snapshot is None else tuple((r.name, r.events) for r in snapshot.readers)


def _events(reader: Reader | None) -> int | None:
    return None if reader is None else reader.events


_DOUBTFUL = frozenset(
    {Code.CARD_FAILED, Code.PIN_UNCERTAIN, Code.PUK_UNCERTAIN, Code.CARD_TIMEOUT, Code.MODULE_CRASHED,
     Code.CHILD_CRASHED, Code.CARD_REMOVED, Code.CARD_SWAPPED, Code.CERTIFICATE_MISSING, Code.KEYPAD_FAILED,
     Code.MODULE_HANGS, Code.KEY_MISSING, Code.MODULE_ASKED_IN_VAIN}
)  # fmt: skip


class _wiped:
    """Wipes a secret on the way out, whatever happened."""

    def __init__(self, secret: Secret | None) -> None:
        self._secret = secret

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        if self._secret is not None:
            self._secret.wipe()
