"""Issues the demo cards: card images, the two readers, and their lines in the console file."""

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop.domain.card_image import (
    CardImage,
    KeyPair,
    SimulatedReader,
    load_card,
    new_card,
    save_readers,
)
from desktop.simulator.card_holders import CardFlaw, Holder
from desktop.simulator.console_file import CardLine, ConsoleFile, GivenSecrets, chosen
from desktop.simulator.pki import Pki, Subject, card_certificate, key_pem, new_key, pem_of

READERS = ("Lecteur de démonstration 1", "Lecteur de démonstration 2")


def issue_cards(
    folder: Path, pki: Pki, holders: tuple[Holder, ...], console: ConsoleFile, given: GivenSecrets
) -> None:
    """Make what is missing in *folder* (``cards/``, ``reader.json``); given PINs and PUKs are set anew."""
    cards = folder / "cards"
    cards.mkdir(parents=True, exist_ok=True)
    for holder in holders:
        path = cards / f"{holder.card}.json"
        line = console.card(holder.card)
        if line is None or not path.exists():
            line = _issue(path, pki, holder, given)
            console.cards = [c for c in console.cards if c.id != holder.card] + [line]
        else:
            _set_given(path, line, given)
    readers = folder / "reader.json"
    if not readers.exists():
        save_readers(readers, tuple(SimulatedReader(name) for name in READERS))


def _issue(path: Path, pki: Pki, holder: Holder, given: GivenSecrets) -> CardLine:
    pin = chosen(given.pin, holder.card) or _digits(6)
    puk = chosen(given.puk, holder.card) or _digits(8)
    person = holder.practitioner
    name = f"{person.prefix} {person.given} {person.family}".strip()
    image = new_card(
        holder.card, f"LuxTrust démo – {name}", secrets.token_hex(8).upper(), holder.atr_hex,
        _pair(pki, holder, signature=False), _pair(pki, holder, signature=True), pin.encode(), puk.encode(),
    )  # fmt: skip
    image.save(path)
    return CardLine(holder.card, image.label, name, person.profession, holder.flaw.value, pin, puk)


def _pair(pki: Pki, holder: Holder, *, signature: bool) -> KeyPair:
    issuer = pki.foreign if holder.flaw is CardFlaw.UNKNOWN_ISSUER else pki.issuing
    key = new_key(elliptic=holder.elliptic)
    person = holder.practitioner
    subject = Subject(person.family, person.given, holder.holder_id)
    validity = _validity(holder.flaw, datetime.now(UTC))
    certificate = card_certificate(issuer, subject, key, validity, signature=signature)
    chain = (issuer.pem(),) if issuer is pki.foreign else (issuer.pem(), pki.root.pem())
    return KeyPair(key_pem(key), pem_of(certificate), chain)


def _validity(flaw: CardFlaw, now: datetime) -> tuple[datetime, datetime]:
    day = timedelta(days=1)
    match flaw:
        case CardFlaw.EXPIRED:
            return now - 1100 * day, now - 10 * day
        case CardFlaw.NOT_YET_VALID:
            return now + 7 * day, now + 1100 * day
        case CardFlaw.NEAR_EXPIRY:
            return now - 1060 * day, now + 30 * day
        case _:
            return now - 100 * day, now + 1000 * day


def _set_given(path: Path, line: CardLine, given: GivenSecrets) -> None:
    pin, puk = chosen(given.pin, line.id), chosen(given.puk, line.id)
    if not pin and not puk:
        return
    line.pin, line.puk = pin or line.pin, puk or line.puk
    old: CardImage = load_card(path)
    new_card(
        old.id, old.label, old.serial, old.atr_hex, old.authentication, old.signature,
        line.pin.encode(), line.puk.encode(),
    ).save(path)  # fmt: skip


def _digits(length: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(length))
