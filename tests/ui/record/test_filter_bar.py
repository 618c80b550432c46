"""The filters above the list cut none of their words, beside a document too."""

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QStyle, QStyleOptionComboBox
from pytestqt.qtbot import QtBot

from desktop.domain.texts import Language, set_language
from desktop.ui.bind.colours import apply_colours
from desktop.ui.record.filter_bar import FilterBar

BESIDE_A_DOCUMENT, ALONE = 480, 760


def made(qtbot: QtBot, qapp: QApplication, width: int) -> FilterBar:
    apply_colours(qapp, "light")
    bar = FilterBar()
    qtbot.addWidget(bar)
    bar.reset_button.show()
    bar.resize(width, bar.sizeHint().height())
    bar.show()
    qapp.processEvents()
    return bar


def boxes(bar: FilterBar) -> tuple[QComboBox, ...]:
    return bar.theme, bar.author, bar.level, bar.grouping


def room(box: QComboBox) -> int:
    """Pixels for the words of a box."""
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    part = QStyle.SubControl.SC_ComboBoxEditField
    return box.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, box).width()


@pytest.mark.parametrize("width", [BESIDE_A_DOCUMENT, ALONE])
@pytest.mark.parametrize("language", list(Language))
def test_no_box_cuts_its_words(qtbot: QtBot, qapp: QApplication, width: int, language: Language) -> None:
    set_language(language)
    try:
        bar = made(qtbot, qapp, width)
        cut = [
            b.currentText()
            for b in boxes(bar)
            if room(b) < b.fontMetrics().horizontalAdvance(b.currentText())
        ]
        assert cut == []
    finally:
        set_language(Language.FR)


def test_one_line_where_there_is_room_else_two(qtbot: QtBot, qapp: QApplication) -> None:
    bar = made(qtbot, qapp, ALONE)
    assert len({part.y() for part in (bar.words, *boxes(bar))}) == 1
    bar.resize(BESIDE_A_DOCUMENT, bar.height())
    qtbot.waitUntil(lambda: bar.theme.y() > bar.words.y())
    assert bar.minimumSizeHint().width() <= BESIDE_A_DOCUMENT
    bar.resize(ALONE, bar.height())
    qtbot.waitUntil(lambda: bar.theme.y() == bar.words.y())
