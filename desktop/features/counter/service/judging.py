"""What the signature of an ordonnance is worth; call it in the PDF lane."""

from desktop.common.bundle_signature import split_signature
from desktop.domain.errors import Result
from desktop.domain.signature import SignatureFinding
from desktop.ports.signing import SignatureCheckPort


def judged(check: SignatureCheckPort, signed: bytes) -> Result[SignatureFinding]:
    """*signed* is the Bundle as the platform told it: it was read before, so that it is one."""
    detached = split_signature(signed)
    return check.check_jws(detached.jws, detached.payload)
