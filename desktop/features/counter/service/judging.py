"""What the signature of an ordonnance is worth, and what is asked where nobody can tell (domain §C.5)."""

from dataclasses import replace

from desktop.common.bundle_signature import split_signature
from desktop.domain.errors import Result
from desktop.domain.prescription.ordonnance import DISPENSED
from desktop.domain.signature import SignatureDoubt, SignatureFinding
from desktop.domain.texts import text
from desktop.features.counter.domain.act import Alert, CounterAct
from desktop.features.counter.domain.hindrances import signed_by_prescriber
from desktop.ports.signing import SignatureCheckPort

_DOUBTS = {
    SignatureDoubt.UNKNOWN_AUTHORITY: "counter.doubt_authority",
    SignatureDoubt.CERTIFICATE_ENDED: "counter.doubt_ended",
    SignatureDoubt.NOT_VALID_THEN: "counter.doubt_not_then",
    SignatureDoubt.NOT_FOR_SIGNING: "counter.doubt_key",
    SignatureDoubt.UNREADABLE: "counter.doubt_unreadable",
}


_RULE = "signature"


def doubts(act: CounterAct) -> tuple[Alert, ...]:
    """An unbroken signature that cannot be verified: nothing leaves on it without a reason, which is told
    with each delivery and stands in the report. () for a valid one, and for one that is not
    the prescriber's.

    Under an unknown authority the number on the certificate is its maker's own word.
    """
    finding = act.signature
    if finding is None or finding.doubt is None or not signed_by_prescriber(act, finding):
        return ()
    author = act.standing.ordonnance.prescriber
    call = " ".join(filter(None, (author.name, author.phone)))
    words = f"■ {text(_DOUBTS[finding.doubt], name=call)}"
    lines = tuple(work.line.line.number for work in act.lines if work.line.line.nature in DISPENSED)
    return (Alert(f"{_RULE}:{finding.doubt.value}", True, lines, words, ""),)


def with_alerts(act: CounterAct, found: tuple[Alert, ...]) -> CounterAct:
    """*found* of the drug data behind what is said of the signature."""
    kept = tuple(alert for alert in found if not alert.rule.startswith(_RULE))
    return replace(act, alerts=(*doubts(act), *kept))


def judged(check: SignatureCheckPort, signed: bytes) -> Result[SignatureFinding]:
    """Call it in the PDF lane. *signed* is the Bundle as the platform told it, which was read before."""
    detached = split_signature(signed)
    return check.check_jws(detached.jws, detached.payload)
