"""The résumés des prestations: which there are, their lines by kind, and odd data."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import Failure, Result
from desktop.domain.record import DocumentStatus
from desktop.features.prestations.domain import Kind, Performed, kinds, missing_year, of_kind, yearly
from desktop.features.prestations.wire import PrestationsWire
from desktop.ports.wire_call import WireCall
from desktop.sync.fhir_shapes import shaped
from desktop.sync.wire_kit import WireKit
from tests.samples.practice import deposit, document

T = TypeVar("T")
lines = st.lists(
    st.builds(
        Performed,
        day=st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2026, 1, 1))),
        kind=st.sampled_from(list(Kind)),
        nature=st.just("x"),
        provider=st.just("y"),
        count=st.one_of(st.none(), st.integers(0, 9)),
    )
)


class Kit(WireKit):
    """Answers with resources."""

    def __init__(self, *resources: dict[str, Any]) -> None:
        self.answers = resources
        self.asked: list[dict[str, str]] = []

    def search(
        self, call: WireCall, fields: Any, shape: type[T], patient_id: str = "", **_: object
    ) -> Result[tuple[T, ...]]:
        self.asked.append(dict(fields))
        read = (shaped(msgspec.json.encode(resource), shape) for resource in self.answers)
        return tuple(one for one in read if one is not None)


def read(*resources: dict[str, Any]) -> tuple[Performed, ...] | None:
    found = PrestationsWire(Kit(*resources)).lines("p1", "urn:uuid:7")
    assert not isinstance(found, Failure)
    return found


def sent(number: int, created: datetime | None, **changes: Any) -> Any:
    made = document(deposit(number), f"d{number}")
    return replace(made, category="resume-prestations", created=created, **changes)


def test_those_of_the_patient_the_newest_first() -> None:
    old, new = (sent(n, datetime(year, 6, 18, tzinfo=UTC)) for n, year in ((1, 2024), (2, 2025)))
    others = (
        replace(new, id="x1", category="resume-patient"),
        replace(new, id="x2", patient_id="p9"),
        replace(new, id="x3", status=DocumentStatus.SUPERSEDED),
        replace(new, id="x4", created=None),
    )
    found = yearly((old, *others, new), old.patient_id)
    assert [(y.document_id, y.made.year) for y in found] == [("d2", 2025), ("d1", 2024)]
    assert missing_year(found, date(2026, 3, 1)) == 2026
    assert missing_year(found, date(2025, 12, 31)) is None
    assert missing_year((), date(2026, 3, 1)) == 2026


@given(lines)
def test_every_line_stands_under_its_kind_and_in_all(found: list[Performed]) -> None:
    everything = of_kind(found, None)
    assert sorted(map(str, everything)) == sorted(map(str, found))
    parts = [line for kind in kinds(found) for line in of_kind(found, kind)]
    assert len(parts) == len(found)
    days = [line.day for line in everything if line.day is not None]
    assert days == sorted(days, reverse=True)


def test_lines_are_read_with_their_provider() -> None:
    (line,) = read(
        {
            "careTeam": [{"sequence": 1, "provider": {"display": "Labo K."}}],
            "item": [
                {
                    "sequence": 1, "careTeamSequence": [1], "servicedDate": "2025-05-04",
                    "category": {"coding": [{"code": "laboratoire"}]},
                    "productOrService": {"text": "Analyses"}, "quantity": {"value": 3},
                }
            ],
        }
    ) or ()  # fmt: skip
    assert line == Performed(date(2025, 5, 4), Kind.LABORATORY, "Analyses", "Labo K.", 3)


def test_the_document_is_named_by_its_identifier() -> None:
    kit = Kit({})
    PrestationsWire(kit).lines("p1", "urn:uuid:7")
    assert kit.asked == [{"patient": "Patient/p1", "identifier": "urn:ietf:rfc:3986|urn:uuid:7"}]


@pytest.mark.parametrize(
    "item",
    [
        {},
        {"quantity": {"value": -1}, "servicedDate": "2025", "careTeamSequence": [9]},
        {"quantity": {"value": "viel"}, "category": {"coding": [{"code": "magie"}]}},
    ],
)
def test_what_cannot_be_read_is_not_told_and_the_line_stays(item: dict[str, Any]) -> None:
    """CF-074: never a zero that nobody said."""
    assert read({"item": [item]}) == (Performed(None, Kind.OTHER, "", "", None),)


def test_no_data_is_not_an_empty_one() -> None:
    assert read() is None and read({"item": []}) == ()
