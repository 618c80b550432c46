"""Signs a login with the key of a simulated card file: the software stand-in for the card process."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

from desktop.domain.account import Account
from desktop.domain.card import Certificate
from desktop.domain.card_image import load_card
from desktop.domain.errors import Failure
from desktop.sync.platform import Platform


class CardSigner:
    """One card of ``DIR/cards``."""

    def __init__(self, folder: Path, card: str) -> None:
        pair = load_card(folder / "cards" / f"{card}.json").authentication
        self._key = load_pem_private_key(pair.key_pem.encode(), None)
        leaf = x509.load_pem_x509_certificate(pair.certificate_pem.encode())
        chain = [x509.load_pem_x509_certificate(c.encode()) for c in pair.chain_pem]
        self.algorithm = "ES256" if isinstance(self._key, ec.EllipticCurvePrivateKey) else "RS256"
        self.serial = f"{leaf.serial_number:x}"

        def name(of: x509.Name, oid: x509.ObjectIdentifier) -> str:
            return str(of.get_attributes_for_oid(oid)[0].value)

        self.certificate = Certificate(
            holder=name(leaf.subject, NameOID.COMMON_NAME),
            holder_id=name(leaf.subject, NameOID.SERIAL_NUMBER),
            issuer=name(leaf.issuer, NameOID.COMMON_NAME),
            not_before=leaf.not_valid_before_utc,
            not_after=leaf.not_valid_after_utc,
            fingerprint=leaf.fingerprint(hashes.SHA256()).hex(),
            der=leaf.public_bytes(Encoding.DER),
            chain=tuple(c.public_bytes(Encoding.DER) for c in chain),
        )

    def sign(self, data: bytes) -> bytes:
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            r, s = decode_dss_signature(self._key.sign(data, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        assert isinstance(self._key, rsa.RSAPrivateKey)
        return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def log_in(self, platform: Platform, *, terms: str | None = None) -> Account | Failure:
        request = platform.prepare_login(self.certificate, self.algorithm)
        if isinstance(request, Failure):
            return request
        return platform.finish_login(request, self.sign(request.signing_input), terms)
