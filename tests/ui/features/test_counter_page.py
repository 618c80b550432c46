"""The counter in the window: for pharmacists alone, from the code to what was handed over."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QTableWidget

from desktop.domain.errors import Failure
from desktop.domain.prescription.identifier import OrdonnanceId
from desktop.domain.prescription.standing import DispenseState
from desktop.domain.texts import counted
from desktop.features.counter.domain.codes import CounterCode
from desktop.features.counter.feature import COUNTER
from desktop.features.counter.view.day_table import DayRows
from desktop.features.counter.view.page import CounterPageView
from desktop.kernel.feature import add_words
from desktop.scanning.wedge import Burst
from desktop.services.session import SessionState
from desktop.ui.views.base import View
from tests.fakes import FakeKept
from tests.fakes.counter import DOWN, FakeCounter
from tests.fakes.store import IN_MEMORY
from tests.samples.counter import (
    ACCESS,
    CODE,
    JOS,
    JWS,
    PHARMACIST,
    QR,
    SIGNED_BY_WEBER,
    box_text,
    gtin,
    standing,
)
from tests.samples.practice import ACCOUNT
from tests.ui.desk.conftest import WEBER, Bench

METFORMIN_GTIN, RAMIPRIL_GTIN = 123, 456


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Iterator[Bench]:
    add_words((COUNTER,))
    kept: list[FakeKept] = []

    def plug(made: Bench) -> tuple[object, ...]:
        kept.append(FakeKept(COUNTER.kept, made.vault))
        made.counter_rows = kept[0]  # type: ignore[attr-defined]
        made.counter = FakeCounter(made.clock)  # type: ignore[attr-defined]
        return (COUNTER.over(made.counter, kept[0]),)  # type: ignore[attr-defined]

    made = make_bench(plug=plug)
    made.platform.accounts["H1"] = PHARMACIST
    made.fakes.signing.findings[JWS] = SIGNED_BY_WEBER
    port_of(made).put(standing(), ACCESS)
    port_of(made).wait = timedelta(0)
    yield made
    made.desks.session.log_out()
    made.settle()
    kept[0].close()


def port_of(bench: Bench) -> FakeCounter:
    port = bench.counter  # type: ignore[attr-defined]
    assert isinstance(port, FakeCounter)
    return port


def log_in(bench: Bench) -> CounterPageView:
    bench.log_in()
    assert bench.shell.page() == "counter"
    bench.shell.activateWindow()
    bench.qtbot.waitUntil(bench.shell.isActiveWindow)
    return bench.find_a(CounterPageView, "counter-view")


class Painted(QObject):
    """Which pages were painted, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and watched.objectName() not in self.pages[-1:]:
            self.pages.append(watched.objectName())
        return False


def test_the_login_stays_before_the_eyes_until_the_counter_is_whole(bench: Bench) -> None:
    """Its page is made in turns of its own; home, which is not a pharmacist's, is not seen meanwhile."""
    painted = Painted()
    for view in (bench.find_a(View, "login-view"), bench.find_a(View, "home-view")):
        view.installEventFilter(painted)
    log_in(bench)
    assert bench.shell.updatesEnabled()
    assert bench.shell.page() == "counter"
    assert painted.pages == ["login-view"]


def test_what_is_typed_before_the_counter_is_there_stands_in_no_field(bench: Bench) -> None:
    """Neither in the search of home, which stands behind the login's last picture, nor in the scan field."""
    seen: list[bool] = []
    bench.shell.activateWindow()

    def types() -> None:
        seen.append(bench.shell.updatesEnabled())
        for letter in "muller\r":
            key = Qt.Key.Key_Return if letter == "\r" else Qt.Key(ord(letter.upper()))
            QTest.keyClick(bench.shell.windowHandle(), key)

    bench.desks.session.logged_in.connect(lambda _: QTimer.singleShot(0, types))
    log_in(bench)
    assert seen == [False], "typed while the counter was being made"
    for name in ("search-field", "counter-scan"):
        assert bench.find_a(QLineEdit, name).text() == ""


def typed(bench: Bench, words: str) -> None:
    """Into the scan field, as a person or a slow scanner."""
    field = bench.find_a(QLineEdit, "counter-scan")
    bench.find_a(CounterPageView, "counter-view").counter.scanned.emit(words)
    assert field.text() == ""
    bench.settle()


def press(bench: Bench, key: Qt.Key, how: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """As the window hears it, where the focus is."""
    target = bench.shell.focusWidget()
    assert target is not None
    QTest.keyClick(target, key, how)
    bench.settle()


def answer(bench: Bench, words: str, name: str = "counter-question") -> None:
    field = bench.find_a(QLineEdit, f"{name}-field")
    assert field.isVisible()
    field.setFocus()
    field.setText(words)
    QTest.keyClick(field, Qt.Key.Key_Return)
    bench.settle()


def choose(bench: Bench, digit: str) -> None:
    QTest.keyClicks(bench.find_a(QLineEdit, "counter-question-field"), digit)
    bench.settle()


def said(bench: Bench, name: str = "counter-message") -> str:
    labels = (bench.find_a(QLabel, f"{name}-{part}") for part in ("text", "next"))
    return " ".join(label.text() for label in labels if label.isVisible()).replace("\u00a0", " ")


def cells(bench: Bench) -> list[list[str]]:
    return rows_of(bench.find_a(QTableWidget, "counter-lines"))


def rows_of(table: QTableWidget) -> list[list[str]]:
    found = [[table.item(row, n) for n in range(table.columnCount())] for row in range(table.rowCount())]
    return [[item.text() if item is not None else "" for item in row] for row in found]


def read_both(bench: Bench) -> None:
    """Both boxes, each unknown once."""
    typed(bench, box_text(METFORMIN_GTIN))
    choose(bench, "1")
    typed(bench, box_text(RAMIPRIL_GTIN, serial="78"))
    choose(bench, "2")


def deliver(bench: Bench) -> None:
    press(bench, Qt.Key.Key_F7)
    press(bench, Qt.Key.Key_F9)
    press(bench, Qt.Key.Key_Return)


# -- for whom


def test_it_is_the_pharmacist_s_home_and_nobody_else_s(bench: Bench) -> None:
    log_in(bench)
    tabs = [b for b in bench.shell.findChildren(QAbstractButton) if b.objectName().startswith("tab-")]
    assert tabs and any(tab.objectName() == "tab-counter" and tab.isVisible() for tab in tabs)
    bench.desks.session.log_out()
    bench.settle()
    bench.platform.accounts["H1"] = ACCOUNT
    bench.log_in()
    tab = bench.shell.findChild(QAbstractButton, "tab-counter")
    assert bench.shell.page() == "home" and (tab is None or not tab.isVisible())


# -- found


def test_a_code_opens_the_ordonnance_and_reserves_it_without_the_record(bench: Bench) -> None:
    """CF-076, CF-078."""
    log_in(bench)
    typed(bench, QR)
    head = bench.words_of("counter-ordonnance")
    assert "✓ signature" in head and "✓ droit d'exercice" in head and "Dr Claire Weber" in head
    assert ACCESS not in bench.words_in_widgets()
    assert bench.words_of("counter-patient").startswith("SCHMIT Jos")
    assert [row[1].splitlines()[0] for row in cells(bench)] == ["Metformine 850", "Ramipril 5"]
    assert port_of(bench).calls == ["find", "reserve l1", "reserve l2"]
    assert bench.words_of("counter-lease") == "Réservée pour vous, encore 10 min 00"
    assert "non consultées" in bench.find_a(QAbstractButton, "counter-open-record").text()


def test_a_typed_identifier_asks_the_birth_date_five_times(bench: Bench) -> None:
    """CF-110."""
    log_in(bench)
    typed(bench, OrdonnanceId(CODE).grouped())
    for left in (4, 3, 2, 1, 0):
        answer(bench, "01.01.1950")
        assert f"Essais restants : {left}" in said(bench)
    assert not bench.find_a(QLineEdit, "counter-question-field").isVisible(), "no try is left"
    typed(bench, CODE)
    answer(bench, "03.11.1947")
    assert "Identifiant bloqué une heure. Utilisez le QR." in said(bench)
    typed(bench, QR)
    assert len(cells(bench)) == 2


def test_a_matricule_shows_the_person_first(bench: Bench) -> None:
    log_in(bench)
    typed(bench, JOS.matricule)
    assert "SCHMIT Jos" in bench.words_of("counter-question-prompt")
    assert cells(bench) == []
    choose(bench, "1")
    assert len(cells(bench)) == 2


def test_a_broken_signature_stops(bench: Bench) -> None:
    bench.fakes.signing.findings.clear()
    log_in(bench)
    typed(bench, QR)
    read_both(bench)
    press(bench, Qt.Key.Key_F7)
    press(bench, Qt.Key.Key_F9)
    assert "Sans signature : ne pas délivrer" in said(bench)
    press(bench, Qt.Key.Key_Return)
    assert port_of(bench).deliveries == []


def test_without_the_platform_nothing_is_delivered_on_a_guess(bench: Bench) -> None:
    log_in(bench)
    port_of(bench).failure = DOWN
    typed(bench, QR)
    assert "Plateforme injoignable : la quantité restante est inconnue." in said(bench)
    assert "Ne délivrez pas sur cette ordonnance" in said(bench)


def test_a_code_of_another_patient_does_not_close_what_is_begun(bench: Bench) -> None:
    log_in(bench)
    typed(bench, QR)
    read_both(bench)
    other = standing()
    lia = replace(JOS, id="p8", family="Wagner", given="Lia", matricule="1980010112345")
    port_of(bench).stands["0" * 15 + "1"] = replace(
        other, ordonnance=replace(other.ordonnance, code="0" * 15 + "1", patient=lia)
    )
    typed(bench, lia.matricule)
    choose(bench, "1")
    assert "celle de WAGNER Lia ; SCHMIT Jos est ouvert. Terminer d'abord." in said(bench)
    assert bench.words_of("counter-patient").startswith("SCHMIT Jos")


# -- handed over


def test_two_boxes_and_one_and_a_half_lines_by_the_keyboard(bench: Bench) -> None:
    """CF-075, CF-077, CF-112, CF-115: half of the second line is owed; no serial number in the report."""
    log_in(bench)
    typed(bench, QR)
    read_both(bench)
    assert "Correspond, ligne 2" in bench.words_of("counter-box-verdict")
    press(bench, Qt.Key.Key_F2)
    answer(bench, "45")
    assert cells(bench)[1][4] == "90 → 45"
    press(bench, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    press(bench, Qt.Key.Key_F7)
    press(bench, Qt.Key.Key_F9)
    assert "45 à devoir" in bench.words_of("counter-recap") and port_of(bench).deliveries == []
    press(bench, Qt.Key.Key_Return)
    assert "Remis : 2 lignes, 45 à devoir. Dispensation enregistrée à" in said(bench)
    [sent] = port_of(bench).deliveries
    told = [(int(d.quantity.value), d.batch, d.serials) for d in sent.dispenses]
    assert told == [(180, "A12C", ("77",)), (45, "A12C", ("78",))]
    assert sent.report is not None and dict(sent.tokens).keys() == {"l1", "l2"}
    press(bench, Qt.Key.Key_Return)
    assert said(bench) == ""


def test_what_is_missing_is_said_beside_the_button(bench: Bench) -> None:
    log_in(bench)
    typed(bench, QR)
    press(bench, Qt.Key.Key_F9)
    assert "Rien n'est encore à remettre" in said(bench)
    read_both(bench)
    press(bench, Qt.Key.Key_F9)
    assert "Identité à comparer (F7)." in said(bench)
    press(bench, Qt.Key.Key_Return)
    assert port_of(bench).deliveries == []


def test_a_product_number_is_asked_once(bench: Bench) -> None:
    log_in(bench)
    typed(bench, QR)
    typed(bench, box_text(METFORMIN_GTIN))
    assert gtin(METFORMIN_GTIN) in bench.words_of("counter-question-prompt")
    choose(bench, "1")
    press(bench, Qt.Key.Key_Escape)
    typed(bench, QR)
    typed(bench, box_text(METFORMIN_GTIN))
    assert cells(bench)[0][0] == "✓ boîte lue"


def test_an_expired_box_stops(bench: Bench) -> None:
    """CF-113."""
    log_in(bench)
    typed(bench, QR)
    typed(bench, box_text(METFORMIN_GTIN, expiry="261031"))
    choose(bench, "1")
    assert "périmée depuis le 31.10.2026" in said(bench) and "Correspond" not in said(bench)
    assert cells(bench)[0][0] == "○ à lire"


def test_a_lost_answer_is_asked_for_and_nothing_is_sent_twice(bench: Bench) -> None:
    """CF-107."""
    port = port_of(bench)
    port.lost = port.lags = True
    port.wait = timedelta(seconds=60)
    log_in(bench)
    typed(bench, QR)
    read_both(bench)
    deliver(bench)
    assert "Réponse perdue. Gardez la boîte." in said(bench)
    port.lags = False
    press(bench, Qt.Key.Key_F5)
    assert "Remis : 2 lignes" in said(bench)
    assert len(port.deliveries) == 1 and len(port.dispenses) == 2


def test_what_was_not_recorded_may_be_sent_again(bench: Bench) -> None:
    port = port_of(bench)
    port.lost = port.swallowed = True
    log_in(bench)
    typed(bench, QR)
    read_both(bench)
    deliver(bench)
    assert "Non enregistrée. Délivrer" in said(bench)
    port.lost = port.swallowed = False
    press(bench, Qt.Key.Key_F9)
    press(bench, Qt.Key.Key_Return)
    assert "Remis : 2 lignes" in said(bench) and len(port.dispenses) == 2


def test_a_lease_that_ended_is_asked_for_again(bench: Bench) -> None:
    """CF-109: no silent delivery."""
    port = port_of(bench)
    log_in(bench)
    typed(bench, QR)
    read_both(bench)
    bench.clock.advance(11 * 60)
    press(bench, Qt.Key.Key_F7)
    press(bench, Qt.Key.Key_F9)
    assert "Nous la redemandons" in said(bench) and port.deliveries == []
    press(bench, Qt.Key.Key_F9)
    press(bench, Qt.Key.Key_Return)
    assert "Remis : 2 lignes" in said(bench)


def test_a_refusal_of_the_platform_has_its_own_sentence(bench: Bench) -> None:
    """CF-108: the prescriber asked to cancel; the line is looked at again, nothing was recorded."""
    port = port_of(bench)
    port.refusal = Failure.of(CounterCode.ASKED_BACK, reason="erreur de dosage")
    log_in(bench)
    typed(bench, QR)
    read_both(bench)
    deliver(bench)
    assert "Le prescripteur a demandé l'annulation (erreur de dosage)." in said(bench)
    assert port.dispenses == []


def test_a_line_is_refused_with_a_reason(bench: Bench) -> None:
    log_in(bench)
    typed(bench, QR)
    press(bench, Qt.Key.Key_R, Qt.KeyboardModifier.AltModifier)
    answer(bench, "non")
    assert "motif" in said(bench)
    press(bench, Qt.Key.Key_R, Qt.KeyboardModifier.AltModifier)
    answer(bench, "rupture de stock")
    press(bench, Qt.Key.Key_F9)
    press(bench, Qt.Key.Key_Return)
    [sent] = port_of(bench).deliveries
    assert sent.report is None and sent.dispenses[0].state is DispenseState.REFUSED


# -- leases, lock, history


def test_it_is_renewed_before_it_ends_and_given_back_when_left(bench: Bench) -> None:
    """CF-076."""
    port, view = port_of(bench), log_in(bench)
    typed(bench, QR)
    bench.clock.advance(8 * 60 + 1)
    timer = next(t for t in view.findChildren(type(view.counter.keys._timer)) if t.isActive())
    timer.timeout.emit()
    bench.settle()
    assert port.calls[-2:] == ["reserve l1", "reserve l2"]
    bench.click("tab-home")
    bench.settle()
    assert port.calls[-2:] == ["release l1", "release l2"]
    bench.click("tab-counter")
    bench.settle()
    assert port.calls[-2:] == ["reserve l1", "reserve l2"]
    press(bench, Qt.Key.Key_Escape)
    assert port.calls[-2:] == ["release l1", "release l2"] and cells(bench) == []


def test_a_page_that_is_left_while_a_delivery_is_out_hears_how_it_ended(bench: Bench) -> None:
    """CF-107: the leases stay, and nothing is sent twice."""
    port = port_of(bench)
    log_in(bench)
    typed(bench, QR)
    read_both(bench)
    press(bench, Qt.Key.Key_F7)
    press(bench, Qt.Key.Key_F9)
    bench.fakes.writer.gate.shut()
    QTest.keyClick(bench.find_a(QLineEdit, "counter-scan"), Qt.Key.Key_Return)
    bench.click("tab-home")
    bench.fakes.writer.gate.open()
    bench.settle()
    assert "release l1" not in port.calls
    bench.click("tab-counter")
    bench.settle()
    assert "Remis : 2 lignes" in said(bench) and len(port.deliveries) == 1


def test_a_delivery_of_a_killed_program_is_asked_for_at_the_next_login(bench: Bench) -> None:
    """CF-107, CF-014: not recorded, so that the act is offered again."""
    port = port_of(bench)
    port.lost = port.swallowed = True
    log_in(bench)
    typed(bench, QR)
    read_both(bench)
    port.failure = None
    port.wait = timedelta(seconds=60)
    deliver(bench)
    assert "Réponse perdue" in said(bench)
    bench.desks.session.log_out()
    bench.settle()
    port.wait = timedelta(0)
    bench.unlock(WEBER)
    assert "Remise interrompue" in said(bench) and len(port.deliveries) == 1


def test_a_scanner_s_keys_are_lifted_out_of_an_open_question(bench: Bench) -> None:
    """Its Enter belongs to the scan, and what was asked stays asked."""
    log_in(bench)
    typed(bench, QR)
    press(bench, Qt.Key.Key_F2)
    field = bench.find_a(QLineEdit, "counter-question-field")
    assert field.hasFocus()
    window = bench.shell.windowHandle()
    for number, letter in enumerate(f"{box_text(METFORMIN_GTIN)}\r"):
        key = Qt.Key.Key_Return if letter == "\r" else Qt.Key.Key_A
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, letter)
        event.setTimestamp(500_000 + 2 * number)
        QCoreApplication.sendEvent(window, event)
    bench.settle()
    assert "GTIN inconnu" in bench.words_of("counter-question-prompt").replace("\u00a0", " ")
    assert port_of(bench).deliveries == []


def test_a_torn_code_is_not_a_shorter_batch(bench: Bench) -> None:
    """CF-113: « RA » of RA1187 reads well, and no withdrawal of RA1187 would find the box."""
    view = log_in(bench)
    typed(bench, QR)
    torn = box_text(METFORMIN_GTIN, serial="SERIAL-77")[:-2]
    view.counter.keys.scanned.emit(Burst(torn, again=False, ended=False, slowest_ms=2))
    bench.settle()
    assert "incomplet" in said(bench)
    assert cells(bench)[0][0].startswith("○")
    view.counter.scanner = replace(view.counter.scanner, closing=False)  # as the self-test found it
    view.counter.keys.scanned.emit(Burst(torn, again=False, ended=False, slowest_ms=2))
    bench.settle()
    assert "incomplet" not in said(bench)


def test_a_lock_parks_the_act_and_offers_it_again(bench: Bench) -> None:
    """CF-014."""
    log_in(bench)
    typed(bench, QR)
    read_both(bench)
    bench.desks.session.lock()
    bench.settle()
    assert bench.session() is SessionState.LOCKED
    assert "Schmit" not in bench.words_in_widgets() and "Metformine" not in bench.words_in_widgets()
    bench.unlock(WEBER)
    assert "Remise interrompue" in said(bench) and "SCHMIT Jos" in said(bench)
    bench.click("counter-message-act")
    bench.settle()
    assert [row[0] for row in cells(bench)] == ["✓ boîte lue", "✓ boîte lue"]
    deliver(bench)
    assert "Remis : 2 lignes" in said(bench)


def test_what_a_lock_gave_back_is_said_where_nothing_was_decided(bench: Bench) -> None:
    """CF-109: the lease ended with the session; unsaid, he would look for his ordonnance."""
    log_in(bench)
    typed(bench, QR)
    bench.desks.session.lock()
    bench.settle()
    bench.unlock(WEBER)
    assert "La réservation a pris fin avec la session, au plus tard à" in said(bench)
    assert "quittée par le verrouillage" in said(bench) and "Remise interrompue" not in said(bench)
    bench.desks.session.log_out()
    bench.settle()
    log_in(bench)
    assert said(bench) == ""


def test_what_could_not_be_given_back_says_until_when_it_keeps_others_out(bench: Bench) -> None:
    """CF-109: the release was not heard."""
    log_in(bench)
    typed(bench, QR)
    port_of(bench).failure = DOWN
    press(bench, Qt.Key.Key_Escape)
    assert "n'a pas pu être rendue : elle prend fin d'elle-même à" in said(bench)


def test_the_history_of_the_day_and_its_undoing(bench: Bench) -> None:
    """CF-116."""
    port, view = port_of(bench), log_in(bench)
    typed(bench, QR)
    read_both(bench)
    deliver(bench)
    view.show_day()
    bench.settle()
    rows, whose = view.day.rows, OrdonnanceId(CODE).grouped()
    assert rows.rowCount() == 2 and day_cell(rows, 0, 1) == "Schmit Jos" and day_cell(rows, 0, 2) == whose
    bench.click("counter-day-undo")
    answer(bench, "erreur de patient", "counter-undo")
    assert port.calls[-2:] == ["undo kept", "day"]
    [correction] = port.corrections
    assert correction.replaces == "report-1" and correction.report.pdf, "CF-077: the other line's"
    assert ["annulé" in day_cell(rows, row, 4) for row in range(2)].count(True) == 1


def test_the_history_is_filtered_and_the_chosen_line_is_the_one_undone(bench: Bench) -> None:
    """Any word of the line, by the letters of every other search; forgotten with the session."""
    port, view = port_of(bench), log_in(bench)
    typed(bench, QR)
    read_both(bench)
    deliver(bench)
    view.show_day()
    bench.settle()
    rows, field = view.day.rows, bench.find_a(QLineEdit, "counter-day-filter")
    view.day.table.setCurrentIndex(rows.index(1, 0))
    second = rows.dispenses[1]
    field.setText("SCHMIT " + second.product.label[:6].upper())
    assert rows.dispenses == (second,) and view.day.table.chosen() == second
    assert second.product.label in bench.find_a(QLabel, "counter-day-line").text()
    bench.click("counter-day-undo")
    answer(bench, "erreur de ligne", "counter-undo")
    assert [one.line for one in port.dispenses if one.state is DispenseState.UNDONE] == [second.line]
    assert view.day.table.hasFocus(), "Suppr goes on with the lines, not with the filter's letters"
    field.setText("introuvable")
    assert rows.rowCount() == 0 and not bench.find_a(QAbstractButton, "counter-day-undo").isEnabled()
    bench.desks.session.log_out()
    bench.settle()
    assert not field.text() and not bench.find_a(QLabel, "counter-day-line").text()


def day_cell(rows: DayRows, row: int, column: int) -> str:
    return str(rows.data(rows.index(row, column)))


def test_nothing_of_it_opens_the_record(bench: Bench) -> None:
    """CF-078."""
    log_in(bench)
    typed(bench, QR)
    bench.click("counter-open-record")
    bench.settle()
    assert bench.shell.page() == "identity"


def test_on_a_small_screen_head_and_lines_are_seen(bench: Bench) -> None:
    """1366 × 768 at 200 %: the tabs make room while an ordonnance is open, and come back when it is left."""
    view = log_in(bench)
    tab, lines = bench.find_a(QAbstractButton, "counter-tab-day"), bench.find_a(QTableWidget, "counter-lines")
    foot, who = bench.find_a(QAbstractButton, "counter-deliver"), bench.find_a(QLabel, "counter-patient")
    view.setParent(None)
    view.resize(683, 304)
    view.show()
    bench.settle()
    assert tab.isVisible()
    view.counter.scanned.emit(QR)
    bench.settle()
    assert not tab.isVisible()
    state = lines.visualItemRect(lines.item(0, 0))  # type: ignore[arg-type]
    middle = lines.viewport().mapTo(view, state.center()).y()
    assert who.isVisible() and middle < foot.mapTo(view, QPoint(0, 0)).y()
    view.counter.asked.emit("leave")
    bench.settle()
    assert tab.isVisible()
    view.close()


def test_a_session_that_keeps_nothing_says_at_the_lock_what_had_no_answer(bench: Bench) -> None:
    """Nobody will ask for it any more; nor does the lock keep what was begun."""
    bench.vault.state = IN_MEMORY
    port = port_of(bench)
    port.lost = port.lags = True
    port.wait = timedelta(seconds=60)
    log_in(bench)
    typed(bench, QR)
    read_both(bench)
    deliver(bench)
    assert "Réponse perdue" in said(bench)
    bench.desks.session.lock()
    bench.settle()
    assert counted("lock.left_behind", 1) in bench.words_of("lock-kept")


def test_own_work_that_cannot_be_read_is_told_once_a_session(bench: Bench) -> None:
    log_in(bench)
    rows = bench.counter_rows  # type: ignore[attr-defined]
    rows.write(lambda r: r.execute("INSERT INTO counter_delivery VALUES ('x', 'c', 'p', '0', X'7B')"))
    bench.desks.session.log_out()
    bench.settle()
    log_in(bench)
    bench.settle()
    assert counted("counter.unreadable", 1) in said(bench)
    press(bench, Qt.Key.Key_Escape)
    assert said(bench) == ""
    bench.click("tab-home")
    bench.click("tab-counter")
    bench.settle()
    assert said(bench) == ""


def test_a_platform_that_goes_between_the_box_and_the_confirmation_is_said_and_nothing_is_guessed(
    bench: Bench,
) -> None:
    """CF-107: certainly not sent; what was scanned stays, and is handed over once when it is back."""
    port = port_of(bench)
    log_in(bench)
    typed(bench, QR)
    read_both(bench)
    press(bench, Qt.Key.Key_F7)
    press(bench, Qt.Key.Key_F9)
    port.failure = DOWN
    press(bench, Qt.Key.Key_Return)
    assert "Plateforme injoignable" in said(bench) and "ce qui est scanné reste ici" in said(bench)
    assert port.dispenses == [] and [row[0] for row in cells(bench)] == ["✓ boîte lue"] * 2
    press(bench, Qt.Key.Key_Return)
    assert len(port.deliveries) == 1, "Enter confirms nothing that F9 did not show"
    port.failure = None
    press(bench, Qt.Key.Key_F9)
    press(bench, Qt.Key.Key_Return)
    assert "Remis : 2 lignes" in said(bench) and len(port.dispenses) == 2


def test_an_undoing_without_an_answer_is_looked_up(bench: Bench) -> None:
    """CF-116: the day is read again, and tells."""
    port, view = port_of(bench), log_in(bench)
    typed(bench, QR)
    read_both(bench)
    deliver(bench)
    view.show_day()
    bench.settle()
    undo = port.undo

    def lost(*given: Any) -> Failure:
        undo(*given)
        return Failure(CounterCode.UNDO_UNKNOWN)

    port.undo = lost  # type: ignore[method-assign, assignment]
    bench.click("counter-day-undo")
    answer(bench, "erreur de patient", "counter-undo")
    assert "l'annulation est peut-être enregistrée" in said(bench, "counter-day-message")
    assert port.calls[-1] == "day"
    assert ["annulé" in day_cell(view.day.rows, row, 4) for row in range(2)].count(True) == 1
