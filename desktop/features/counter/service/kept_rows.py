"""Rows of the counter's tables as values, and back; one that was damaged costs only itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import msgspec

from desktop.common.built_types import built
from desktop.domain.prescription.ordonnance import Product
from desktop.features.counter.domain.act import CounterAct
from desktop.features.counter.domain.delivery import Delivery
from desktop.ports.kept import Rows
from desktop.scanning.separators import ScannerSettings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ParkedAct:
    """An act that was interrupted (CF-014), and when."""

    act: CounterAct
    at: datetime


def put_delivery(rows: Rows, one: Delivery) -> None:
    """In the place of what stood under its first identifier."""
    rows.execute(
        "INSERT OR REPLACE INTO counter_delivery (id, code, person, at, content) VALUES (?, ?, ?, ?, ?)",
        (one.identifiers[0], one.code, one.patient.id, one.confirmed_at.isoformat(), _packed(one)),
    )


def drop_delivery(rows: Rows, delivery: Delivery) -> None:
    """It was told how it ended."""
    rows.execute("DELETE FROM counter_delivery WHERE id = ?", (delivery.identifiers[0],))


def damaged(rows: Rows) -> int:
    """How many deliveries and interrupted acts nobody can read any more; they stay where they are."""
    found = len(rows.execute("SELECT 1 FROM counter_delivery")) - len(deliveries(rows))
    return found + len(rows.execute("SELECT 1 FROM counter_parked")) - len(parked_acts(rows))


def deliveries(rows: Rows) -> tuple[Delivery, ...]:
    """All that nobody has been told of, the oldest first."""
    found = rows.execute("SELECT content FROM counter_delivery ORDER BY at, id")
    read = (_unpacked(content, Delivery) for (content,) in found)
    return tuple(one for one in read if one is not None)


def park(rows: Rows, parked: ParkedAct) -> None:
    """One a ordonnance."""
    rows.execute(
        "INSERT OR REPLACE INTO counter_parked (code, at, content) VALUES (?, ?, ?)",
        (parked.act.code, parked.at.isoformat(), _packed(parked.act)),
    )


def unpark(rows: Rows, code: str) -> None:
    """It goes on, or was given up."""
    rows.execute("DELETE FROM counter_parked WHERE code = ?", (code,))


def parked_acts(rows: Rows) -> tuple[ParkedAct, ...]:
    """The last one first."""
    found = rows.execute("SELECT content, at FROM counter_parked ORDER BY at DESC, code")
    read = ((_unpacked(content, CounterAct), _moment(at)) for content, at in found)
    return tuple(ParkedAct(act, at) for act, at in read if act is not None and at is not None)


def put_product(rows: Rows, number: str, product: Product) -> None:
    """« GTIN inconnu : quel produit ? » was answered."""
    rows.execute(
        "INSERT OR REPLACE INTO counter_product (number, content) VALUES (?, ?)", (number, _packed(product))
    )


def product(rows: Rows, number: str) -> Product | None:
    """What was answered for that number."""
    found = list(rows.execute("SELECT content FROM counter_product WHERE number = ?", (number,)))
    return _unpacked(found[0][0], Product) if found else None


def put_scanner(rows: Rows, settings: ScannerSettings) -> None:
    """In the place of what an earlier test found."""
    rows.execute("INSERT OR REPLACE INTO counter_scanner (one, content) VALUES (1, ?)", (_packed(settings),))


def drop_scanner(rows: Rows) -> None:
    """The starting values again."""
    rows.execute("DELETE FROM counter_scanner")


def scanner(rows: Rows) -> ScannerSettings | None:
    """What the last test found; None before the first one."""
    found = list(rows.execute("SELECT content FROM counter_scanner"))
    return _unpacked(found[0][0], ScannerSettings) if found else None


def put_widths(rows: Rows, name: str, widths: tuple[int, ...]) -> None:
    """Of the table of that name."""
    rows.execute(
        "INSERT OR REPLACE INTO counter_widths (name, content) VALUES (?, ?)", (name, _packed(widths))
    )


def widths(rows: Rows) -> Mapping[str, tuple[int, ...]]:
    """By table; one that was damaged is not there."""
    found = rows.execute("SELECT name, content FROM counter_widths")
    read = ((name, _unpacked(content, tuple[int, ...])) for name, content in found)
    return {name: drawn for name, drawn in read if drawn is not None}


def _moment(written: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(written))
    except ValueError:
        return None


def _packed(value: object) -> bytes:
    return msgspec.json.encode(value)


def _unpacked(content: bytes, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(content, type=built(kind))
    except (msgspec.DecodeError, msgspec.ValidationError, TypeError):
        return None
