"""No input makes the platform fail: nonsense in any element gets an answer."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from desktop.simulator.minimal_data import plain_pdf
from tests.unit.simulator.conftest import Desk
from tests.unit.simulator.raw_client import transaction

Path = tuple[str | int, ...]
ODD: tuple[Any, ...] = (None, 7, "x", [], {}, [None], {"reference": 5})


def places(value: object, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(value, dict):
        for name, child in value.items():
            yield from places(child, (*path, name))
    elif isinstance(value, list):
        for i, child in enumerate(value):
            yield from places(child, (*path, i))


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_odd_elements_of_a_deposit(desk: Desk, odd: object) -> None:
    client = desk.login()
    token = desk.open(client)
    bundle = transaction("p-1", "ps-weber", plain_pdf("odd"), replaces="d-3")
    for path in places(bundle):
        if not path:
            continue
        changed = copy.deepcopy(bundle)
        place: Any = changed
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = odd
        answer = client.call("POST", "/", token, json=changed)  # an exception would come out here
        assert answer.status_code in (200, 400, 403, 404, 409, 422), path


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_odd_bodies_of_the_other_calls(desk: Desk, odd: object) -> None:
    client = desk.login()
    token = desk.open(client)
    headers = {"If-Match": 'W/"1"'}
    calls = [
        ("POST", "/Patient/$match", odd),
        ("POST", "/Patient/$match", {"parameter": odd}),
        ("POST", "/Patient/$match", {"parameter": [{"name": "resource", "resource": odd}]}),
        ("POST", "/Patient/$match", {"parameter": [{"name": "resource", "resource": {"name": odd}}]}),
        ("POST", "/Patient/$match", {"parameter": [{"name": "resource", "resource": {"name": [odd]}}]}),
        ("POST", "/DocumentReference/d-6/$lift-annonce", odd),
        ("POST", "/DocumentReference/d-6/$lift-annonce", {"parameter": odd}),
        ("POST", "/DocumentReference/d-6/$lift-annonce", {"parameter": [odd]}),
        ("PATCH", "/DocumentReference/d-3", odd),
        ("PATCH", "/DocumentReference/d-3", [odd]),
        ("PATCH", "/DocumentReference/d-3", [{"op": "replace", "path": "/securityLabel", "value": odd}]),
        ("PATCH", "/DocumentReference/d-3", [{"op": "replace", "path": "/securityLabel/0", "value": odd}]),
        (
            "PATCH",
            "/DocumentReference/d-3",
            [{"op": "replace", "path": "/securityLabel/0/coding", "value": odd}],
        ),
        (
            "PATCH",
            "/DocumentReference/d-3",
            [{"op": "replace", "path": "/securityLabel/0/coding/0", "value": odd}],
        ),
        ("POST", "/AuditEvent", odd),
        ("POST", "/AuditEvent", {"resourceType": "AuditEvent", "extension": odd}),
        ("POST", "/AuditEvent", {"resourceType": "AuditEvent", "extension": [odd]}),
        ("POST", "/DocumentReference", odd),
    ]
    for method, path, body in calls:
        answer = client.call(method, path, token, json=body, headers=headers)
        assert 400 <= answer.status_code < 500, (path, body, answer.text)


@pytest.mark.parametrize("value", ["", "x", "Patient/", "Practitioner/p-1", "Patient/p-1/../p-2", "é", "%00"])
def test_odd_references(desk: Desk, value: str) -> None:
    client = desk.login()
    token = desk.open(client)
    for path in ("/Consent", "/Encounter", "/AuditEvent", "/DocumentReference", "/PractitionerRole"):
        for name in ("patient", "actor", "agent", "practitioner", "author", "_page", "date", "relatesto"):
            answer = client.call("GET", path, token, params={name: value})
            assert answer.status_code < 500, (path, name)


def test_unknown_pages(desk: Desk) -> None:
    client = desk.login()
    for method, path in (("GET", "/Foo/org-weber"), ("DELETE", "/Patient/p-1"), ("GET", "/auth/token")):
        answer = client.call(method, path)
        assert answer.status_code == 404 and answer.json()["resourceType"] == "OperationOutcome"
