"""JWS and DPoP against the RFCs' own vectors and an independent verification with cryptography."""

import base64
import hashlib
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from desktop.sync import jwt
from desktop.sync.dpop import DpopKey
from desktop.sync.network import ServerClock
from tests.unit.sync.conftest import WallClock


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_base64url_of_rfc7515_appendix_c() -> None:
    assert jwt.encoded(bytes([3, 236, 255, 224, 193])) == "A-z_4ME"


def test_thumbprint_of_rfc9449() -> None:
    """RFC 9449 §6.1: the jkt of the key in its examples."""
    jwk = {
        "kty": "EC",
        "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
        "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
        "crv": "P-256",
    }
    assert jwt.thumbprint(jwk) == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


def test_signing_input_is_header_dot_claims() -> None:
    head, claims = jwt.signing_input({"alg": "RS256"}, {"sub": "é"}).decode().split(".")
    assert json.loads(decoded(head)) == {"alg": "RS256"}
    assert json.loads(decoded(claims)) == {"sub": "é"}


def verify(proof: str) -> tuple[dict[str, object], dict[str, object]]:
    head, claims, signature = proof.split(".")
    header = json.loads(decoded(head))
    x, y = (int.from_bytes(decoded(header["jwk"][n]), "big") for n in ("x", "y"))
    raw = decoded(signature)
    assert len(raw) == 64
    r, s = (int.from_bytes(raw[i : i + 32], "big") for i in (0, 32))
    ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key().verify(
        encode_dss_signature(r, s), f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256())
    )
    return header, json.loads(decoded(claims))


def test_proof_verifies_and_binds_method_address_and_token() -> None:
    key = DpopKey(ServerClock(WallClock()))
    header, claims = verify(key.proof("POST", "https://a.example/token?x=1#y", "secret-token"))
    assert (header["typ"], header["alg"]) == ("dpop+jwt", "ES256")
    assert "d" not in header["jwk"]  # type: ignore[operator]
    assert claims["htm"] == "POST"
    assert claims["htu"] == "https://a.example/token"
    assert decoded(str(claims["ath"])) == hashlib.sha256(b"secret-token").digest()
    assert "nonce" not in claims


def test_proofs_are_single_use_and_carry_the_last_nonce() -> None:
    key = DpopKey(ServerClock(WallClock()))
    key.hear_nonce("n1")
    key.hear_nonce("")
    first, second = (verify(key.proof("GET", "https://a.example/"))[1] for _ in range(2))
    assert first["nonce"] == second["nonce"] == "n1"
    assert first["jti"] != second["jti"]
    assert "ath" not in first


def test_iat_follows_the_platform_not_the_wrong_clock() -> None:
    """Contract §2: iat uses the offset of server_time."""
    wrong, right = WallClock(shift=-86_400), WallClock()
    clock = ServerClock(wrong)
    clock.hear(right.now())
    claims = verify(DpopKey(clock).proof("GET", "https://a.example/"))[1]
    assert abs(int(str(claims["iat"])) - right.now().timestamp()) < 5


def test_signatures_keep_their_leading_zeros() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    assert {len(jwt.sign_es256(key, bytes([i]))) for i in range(60)} == {64}
