"""The software card's child process: the same requests, rules and errors as the PKCS#11 child's.

Run as ``python -m desktop.smartcard.software_child DIR``; DIR holds ``reader.json`` and ``cards/``.
A try is taken off the image before the PIN is compared, so that killing this process never gives one back.
"""

import hashlib
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from desktop.domain.card import UnlockMethod
from desktop.domain.card_image import CardImage, KeyPair, SimulatedReader, load_card, load_readers
from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret
from desktop.smartcard import soft_keys
from desktop.smartcard.child_messages import PinFacts, pack, unpack
from desktop.smartcard.child_server import Arguments, CardAnswer, serve
from desktop.smartcard.pause import COMMAND, SIGN, VERIFY, stops_at
from desktop.smartcard.software_monitor import held

_AUTHENTICATION, _SIGNATURE = "01", "02"
_MECHANISMS = ["RSA_PKCS", "RSA_PKCS_OAEP", "ECDSA", "ECDH1_DERIVE"]
_POLL_S = 0.02


class Pulled(Exception):
    """The card left the reader (or was swapped) in the middle."""


class CardRefused(Exception):
    """The card said no; carries the failure."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.code.value)
        self.failure = failure


class InsertedCard:
    """The card in one simulated reader, for the time of one request."""

    def __init__(self, folder: Path, reader: SimulatedReader) -> None:
        self._folder = folder
        self.reader = reader
        self._path = folder / "cards" / f"{reader.card}.json"
        self.image: CardImage = load_card(self._path)

    def command(self) -> None:
        """One command's time on the card; raises :class:`Pulled` as soon as the card is not there."""
        self.reach(COMMAND)
        end = time.monotonic() + self.reader.delay_ms / 1000
        while True:
            now = next(
                (r for r in load_readers(self._folder / "reader.json") if r.name == self.reader.name), None
            )
            if now is None or (now.card, now.events) != (self.reader.card, self.reader.events):
                raise Pulled
            left = end - time.monotonic()
            if left <= 0 and not now.mute:
                return
            time.sleep(min(_POLL_S, left) if left > 0 else _POLL_S)

    def reach(self, step: str) -> None:
        """Stop here when a tester wants it, until :class:`Pulled`."""
        if stops_at(self._folder, step):
            while True:
                self.command()
                time.sleep(_POLL_S)

    def private_key(self) -> None:
        """One command that uses a private key."""
        self.command()
        self.reach(SIGN)

    def save(self, image: CardImage) -> None:
        """Make a new state of the card durable."""
        image.save(self._path)
        self.image = image

    def verify_pin(self, pin: Secret) -> None:
        """VERIFY: count, save, then compare."""
        self.command()
        tries = self.image.pin_tries
        if tries <= 0:
            raise CardRefused(Failure.of(Code.PIN_BLOCKED))
        self.save(self.image.with_tries(pin=tries - 1))
        self.reach(VERIFY)
        if self.image.pin_matches(pin.buffer):
            self.save(self.image.with_tries(pin=self.image.max_tries))
            return
        if tries == 1:
            raise CardRefused(Failure.of(Code.PIN_BLOCKED))
        code = Code.PIN_LAST_TRY if tries == 2 else Code.PIN_WRONG
        raise CardRefused(Failure.of(code, tries_left=tries - 1))

    def unblock(self, puk: Secret, new: Secret) -> None:
        """RESET RETRY COUNTER: the same rules for the PUK."""
        self.command()
        tries = self.image.puk_tries
        if tries <= 0:
            raise CardRefused(Failure.of(Code.PUK_BLOCKED))
        self.save(self.image.with_tries(puk=tries - 1))
        if not self.image.puk_matches(puk.buffer):
            left = tries - 1
            raise CardRefused(
                Failure.of(Code.PUK_WRONG, tries_left=left) if left else Failure.of(Code.PUK_BLOCKED)
            )
        self._check_length(new)
        self.save(self.image.with_tries(puk=self.image.max_tries).with_pin(new.buffer))

    def change_pin(self, old: Secret, new: Secret) -> None:
        """CHANGE REFERENCE DATA."""
        self._check_length(new)
        self.verify_pin(old)
        self.command()
        self.save(self.image.with_pin(new.buffer))

    def _check_length(self, pin: Secret) -> None:
        if not self.image.pin_min <= len(pin) <= self.image.pin_max:
            raise CardRefused(Failure.of(Code.PIN_FORMAT, min=self.image.pin_min, max=self.image.pin_max))


class SoftwareStack:
    """The request handlers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def cards(self, _arguments: Arguments, _secrets: Sequence[Secret]) -> CardAnswer | Failure:
        """Every card that answers; a mute one is left out, as a PKCS#11 module does."""
        if (self._folder / "service-stopped").exists():
            return Failure.of(Code.CARD_SERVICE_MISSING)
        found = []
        for reader in load_readers(self._folder / "reader.json"):
            if reader.card is None or reader.mute or held(self._folder, reader):
                continue
            try:
                card = InsertedCard(self._folder, reader)
                card.command()
            except (OSError, ValueError, KeyError, TypeError, Pulled):
                continue  # gone meanwhile, or no card of ours
            if card.image.kind != "foreign":
                found.append(_reading(reader, card.image))
        if not found and any(
            held(self._folder, reader) for reader in load_readers(self._folder / "reader.json")
        ):
            return Failure.of(Code.CARD_BUSY)
        return CardAnswer(found)

    def perform(self, arguments: Arguments, secrets: Sequence[Secret]) -> CardAnswer | Failure:
        """Verify the PIN, sign the digest, yield the cache secret."""

        def work(card: InsertedCard, lap: Callable[[str], None]) -> CardAnswer:
            key = soft_keys.load_key(card.image.authentication)
            card.verify_pin(secrets[0])
            lap("login")
            signature = None
            for digest in arguments["signed"]:
                card.private_key()
                signature = pack(soft_keys.sign_digest(key, unpack(digest)))
                lap("sign")
            secret = None
            if arguments["unlock"] is not None:
                card.private_key()
                secret = bytearray(_unlock(key, arguments["unlock"]))
                lap("unlock")
            return CardAnswer({"signature": signature}, secret)

        return self._on_card(arguments, work)

    def sign_documents(self, arguments: Arguments, secrets: Sequence[Secret]) -> CardAnswer | Failure:
        """Verify the PIN, sign each digest with the signature key."""

        def work(card: InsertedCard, lap: Callable[[str], None]) -> CardAnswer:
            if card.image.signature is None:
                raise CardRefused(Failure.of(Code.CERTIFICATE_MISSING))
            key = soft_keys.load_key(card.image.signature)
            card.verify_pin(secrets[0])
            lap("login")
            signatures = []
            for digest in arguments["signed"]:
                card.private_key()
                signatures.append(pack(soft_keys.sign_digest(key, unpack(digest))))
                lap("sign")
            return CardAnswer({"signatures": signatures})

        return self._on_card(arguments, work)

    def change_pin(self, arguments: Arguments, secrets: Sequence[Secret]) -> CardAnswer | Failure:
        """Old PIN, new PIN."""

        def work(card: InsertedCard, _lap: Callable[[str], None]) -> CardAnswer:
            card.change_pin(secrets[0], secrets[1])
            return CardAnswer({})

        return self._on_card(arguments, work)

    def unblock(self, arguments: Arguments, secrets: Sequence[Secret]) -> CardAnswer | Failure:
        """PUK, new PIN."""

        def work(card: InsertedCard, _lap: Callable[[str], None]) -> CardAnswer:
            card.unblock(secrets[0], secrets[1])
            return CardAnswer({})

        return self._on_card(arguments, work)

    def _on_card(
        self, arguments: Arguments, work: Callable[[InsertedCard, Callable[[str], None]], CardAnswer]
    ) -> CardAnswer | Failure:
        laps: list[tuple[str, float]] = []
        last = time.perf_counter()

        def lap(name: str) -> None:
            nonlocal last
            now = time.perf_counter()
            laps.append((name, (now - last) * 1000))
            last = now

        try:
            reader = _reader_named(self._folder, arguments["reader"])
            if reader is None or reader.card is None:
                raise Pulled
            if held(self._folder, reader):
                return Failure.of(Code.CARD_BUSY, reader=reader.name)
            card = InsertedCard(self._folder, reader)
            card.command()
            if card.image.serial != arguments["serial"]:
                return Failure.of(Code.CARD_SWAPPED)
            lap("select")
            answer = work(card, lap)
            card.command()
        except Pulled:
            return Failure.of(Code.CARD_REMOVED, reader=arguments["reader"])
        except CardRefused as refused:
            return refused.failure
        except (OSError, ValueError, KeyError, TypeError):
            return Failure.of(Code.CARD_FAILED)
        assert isinstance(answer.value, dict)
        if answer.value:
            answer.value["timings_ms"] = laps
        return answer


def _reader_named(folder: Path, name: str) -> SimulatedReader | None:
    """The reader as it stands now; None when it, or the smartcard service, is gone."""
    if (folder / "service-stopped").exists():
        return None
    return next((r for r in load_readers(folder / "reader.json") if r.name == name), None)


def _unlock(key: soft_keys.CardPrivateKey, challenge: dict[str, str]) -> bytes:
    data = unpack(challenge["data"])
    match UnlockMethod(challenge["method"]):
        case UnlockMethod.RSA_OAEP:
            return soft_keys.decipher_oaep(key, data)
        case UnlockMethod.ECDH:
            return soft_keys.agree(key, data)
        case UnlockMethod.RSA_SIGNATURE:
            return soft_keys.sign_digest(key, hashlib.sha256(data).digest())
        case UnlockMethod.NONE:
            raise ValueError("nothing to unlock with")


def _reading(reader: SimulatedReader, image: CardImage) -> dict[str, object]:
    blank = image.kind == "blank"
    pairs: list[tuple[str, KeyPair]] = [] if blank else [(_AUTHENTICATION, image.authentication)]
    if image.signature is not None and not blank:
        pairs.append((_SIGNATURE, image.signature))
    certificates = [
        {"id": id, "der": pack(soft_keys.certificate_der(pair.certificate_pem))} for id, pair in pairs
    ]
    chain = dict.fromkeys(pem for _, pair in pairs for pem in pair.chain_pem)
    certificates += [{"id": "", "der": pack(soft_keys.certificate_der(pem))} for pem in chain]
    tries = image.pin_tries
    facts = PinFacts(
        tries, tries < image.max_tries, tries == 1, tries <= 0,
        min_length=image.pin_min, max_length=image.pin_max,
    )  # fmt: skip
    return {
        "reader": reader.name,
        "label": image.label,
        "serial": image.serial,
        "manufacturer": "DSP Desktop",
        "pin": asdict(facts),
        "mechanisms": _MECHANISMS,
        "certificates": certificates,
        "atr": image.atr_hex.replace(" ", ""),
    }


def main() -> None:
    """Serve the parent until it goes."""
    stack = SoftwareStack(Path(sys.argv[1]))
    serve(
        {
            "cards": stack.cards,
            "perform": stack.perform,
            "sign_documents": stack.sign_documents,
            "change_pin": stack.change_pin,
            "unblock": stack.unblock,
        }
    )


if __name__ == "__main__":
    main()
