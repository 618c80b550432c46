"""A document is signed with one entry of the PIN, in both forms or in none, and what that is worth later."""

import io
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import asn1crypto.x509
import pypdfium2
import pytest
from pyhanko.keys import load_private_key_from_pemder_data
from pyhanko.pdf_utils.generic import TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from desktop.domain.deposit import Verdict
from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret
from desktop.domain.signature import UNSIGNED, SignatureDoubt, SignatureState, Signed
from desktop.pdf.check import check
from desktop.signing.service import CardSigning
from desktop.smartcard.pause import PAUSE_AT, PAUSED_AT, SIGN
from desktop.smartcard.soft_keys import certificate_der
from tests.answers import code_of, good, present
from tests.fakes import FakeCard, FakeWriter
from tests.fakes.signing import FakePdfSignatures
from tests.samples.practice import card as practice_card
from tests.samples.practice import certificate as practice_certificate
from tests.unit.signing.conftest import Desk
from tests.unit.signing.signing_kit import PAYLOAD, sign, signing_with, summary, to_sign
from tests.unit.smartcard.card_factory import PIN, card, pair
from tests.waiting import ended, until

KINDS = ["rsa", "ec", "ec384"]
NOW = datetime.now(UTC)


def signed_by(desk: Desk, kind: str = "rsa") -> Signed:
    desk.folder.add(card("gp", signature_kind=kind))
    desk.folder.insert("gp")
    return good(sign(desk.signing, desk.card(), NOW))


@pytest.mark.parametrize("kind", KINDS)
def test_both_forms_are_signed_and_found_valid(desk: Desk, kind: str) -> None:
    signed = signed_by(desk, kind)
    pdf, jws = desk.signing.check_pdf(signed.pdf), desk.signing.check_jws(signed.jws, PAYLOAD)
    for found in (pdf, jws):
        assert (found.state, found.doubt) == (SignatureState.VALID, None)
        assert (found.signer, found.signer_id) == ("Dr gp sign", "ID-Dr gp sign")
        assert found.claimed_at == NOW.replace(microsecond=0) == signed.at
        assert found.certificate_until == present(desk.card().signature).not_after


@pytest.mark.parametrize("kind", KINDS)
def test_an_act_without_a_pdf_is_signed_alone(desk: Desk, kind: str) -> None:
    """An ALD statement: one signature of the card, over the payload."""
    desk.folder.add(card("gp", signature_kind=kind))
    desk.folder.insert("gp")
    alone = replace(to_sign(), pdf=b"", box=None)
    signed = good(sign(desk.signing, desk.card(), NOW, document=alone))
    assert signed.pdf == b""
    assert desk.signing.check_jws(signed.jws, PAYLOAD).state is SignatureState.VALID
    assert desk.signing.check_jws(signed.jws, PAYLOAD + b" ").state is SignatureState.BROKEN


def test_the_signed_file_is_still_tagged_pdfa(desk: Desk) -> None:
    """CF-057. Our checker confirms no file with a signature; what else it looks at is as it was.

    The judge is veraPDF, for each kind of key (``dev.py test signatures``).
    """
    signed = signed_by(desk, "ec")
    assert signed.pdf.startswith(summary() + b"\n"), "no object on the line of %%EOF"
    report = good(check(signed.pdf))
    assert (report.verdict, report.declared) == (Verdict.UNCONFIRMED, "1a")
    assert [reason.family for reason in report.reasons] == ["form"], report.reasons


def test_the_signature_is_seen_on_the_page(desk: Desk) -> None:
    signed = signed_by(desk)
    assert _darkness(signed.pdf) > _darkness(summary()) == 0


def _darkness(pdf: bytes) -> int:
    """How many points of the box are not white."""
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    page = document[len(document) - 1]
    height = page.get_height()
    image = page.render(may_draw_forms=True, grayscale=True).to_pil()
    document.close()
    box = image.crop((330, int(height - 146), 530, int(height - 90)))
    return sum(1 for value in box.tobytes() if value < 128)


def test_what_was_changed_or_added_is_broken(desk: Desk) -> None:
    signed = signed_by(desk)
    title = signed.pdf.index(b"/Title")
    for altered in (
        signed.pdf + b"\n",
        signed.pdf + signed.pdf[:200],
        signed.pdf[: title + 1] + b"Y" + signed.pdf[title + 2 :],
    ):
        assert desk.signing.check_pdf(altered).state is SignatureState.BROKEN
    assert desk.signing.check_jws(signed.jws, PAYLOAD + b" ").state is SignatureState.BROKEN
    assert desk.signing.check_jws(signed.jws, PAYLOAD.replace(b"1.00", b"1.0")).state is SignatureState.BROKEN


def test_a_revision_put_behind_the_signature_is_broken(desk: Desk) -> None:
    """An incremental update, as any editor writes one: the signed bytes are all still there."""
    signed = signed_by(desk)
    writer = IncrementalPdfFileWriter(io.BytesIO(signed.pdf))
    writer.root["/Lang"] = TextStringObject("de-LU")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(signed.pdf)
    assert desk.signing.check_pdf(out.getvalue()).state is SignatureState.BROKEN


def countersigned(pdf: bytes, certificate: bytes, digest: str = "sha256") -> bytes:
    """The same file with a second signature of another program, by the key of « Dr gp sign »."""
    signer = SimpleSigner(
        asn1crypto.x509.Certificate.load(certificate),
        load_private_key_from_pemder_data(pair("Dr gp sign", "rsa", "sign").key_pem.encode(), None),
        SimpleCertificateStore(),
    )
    metadata = PdfSignatureMetadata(
        field_name="Second", subfilter=SigSeedSubFilter.PADES, md_algorithm=digest
    )
    out = io.BytesIO()
    PdfSigner(metadata, signer, new_field_spec=SigFieldSpec("Second", box=(40, 40, 90, 60))).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out, bytes_reserved=16_384
    )
    return out.getvalue()


def test_a_second_signature_leaves_the_first_as_it_was(desk: Desk) -> None:
    """A colleague signs the same file: each signature covers what was there when it was made."""
    signed = signed_by(desk)
    twice = countersigned(signed.pdf, present(desk.card().signature).der)
    assert desk.signing.check_pdf(twice).state is SignatureState.VALID
    assert desk.signing.check_pdf(twice + b"%").state is SignatureState.BROKEN


def test_a_signature_by_a_broken_digest_is_not_judged(desk: Desk) -> None:
    """SHA-1: who made both contents may show either."""
    signed = signed_by(desk)
    weak = countersigned(summary() + b"\n", present(desk.card().signature).der, "sha1")
    assert desk.signing.check_pdf(weak).doubt is SignatureDoubt.UNREADABLE
    strong = countersigned(summary() + b"\n", present(desk.card().signature).der)
    assert desk.signing.check_pdf(strong).state is SignatureState.VALID
    assert desk.signing.check_pdf(signed.pdf).state is SignatureState.VALID


def test_a_time_without_a_zone_is_taken_for_utc(desk: Desk) -> None:
    signed = signed_by(desk)
    moment = signed.at.strftime("%Y%m%d%H%M%S").encode()
    assert moment + b"Z)" in signed.pdf
    bare = signed.pdf.replace(moment + b"Z)", moment + b") ")
    found = desk.signing.check_pdf(bare)
    assert found.state is SignatureState.BROKEN
    assert found.claimed_at == signed.at


def test_no_signature_is_none_and_asks_no_child(desk: Desk) -> None:
    desk.signing.close()  # a child would answer CANCELLED
    assert desk.signing.check_pdf(summary()) == UNSIGNED
    assert desk.signing.check_jws(b"", PAYLOAD) == UNSIGNED


def test_whose_authority_is_unknown_is_not_vouched_for(desk: Desk, tmp_path: Path) -> None:
    signed = signed_by(desk)
    for authorities in (None, tmp_path / "missing.pem"):
        with signing_with(desk.stack, authorities) as elsewhere:
            for found in (elsewhere.check_pdf(signed.pdf), elsewhere.check_jws(signed.jws, PAYLOAD)):
                assert (found.state, found.doubt) == (
                    SignatureState.UNVERIFIABLE,
                    SignatureDoubt.UNKNOWN_AUTHORITY,
                )


def test_a_login_key_signs_no_document(desk: Desk, tmp_path: Path) -> None:
    """Made by a key whose certificate is not one for signatures (no nonRepudiation)."""
    desk.folder.add(replace(card(), signature=pair("Dr gp auth", "rsa", "auth")))
    desk.folder.insert("gp")
    (only,) = good(desk.stack.cards())
    assert only.signature is None
    assert code_of(sign(desk.signing, only, NOW)) is Code.SIGNATURE_KEY_MISSING


# -- what goes wrong ------------------------------------------------------------------------------


def test_a_wrong_pin_costs_one_try_and_a_blocked_one_none(desk: Desk) -> None:
    desk.folder.add(card())
    desk.folder.insert("gp")
    for left, expected in ((2, Code.PIN_WRONG), (1, Code.PIN_LAST_TRY)):
        failure = sign(desk.signing, desk.card(), NOW, b"000000")
        assert failure == Failure.of(expected, tries_left=left)
    for _ in range(2):
        assert code_of(sign(desk.signing, desk.card(), NOW, b"000000")) is Code.PIN_BLOCKED
    assert code_of(sign(desk.signing, desk.card(), NOW)) is Code.PIN_BLOCKED


def test_a_card_pulled_between_the_two_signatures_signs_nothing(desk: Desk) -> None:
    desk.folder.add(card())
    desk.folder.insert("gp")
    info = desk.card()
    (desk.folder.path / PAUSE_AT).write_text(f"{SIGN} 1", encoding="utf-8")
    results: list[object] = []
    run = threading.Thread(target=lambda: results.append(sign(desk.signing, info, NOW)))
    run.start()
    until("the card at its second signature", (desk.folder.path / PAUSED_AT).exists)
    desk.folder.pull()
    ended(run)
    assert [code_of(result) for result in results] == [Code.CARD_REMOVED]


def test_a_card_without_signature_key_is_told_before_its_pin_is_used(desk: Desk) -> None:
    desk.folder.add(card(signature=False))
    desk.folder.insert("gp")
    assert code_of(sign(desk.signing, desk.card(), NOW, b"000000")) is Code.SIGNATURE_KEY_MISSING
    assert desk.card().pin.tries_left == 3


class OverFakes:
    """The signing over a card and a PDF child in memory."""

    def __init__(self) -> None:
        self.card, self.pdf, self.writer = FakeCard(), FakePdfSignatures(), FakeWriter()
        self.signing = CardSigning(self.card, self.pdf, self.writer, None, lambda: NOW)
        self.own = practice_card(
            signature=practice_certificate(
                der=certificate_der(pair("Dr gp sign", "rsa", "sign").certificate_pem)
            )
        )

    def sign(self, *, wanted: bool = True) -> object:
        pin = Secret(bytearray(PIN))
        result = self.signing.sign(self.own, pin, to_sign(), NOW, wanted=lambda: wanted)
        assert not pin and self.pdf.wiped == 1
        return result


def test_a_lock_before_the_card_is_asked_leaves_it_alone() -> None:
    made = OverFakes()
    assert code_of(made.sign(wanted=False)) is Code.CANCELLED
    assert made.card.log == []


def test_what_is_no_signature_of_the_card_s_key_is_given_to_nobody() -> None:
    assert code_of(OverFakes().sign()) is Code.SIGNATURE_WRONG


def test_a_pdf_that_takes_no_signature_is_told_before_the_card_is_asked() -> None:
    made = OverFakes()
    made.pdf.failure = Failure.of(Code.SIGNING_FAILED)
    assert code_of(made.sign()) is Code.SIGNING_FAILED
    assert made.card.log == []


def test_a_broken_file_takes_no_signature_and_costs_no_try(desk: Desk) -> None:
    desk.folder.add(card())
    desk.folder.insert("gp")
    for content in (b"", b"%PDF-1.4 nonsense", summary()[:2000]):
        broken = replace(to_sign(), pdf=content)
        assert code_of(sign(desk.signing, desk.card(), NOW, document=broken)) is Code.SIGNING_FAILED


def test_nothing_of_it_is_logged(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        signed = signed_by(desk)
        desk.signing.check_pdf(signed.pdf + b"x")
        sign(desk.signing, desk.card(), NOW, b"000000")
    said = caplog.text
    assert all(word not in said for word in (PIN.decode(), "000000", "MULLER", "Dr gp", "Bundle"))
