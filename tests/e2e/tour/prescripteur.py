"""The prescriber's desk, step by step: three lines typed in one field, an alert passed over with
a reason, signed with the card, printed, and on the platform line by line.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pypdfium2

from desktop.domain.prescription.identifier import OrdonnanceCode, parse_identifier, parse_qr_text
from desktop.domain.prescription.unread import Unread
from desktop.scanning.picture import codes_in
from tests.e2e.tour.demo_run import TourRun
from tests.e2e.tour.driver import key, type_keys
from tests.e2e.tour.playing import Step, Tour

_MATRICULE, _PATIENT, _NAME = "1747110310658", "pat-0002", "SCHMIT Jos"
_REASON = "Relais : INR trop bas"
_DPI = 150


class Prescripteur(Tour):
    """Dr Weber, to whom the patient gave his code; what he types is short, as in a consultation.

    ``keys`` counts what he presses from the page on, typed words and the PIN apart.
    """

    card, practitioner, printers = "weber", "ps-weber", ("Imprimante",)
    whole = True

    def __init__(self, stage: TourRun, out: Path) -> None:
        super().__init__(stage, out)
        self.before: set[str] = set()  # codes that the data set had issued already
        self.code = ""

    def steps(self) -> Sequence[Step]:
        """From the login to the lines on the platform."""
        return (
            self.step_start, self.step_login, self.step_patient, self.step_ordonnance, self.step_record_read,
            self.step_line_1, self.step_line_2, self.step_line_3, self.step_favourite, self.step_refused,
            self.step_override,
            self.step_pin, self.step_signed, self.step_print_dialog, self.step_printed,
            self.step_deposited, self.step_mine,
        )  # fmt: skip

    def _press(self, *names: str) -> None:
        key(*names)
        self.keys += len(names)

    def _lines(self) -> list[list[str]]:
        """The rows of the table, as on the screen, without protected spaces."""
        return [
            [cell.replace("\u00a0", " ") for cell in row["cells"]] for row in self.program.rows("rx-lines")
        ]

    def _add(self, words: str) -> None:
        """What is typed, and Enter: one more line below."""
        before = len(self._lines())
        type_keys(words)
        self._press("Return")
        self.program.until(f"« {words} » as a line", lambda: len(self._lines()) == before + 1)

    def _mine(self) -> dict[str, dict[str, Any]]:
        """What the platform holds of this prescriber for this patient, by code."""
        told = self.state()["features"]["prescription"]["ordonnances"]
        return {
            code: one
            for code, one in told.items()
            if one["patient"] == _PATIENT and one["prescriber"] == self.practitioner
        }

    def _published(self) -> list[dict[str, Any]]:
        return [d for d in self.state()["deposits"] if d["category"] == "traitements-medicamenteux"]

    # -- the steps -------------------------------------------------------------------------------------

    def step_start(self) -> None:
        self.stage.console.wait(f"insert-{self.card}")

    def step_login(self) -> None:
        self.stage.console.click(f"insert-{self.card}")
        self.program.type_into("pin-field", self.stage.pin)
        key("Return")
        self.program.wait("search-field")
        self.before = set(self._mine())

    def step_patient(self) -> None:
        self.program.type_into("search-field", _MATRICULE)
        key("Return")
        self.program.wait_words(_NAME)
        self.program.tick("identity-confirm")
        self.program.type_into("code-field", self.stage.code)
        key("Return")
        self.program.until("documents", lambda: self.program.rows("document-list"))

    def step_ordonnance(self) -> None:
        """The page reads nothing of the record by itself."""
        self.program.click("tab-prescribing")
        self.program.wait("rx-field")
        self.program.wait_words("Allergies du dossier non lues.")
        assert not self.traces("read"), "a page that was only opened read a document (CF-062)"

    def step_record_read(self) -> None:
        self.program.click("rx-record-read")
        self.program.wait_words("Allergies et traitement : résumé du")
        assert len(self.traces("read")) == 1, "one traced read (CF-060)"

    def step_line_1(self) -> None:
        """A form that was not said has its « ? », and Enter adds nothing until it is."""
        self.program.click("rx-field")
        type_keys("amox 500 1-1-1 7j")
        self.program.wait_words("amoxicilline", "500 mg", "forme ?")
        self._press("Return")
        self._picture("question.png")
        assert not self._lines(), "a line was added with a « ? » in it"
        self._add(" gel")
        (line,) = self._lines()
        assert line[1:5] == ["amoxicilline 500 mg · gélule", "1-1-1", "7 jours", "21"]

    def step_line_2(self) -> None:
        self._add("paracetamol 1 g cp 1-1-1 5j")
        assert self._lines()[1][1:5] == ["paracétamol 1 g · comprimé", "1-1-1", "5 jours", "15"]

    def step_line_3(self) -> None:
        """A heparin beside the acenocoumarol of the summary: two anticoagulants, which blocks."""
        self._add("enox 8000 seringue 1-0-1 5j")
        self.program.wait_words("2 anticoagulants", "ligne 3")
        assert self._lines()[2][7].startswith("■"), self._lines()[2]

    def step_favourite(self) -> None:
        """Ctrl+D keeps the last line, Alt+F lists what is kept, Esc leads back: no line more."""
        self._press("ctrl+d")
        self._press("alt+f")
        self.program.until("the favourite", lambda: len(self.program.rows("rx-favourites")) == 1)
        (kept,) = self.program.rows("rx-favourites")
        assert kept["cells"][0].startswith("énoxaparine 8000"), kept
        self._picture("favourites.png")
        self._press("Escape")
        self.program.until("the field", lambda: not self.program.find("rx-favourite-filter"))
        assert len(self._lines()) == 3

    def step_refused(self) -> None:
        self._press("F9")
        self.program.wait_words("■ sans réponse")
        assert not self.program.find("rx-pin"), "the PIN was asked over an unanswered ■"

    def step_override(self) -> None:
        """F9 stands on the ■; Enter passes over with the reason that is typed there."""
        type_keys("non")
        self._press("Return")
        assert not self._passed_over(), "a reason of three characters was taken"
        self._press("ctrl+a")
        type_keys(_REASON)
        self._press("Return")
        self.program.until("the reason, kept", self._passed_over)
        assert self._lines()[2][7] == "✓ motif noté", self._lines()[2]

    def _passed_over(self) -> bool:
        return f"Passé outre : {_REASON}" in self.program.words()

    def step_pin(self) -> None:
        self._press("F9")
        self.program.wait("rx-pin")
        assert not self._published(), "nothing leaves before the signature"

    def step_signed(self) -> None:
        """Signed and issued: the identifier is shown, in groups of four."""
        type_keys(self.stage.pin)
        self.program.wait("rx-sign")
        self._press("Return")
        self.program.wait_words("Émise :")
        shown = self.program.wait("rx-issue-title").text.split()[-1]
        found = parse_identifier(shown)
        assert not isinstance(found, Unread), shown
        self.code = found.value

    def step_print_dialog(self) -> None:
        self._press("ctrl+p")
        self.program.wait("print-act")
        self.program.wait_ink("print-act")

    def step_printed(self) -> None:
        """The printer got the signed PDF: a scanner reads its QR as this ordonnance."""
        self.program.click("print-act")
        self.program.wait_words("Imprimée.")
        paper = self._paper()
        (self.out / "ordonnance.pdf").write_bytes(paper)
        codes = []
        for number, page in enumerate(pypdfium2.PdfDocument(io.BytesIO(paper)), 1):
            drawn = page.render(scale=_DPI / 72).to_pil()
            drawn.save(self.out / f"paper-{number}.png")
            codes += [parse_qr_text(one.text) for one in codes_in(drawn.convert("L"))]
        read = [one.identifier.value for one in codes if isinstance(one, OrdonnanceCode)]
        assert set(read) == {self.code}, "the paper's QR is of another ordonnance, or cannot be read"

    def _paper(self) -> bytes:
        """The one document that was sent to the printer."""
        assert self.stage.printer is not None
        sent = [job[job.index(b"%PDF") :] for job in self.stage.printer.jobs if b"%PDF" in job]
        assert len(sent) == 1, f"{len(sent)} documents at the printer"
        return sent[0]

    def step_deposited(self) -> None:
        """Both documents together, and three lines that a pharmacy may deliver (CF-075)."""
        pair = self._published()
        assert [bool(d["transforms"]) for d in pair] == [False, True]
        assert len({d["submission_id"] for d in pair}) == 1, "together"
        (code,) = set(self._mine()) - self.before
        assert code == self.code
        lines = self._mine()[code]["lines"]
        assert [one["state"] for one in lines] == ["active"] * 3
        assert [str(one["quantity"]) for one in lines] == ["21", "15", "10"]

    def step_mine(self) -> None:
        """« Mes ordonnances » says the same as the platform."""
        self.program.click("rx-issue-new")
        self.program.click("rx-side")
        self.program.wait_words("émise", "énoxaparine 8000 UI", "active")
