"""What the platform refuses of a signed token, and the standards' own examples that it accepts."""

import asyncio
import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from starlette.types import Message

from desktop.simulator import dpop, jose, strict_json
from desktop.simulator.app import platform
from tests.unit.simulator.conftest import Desk
from tests.unit.simulator.raw_client import DpopKey, b64, sign

URL = "https://server.example.com/token"
KEY = DpopKey(ec.derive_private_key(0x5EED, ec.SECP256R1()))
RSA = rsa.generate_private_key(65537, 2048)
CLAIMS: dict[str, Any] = {"jti": "1", "htm": "POST", "htu": URL, "iat": 1562262616}
HEADER = {"typ": "dpop+jwt", "alg": "ES256", "jwk": KEY.jwk}

# RFC 9449 §4.1, RFC 9449 §6.1
RFC_PROOF = (
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoR"
    "jQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGk"
    "iOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMj"
    "YyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"
)
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
RFC_THUMBPRINT = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


def judged(proof: str) -> str:
    now = datetime.fromtimestamp(CLAIMS["iat"], UTC)
    return dpop.check(proof, dpop.Expected("POST", URL), now, dpop.SeenOnce())


def refusal(proof: str) -> str:
    with pytest.raises(dpop.DpopRefused) as refused:
        judged(proof)
    assert refused.value.error == "invalid_dpop_proof"
    return refused.value.detail


def raw(header: str, claims: str, key: PrivateKey = KEY.key) -> str:
    """Signed as it is written, valid JSON or not."""
    data = f"{b64(header.encode())}.{b64(claims.encode())}"
    return f"{data}.{b64(signature(data.encode(), key))}"


def signature(data: bytes, key: PrivateKey) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def test_the_standards_own_proof_is_good() -> None:
    assert judged(RFC_PROOF) == RFC_THUMBPRINT


def test_our_own_proof_is_good_and_unknown_parameters_are_ignored() -> None:
    """RFC 7515 §4.2: a header parameter that is not understood is ignored."""
    assert judged(sign({**HEADER, "colour": "blue"}, CLAIMS, KEY.key)) == KEY.thumbprint


@pytest.mark.parametrize(
    "change",
    [
        {"typ": "JWT"}, {"typ": "DPOP+JWT"}, {"typ": None}, {"typ": ["dpop+jwt"]},
        {"alg": "none"}, {"alg": "HS256"}, {"alg": "RS256"}, {"alg": "ES384"}, {"alg": None},
        {"alg": ["ES256"]},
        {"crit": ["exp"], "exp": 1}, {"crit": []}, {"crit": "alg"}, {"crit": 1}, {"crit": ["alg"]},
        {"crit": ["b64"], "b64": False}, {"b64": False}, {"b64": True},
        {"jwk": None}, {"jwk": "x"}, {"jwk": {}}, {"jku": 1},
    ],
    ids=str,
)  # fmt: skip
def test_headers_that_are_refused(change: dict[str, Any]) -> None:
    refusal(sign({**HEADER, **change}, CLAIMS, KEY.key))


@pytest.mark.parametrize(
    "change",
    [
        {"d": b64((0x5EED).to_bytes(32, "big"))}, {"d": "AAAA"}, {"d": ""}, {"d": None},
        {"kty": "RSA"}, {"kty": "oct", "k": "AAAA"}, {"crv": "P-384"},
        {"crv": "P-256K"}, {"x": "AAAA"}, {"x": ""}, {"x": 1}, {"x": None}, {"y": KEY.jwk["x"]},
        {"use": "enc"}, {"key_ops": ["sign"]}, {"alg": "ES384"},
    ],
    ids=str,
)  # fmt: skip
def test_embedded_keys_that_are_refused(change: dict[str, Any]) -> None:
    refusal(sign({**HEADER, "jwk": {**KEY.jwk, **change}}, CLAIMS, KEY.key))


def test_one_key_has_one_way_to_be_written() -> None:
    """Else one key had two thumbprints (RFC 7518 §6.2.1.2: all 32 bytes of a coordinate)."""
    scalars = (ec.derive_private_key(n, ec.SECP256R1()) for n in range(2, 10_000))
    key = next(k for k in map(DpopKey, scalars) if _x(k)[0] == 0)
    assert judged(sign({**HEADER, "jwk": key.jwk}, CLAIMS, key.key)) == key.thumbprint
    short = {**key.jwk, "x": b64(_x(key)[1:])}
    long = {**key.jwk, "x": b64(b"\0" + _x(key))}
    for jwk in (short, long):
        assert refusal(sign({**HEADER, "jwk": jwk}, CLAIMS, key.key)) == "jwk"


def _x(key: DpopKey) -> bytes:
    return key.key.public_key().public_numbers().x.to_bytes(32, "big")


def test_an_rsa_key_in_the_header_and_a_secret_made_of_the_public_key() -> None:
    numbers = RSA.public_key().public_numbers()
    jwk = {"kty": "RSA", "n": b64(numbers.n.to_bytes(256, "big")), "e": "AQAB"}
    assert refusal(sign({**HEADER, "alg": "RS256", "jwk": jwk}, CLAIMS, RSA)) == "jwk"


def test_another_signature() -> None:
    good = sign(HEADER, CLAIMS, KEY.key)
    stranger = sign(HEADER, CLAIMS, ec.generate_private_key(ec.SECP256R1()))
    data = good.rpartition(".")[0]
    der = KEY.key.sign(data.encode(), ec.ECDSA(hashes.SHA256()))
    for token in (
        stranger,
        f"{data}.{b64(der)}",
        f"{data}.",
        f"{data}.{b64(bytes(64))}",
        f"{data}.{good.rpartition('.')[2]}A",
        good[:-1] + ("B" if good[-1] != "B" else "C"),
    ):
        assert refusal(token) == "signature"


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ('{"typ":"JWT","typ":"dpop+jwt","alg":"ES256","jwk":JWK}', "CLAIMS"),
        ('{"typ":"dpop+jwt","alg":"none","alg":"ES256","jwk":JWK}', "CLAIMS"),
        ("HEADER", '{"htm":"GET","htm":"POST","htu":"URL","jti":"1","iat":1562262616}'),
        ("HEADER", '{"htm":"POST","htu":"URL","jti":"1","iat":NaN}'),
        ("HEADER", "[1]"),
        ("HEADER", '"x"'),
        ('["alg"]', "CLAIMS"),
        ('"alg"', "CLAIMS"),
        ("7", "CLAIMS"),
        ("HEADER", "[" * 5000),
        ("[" * 5000, "CLAIMS"),
        ("HEADER", ""),
        ("", "CLAIMS"),
    ],
)
def test_json_that_two_readers_would_read_in_two_ways(header: str, claims: str) -> None:
    words = {"JWK": KEY.jwk, "HEADER": HEADER, "CLAIMS": CLAIMS}
    texts = {"URL": URL, **{name: json.dumps(value) for name, value in words.items()}}
    assert judged(raw(texts["HEADER"], texts["CLAIMS"]))
    for name, text in texts.items():
        header, claims = header.replace(name, text), claims.replace(name, text)
    assert refusal(raw(header, claims)) in ("encoding", "object")


def test_shapes() -> None:
    good = sign(HEADER, CLAIMS, KEY.key)
    head, claims, mark = good.split(".")
    tokens = [
        f"{head}.{claims}", f"{good}.x", f" {good}", f"{good}\n", f"{head}.{claims}\n.{mark}",
        f"{good}, {good}", "é.é.é", "..", f"{head}..{mark}", f"{head}=.{claims}.{mark}",
        f"{head}+.{claims}.{mark}", f"{good}==",
    ]  # fmt: skip
    for token in tokens:
        refusal(token)


def test_sizes() -> None:
    """What would fill the memory or the time is refused before a key is looked at."""
    assert refusal(sign({**HEADER, "pad": "x" * 20_000}, CLAIMS, KEY.key)) == "encoding"
    assert refusal(sign(HEADER, {**CLAIMS, "pad": "x" * 20_000}, KEY.key)) == "encoding"
    good = sign(HEADER, CLAIMS, KEY.key)
    assert refusal(good + "A" * 2_000) == "encoding"


def test_the_key_of_a_certificate_says_the_algorithm() -> None:
    p384 = ec.generate_private_key(ec.SECP384R1())
    for key, algorithm in ((RSA, "RS256"), (KEY.key, "ES256"), (p384, "ES384")):
        jose.parse(sign({"alg": algorithm}, CLAIMS, key)).verify(jose.certified_key(key.public_key()))
        for other in {"RS256", "ES256", "ES384", "PS256", "RS512", "HS256", "none"} - {algorithm}:
            with pytest.raises(jose.BadJws, match="alg"):
                jose.parse(sign({"alg": other}, CLAIMS, key)).verify(jose.certified_key(key.public_key()))


def test_keys_of_certificates_that_are_refused() -> None:
    weak = rsa.generate_private_key(65537, 1024)
    for key in (weak, ec.generate_private_key(ec.SECP521R1()), object()):
        with pytest.raises(jose.BadJws, match="key"):
            jose.certified_key(key.public_key() if hasattr(key, "public_key") else key)


def test_an_assertion_signed_for_another_purpose_is_no_login(desk: Desk) -> None:
    card = desk.card("weber")
    for typ in ("dpop+jwt", "at+jwt", None):
        client = desk.client()
        head = json.loads(base64.urlsafe_b64decode(client.assertion(card).split(".")[0] + "=="))
        answer = client.post_assertion(client.assertion(card, header={**head, "typ": typ}))
        assert answer.json() == {"error": "invalid_grant"}
    assert not desk.world.sessions.all


def test_two_proofs_are_no_proof(desk: Desk) -> None:
    """RFC 9449 §4.3: not more than one DPoP header."""
    client = desk.login()
    path = "/Practitioner"
    proofs = [client.dpop.proof("GET", client.base + path, client.token) for _ in "ab"]

    def status(*dpop_headers: str) -> int:
        headers = [(b"authorization", f"DPoP {client.token}".encode())]
        headers += [(b"dpop", proof.encode()) for proof in dpop_headers]
        scope = {
            "type": "http", "http_version": "1.1", "method": "GET", "scheme": "https", "path": path,
            "raw_path": path.encode(), "root_path": "", "query_string": b"_id=ps-weber", "headers": headers,
            "server": ("platform.test", 443), "client": ("127.0.0.1", 1),
        }  # fmt: skip
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        asyncio.run(platform(desk.world)(scope, receive, send))
        return sent[0]["status"]

    assert status(*proofs) == 401
    assert status(proofs[0]) == 200


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":1}', '[{"a":{"b":1,"b":2}}]', "NaN", "[Infinity]", "-Infinity", "[" * 100_000, b"\xff",
        "\ufeff{}", "{}".encode("utf-16"), "{} {}", "",
    ],
    ids=lambda text: repr(text)[:20],
)  # fmt: skip
def test_strict_json_refuses(text: bytes | str) -> None:
    with pytest.raises(ValueError):
        strict_json.loads(text)


def test_strict_json_reads() -> None:
    read = strict_json.loads(' {"a": [1, 2.5, true, null, "é"]} '.encode())
    assert read == {"a": [1, 2.5, True, None, "é"]}
