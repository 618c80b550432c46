"""« Lecteur »: a scanner is tried with a known code, judged in words, and listened to as it was found."""

import re
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtWidgets import QLabel

from desktop.domain.texts import Language, current_language, set_language
from desktop.features.counter.cells.scanner import keyboard_words, told_words
from desktop.features.counter.view.page import CounterPageView
from desktop.pdf.write import DocumentWriter
from desktop.scanning.keyboards import Keyboard, Mismatch, garbled
from desktop.scanning.picture import codes_in
from desktop.scanning.self_test import LISTENING, MESSAGE, PROVEN, Failed, SelfTestFault
from desktop.scanning.separators import GS, ScannerSettings, Separators
from desktop.scanning.wedge import Burst
from tests.samples.counter import QR, box_text
from tests.ui.desk.conftest import Bench
from tests.ui.features.test_counter_page import METFORMIN_GTIN, bench, log_in, said, typed
from tests.ui.printing import print_into

__all__ = ["bench"]
MESSAGE_NAME = "counter-scanner-message"


def opened(bench: Bench) -> CounterPageView:
    view = log_in(bench)
    bench.click("counter-tab-scanner")
    bench.settle()
    return view


def scan(bench: Bench, came: str, slowest_ms: int = 4) -> str:
    view = bench.find_a(CounterPageView, "counter-view")
    view.scanner.heard.emit(Burst(came, again=False, ended=True, slowest_ms=slowest_ms))
    bench.settle()
    return said(bench, MESSAGE_NAME)


def in_use(view: CounterPageView) -> ScannerSettings:
    return view.counter.scanner


def test_the_code_on_the_screen_is_the_code_of_the_test(bench: Bench) -> None:
    from PIL import Image

    opened(bench)
    label = bench.find_a(QLabel, "counter-scanner-code")
    assert label.accessibleName() == "Code d'essai du lecteur"
    shown = label.pixmap().toImage()
    grey = shown.convertToFormat(shown.Format.Format_Grayscale8)
    picture = Image.frombuffer(
        "L", (grey.width(), grey.height()), bytes(grey.constBits()), "raw", "L", grey.bytesPerLine(), 1
    )
    [code] = codes_in(picture)
    assert code.text == MESSAGE


def test_what_was_found_is_used_at_once_and_kept_over_a_logout(bench: Bench) -> None:
    view = opened(bench)
    assert in_use(view) == ScannerSettings()
    assert "Le lecteur convient" in scan(bench, MESSAGE.replace(GS, "#"), slowest_ms=31)
    found = ScannerSettings(Separators.KEPT, "#", 62, proven=PROVEN)
    assert in_use(view) == found
    assert "« # »" in bench.words_of("counter-scanner-in-use").replace("\u00a0", " ")
    bench.desks.session.log_out()
    bench.settle()
    assert in_use(view) == ScannerSettings(), "the next one has his own scanner"
    log_in(bench)
    bench.settle()
    assert in_use(view) == found


def test_the_counter_reads_a_box_by_what_was_found(bench: Bench) -> None:
    """Without the test nobody knows that « # » stands between two elements: the batch is another."""
    view = opened(bench)
    box = box_text(METFORMIN_GTIN, serial="S1")
    assert GS in box
    scan(bench, MESSAGE.replace(GS, "#"))
    bench.click("counter-tab-counter")
    typed(bench, box.replace(GS, "#"))
    assert "Scannez d'abord l'ordonnance" in said(bench)
    bench.click("counter-tab-scanner")
    bench.settle()
    bench.click("counter-scanner-defaults")
    bench.settle()
    assert in_use(view) == ScannerSettings()
    bench.click("counter-tab-counter")
    typed(bench, box.replace(GS, "#"))
    assert "Scannez d'abord l'ordonnance" not in said(bench)


def test_what_failed_changes_nothing_and_says_what_to_do(bench: Bench) -> None:
    view = opened(bench)
    french = garbled(MESSAGE.replace(GS, ""), Mismatch(Keyboard.US, Keyboard.FRENCH))
    words = scan(bench, french)
    assert "autre clavier" in words and "français" in words
    assert "Verr. Maj" in scan(bench, MESSAGE.swapcase())
    assert "120 ms" in scan(bench, MESSAGE, slowest_ms=120)
    assert "incomplet" in scan(bench, MESSAGE[:20])
    assert "n'est pas le code d'essai" in scan(bench, box_text(METFORMIN_GTIN, serial="S1"))
    assert in_use(view) == ScannerSettings()


def test_a_scanner_that_is_too_slow_is_heard_too() -> None:
    assert LISTENING.gap_ms > 90 > ScannerSettings().gap_ms


def test_a_garbled_code_at_the_counter_leads_to_the_test(bench: Bench) -> None:
    """The words name the tab, and the message has a button to it."""
    view = log_in(bench)
    typed(bench, garbled(QR, Mismatch(Keyboard.US, Keyboard.FRENCH)))
    assert "Lecteur" in said(bench) and "français" in said(bench)
    bench.click("counter-message-act")
    bench.settle()
    assert view.scanner.isVisible() and not view.counter.isVisible()


def test_what_is_printed_is_the_code(bench: Bench, tmp_path: Path) -> None:
    opened(bench)
    bench.click("counter-scanner-print")
    bench.settle()
    template, language, data = bench.fakes.writer.written[-1]
    made = DocumentWriter().write(template, language, data)
    assert isinstance(made, bytes)
    pdf = pypdfium2.PdfDocument(made)
    [code] = codes_in(pdf[0].render(scale=150 / 72, grayscale=True).to_pil().convert("L"))
    pdf.close()
    assert code.text == MESSAGE
    print_into(bench, tmp_path / "print.pdf")
    foot = pypdfium2.PdfDocument(tmp_path / "print.pdf")
    assert "copie" not in foot[0].get_textpage().get_text_range()
    foot.close()


@pytest.mark.parametrize("language", Language)
def test_each_fault_and_each_keyboard_has_its_own_words(bench: Bench, language: Language) -> None:
    before = current_language()
    set_language(language)
    faults = [told_words(Failed(fault), 120) for fault in SelfTestFault]
    names = [keyboard_words(layout) for layout in Keyboard]
    set_language(before)
    assert len({what for what, _ in faults}) == len(SelfTestFault) and all(then for _, then in faults)
    assert not [words for pair in faults for words in pair if re.search(r"\{|\}", words)]
    assert len({*names}) == len(Keyboard)
