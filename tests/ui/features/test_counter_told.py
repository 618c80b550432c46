"""What the counter tells at once: where the keyboard stands, whose box it is, who has a line."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from desktop.domain.errors import Code, Failure
from desktop.domain.prescription.lifecycle import LineState
from desktop.domain.prescription.ordonnance import Amount, Nature, Override, Product, RenewalClass
from desktop.domain.prescription.standing import Context, Dispense, DispenseState, Lease
from desktop.features.counter.feature import COUNTER
from desktop.features.counter.view.day_table import DayTable
from desktop.features.counter.view.page import CounterPageView
from desktop.ui.views.drawn_table import DrawnTable
from tests.samples.counter import (
    ACCESS,
    JOS,
    METFORMIN,
    QR,
    RAMIPRIL,
    box_text,
    line,
    ordonnance,
    standing,
    standing_line,
    two_lines,
)
from tests.samples.practice import NOW
from tests.ui.desk.conftest import WEBER, Bench
from tests.ui.features.test_counter_acts import (
    AMIODARONE,
    CTRL,
    MOXIFLOXACIN,
    STATIN,
    check_box,
    opened,
    sent,
)
from tests.ui.features.test_counter_page import (
    METFORMIN_GTIN,
    RAMIPRIL_GTIN,
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

__all__ = ["bench"]
LION = Lease("Pharmacie du Lion", NOW + timedelta(minutes=8))


def focused(bench: Bench) -> str:
    widget = QApplication.focusWidget()
    return widget.objectName() if widget is not None else ""


# -- F9


def test_f9_stands_on_an_unanswered_alert_and_says_one_sentence(bench: Bench) -> None:
    """CF-114: once a reason was given it is no ■ any more, and says who passed over it, why and when."""
    opened(bench, standing_line(line(1, AMIODARONE, 30)), standing_line(line(2, MOXIFLOXACIN, 7)))
    typed(bench, box_text(METFORMIN_GTIN))
    choose(bench, "1")
    press(bench, Qt.Key.Key_F7)
    press(bench, Qt.Key.Key_F9)
    assert said(bench).startswith("Alerte à justifier (F4)") and "\n" not in said(bench)
    assert focused(bench) == "counter-override"
    press(bench, Qt.Key.Key_Return)
    assert focused(bench) == "counter-question-field"
    answer(bench, "vu avec le médecin")
    words = bench.words_of("counter-alerts-words").replace("\u00a0", " ")
    assert (
        said(bench) == ""
        and "■" not in words
        and "Passée outre par Sandra Thill" in words
        and ": vu avec le médecin" in words
    )
    assert not bench.find_a(QAbstractButton, "counter-override").isVisible()


def test_f9_stands_on_whom_to_compare_and_an_enter_compares_nobody(bench: Bench) -> None:
    opened(bench)
    read_both(bench)
    press(bench, Qt.Key.Key_F9)
    assert said(bench) == "Identité à comparer (F7)." and focused(bench) == "counter-patient"
    press(bench, Qt.Key.Key_Return)
    press(bench, Qt.Key.Key_Space)
    assert "Comparez à la pièce" in bench.words_of("counter-identity")
    assert port_of(bench).deliveries == []
    press(bench, Qt.Key.Key_F7)
    assert focused(bench) == "counter-scan"


def test_f9_asks_by_itself_what_is_typed_for_a_line(bench: Bench) -> None:
    opened(bench, standing_line(line(1, STATIN, 90)))
    typed(bench, box_text(METFORMIN_GTIN))
    choose(bench, "2")
    press(bench, Qt.Key.Key_F7)
    press(bench, Qt.Key.Key_F9)
    assert focused(bench) == "counter-question-field"
    assert "de quelle sorte" in bench.words_of("counter-question-prompt")


def test_on_a_small_screen_what_f9_says_and_what_it_is_about_are_both_seen(bench: Bench) -> None:
    """1366 × 768 at 200 %: the alert lies under the fold, and its question over it."""
    opened(bench, standing_line(line(1, AMIODARONE, 30)), standing_line(line(2, MOXIFLOXACIN, 7)))
    typed(bench, box_text(METFORMIN_GTIN))
    choose(bench, "1")
    press(bench, Qt.Key.Key_F7)
    view = bench.find_a(CounterPageView, "counter-view")
    view.setParent(None)
    view.resize(683, 304)
    view.show()
    bench.settle()

    def seen(part: QWidget) -> bool:
        return part.visibleRegion().boundingRect().height() == part.height()

    view.counter.asked.emit("deliver")
    bench.qtbot.waitUntil(lambda: seen(view.counter.alerts.override))
    assert seen(view.counter.message)
    view.counter.asked.emit("override")
    bench.qtbot.waitUntil(lambda: seen(view.counter.question.field))
    view.close()


# -- whose box


def handed_over(number: int, product: Product) -> Dispense:
    at = NOW - timedelta(days=1)
    return Dispense(
        "urn:uuid:d", f"l{number}", DispenseState.HANDED_OVER, "Pharmacie du Lion", "Lia Meyer", at, at,
        product,
        Amount(Decimal(180), "cp"),
    )  # fmt: skip


def test_a_box_of_a_delivered_line_says_when_and_where_it_was_handed_over(bench: Bench) -> None:
    first, second = two_lines()
    told = standing(standing_line(first, state=LineState.DELIVERED), standing_line(second))
    port_of(bench).put(replace(told, dispenses=(handed_over(1, METFORMIN),)), ACCESS)
    log_in(bench)
    typed(bench, QR)
    typed(bench, box_text(METFORMIN_GTIN))
    choose(bench, "1")
    assert "Ligne 1 déjà remise le 20.11.2026 à" in said(bench) and "Pharmacie du Lion" in said(bench)
    assert "autre substance" not in said(bench) and "n'est pas à remettre" in said(bench)
    assert "déjà remise" in bench.words_of("counter-box-verdict")
    assert [row[5] for row in cells(bench)] == ["-", "-"]
    press(bench, Qt.Key.Key_Up)
    press(bench, Qt.Key.Key_F2)
    assert "Ligne 1 déjà remise" in said(bench)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (LineState.CANCELLED, "annulée par le prescripteur"),
        (LineState.SUSPENDED, "suspendue par le prescripteur"),
        (LineState.REFUSED, "refusée, ne pas délivrer"),
        (LineState.EXPIRED, "expirée"),
    ],
)
def test_a_box_of_a_line_that_ended_says_why(bench: Bench, state: LineState, words: str) -> None:
    first, second = two_lines()
    opened(bench, standing_line(first, state=state), standing_line(second))
    typed(bench, box_text(METFORMIN_GTIN))
    choose(bench, "1")
    assert f"Ligne 1, rien à remettre ici : {words}." in said(bench)


def test_a_box_of_a_line_that_another_pharmacy_holds_is_told_at_the_scan(bench: Bench) -> None:
    """CF-076: whose and until when, before the box is read for it; F2 says the same."""
    first, second = two_lines()
    opened(bench, standing_line(first), standing_line(second, state=LineState.RESERVED, lease=LION))
    typed(bench, box_text(RAMIPRIL_GTIN))
    choose(bench, "2")
    assert "Ligne 2 réservée par Pharmacie du Lion jusqu'à" in said(bench) and "F5" in said(bench)
    assert cells(bench)[1][5] == "-" and "Pharmacie du Lion" in cells(bench)[1][0]
    press(bench, Qt.Key.Key_F2)
    assert "Ligne 2 réservée par Pharmacie du Lion jusqu'à" in said(bench)
    assert bench.words_of("counter-question-prompt") == ""


def test_an_ordonnance_that_another_has_wholly_says_so_when_it_opens(bench: Bench) -> None:
    opened(bench, *(standing_line(one, state=LineState.RESERVED, lease=LION) for one in two_lines()))
    assert "réservée par Pharmacie du Lion jusqu'à" in said(bench) and "F5 redemande" in said(bench)
    assert port_of(bench).calls == ["find"]


# -- who, and who passed over what


def test_a_woman_is_born_as_one_and_a_proxy_is_seen(bench: Bench) -> None:
    lia = replace(JOS, family="Wagner", given="Lia", sex="female", matricule="1980010112345")
    lines = tuple(map(standing_line, two_lines()))
    port_of(bench).put(standing(ordonnance=ordonnance(*two_lines(), patient=lia), lines=lines), ACCESS)
    log_in(bench)
    typed(bench, QR)
    assert "WAGNER Lia · née le 03.11.1947" in bench.words_of("counter-patient")
    press(bench, Qt.Key.Key_D, CTRL)
    answer(bench, "Jos Wagner")
    assert "Remis à Jos Wagner, mandataire" in bench.words_of("counter-identity")


def test_another_ordonnance_is_told_from_that_of_somebody_of_the_same_name(bench: Bench) -> None:
    opened(bench)
    read_both(bench)
    port, code = port_of(bench), "0" * 15 + "1"
    twin = replace(JOS, id="p8", born=JOS.born.replace(year=1968), matricule="1968110310658")  # type: ignore[union-attr]
    for patient, words in (
        (JOS, "Une autre ordonnance de SCHMIT Jos est ouverte. Terminer d'abord."),
        (twin, "celle de SCHMIT Jos (né le 03.11.1968) ; SCHMIT Jos (né le 03.11.1947) est ouvert."),
    ):
        lines = tuple(map(standing_line, two_lines()))
        port.stands[code] = standing(
            ordonnance=ordonnance(*two_lines(), code=code, patient=patient), lines=lines
        )
        port.access[code] = ACCESS
        view = bench.find_a(CounterPageView, "counter-view")
        view.counter.scanned.emit(patient.matricule)
        bench.settle()
        choose(bench, str(len([one for one in port.stands.values() if one.ordonnance.patient == patient])))
        assert words in said(bench)


def test_cf114_what_the_prescriber_passed_over_is_told_at_the_counter(bench: Bench) -> None:
    allergy = Override("A-1", "Allergie pénicilline", "jeu de test", "antécédent douteux", "Dr Weber", NOW)
    first, second = two_lines()
    opened(bench, standing_line(replace(first, overrides=(allergy,))), standing_line(second))
    words = bench.words_of("counter-alerts-words").replace("\u00a0", " ")
    assert "Ligne 1, passée outre par le prescripteur Dr Weber le" in words
    assert "Allergie pénicilline" in words and "Motif : antécédent douteux" in words


def test_cf114_what_both_passed_over_stands_under_the_alert(bench: Bench) -> None:
    opened(bench, standing_line(line(1, AMIODARONE, 30)), standing_line(line(2, MOXIFLOXACIN, 7)))
    alert = bench.find_a(CounterPageView, "counter-view").counter.alerts._act.alerts[0]  # type: ignore[union-attr]
    press(bench, Qt.Key.Key_Escape)
    signed = Override(alert.rule, alert.words[2:], "jeu de test", "surveillance ECG", "Dr Claire Weber", NOW)
    first = line(1, AMIODARONE, 30, overrides=(signed,))
    port_of(bench).put(standing(standing_line(first), standing_line(line(2, MOXIFLOXACIN, 7))), ACCESS)
    typed(bench, QR)
    words = bench.words_of("counter-alerts-words").replace("\u00a0", " ")
    assert words.startswith("■"), "her own reason is asked all the same"
    assert "Le prescripteur Dr Claire Weber a passé outre le" in words and ": surveillance ECG" in words
    assert words.count("surveillance ECG") == 1


# -- substitution


def test_cf105_a_shortage_is_a_kind_of_its_own(bench: Bench) -> None:
    opened(bench, standing_line(line(1, STATIN, 90)))
    press(bench, Qt.Key.Key_U, CTRL)
    choose(bench, "2")
    check_box(bench)
    answer(bench, "rupture chez le grossiste")
    typed(bench, box_text(METFORMIN_GTIN))
    choose(bench, "2")
    deliver(bench)
    one = sent(bench).dispenses[0]
    assert one.contexts == (Context.SHORTAGE,) and one.substitution is not None
    [_, _, data] = bench.fakes.writer.written[-1]
    assert "rupture de stock de Sortis 40" in repr(data).replace("\\xa0", " ")


def test_cf105_outside_the_groups_only_a_shortage_to_which_the_prescriber_agreed(bench: Bench) -> None:
    opened(bench, standing_line(line(1, replace(RAMIPRIL, brand="Triatec", label="Triatec 5"), 90)))
    typed(bench, box_text(METFORMIN_GTIN))
    choose(bench, "2")
    assert "hors groupe substituable" in said(bench) and cells(bench)[0][5] == "-"
    press(bench, Qt.Key.Key_U, CTRL)
    assert "accord du prescripteur (Ctrl+T)" in said(bench)
    press(bench, Qt.Key.Key_T, CTRL)
    answer(bench, "d'accord pour un générique")
    press(bench, Qt.Key.Key_U, CTRL)
    check_box(bench)
    answer(bench, "rupture chez le grossiste")
    typed(bench, box_text(METFORMIN_GTIN, serial="79"))
    deliver(bench)
    one = sent(bench).dispenses[0]
    assert one.contexts == (Context.SHORTAGE,) and one.calls == ("d'accord pour un générique",)


def test_a_substitution_that_was_noted_but_not_done_is_not_told(bench: Bench) -> None:
    opened(bench, standing_line(line(1, STATIN, 90)))
    press(bench, Qt.Key.Key_U, CTRL)
    choose(bench, "1")
    check_box(bench)
    answer(bench, "moins cher")
    typed(bench, box_text(METFORMIN_GTIN))
    choose(bench, "1")  # the prescribed brand after all
    deliver(bench)
    one = sent(bench).dispenses[0]
    assert one.substitution is None and one.contexts == (Context.ORDINARY,)


# -- tabs, keys, columns


def test_the_keys_act_wherever_the_keyboard_is(bench: Bench) -> None:
    """CF-078: after a click on one of the page's own tabs F7 would do nothing."""
    opened(bench)
    bench.find_a(QAbstractButton, "counter-tab-counter").setFocus()
    press(bench, Qt.Key.Key_F7)
    assert bench.words_of("counter-identity").startswith("✓ Identité comparée")


def test_the_page_s_own_tabs_keep_what_is_held_and_another_page_takes_it_back(bench: Bench) -> None:
    port = port_of(bench)
    opened(bench)
    before = list(port.calls)
    press(bench, Qt.Key.Key_F6)
    assert bench.find_a(DayTable, "counter-day-table") is not None and "day" in port.calls
    press(bench, Qt.Key.Key_F6)
    press(bench, Qt.Key.Key_F6)
    assert [one for one in port.calls if one != "day"] == before
    assert bench.words_of("counter-lease").startswith("Réservée pour vous")
    view = bench.find_a(CounterPageView, "counter-view")
    view.left.emit()  # as a window does that is made small
    bench.settle()
    assert port.calls[-2:] == ["release l1", "release l2"]
    view.came.emit()
    bench.settle()
    assert port.calls[-2:] == ["reserve l1", "reserve l2"]
    assert bench.words_of("counter-lease").startswith("Réservée pour vous")


def test_what_was_given_back_by_hand_is_not_taken_again_by_coming_back(bench: Bench) -> None:
    port = port_of(bench)
    opened(bench)
    bench.click("counter-release")
    bench.settle()
    bench.click("tab-home")
    bench.settle()
    bench.click("tab-counter")
    bench.settle()
    assert port.calls[-2:] == ["release l1", "release l2"]


def test_f1_names_each_key_that_is_bound_at_the_counter(bench: Bench) -> None:
    view = log_in(bench)
    bound = {
        one.key().toString(QKeySequence.SequenceFormat.PortableText) for one in view.findChildren(QShortcut)
    }
    of_the_view = {"Enter", "Esc", "Up", "Down"}  # keyPressEvent's
    [page] = COUNTER.pages
    named = [hint.key for hint in page.keys]
    assert {*named} == bound | of_the_view and len({*named}) == len(named)
    bench.shell.show_keys()
    shown = bench.words_in_widgets()
    assert "Lecteur" in shown and "Ctrl+Maj+P" in shown and "Ctrl+Shift" not in shown


def test_columns_are_as_wide_as_this_pharmacist_drew_them(bench: Bench) -> None:
    opened(bench)
    table = bench.find_a(DrawnTable, "counter-lines")
    product, posology = table.columnWidth(1), table.columnWidth(2)
    assert product > posology > table.columnWidth(3), "a product has the most room"
    headers = [table.horizontalHeaderItem(n) for n in range(table.columnCount())]
    assert len({item.text() for item in headers if item is not None}) == 6, "no two are called the same"
    table.setColumnWidth(2, posology + 120)
    bench.qtbot.waitSignal(table.columns.widths_drawn).wait()
    bench.settle()
    drawn = table.columnWidth(2)
    assert drawn > posology
    bench.desks.session.log_out()
    bench.settle()
    assert table.columnWidth(2) == pytest.approx(posology, abs=2), "nobody's"
    bench.unlock(WEBER)
    assert table.columnWidth(2) == pytest.approx(drawn, abs=2)


# -- what happened meanwhile


def delivered_elsewhere(bench: Bench, number: int) -> None:
    """The other pharmacy handed over that line, while nobody here held it."""
    port = port_of(bench)
    [(code, told)] = port.stands.items()
    lines = tuple(
        replace(one, state=LineState.DELIVERED, lease=None) if one.line.number == number else one
        for one in told.lines
    )
    made = handed_over(number, told.lines[number - 1].line.product)
    port.stands[code] = replace(told, lines=lines, dispenses=(made,))
    port.dispenses.append(made)
    port.reserved_by[f"l{number}"] = Failure(Code.CHANGED_ELSEWHERE)


def test_cf109_a_line_that_was_delivered_elsewhere_meanwhile_is_told_and_left_alone(bench: Bench) -> None:
    opened(bench)
    read_both(bench)
    bench.clock.advance(11 * 60)
    delivered_elsewhere(bench, 1)
    press(bench, Qt.Key.Key_F7)
    press(bench, Qt.Key.Key_F9)
    assert "Ligne 1 déjà remise le 20.11.2026 à" in said(bench) and "Pharmacie du Lion" in said(bench)
    assert "Gardez la boîte" in said(bench)
    assert [row[5] for row in cells(bench)] == ["-", "90"]
    press(bench, Qt.Key.Key_F9)
    press(bench, Qt.Key.Key_Return)
    assert [one.line for one in sent(bench).dispenses] == ["l2"]


def test_cf014_what_is_resumed_keeps_its_proxy_and_says_what_ended_meanwhile(bench: Bench) -> None:
    opened(bench)
    read_both(bench)
    press(bench, Qt.Key.Key_D, CTRL)
    answer(bench, "Lia Wagner")
    bench.desks.session.lock()
    bench.settle()
    delivered_elsewhere(bench, 1)
    bench.unlock(WEBER)
    bench.click("counter-message-act")
    bench.settle()
    assert "Ligne 1 déjà remise" in said(bench)
    assert "Remis à Lia Wagner" in bench.words_of("counter-identity")
    assert "Comparez à la pièce" in bench.words_of("counter-identity")


def test_where_another_window_has_the_keyboard_the_field_says_so(bench: Bench) -> None:
    log_in(bench)
    field = bench.find_a(QLineEdit, "counter-scan")
    assert field.placeholderText().startswith("Prêt")
    other = QWidget()
    bench.qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    bench.qtbot.waitUntil(other.isActiveWindow)
    assert field.placeholderText().replace("\u00a0", " ") == "Fenêtre inactive : cliquez ici"
    bench.shell.activateWindow()
    bench.qtbot.waitUntil(bench.shell.isActiveWindow)
    assert field.placeholderText().startswith("Prêt")


def test_a_prescriber_who_was_suspended_since_is_told_when_it_opens(bench: Bench) -> None:
    port_of(bench).put(replace(standing(), may_practise=False), ACCESS)
    log_in(bench)
    typed(bench, QR)
    assert "Dr Claire Weber n'a plus le droit d'exercice" in said(bench) and "Alt+R" in said(bench)
    assert "prescripteur suspendu" in bench.words_of("counter-ordonnance")


def test_f9_on_a_broken_signature_sends_for_no_box(bench: Bench) -> None:
    bench.fakes.signing.findings.clear()
    opened(bench)
    press(bench, Qt.Key.Key_F9)
    assert "ne pas délivrer. Appeler Dr Claire Weber" in said(bench) and "scannez" not in said(bench)


def test_cf103_an_ordonnance_of_narcotics_alone_ends_after_21_days(bench: Bench) -> None:
    opened(bench, standing_line(line(1, METFORMIN, 28, renewal=RenewalClass.S)))
    assert "jusqu'au 10.12.2026" in bench.words_of("counter-ordonnance"), "written two days ago"


# -- nothing to deliver


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (LineState.CANCELLED, "Annulée par le prescripteur : erreur de dosage. Ne pas délivrer."),
        (LineState.REFUSED, "Refusée pour toutes les pharmacies : erreur de dosage. Ne pas délivrer"),
        (LineState.STOPPED, "Reste arrêté par le prescripteur : erreur de dosage. Ne pas délivrer"),
        (LineState.ERASED, "Effacée à la demande du patient."),
        (LineState.SUSPENDED, "Suspendue par Dr Claire Weber. Ne pas délivrer"),
    ],
)
def test_each_end_of_an_ordonnance_has_its_own_sentence(bench: Bench, state: LineState, words: str) -> None:
    opened(bench, standing_line(line(1, METFORMIN, 90), state=state, reason="erreur de dosage"))
    assert words in said(bench)


def test_an_ordonnance_of_acts_says_that_they_are_carried_out_elsewhere(bench: Bench) -> None:
    opened(bench, standing_line(replace(line(1, Product("NFS"), None), nature=Nature.BIOLOGY)))
    assert "des actes, qui s'exécutent ailleurs" in said(bench)
