"""From what a child read to the cards that the program knows; and what to say where there is none."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial

from desktop.domain.card import CardInfo, CardSource, PinAsker, PinState, Reader, ReaderSnapshot, SlotState
from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret
from desktop.smartcard.certificates import (
    CardKey,
    CardKeys,
    choose,
    shows_documents_key,
    signing_mechanism,
    unlock_method,
)
from desktop.smartcard.child_messages import (
    KeylessCertificate,
    PinFacts,
    StoredCertificate,
    TokenReading,
)
from desktop.smartcard.modules import takes_letters
from desktop.smartcard.reader_names import meant


@dataclass(frozen=True, slots=True)
class KnownCard:
    """Where a card that was read lives: its stack, and the tokens of its two keys (often the same).

    ``elsewhere``: other tokens that show the login's certificate and may as well hold its key.
    """

    stack: str
    reading: TokenReading
    signature_reading: TokenReading
    keys: CardKeys
    elsewhere: tuple[TokenReading, ...] = ()


def recognise(
    stack: str,
    readings: Sequence[TokenReading],
    snapshot: ReaderSnapshot | None,
    preferred_issuers: Sequence[str],
    source: CardSource,
    keyless: Set[KeylessCertificate] = frozenset(),
) -> list[tuple[CardInfo, KnownCard]]:
    """One card for each reader that holds an authentication certificate, whatever slots it spreads over.

    Where a slot's description may mean several readers with a card, its cards are told apart by their serials
    and none of them names a reader: the session then ends with any event of the readers.
    """
    cards = []
    for name, here, keys in _chosen(readings, snapshot, preferred_issuers, keyless):
        if keys.authentication is None:
            continue
        reading = _holding(here, keys.authentication)
        signing = _holding(here, keys.signature) if keys.signature else reading
        known = KnownCard(stack, reading, signing, keys, _elsewhere(readings, reading, keys.authentication))
        cards.append((_card_info(known, keys.authentication, source, reader_named(snapshot, name)), known))
    return cards


def refused(
    readings: Sequence[TokenReading],
    snapshot: ReaderSnapshot | None,
    preferred_issuers: Sequence[str],
    keyless: Set[KeylessCertificate] = frozenset(),
) -> Code:
    """Why none of these cards logs in, by the first of them that holds more than nothing."""
    chosen = list(_chosen(readings, snapshot, preferred_issuers, keyless))
    whys = [keys.refusal for _, _, keys in chosen if keys.refusal is not None]
    if any(c in keyless for r in readings for c in _as_keyless(r, snapshot)):
        whys.append(Code.KEY_MISSING)
    return next((why for why in whys if why is not Code.CERTIFICATE_MISSING), Code.CERTIFICATE_MISSING)


def keyless_certificate(
    reading: TokenReading, fingerprint: str, snapshot: ReaderSnapshot | None
) -> KeylessCertificate:
    """What to remember of a certificate whose key was not there, until the card is moved."""
    reader = reader_named(snapshot, reading.reader)
    events = None if reader is None else reader.events
    return KeylessCertificate(reading.reader, reading.label, reading.serial, fingerprint, events)


def _chosen(
    readings: Sequence[TokenReading],
    snapshot: ReaderSnapshot | None,
    preferred_issuers: Sequence[str],
    keyless: Set[KeylessCertificate],
) -> Iterator[tuple[str, list[TokenReading], CardKeys]]:
    """Card by card, without the certificates that are known to have no key there."""
    for name, of_card in _by_card(readings, snapshot):
        here = [r if not keyless else _without(r, snapshot, keyless) for r in of_card]
        stored = (c for r in here for c in r.certificates)
        yield name, here, choose(stored, preferred_issuers, signs=partial(_one_signs, here))


def _one_signs(readings: Sequence[TokenReading], key: CardKey) -> bool:
    """Whether the token that is taken for the one with that key can use it."""
    return _able(_holding(readings, key), key)


def _without(
    reading: TokenReading, snapshot: ReaderSnapshot | None, keyless: Set[KeylessCertificate]
) -> TokenReading:
    pairs = zip(reading.certificates, _as_keyless(reading, snapshot), strict=True)
    return replace(reading, certificates=tuple(c for c, key in pairs if key not in keyless))


def _as_keyless(reading: TokenReading, snapshot: ReaderSnapshot | None) -> list[KeylessCertificate]:
    return [keyless_certificate(reading, _fingerprint(c), snapshot) for c in reading.certificates]


def _fingerprint(stored: StoredCertificate) -> str:
    return hashlib.sha256(stored.der).hexdigest()


def _by_card(
    readings: Sequence[TokenReading], snapshot: ReaderSnapshot | None
) -> Iterator[tuple[str, list[TokenReading]]]:
    """The description of its slots, and the readings of each card."""
    for name in dict.fromkeys(r.reader for r in readings):
        here = [r for r in readings if r.reader == name]
        if len(_meant(snapshot, name)) < 2:
            yield name, here
            continue
        for serial in dict.fromkeys(r.serial for r in here):
            yield name, [r for r in here if r.serial == serial]


def present(snapshot: ReaderSnapshot | None) -> int:
    """How many cards the readers say should be readable."""
    return 0 if snapshot is None else sum(r.slot is SlotState.PRESENT for r in snapshot.readers)


def reader_named(snapshot: ReaderSnapshot | None, name: str) -> Reader | None:
    """The reader of that name, else the one whose slot PKCS#11 describes so; of several the one with a card,
    and none where that is not one alone."""
    found = _meant(snapshot, name)
    return found[0] if len(found) == 1 else None


def _meant(snapshot: ReaderSnapshot | None, name: str) -> list[Reader]:
    readers = snapshot.readers if snapshot is not None else ()
    names = meant(name, (reader.name for reader in readers))
    found = [reader for reader in readers if reader.name in names]
    return [one for one in found if one.slot is not SlotState.EMPTY] if len(found) > 1 else found


def _holding(readings: Iterable[TokenReading], key: CardKey) -> TokenReading:
    """Of several that show the certificate the one that shows its key, before those that show others only.

    Where that tells nothing: one that can use such a key, and rather not the documents' one, whose PIN is
    another.
    """
    return max(
        (r for r in readings if _holds(r, key)),
        key=lambda r: (_likely(r, key), _able(r, key), not shows_documents_key(r.certificates)),
    )


def _elsewhere(
    readings: Iterable[TokenReading], chosen: TokenReading, key: CardKey
) -> tuple[TokenReading, ...]:
    place, likely = (chosen.reader, chosen.label, chosen.serial), _likely(chosen, key)
    return tuple(
        r
        for r in readings
        if r.reader == chosen.reader and (r.reader, r.label, r.serial) != place
        if _holds(r, key) and _likely(r, key) == likely and _able(r, key)
    )  # fmt: skip


def _holds(reading: TokenReading, key: CardKey) -> bool:
    return any(c.der == key.certificate.der for c in reading.certificates)


def _able(reading: TokenReading, key: CardKey) -> bool:
    return bool(signing_mechanism(key.algorithm, reading.mechanisms))


def _likely(reading: TokenReading, key: CardKey) -> int:
    if key.public.hex() in reading.keys:
        return 2
    return 0 if reading.keys else 1


def _card_info(known: KnownCard, key: CardKey, source: CardSource, reader: Reader | None) -> CardInfo:
    reading, signature = known.reading, known.keys.signature
    atr = bytes.fromhex(reading.atr) if reading.atr else (reader.atr if reader else b"")
    real = source is CardSource.PKCS11 and not reading.manufacturer.lower().startswith("piv")
    identity = [known.stack, reading.reader, reading.label, reading.serial, key.certificate.fingerprint]
    return CardInfo(
        key=json.dumps(identity),
        # The monitor's word for it, which is what the session compares; Known keeps the module's.
        reader=reader.name if reader is not None else reading.reader,
        label=reading.label,
        serial=reading.serial,
        source=source,
        authentication=key.certificate,
        signature=None if signature is None else signature.certificate,
        pin=replace(
            _pin_state(reading.pin), letters=real and takes_letters(atr), either=bool(known.elsewhere)
        ),
        unlock_method=unlock_method(key, reading.mechanisms),
        algorithm=key.algorithm,
        atr=atr,
        can_unblock=reading.can_unblock,
        can_change_pin=reading.pin.asker is PinAsker.PROGRAM,
        no_signature=known.keys.no_signature,
        module=known.stack if source is CardSource.PKCS11 else "",
        own_signature_pin=_own_signature_pin(known, letters=real and takes_letters(atr)),
    )


def _own_signature_pin(known: KnownCard, *, letters: bool) -> PinState | None:
    """A token of its own for the signature key has a PIN of its own: PKCS#11 knows one for each token."""
    if known.signature_reading is known.reading:
        return None
    return replace(_pin_state(known.signature_reading.pin), letters=letters)


def _pin_state(facts: PinFacts) -> PinState:
    return PinState(
        facts.tries_left, facts.low, facts.last_try, facts.blocked, facts.asker,
        facts.min_length, facts.max_length,
    )  # fmt: skip


def format_failure(pin: PinState, op: str, secrets: Sequence[Secret]) -> Failure | None:
    """Lengths that no card would take are refused before the card sees them: no try is lost."""
    limits = {"perform": (1,), "sign_documents": (1,), "change_pin": (1, 1), "unblock": (0, 1)}[op]
    for is_pin, secret in zip(limits, secrets, strict=False):
        if not secret or (is_pin and not pin.min_length <= len(secret) <= pin.max_length):
            return Failure.of(Code.PIN_FORMAT, min=pin.min_length, max=pin.max_length)
    return None


def unreadable(
    snapshot: ReaderSnapshot | None, tokens: int, why: Code = Code.CERTIFICATE_MISSING
) -> Failure | tuple[CardInfo, ...]:
    """No usable card: say what the reader knows of the one that is there, or *why* its tokens do not do."""
    if tokens:
        return Failure.of(why)
    states = {r.slot for r in snapshot.occupied()} if snapshot is not None else set()
    if SlotState.PRESENT in states:
        return Failure.of(Code.CARD_UNKNOWN)
    if SlotState.EXCLUSIVE in states:
        return Failure.of(Code.CARD_BUSY)
    return Failure.of(Code.CARD_MUTE) if SlotState.MUTE in states else ()
