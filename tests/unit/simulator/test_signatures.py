"""Signatures are judged on receipt (contract §9): what the program makes is taken, anything else refused."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from desktop.domain.card_image import CardImage, KeyPair
from desktop.simulator.minimal_data import plain_pdf
from desktop.simulator.outcomes import Refused
from desktop.simulator.pki import Subject, card_certificate, key_pem, new_key, pem_of
from desktop.simulator.signatures import EXTENSION, Judge
from tests.samples import signed
from tests.samples.summary import bundle_of
from tests.unit.simulator.conftest import Desk

Json = dict[str, Any]
Change = Callable[[Json], None]
DOCUMENT = bundle_of("urn:uuid:00000000-0000-4000-8000-000000000001", "1748110200265")
STATEMENT = {
    "resourceType": "QuestionnaireResponse",
    "author": {"reference": "Practitioner/ps-kieffer"},
    "item": [{"linkId": "a", "answer": [{"valueString": "Épilepsie « grave »"}]}],
}


def judge(desk: Desk, card: CardImage, *, out_of_force: str = "") -> Judge:
    holder = {"kieffer": "10100000002", "schmitz": "10100000005", "weber": "10100000001"}[card.id]
    return Judge(desk.world.pki, signed.now(), holder, lambda _: out_of_force)


def bundle(key: KeyPair, at: timedelta = timedelta()) -> bytes:
    return signed.bundle(json.dumps(DOCUMENT).encode(), key, signed.now() + at)


def statement(key: KeyPair, at: timedelta = timedelta()) -> bytes:
    return json.dumps(signed.statement(STATEMENT, key, signed.now() + at)).encode()


def pdf(key: KeyPair, at: timedelta = timedelta()) -> bytes:
    return signed.pdf(plain_pdf("Résumé"), key, signed.now() + at)


MADE: dict[str, Callable[..., bytes]] = {"bundle": bundle, "statement": statement, "pdf": pdf}
each = pytest.mark.parametrize("kind", MADE)


def take(judge: Judge, kind: str, content: bytes) -> None:
    getattr(judge, kind)(content)


def reason(judge: Judge, kind: str, content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        take(judge, kind, content)
    assert refused.value.code == "signature_refused"
    return refused.value.detail.split()[1]


@each
@pytest.mark.parametrize("card", ["kieffer", "schmitz"])  # RSA; elliptic
def test_what_the_program_signs_is_taken(desk: Desk, kind: str, card: str) -> None:
    image = desk.card(card)
    take(judge(desk, image), kind, MADE[kind](signed.key_of(image)))


@each
def test_one_who_signs_with_the_key_of_the_login_is_refused(desk: Desk, kind: str) -> None:
    image = desk.card("kieffer")
    assert reason(judge(desk, image), kind, MADE[kind](image.authentication)) == "usage"


@each
def test_cf015_a_colleague_does_not_sign_for_the_author(desk: Desk, kind: str) -> None:
    image = desk.card("kieffer")
    assert reason(judge(desk, image), kind, MADE[kind](signed.key_of(desk.card("weber")))) == "author"


@each
@pytest.mark.parametrize("why", ["revoked", "suspended"])
def test_a_card_out_of_force_signs_nothing(desk: Desk, kind: str, why: str) -> None:
    image = desk.card("kieffer")
    assert reason(judge(desk, image, out_of_force=why), kind, MADE[kind](signed.key_of(image))) == why


@each
@pytest.mark.parametrize("far", [timedelta(minutes=6), timedelta(days=-4000)], ids=["ahead", "before"])
def test_a_time_at_which_the_card_could_not_sign(desk: Desk, kind: str, far: timedelta) -> None:
    image = desk.card("kieffer")
    assert reason(judge(desk, image), kind, MADE[kind](signed.key_of(image), far)) == "time"


@each
def test_a_certificate_that_has_ended_is_refused_today(desk: Desk, kind: str) -> None:
    image = desk.card("kieffer")
    later = replace(judge(desk, image), now=signed.now() + timedelta(days=4000))
    assert reason(later, kind, MADE[kind](signed.key_of(image))) == "time"


@each
def test_an_authority_that_nobody_knows(desk: Desk, kind: str) -> None:
    """The same words on the certificate, by a stranger."""
    image, pki = desk.card("kieffer"), desk.world.pki
    year = (signed.now() - timedelta(days=9), signed.now() + timedelta(days=300))
    key = new_key()
    subject = Subject("Kieffer", "Marc", "10100000002")
    false = card_certificate(pki.foreign, subject, key, year, signature=True)
    content = MADE[kind](KeyPair(key_pem(key), pem_of(false), (pki.foreign.pem(),)))
    assert reason(judge(desk, image), kind, content) == "authority"


@each
def test_unsigned_it_is_refused(desk: Desk, kind: str) -> None:
    plain = {"bundle": DOCUMENT, "statement": STATEMENT}
    content = json.dumps(plain[kind]).encode() if kind in plain else plain_pdf("Résumé")
    assert reason(judge(desk, desk.card("kieffer")), kind, content) == "missing"


def _other_title(bundle: Json) -> None:
    bundle["entry"][0]["resource"]["title"] += "."


def _later(bundle: Json) -> None:
    bundle["signature"]["when"] = "2026-11-21T09:30:00+00:00"


def _no_author(bundle: Json) -> None:
    bundle["signature"]["type"] = []


def _other_form(bundle: Json) -> None:
    bundle["signature"]["sigFormat"] = "application/signature+xml"


def _no_jws(bundle: Json) -> None:
    bundle["signature"]["data"] = base64.b64encode(b"a.b").decode()


def _head(bundle: Json, **changes: Any) -> None:
    """Another head than the one that was signed; None takes a member away."""
    head, _, made = base64.b64decode(bundle["signature"]["data"]).split(b".")
    members = json.loads(base64.urlsafe_b64decode(head + b"==")) | changes
    kept = {name: value for name, value in members.items() if value is not None}
    written = base64.urlsafe_b64encode(json.dumps(kept).encode()).rstrip(b"=")
    bundle["signature"]["data"] = base64.b64encode(b".".join((written, b"", made))).decode()


def _other_thumbprint(bundle: Json) -> None:
    other: Json = {"x5t#S256": "AA"}
    _head(bundle, **other)


def _with_content(bundle: Json) -> None:
    head, _, made = base64.b64decode(bundle["signature"]["data"]).split(b".")
    bundle["signature"]["data"] = base64.b64encode(b".".join((head, b"e30", made))).decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_other_title, "changed"), (_later, "time"), (_no_author, "form"), (_other_form, "form"),
        (_no_jws, "unreadable"), (_with_content, "form"), (partial(_head, typ="JWT"), "changed"),
        (partial(_head, alg="none"), "form"), (partial(_head, alg="HS256"), "form"),
        (partial(_head, alg="PS256"), "form"), (partial(_head, crit=None), "form"),
        (partial(_head, b64=None), "form"), (partial(_head, x5c=[]), "unreadable"),
        (partial(_head, iat="now"), "unreadable"), (_other_thumbprint, "form"),
    ],
)  # fmt: skip
def test_a_changed_bundle_is_refused(desk: Desk, change: Change, said: str) -> None:
    image = desk.card("kieffer")
    made = json.loads(bundle(signed.key_of(image)))
    change(made)
    assert reason(judge(desk, image), "bundle", json.dumps(made).encode()) == said


def test_what_a_server_sets_breaks_no_signature(desk: Desk) -> None:
    """Id and meta, another order of members, white space: the canonical form has none of it."""
    image = desk.card("kieffer")
    made = json.loads(bundle(signed.key_of(image)))
    stored = dict(reversed([*made.items(), ("id", "b-1"), ("meta", {"versionId": "2"})]))
    judge(desk, image).bundle(json.dumps(stored, indent=2).encode())


def test_the_digits_of_a_number_are_signed(desk: Desk) -> None:
    """FHIR: 1.00 and 1.0 say two different precisions."""
    image = desk.card("kieffer")
    words = json.dumps(DOCUMENT | {"language": "fr"}).replace('"fr"', "1.00")
    made = signed.bundle(words.encode(), signed.key_of(image))
    judge(desk, image).bundle(made)
    assert reason(judge(desk, image), "bundle", made.replace(b"1.00", b"1.0")) == "changed"
    assert reason(judge(desk, image), "bundle", made.replace(b"1.00", b'"1.00"')) == "changed"


def test_an_extension_beside_the_signature_is_signed_too(desk: Desk) -> None:
    image = desk.card("kieffer")
    made = json.loads(statement(signed.key_of(image)))
    beside = made | {"extension": [*made["extension"], {"url": "urn:a", "valueString": "b"}]}
    assert reason(judge(desk, image), "statement", json.dumps(beside).encode()) == "changed"
    twice = made | {"extension": made["extension"] * 2}
    assert reason(judge(desk, image), "statement", json.dumps(twice).encode()) == "twice"
    assert made["extension"][0]["url"] == EXTENSION


def test_a_changed_pdf_is_refused(desk: Desk) -> None:
    image = desk.card("kieffer")
    made = pdf(signed.key_of(image))
    other = made.replace("Résumé".encode("cp1252"), "Resume".encode("cp1252"), 1)
    assert other != made and reason(judge(desk, image), "pdf", other) == "changed"
    assert reason(judge(desk, image), "pdf", made + b"\n% more\n%%EOF\n") in ("changed", "unreadable")
    assert reason(judge(desk, image), "pdf", made[: len(made) // 2]) == "unreadable"
