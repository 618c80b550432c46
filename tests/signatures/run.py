"""``dev.py test signatures``: what the program signs, before EU DSS and veraPDF.

A summary and an ordonnance, signed over the software card by each kind of key, then changed in each way that
must be seen; what bears no signature (a duplicate, the report of a delivery) goes before veraPDF alone. Exit
code 0 = both judges say what is expected, and our own check too; 1 = not; 2 = there is no judge here.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from desktop.domain.signature import SignatureState
from desktop.domain.texts import Language
from desktop.features.counter.feature import COUNTER
from desktop.features.prescribing.feature import PRESCRIBING
from desktop.kernel.feature import add_words
from desktop.smartcard.software_card import SoftwareCard
from tests.answers import good
from tests.java_judge import NoJudge
from tests.pdfa import verapdf
from tests.signatures import dss, papers
from tests.unit.signing.signing_kit import anchors, sign, signing_with, to_sign
from tests.unit.smartcard.card_factory import Folder, ca_certificate, card, pem

KINDS = ("rsa", "ec", "ec384")
AT = datetime.now(UTC).replace(microsecond=0)
_PADES, _JADES = "PAdES-BASELINE-B", "JAdES-BASELINE-B"


@dataclass(frozen=True, slots=True)
class Made:
    """One signed thing, as it is or changed; ``ours``: what our own check says of it."""

    name: str
    form: str
    case: dss.Case
    whole: bool
    ours: SignatureState


def main() -> int:
    add_words((PRESCRIBING, COUNTER))
    try:
        dss.build()
        verapdf.build()
        with tempfile.TemporaryDirectory(prefix="signatures-") as folder:
            made = [one for kind in KINDS for one in _made(kind, Path(folder) / kind)]
        right = _before_dss(made) & _before_verapdf(_signed_pdfs(made) + [*papers.unsigned()])
    except NoJudge as problem:
        print(problem)
        return 2
    print("as expected" if right else "NOT AS EXPECTED")
    return 0 if right else 1


def _made(kind: str, folder: Path) -> Iterator[Made]:
    cards = Folder(folder / "cards")
    cards.add(card(signature_kind=kind))
    cards.insert("gp")
    stack = SoftwareCard(cards.path)
    anchor = pem(ca_certificate()).encode()
    try:
        with signing_with(stack, anchors(folder)) as signing:
            (info,) = good(stack.cards())
            rx = papers.ordonnance(papers.PRACTICE, Language.DE).to_sign
            for what, document in (("summary", to_sign()), ("ordonnance", rx)):
                signed = good(sign(signing, info, AT, document=document))
                for name, change in _CHANGES.items():
                    pdf, payload = change(signed.pdf), change(document.payload)
                    ours, said = signing.check_pdf(pdf).state, f"{kind} {what}"
                    yield Made(f"{said} PDF {name}", _PADES, dss.Case(anchor, pdf), name == _WHOLE, ours)
                    ours = signing.check_jws(signed.jws, payload).state
                    case = dss.Case(anchor, signed.jws, payload)
                    yield Made(f"{said} JWS {name}", _JADES, case, name == _WHOLE, ours)
    finally:
        stack.close()


def _changed(content: bytes) -> bytes:
    """One letter of what was signed: of the PDF's title, of the resource's type."""
    place = content.index(b"/Title" if content.startswith(b"%PDF") else b"Bundle") + 1
    return content[:place] + b"X" + content[place + 1 :]


_WHOLE = "as signed"
_CHANGES: dict[str, Callable[[bytes], bytes]] = {
    _WHOLE: bytes,
    "changed": _changed,
    "with more behind": lambda content: content + b"\n% more\n",
}


def _before_dss(made: list[Made]) -> bool:
    """DSS lets bytes behind a PDF's last revision pass; we do not."""
    right = True
    for one, said in zip(made, dss.judge(one.case for one in made), strict=True):
        lenient = one.form == _PADES and one.name.endswith("behind")
        whole = one.whole or lenient
        fits = said.intact is whole and (not whole or _is_good(said, one.form))
        fits &= one.ours is (SignatureState.VALID if one.whole else SignatureState.BROKEN)
        right &= fits
        words = f"{one.name:40}{said.form:22}{said.indication:16}{said.why:36}"
        verdicts = f"{'intact' if said.intact else 'broken':8}ours: {one.ours}"
        print(f"{words}{verdicts}{'' if fits else ' UNEXPECTED'}")
    return right


def _is_good(said: dss.Sentence, form: str) -> bool:
    known = (said.form, said.signer, said.claimed_at) == (form, "Dr gp sign", AT)
    return known and (said.indication, said.why) == ("INDETERMINATE", "CERTIFICATE_CHAIN_GENERAL_FAILURE")


def _signed_pdfs(made: list[Made]) -> list[tuple[str, bytes]]:
    return [(one.name, one.case.signed) for one in made if one.whole and one.form == _PADES]


def _before_verapdf(files: list[tuple[str, bytes]]) -> bool:
    """A file has the level that it claims, 1a, and a signed one keeps it with its visible signature."""
    flavours = ("1a", "1b")
    said = verapdf.judge((flavour, content) for flavour in flavours for _, content in files)
    for (flavour, name), sentence in zip(
        ((flavour, name) for flavour in flavours for name, _ in files), said, strict=True
    ):
        print(f"{name:40}PDF/A-{flavour}  {'conforms' if sentence.conforms else sentence.rules}")
    return all(sentence.conforms for sentence in said)


if __name__ == "__main__":
    sys.exit(main())
