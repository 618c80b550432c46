"""Reading what others published: what it says, what our tables know of it, what its signature is worth."""

from typing import Final

from desktop.common.bundle_signature import split_signature
from desktop.domain.errors import Failure, Result
from desktop.domain.record import Document
from desktop.domain.signature import UNSIGNED, SignatureDoubt, SignatureFinding, SignatureState
from desktop.features.summary.domain.publication import DATA_TYPE
from desktop.features.summary.domain.reading import Reading, ReadingCode
from desktop.features.summary.domain.received import Received, Terms, codings_of, media_type
from desktop.features.summary.domain.summary import Summary
from desktop.features.summary.ips.cda import read_cda
from desktop.features.summary.ips.read import read
from desktop.features.summary.service.terminology import tables
from desktop.ports.signing import SignatureCheckPort

_UNCHECKED: Final = SignatureFinding(SignatureState.UNVERIFIABLE, doubt=SignatureDoubt.UNREADABLE)
MOST_BYTES: Final = 20_000_000  # of FHIR; a summary has some ten thousand


class Receiver:
    """Call it in the PDF lane, where signatures are checked; it asks no network and raises nothing."""

    def __init__(self, check: SignatureCheckPort) -> None:
        self._check = check

    def receive(self, document: Document, content: bytes) -> Result[Received]:
        """What *content*, the bytes of *document*, says; failures of :class:`ReadingCode`."""
        if media_type(document) != DATA_TYPE:
            return _clinical(content)
        if len(content) > MOST_BYTES:
            return Failure.of(ReadingCode.UNREADABLE)
        found: Result[Reading] = read(content)
        if isinstance(found, Failure):
            return found
        return Received(found, self._signature(content), _terms(found.summary))

    def _signature(self, content: bytes) -> SignatureFinding:
        try:
            parts = split_signature(content)
        except ValueError:
            return _UNCHECKED
        return self._check.check_jws(parts.jws, parts.payload) if parts.jws else UNSIGNED


def _clinical(content: bytes) -> Result[Received]:
    """A CDA; signatures of XML are not checked here."""
    found = read_cda(content)
    if isinstance(found, Failure):
        return found
    return Received(found.reading, UNSIGNED, _terms(found.reading.summary), found.pdf)


def _terms(summary: Summary) -> Terms:
    """What the tables say of the codes that stand in it."""
    wanted = {
        (coding.system, coding.code)
        for section in summary.sections
        for entry in section.entries
        for coding in codings_of(entry)
    }
    found: Terms = {}
    for concept in tables().concepts:
        for code in (concept.code, *concept.others):
            if concept.system and (concept.system, code) in wanted:
                found.setdefault((concept.system, code), concept)
    return found
