"""Signatures inside a PDF, by pyHanko: the one module that imports it. Runs in a child.

A signature is made in two steps, since the card is asked between them: room in the file with what the key
has to sign (PAdES baseline B-B, ETSI EN 319 142-1), then the key's answer put in.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, TypeVar

from asn1crypto import cms, x509
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko.sign.signers import ExternalSigner, PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from desktop.domain.signature import FoundSignature
from desktop.ports.pdf_signatures import PreparedPdf, Stamp

T = TypeVar("T")
_FIELD = "Signature"
_WEAK = ("md2", "md5", "sha1")
# A CMS with three certificates has about 6 kB, and stands in the file as hexadecimal digits.
_ROOM = 32_768
_P384 = 384
_LONGEST_SIGNATURE = 512  # bytes: RSA-4096


def prepare(
    pdf: bytes, stamp: Stamp, certificate: bytes, others: Sequence[bytes], at: datetime
) -> PreparedPdf:
    """*pdf* with its visible signature, and room for the key's answer; certificates are DER."""
    # typst ends its files without a line end: the first new object would stand on the line of %%EOF.
    writer = _SameVersion(BytesIO(pdf + b"\n"))
    box = stamp.box
    place = (box.left, box.bottom, box.left + box.width, box.bottom + box.height)
    digest, filter_ = _digest(certificate), SigSeedSubFilter.PADES
    session = PdfSigner(
        PdfSignatureMetadata(field_name=_FIELD, md_algorithm=digest, subfilter=filter_),
        _signer(certificate, others, bytes(_LONGEST_SIGNATURE)),
        stamp_style=StaticStampStyle(background=_Page(stamp.page), background_opacity=1.0, border_width=0),
        new_field_spec=SigFieldSpec(_FIELD, on_page=box.page, box=place),
    ).init_signing_session(writer)
    session.system_time = at
    checked = _finished(session.perform_presign_validation(writer))
    room = session.prepare_tbs_document(validation_info=checked, bytes_reserved=_ROOM)
    digested, output = room.digest_tbs_document()
    return PreparedPdf(
        output.getvalue(),
        _attributes(digested.document_digest, certificate),
        digested.document_digest,
        (digested.reserved_region_start, digested.reserved_region_end),
    )


def finish(prepared: PreparedPdf, certificate: bytes, others: Sequence[bytes], signature: bytes) -> bytes:
    """The signed file; *signature* as a card gives it: PKCS#1 v1.5, or r‖s."""
    signer = _signer(certificate, others, _as_cms(certificate, signature))
    attributes = cms.CMSAttributes.load(prepared.to_sign)
    signing = signer.async_sign_prescribed_attributes(_digest(certificate), attributes)
    output = BytesIO(prepared.content)
    PreparedByteRangeDigest(prepared.digest, *prepared.room).fill_with_cms(output, _finished(signing))
    return output.getvalue()


def signatures(pdf: bytes) -> tuple[FoundSignature, ...]:
    """Every signature of a file, time stamps apart; () where there is none."""
    found = tuple(PdfFileReader(BytesIO(pdf), strict=False).embedded_regular_signatures)
    return tuple(_read(signature, is_last=signature is found[-1]) for signature in found)


def _read(signature: EmbeddedPdfSignature, *, is_last: bool) -> FoundSignature:
    try:
        certificate = signature.signer_cert
    except (SignatureValidationError, ValueError):
        return FoundSignature(intact=False)
    return FoundSignature(
        intact=_is_whole(signature, is_last=is_last) and _is_of_its_key(signature, certificate),
        certificate=certificate.dump(),
        others=tuple(other.dump() for other in signature.other_embedded_certs),
        claimed_at=_aware(signature.self_reported_timestamp),
    )


def _aware(moment: datetime | None) -> datetime | None:
    """A time that names no zone (ISO 32000-1 §7.9.4) is taken for UTC."""
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_whole(signature: EmbeddedPdfSignature, *, is_last: bool) -> bool:
    """Nothing came after the last signature but proofs for later (LTA); after an earlier one, the others."""
    signature.compute_integrity_info()
    if signature.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return True
    allowed = ModificationLevel.LTA_UPDATES if is_last else ModificationLevel.FORM_FILLING
    change = signature.diff_result
    known = isinstance(change, DiffResult) and ModificationLevel.NONE < change.modification_level <= allowed
    whole = signature.coverage is SignatureCoverageLevel.ENTIRE_REVISION
    return known and whole and bool(signature.summarise_integrity_info()["docmdp_ok"])


def _is_of_its_key(signature: EmbeddedPdfSignature, certificate: x509.Certificate) -> bool:
    """ValueError where its digest proves nothing any more: such a signature is not judged."""
    algorithm = signature.signer_info["signature_algorithm"]["algorithm"].native
    if any(weak in name for weak in _WEAK for name in (signature.md_algorithm, algorithm)):
        raise ValueError("a broken digest")
    digest = signature.compute_digest()
    try:
        intact, valid = validate_sig_integrity(signature.signer_info, certificate, "data", digest)
    except SignatureValidationError:
        return False
    return bool(intact and valid)


def _attributes(digest: bytes, certificate: bytes) -> bytes:
    """What the key signs: the three that the baseline asks for; the time stands in the file (/M)."""
    signer = as_signing_certificate_v2(x509.Certificate.load(certificate))
    attributes = {"content_type": "data", "message_digest": digest, "signing_certificate_v2": signer}
    encoded: bytes = cms.CMSAttributes([simple_cms_attribute(*one) for one in attributes.items()]).dump()
    return encoded


def _signer(certificate: bytes, others: Sequence[bytes], signature: bytes) -> ExternalSigner:
    registry = SimpleCertificateStore()
    registry.register_multiple(x509.Certificate.load(other) for other in others)
    return ExternalSigner(x509.Certificate.load(certificate), registry, signature, embed_roots=False)


def _digest(certificate: bytes) -> str:
    """SHA-256; SHA-384 for a key on P-384, as the card signs it."""
    key = x509.Certificate.load(certificate).public_key
    return "sha384" if key.algorithm == "ec" and key.bit_size == _P384 else "sha256"


def _as_cms(certificate: bytes, signature: bytes) -> bytes:
    if x509.Certificate.load(certificate).public_key.algorithm != "ec":
        return signature
    half = len(signature) // 2
    return encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))


class _SameVersion(IncrementalPdfFileWriter):  # type: ignore[misc]  # untyped: see pyproject
    """PDF/A-1 is PDF 1.4 and stays it: pyHanko would declare 1.7, and 2.0 for an elliptic key."""

    def ensure_output_version(self, version: object) -> None:
        """Not raised: every reader of signatures takes them in any version."""


class _Page(PdfContent):  # type: ignore[misc]  # untyped: see pyproject
    """A page of another PDF, drawn as it is."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        """The operator that draws it; its own size is the box for the layout."""
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(BytesIO(self._pdf)))
        self.resources.xobject["/Page"] = page
        left, bottom, right, top = page.get_object()["/BBox"]
        self.box = BoxConstraints(width=right - left, height=top - bottom)
        return b"/Page Do"


def _finished(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that waits for nobody: a confined child gets no socket for an event loop."""
    # One is asked for where nothing is to be waited for; this one does nothing.
    asyncio.set_event_loop(asyncio.AbstractEventLoop())  # type: ignore[abstract]
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    work.close()
    raise RuntimeError("it waits")
