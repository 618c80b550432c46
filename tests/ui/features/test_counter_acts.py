"""What the pharmacist decides at the counter, each by its key, and what is printed."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pypdfium2
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QLineEdit

from desktop.domain.errors import Code, Failure
from desktop.domain.prescription.ordonnance import Product, RenewalClass
from desktop.domain.prescription.standing import StandingLine, Substitution
from desktop.domain.signature import SignatureDoubt, SignatureState
from desktop.features.counter.domain.delivery import Delivery
from desktop.services.drug_data import drug_data
from desktop.simulator.prescription.scans import SCANS
from tests.samples.counter import (
    ACCESS,
    JWS,
    METFORMIN,
    PHARMACIST,
    QR,
    RAMIPRIL,
    SIGNED_BY_WEBER,
    box_text,
    gtin,
    line,
    standing,
    standing_line,
)  # fmt: skip
from tests.samples.practice import NOW
from tests.ui.desk.conftest import Bench
from tests.ui.features.test_counter_page import (
    METFORMIN_GTIN,
    answer,
    bench,
    cells,
    choose,
    deliver,
    log_in,
    port_of,
    press,
    read_both,
    said,
    typed,
)
from tests.ui.printing import dialogs, print_into
from tests.unit.sync.live.doctor import good

__all__ = ["bench"]
AMIODARONE = Product("Amiodarone 200", ("amiodarone",), "C01BD01", "", "200 mg", "comprimé")
MOXIFLOXACIN = Product("Moxifloxacine 400", ("moxifloxacine",), "J01MA14", "", "400 mg", "comprimé")
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
STATIN = Product("Sortis 40", ("atorvastatine",), "C10AA05", "Sortis", "40 mg", "comprimé")


def opened(bench: Bench, *lines: StandingLine) -> None:
    port_of(bench).put(standing(*lines), ACCESS)
    log_in(bench)
    typed(bench, QR)


def sent(bench: Bench) -> Delivery:
    [one] = port_of(bench).deliveries
    return one


def check_box(bench: Bench) -> None:
    bench.find_a(QCheckBox, "counter-question-check").setChecked(True)


def test_cf105_a_substitution_needs_its_group_a_reason_and_the_patient_informed(bench: Bench) -> None:
    opened(bench, standing_line(line(1, STATIN, 90)), standing_line(line(2, RAMIPRIL, 90)))
    typed(bench, box_text(7))
    choose(bench, "2")  # the same substance under no brand
    assert "notez la substitution (Ctrl+U)" in said(bench)
    press(bench, Qt.Key.Key_F7)
    press(bench, Qt.Key.Key_F9)
    assert "notez la substitution" in said(bench)
    choose(bench, "1")  # F9 asked which kind; a generic
    answer(bench, "moins cher")
    assert "le patient soit informé" in said(bench)
    press(bench, Qt.Key.Key_U, CTRL)
    choose(bench, "1")
    check_box(bench)
    answer(bench, "moins cher")
    press(bench, Qt.Key.Key_F9)
    press(bench, Qt.Key.Key_Return)
    assert sent(bench).dispenses[0].substitution == Substitution("G", "moins cher", patient_informed=True)


def test_cf105_outside_the_groups_it_is_said(bench: Bench) -> None:
    opened(bench, standing_line(line(1, RAMIPRIL, 90)))
    press(bench, Qt.Key.Key_U, CTRL)
    assert "Hors groupe substituable" in said(bench)


def test_cf103_an_s_line_asks_its_paper_form_by_itself(bench: Bench) -> None:
    opened(bench, standing_line(line(1, METFORMIN, 28, renewal=RenewalClass.S)))
    typed(bench, box_text(METFORMIN_GTIN))
    choose(bench, "1")
    press(bench, Qt.Key.Key_F7)
    press(bench, Qt.Key.Key_F9)
    assert "numéro de l'ordonnance sécurisée" in bench.words_of("counter-question-prompt")
    answer(bench, "2026-004711")
    press(bench, Qt.Key.Key_F9)
    press(bench, Qt.Key.Key_Return)
    assert sent(bench).dispenses[0].paper_form == "2026-004711"


def test_cf104_over_six_months_only_outside_the_insurance(bench: Bench) -> None:
    late = standing_line(
        line(1, METFORMIN, 180, repeats=9, renewal=RenewalClass.FREE), deliveries=1,
        first_delivery=NOW - timedelta(days=200), last_delivery=NOW - timedelta(days=90),
    )  # fmt: skip
    opened(bench, late)
    assert "plus de six mois" in cells(bench)[0][0]
    typed(bench, box_text(METFORMIN_GTIN))
    choose(bench, "1")
    press(bench, Qt.Key.Key_F7)
    press(bench, Qt.Key.Key_F9)
    assert "choisissez hors assurance (Alt+H)" in said(bench)
    press(bench, Qt.Key.Key_H, ALT)
    press(bench, Qt.Key.Key_F9)
    press(bench, Qt.Key.Key_Return)
    [_, _, data] = bench.fakes.writer.written[-1]
    assert "hors assurance" in repr(data) and sent(bench)


def test_cf111_a_free_text_line_is_handed_over_by_hand(bench: Bench) -> None:
    opened(bench, standing_line(line(1, Product("Crème à l'urée 10 %"), 1)))
    assert "non codé" in cells(bench)[0][1]
    press(bench, Qt.Key.Key_F2)
    answer(bench, "1")
    deliver(bench)
    [_, _, data] = bench.fakes.writer.written[-1]
    assert "non codé" in repr(data) and sent(bench).dispenses[0].product.label == "Crème à l'urée 10 %"


def test_cf112_all_as_prescribed_takes_back_a_part(bench: Bench) -> None:
    opened(bench)
    read_both(bench)
    press(bench, Qt.Key.Key_F2)
    answer(bench, "45")
    press(bench, Qt.Key.Key_T, ALT)
    assert cells(bench)[1][5] == "90"


def test_cf077_no_serial_number_leaves_for_the_patient_s_document(bench: Bench) -> None:
    opened(bench)
    typed(bench, box_text(METFORMIN_GTIN, serial="SERIAL-77"))
    choose(bench, "1")
    deliver(bench)
    [template, language, data] = bench.fakes.writer.written[-1]
    assert (template, language) == ("dispensation", "fr")
    assert "SERIAL-77" not in repr(data) and "A12C" in repr(data)
    assert sent(bench).dispenses[0].serials == ("SERIAL-77",)


def test_two_batches_on_one_line_are_asked_about_once_and_told_each(bench: Bench) -> None:
    """Contract §8.3: a good answer stands there, and Enter takes it."""
    opened(bench)
    typed(bench, box_text(METFORMIN_GTIN, serial="1"))
    choose(bench, "1")
    typed(bench, box_text(METFORMIN_GTIN, batch="B77", serial="2"))
    prompt = bench.words_of("counter-question-prompt").replace("\xa0", " ")
    assert "combien de chaque lot ? A12C + B77. Reste 180 comprimés." in prompt
    assert bench.find_a(QLineEdit, "counter-question-field").text() == "90 + 90"
    answer(bench, "60 + 120")
    assert "A12C 60 + B77 120" in cells(bench)[0][0] and cells(bench)[0][5] == "180"
    press(bench, Qt.Key.Key_F7)
    press(bench, Qt.Key.Key_F9)
    assert "180 comprimés (lots\xa0: A12C 60 + B77 120)" in bench.words_of("counter-recap")
    press(bench, Qt.Key.Key_Return)
    assert "Remis : 1 ligne" in said(bench)
    told = [(d.line, d.batch, int(d.quantity.value), d.serials) for d in sent(bench).dispenses]
    assert told == [("l1", "A12C", 60, ("1",)), ("l1", "B77", 120, ("2",))]


def test_a_question_about_batches_that_was_left_is_asked_again_before_anything_leaves(bench: Bench) -> None:
    opened(bench)
    typed(bench, box_text(METFORMIN_GTIN, serial="1"))
    choose(bench, "1")
    typed(bench, box_text(METFORMIN_GTIN, serial="2"))
    assert not bench.find_a(QLineEdit, "counter-question-field").isVisible(), "the same batch: nothing to ask"
    typed(bench, box_text(METFORMIN_GTIN, batch="B77", serial="3"))
    assert bench.find_a(QLineEdit, "counter-question-field").text() == "120 + 60", "as much of each box"
    press(bench, Qt.Key.Key_Escape)
    press(bench, Qt.Key.Key_F7)
    press(bench, Qt.Key.Key_F9)
    assert "combien de chaque lot" in said(bench) and port_of(bench).deliveries == []
    answer(bench, "120 + 70")
    assert "pas plus que le reste" in said(bench)
    press(bench, Qt.Key.Key_F2)
    answer(bench, "60 + 30")
    assert cells(bench)[0][4] == "180 → 90"
    press(bench, Qt.Key.Key_F9)
    press(bench, Qt.Key.Key_Return)
    assert [d.quantity.value for d in sent(bench).dispenses] == [60, 30]


def test_whichever_box_of_a_line_is_expired_it_stops(bench: Bench) -> None:
    opened(bench)
    typed(bench, box_text(METFORMIN_GTIN, serial="1"))
    choose(bench, "1")
    typed(bench, box_text(METFORMIN_GTIN, batch="B77", serial="2", expiry="240131"))
    assert "périmée depuis" in said(bench) and "lots" not in cells(bench)[0][0]
    deliver(bench)
    assert [d.batch for d in sent(bench).dispenses] == ["A12C"], "the expired one was put aside"


def test_a_call_and_a_proxy_are_noted(bench: Bench) -> None:
    opened(bench)
    read_both(bench)
    press(bench, Qt.Key.Key_T, CTRL)
    answer(bench, "dose confirmée")
    press(bench, Qt.Key.Key_D, CTRL)
    answer(bench, "Lia Wagner")
    deliver(bench)
    one = sent(bench).dispenses[1]
    assert one.calls == ("dose confirmée",) and one.receiver == "Lia Wagner"


def test_cf114_a_contraindication_is_passed_over_with_a_reason(bench: Bench) -> None:
    opened(bench, standing_line(line(1, AMIODARONE, 30)), standing_line(line(2, MOXIFLOXACIN, 7)))
    words = bench.words_of("counter-alerts-words")
    assert "■" in words and "jeu de test" in words
    typed(bench, box_text(METFORMIN_GTIN))
    choose(bench, "1")
    press(bench, Qt.Key.Key_F7)
    press(bench, Qt.Key.Key_F9)
    assert "Alerte à justifier (F4)" in said(bench)
    press(bench, Qt.Key.Key_F4)
    answer(bench, "vu avec le médecin")
    press(bench, Qt.Key.Key_F9)
    press(bench, Qt.Key.Key_Return)
    [override] = sent(bench).dispenses[0].overrides
    assert override.reason == "vu avec le médecin" and override.by == PHARMACIST.name


def test_on_a_signature_that_cannot_be_verified_nothing_leaves_without_a_reason_that_is_told(
    bench: Bench,
) -> None:
    """Under an unknown authority the card's number is the certificate's own word (domain §C.5)."""
    doubtful = replace(
        SIGNED_BY_WEBER, state=SignatureState.UNVERIFIABLE, doubt=SignatureDoubt.UNKNOWN_AUTHORITY
    )
    bench.fakes.signing.findings[JWS] = doubtful
    opened(bench)
    read_both(bench)
    press(bench, Qt.Key.Key_F7)
    press(bench, Qt.Key.Key_F9)
    assert "aucune autorité connue" in said(bench) and "26 00 01" in said(bench)
    assert port_of(bench).deliveries == []
    press(bench, Qt.Key.Key_F4)
    answer(bench, "rappelée au téléphone, elle confirme")
    press(bench, Qt.Key.Key_F9)
    press(bench, Qt.Key.Key_Return)
    for told in sent(bench).dispenses:
        [override] = told.overrides
        assert override.rule == "signature:unknown-authority" and "elle confirme" in override.reason
    assert "elle confirme" in repr(bench.fakes.writer.written[-1])


def test_lost_separators_are_asked_about_by_a_digit(bench: Bench) -> None:
    opened(bench)
    typed(bench, f"01{gtin(METFORMIN_GTIN)}1728033110A12C2177")
    assert "Séparateurs perdus" in bench.words_of("counter-question-prompt")
    choices = [b for b in bench.shell.findChildren(QAbstractButton) if "question-choice" in b.objectName()]
    assert len(choices) >= 2
    choose(bench, "1")
    choose(bench, "1")
    assert cells(bench)[0][0] == "✓ boîte lue"


def test_an_ordonnance_that_was_read_proves_the_scanner_s_keyboard(bench: Bench) -> None:
    """Else a Y may be a Z, which no check digit tells: the pharmacist compares with the box."""
    opened(bench)
    typed(bench, box_text(METFORMIN_GTIN, batch="AY1", serial="Z9"))
    choose(bench, "1")
    deliver(bench)
    assert [d.batch for d in sent(bench).dispenses] == ["AY1"]


def test_a_code_that_cannot_be_read_changes_nothing(bench: Bench) -> None:
    opened(bench)
    typed(bench, f"]d201{gtin(METFORMIN_GTIN)[:-1]}917280331")
    assert "Chiffre de contrôle faux" in said(bench) or "incomplet" in said(bench)
    typed(bench, "DSPRX1:K7QM")
    assert "Code incomplet, rescannez." in said(bench)
    assert [row[0] for row in cells(bench)] == ["○ à lire", "○ à lire"]


def test_an_executed_ordonnance_says_when_and_where(bench: Bench) -> None:
    """CF-075: told by its lines."""
    opened(bench)
    read_both(bench)
    deliver(bench)
    press(bench, Qt.Key.Key_Return)
    typed(bench, QR)
    assert "Déjà exécutée le 21.11.2026" in said(bench) and "Rien à délivrer." in said(bench)
    assert "Pharmacie du Cygne" in said(bench) and "reserve l1" not in port_of(bench).calls[-1:]


def test_labels_and_receipt_are_printed_after_it_and_a_failure_loses_nothing(bench: Bench) -> None:
    opened(bench)
    read_both(bench)
    deliver(bench)
    bench.fakes.writer.failure = Failure.of(Code.UNEXPECTED)
    press(bench, Qt.Key.Key_P, CTRL)
    assert bench.fakes.writer.written[-1][0] == "etiquette"
    assert bench.find_a(QAbstractButton, "counter-labels").isEnabled()
    assert port_of(bench).dispenses and len(port_of(bench).deliveries) == 1
    press(bench, Qt.Key.Key_P, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert bench.fakes.writer.written[-1][0] == "dispensation"


def test_what_the_patient_takes_home_is_no_copy_of_the_dsp(bench: Bench, tmp_path: Path) -> None:
    """A label has 38 mm: nothing but its own words stands on it."""
    opened(bench)
    read_both(bench)
    deliver(bench)
    for button in ("counter-labels", "counter-receipt"):
        bench.click(button)
        bench.settle()
        paper = tmp_path / f"{button}.pdf"
        print_into(bench, paper)
        bench.pdf.printed.clear()
        printed = pypdfium2.PdfDocument(paper)
        assert "copie" not in printed[0].get_textpage().get_text_range()
        printed.close()
    assert [template for template, *_ in bench.fakes.writer.written[-2:]] == ["etiquette", "dispensation"]


def test_a_withdrawn_batch_stops_and_says_who_withdrew_it_and_when(bench: Bench) -> None:
    """CF-113: the batch of the console's box, as the test set knows it."""
    known = good(drug_data()).withdrawn[0]
    mine = replace(RAMIPRIL, codes=(known.gtin,))
    opened(bench, standing_line(line(1, mine, 30)))
    console = {scan.id: scan.text for scan in SCANS}
    typed(bench, console["box-withdrawn"])
    assert "lot retiré, ne pas délivrer" in said(bench)
    assert "16.11.2026" in said(bench) and known.source in said(bench) and known.reason in said(bench)
    assert cells(bench)[0][0] == "○ à lire"
    typed(bench, console["box-ramipril"])
    assert "retiré" not in said(bench)


def test_cf017_an_answered_question_keeps_no_word_of_whom_it_was_about(bench: Bench) -> None:
    opened(bench, standing_line(line(1, METFORMIN, 180)))
    typed(bench, box_text(7))
    press(bench, Qt.Key.Key_T, CTRL)
    field = bench.find_a(QLineEdit, "counter-question-field")
    assert "Weber" in field.accessibleName() and field.placeholderText()
    answer(bench, "d'accord")
    assert (field.accessibleName(), field.placeholderText()) == ("", "")


def test_a_print_that_is_given_up_holds_no_document(bench: Bench) -> None:
    """The child that opened the labels for it is free again."""
    opened(bench)
    read_both(bench)
    deliver(bench)
    press(bench, Qt.Key.Key_P, CTRL)
    assert bench.pdf.calls[-1] == "open"
    (dialog,) = dialogs()
    dialog.reject()
    bench.settle()
    assert bench.pdf.calls[-1] == "release"
    assert not bench.pdf.printed
