"""A small screen at 200 %: every page can be used, nothing is cut, the state bar and the primary act stay."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QWidget,
)

from desktop.domain.record import MandateKind
from desktop.domain.texts import Language, set_language
from desktop.ui.theme import CONTROL_HEIGHT
from desktop.ui.views.base import View
from desktop.ui.widget_tree import within
from desktop.ui.widgets.text import ElidedLabel
from tests.answers import present
from tests.samples.practice import mandate
from tests.ui.desk.conftest import Bench

# 1366×768 and 1024×700 at 200 %, less what the desktop takes (screens: small), and 1920×1080 at 200 %.
SMALL, SMALLEST, MEDIUM = (683, 304), (512, 270), (960, 460)


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Iterator[Bench]:
    """Anne's médecin référent before her record."""
    made = make_bench()
    made.platform.mandates["p1"] = mandate(kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)
    made.log_in()
    made.open_record()
    made.make_every_page()
    yield made
    set_language(Language.FR)


def resize(bench: Bench, width: int, height: int) -> None:
    bench.shell.resize(width, height)
    bench.qtbot.waitUntil(lambda: (bench.shell.width(), bench.shell.height()) == (width, height))
    settle()


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


def parts(page: QWidget) -> Iterator[QWidget]:
    """What a page says and takes."""
    kinds = (QAbstractButton, QComboBox, QLabel, QLineEdit)
    for widget in within(page):
        own = not widget.objectName().startswith("qt_") and not isinstance(widget.parent(), QComboBox)
        if own and isinstance(widget, kinds) and widget.isVisible():
            yield widget


def squashed(widget: QWidget) -> bool:
    """Whether it has less room than its words need."""
    if isinstance(widget, QLabel):
        if isinstance(widget, ElidedLabel) or not widget.text():
            return False
        needed = widget.heightForWidth(widget.width()) if widget.wordWrap() else widget.sizeHint().height()
        return widget.height() < needed - 1
    least = widget.minimumSizeHint()
    wide = isinstance(widget, QPushButton) and widget.width() < least.width()
    return widget.height() < min(least.height(), CONTROL_HEIGHT - 4) or wide


def named(widget: QWidget) -> str:
    words = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
    return f"{widget.objectName()} {words[:30]!r} {widget.width()}×{widget.height()}"


def out_of_reach(bench: Bench, page: QWidget) -> Iterator[str]:
    """Buttons and fields that are not whole before the eyes once the keyboard is there."""
    for widget in parts(page):
        if not isinstance(widget, QLabel) and widget.isEnabled() and widget.focusPolicy().value & 1:
            bench.shell.setFocus()
            widget.setFocus()
            settle()
            seen, room = widget.visibleRegion().boundingRect(), bench.shell.width()
            whole = seen.size() == widget.size() or (widget.width() > room and seen.width() > room - 40)
            if widget.hasFocus() and not whole:
                yield f"{named(widget)}, {seen.width()}×{seen.height()} seen"


@pytest.mark.parametrize(
    ("size", "language"),
    [(SMALL, Language.FR), (SMALL, Language.DE), (SMALLEST, Language.FR), (MEDIUM, Language.FR)],
)
def test_no_page_is_cut_in_a_small_window(bench: Bench, size: tuple[int, int], language: Language) -> None:
    set_language(language)
    bench.shell.retranslate()
    resize(bench, *size)
    wrong: dict[str, list[str]] = {}
    for name, page in bench.shell._filled._pages.items():
        bench.shell.set_page(name)
        bench.settle()
        settle()
        cut = [named(part) for part in parts(page) if squashed(part)]
        away = [f"away: {words}" for words in out_of_reach(bench, page)]
        if cut or away:
            wrong[name] = cut + away
        bar = bench.shell.state_bar
        assert bar.isVisible() and bar.geometry().bottom() <= bench.shell.height(), name
        primary = page.primary() if isinstance(page, View) else None
        if primary is not None and primary.isVisible():
            foot = present(bench.shell.findChild(QPushButton, "page-foot-primary"))
            whole = primary.visibleRegion().boundingRect().size() == primary.size()
            assert whole or (foot.isVisible() and foot.text() == primary.text()), name
    assert not wrong, "\n".join(f"{name}: {one}" for name, found in wrong.items() for one in found)


@pytest.mark.parametrize("language", list(Language))
def test_no_page_scrolls_sideways_on_a_small_laptop_at_200_percent(bench: Bench, language: Language) -> None:
    """Nor does the record with a document below its list."""
    set_language(language)
    bench.shell.retranslate()
    resize(bench, *SMALL)
    sideways = present(bench.shell.findChild(QScrollArea, "pages-scroll")).horizontalScrollBar()
    wide = []
    for name in bench.shell._filled._pages:
        bench.shell.set_page(name)
        bench.settle()
        settle()
        if sideways.maximum():
            wide.append(f"{name}: {sideways.maximum()} pixels")
    bench.shell.set_page("record")
    bench.record_view().open_document("d1")
    bench.settle()
    settle()
    assert bench.record_view().viewer.isVisible()
    assert not wide and sideways.maximum() == 0, wide


def test_a_window_that_grows_again_is_as_before_and_a_usual_one_pays_nothing(bench: Bench) -> None:
    """Tabs and banner too; what is told over every page stands above it in both."""
    shell = bench.shell
    banner = bench.record_view().banner
    resize(bench, 1366, 740)
    tab = bench.find_a(QPushButton, "tab-worklist")
    assert shell.findChild(QPushButton, "page-foot-primary") is None and tab.isVisible()
    high, room = banner.height(), shell.stack.geometry()
    field = bench.find("filter-text")
    field.setFocus()
    resize(bench, *SMALL)
    assert shell.focusWidget() is field, "the next key goes where it would have gone"
    assert banner.height() < high and not tab.isVisible()
    assert banner.toolTip() == banner.accessibleName() and "1993" in banner.toolTip()
    menu = bench.find_a(QToolButton, "pages-menu-button")
    menu.menu().aboutToShow.emit()
    entry = next(a for a in menu.menu().actions() if a.objectName() == "menu-tab-worklist")
    entry.trigger()
    bench.settle()
    assert shell.page() == "worklist" and menu.text().startswith(tab.text())
    told = QLabel("une phrase")
    shell.put_over_pages(told)
    settle()
    above = told.mapTo(shell, told.rect().bottomLeft()).y()
    assert above <= shell.stack.mapTo(shell, shell.stack.rect().topLeft()).y()
    told.hide()
    bench.shell.set_page("record")
    resize(bench, 1366, 740)
    assert tab.isVisible() and not menu.isVisible() and banner.height() == high
    assert shell.stack.size() == room.size() and banner.toolTip() == ""


def test_the_foot_presses_the_primary_button_of_the_page(bench: Bench) -> None:
    """While it is out of sight; it says whether it can be pressed."""
    bench.shell.language_chosen.emit(Language.DE)  # in French the page just fits
    bench.make_ahead()
    resize(bench, *SMALLEST)
    bench.shell.set_page("worklist")
    bench.settle()
    page = bench.find_a(View, "worklist-view")
    settle()
    button, pressed = present(page.primary()), list[int]()
    foot = bench.find_a(QPushButton, "page-foot-primary")
    assert foot.isVisible() and foot.text() == button.text() and not foot.isEnabled(), "nobody is declared"
    button.setEnabled(True)
    button.clicked.connect(lambda: pressed.append(1))
    foot.click()
    assert pressed == [1]
    bar = bench.find_a(QScrollArea, "pages-scroll").horizontalScrollBar()
    bar.setValue(bar.maximum())
    settle()
    assert not foot.isVisible()
