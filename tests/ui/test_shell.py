"""The window: tabs, menus, banner, overlay, state bar."""

from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.domain.network import NetworkState
from desktop.domain.texts import Language, set_language, text
from desktop.ui.shell import Shell
from desktop.ui.shell_contents import ShellModel
from desktop.ui.shell_menus import ColourChoice, Tab, UserAct
from desktop.ui.state_bar import StateModel
from desktop.ui.theme import Scheme, apply_theme
from desktop.ui.views.base import View
from desktop.ui.views.keys import PageHelp
from desktop.ui.views.situation import CardSituation
from tests.answers import present
from tests.ui.turning import count_turns

TABS = (Tab("home", "shell.tab_patients"), Tab("outbox", "shell.tab_outbox", 2))


class Page(View):
    """A page with one field."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.field = QLineEdit()
        self.field.setObjectName(f"{name}-field")
        QVBoxLayout(self).addWidget(self.field)

    def focus_first(self) -> None:
        self.field.setFocus()


@pytest.fixture
def shell(qtbot: QtBot, qapp: QApplication) -> Iterator[Shell]:
    set_language(Language.FR)
    apply_theme(qapp, Scheme.LIGHT)
    made = Shell()
    made.fill()
    made.allow_close()
    qtbot.addWidget(made)
    for name in ("home", "outbox"):
        made.add_page(name, Page(name))
    made.set_page("home")
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    set_language(Language.FR)


def _tab(shell: Shell, page: str) -> QPushButton:
    found = shell.findChild(QPushButton, f"tab-{page}")
    assert found is not None
    return found


def _words(shell: Shell) -> str:
    return "\n".join(label.text() for label in shell.findChildren(QLabel) if label.isVisibleTo(shell))


def test_tabs_only_while_somebody_is_logged_in(shell: Shell, qtbot: QtBot) -> None:
    assert shell.findChild(QPushButton, "tab-home") is None
    shell.show_state(ShellModel("Dr Claire Weber", TABS))
    assert _tab(shell, "outbox").text() == "Envois (2)"
    assert _tab(shell, "home").isChecked()
    with qtbot.waitSignal(shell.page_chosen, check_params_cb=lambda page: page == "outbox"):
        _tab(shell, "outbox").click()
    menu = shell.findChild(QToolButton, "user-menu-button")
    assert menu is not None and menu.isVisible()
    shell.show_state(ShellModel())
    assert not menu.isVisible()


def test_a_record_stands_under_the_tab_of_the_patients(shell: Shell) -> None:
    shell.add_page("record", Page("record"))
    shell.set_page("record")
    shell.show_state(ShellModel("Dr Claire Weber", TABS))
    assert _tab(shell, "home").isChecked(), "after a lock, the tabs come back with the record open"
    shell.set_page("outbox")
    assert _tab(shell, "outbox").isChecked()
    shell.set_page("record")
    assert _tab(shell, "home").isChecked()


def _marked(shell: Shell) -> list[str]:
    return [b.objectName() for b in shell.findChildren(QPushButton) if b.isCheckable() and b.isChecked()]


def test_the_tabs_show_what_is_in_front_and_nothing_else(shell: Shell) -> None:
    """Qt's own exclusive buttons refuse to have none of them marked, and a click on one marks it."""
    shell.add_page("mine", Page("mine"))
    shell.show_state(ShellModel("Dr Claire Weber", TABS, user_pages=(Tab("mine", "about.title"),)))
    assert _marked(shell) == ["tab-home"]
    for page, mark in (("outbox", ["tab-outbox"]), ("mine", []), ("home", ["tab-home"])):
        shell.set_page(page)
        assert _marked(shell) == mark
    _tab(shell, "outbox").click()
    assert shell.page() == "home" and _marked(shell) == ["tab-home"], "nobody has shown the page (yet)"
    _tab(shell, "home").click()
    assert _marked(shell) == ["tab-home"]


@pytest.mark.parametrize(
    ("name", "act"),
    [("user-lock", UserAct.LOCK), ("user-card", UserAct.CARD), ("user-log-out", UserAct.LOG_OUT)],
)
def test_user_menu(shell: Shell, qtbot: QtBot, name: str, act: UserAct) -> None:
    entry = shell.findChild(QAction, name)
    assert entry is not None
    with qtbot.waitSignal(shell.user_act_chosen, check_params_cb=lambda chosen: chosen is act):
        entry.trigger()


def test_a_page_of_a_feature_stands_in_the_user_menu_of_those_who_see_it(shell: Shell, qtbot: QtBot) -> None:
    shell.show_state(ShellModel("Dr Claire Weber", TABS, user_pages=(Tab("mine", "about.title"),)))
    entry = shell.findChild(QAction, "user-mine")
    assert entry is not None and entry.text() == "À propos"
    with qtbot.waitSignal(shell.page_chosen, check_params_cb=lambda page: page == "mine"):
        entry.trigger()
    menu = shell.findChild(QToolButton, "user-menu-button")
    assert menu is not None
    names = [action.objectName() for action in menu.menu().actions()]
    assert names == ["user-lock", "user-mine", "user-card", "user-about", "user-log-out", "user-security"]
    shell.show_state(ShellModel("Dr Claire Weber", TABS))
    assert "user-mine" not in [action.objectName() for action in menu.menu().actions()]


def test_f1_tells_the_keys_and_the_help_of_the_page_in_front(shell: Shell) -> None:
    shell.add_page(
        "mine",
        Page("mine"),
        PageHelp("about.title", "about.attested", (("Ctrl+R", "common.back"), ("Del", "common.back"))),
    )
    shell.show_keys()
    assert text("about.attested") not in _words(shell)
    shell.set_page("mine")
    shell.show_keys()
    words = _words(shell)
    assert text("about.attested") in words and "Ctrl+R" in words and text("help.keys_help") in words
    shell.overlay.close_panel()
    set_language(Language.DE)
    shell.show_keys()
    assert "Strg+R" in _words(shell) and "Entf" in _words(shell)


def test_no_delegation_function_exists(shell: Shell) -> None:
    """CF-016; CF-032: nor a mandate of a hospital or an emergency."""
    shell.show_state(ShellModel("Dr Claire Weber", TABS))
    entries = " ".join(action.text().lower() for action in shell.findChildren(QAction))
    assert not any(word in entries for word in ("délég", "au nom", "secrétar", "urgence", "établissement"))


def test_language_switch_at_run_time(shell: Shell, qtbot: QtBot) -> None:
    shell.show_state(ShellModel("Dr Claire Weber", TABS))
    entry = shell.findChild(QAction, "language-de")
    assert entry is not None
    with qtbot.waitSignal(shell.language_chosen, check_params_cb=lambda chosen: chosen is Language.DE):
        entry.trigger()
    set_language(Language.DE)
    shell.retranslate()
    assert _tab(shell, "home").text() == "Patienten"
    assert entry.isChecked()


def test_the_page_in_front_speaks_first_and_the_others_one_a_turn(shell: Shell, qtbot: QtBot) -> None:
    """All pages in the turn of the click are a gap of 100 ms."""
    said, turn = list[tuple[str, int]](), count_turns(qtbot)
    for name in ("first", "second", "third", "fourth"):
        page = View(name)
        page.bind(lambda words: said.append((words, turn())), partial(str, name))
        shell.add_page(name, page)
    shell.set_page("third")
    said.clear()
    shell.retranslate()
    assert [name for name, _ in said] == ["third"]
    shell.set_page("fourth")
    assert [name for name, _ in said] == ["third", "fourth"], "none is seen in the former language"
    qtbot.waitUntil(lambda: len(said) == 4)
    assert [name for name, _ in said] == ["third", "fourth", "first", "second"]
    assert len({number for _, number in said[1:]}) == 3


def test_colours_switch(shell: Shell, qtbot: QtBot) -> None:
    entry = shell.findChild(QAction, "display-dark")
    assert entry is not None
    with qtbot.waitSignal(shell.colours_chosen, check_params_cb=lambda chosen: chosen is ColourChoice.DARK):
        entry.trigger()


def test_demo_is_unmistakable(shell: Shell) -> None:
    shell.show_state(ShellModel(demo=True))
    assert "DÉMO" in shell.windowTitle()
    assert "patients fictifs" in _words(shell)
    shell.show_state(ShellModel())
    assert "DÉMO" not in shell.windowTitle()


def test_banner_stays_over_every_page(shell: Shell) -> None:
    banner = QLabel("MULLER Anne")
    shell.set_banner(banner)
    for page in ("home", "outbox", "home"):
        shell.set_page(page)
        assert banner.isVisible()
    shell.set_banner(None)
    assert not banner.isVisible()


def test_f1_lists_the_keys_and_esc_returns_to_the_same_text(shell: Shell, qtbot: QtBot) -> None:
    page = shell.stack.currentWidget()
    assert isinstance(page, Page)
    QTest.keyClicks(page.field, "abc")
    QTest.keyClick(page.field, Qt.Key.Key_F1)
    assert shell.overlay.isVisible()
    assert "Verrouiller" in _words(shell)
    with qtbot.assertNotEmitted(shell.back_asked):
        focused = QApplication.focusWidget()
        assert focused is not None and shell.overlay.isAncestorOf(focused)
        QTest.keyClick(focused, Qt.Key.Key_Escape)
    assert not shell.overlay.isVisible()
    assert page.field.text() == "abc"
    assert QApplication.focusWidget() is page.field


def test_tab_key_stays_within_the_overlay(shell: Shell) -> None:
    shell.show_security()
    for _ in range(8):
        focused = QApplication.focusWidget()
        assert focused is not None and shell.overlay.isAncestorOf(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)


def test_security_contacts_while_logged_out(shell: Shell) -> None:
    """CF-021."""
    shell.show_state(ShellModel())
    shell.show_security()
    assert "helpdesk@luxtrust.lu" in _words(shell)
    assert "helpdesk@esante.lu" in _words(shell)


def test_replacing_an_overlay_leaves_nothing_of_the_first(shell: Shell) -> None:
    shell.show_security()
    shell.show_keys()
    assert "helpdesk@luxtrust.lu" not in _words(shell)


def test_esc_asks_to_go_back(shell: Shell, qtbot: QtBot) -> None:
    page = shell.stack.currentWidget()
    assert isinstance(page, Page)
    with qtbot.waitSignal(shell.back_asked):
        QTest.keyClick(page.field, Qt.Key.Key_Escape)


def test_lock_key_only_while_logged_in(shell: Shell, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(shell.lock_asked):
        QTest.keyClick(shell, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    shell.show_state(ShellModel("Dr Claire Weber", TABS))
    with qtbot.waitSignal(shell.lock_asked):
        QTest.keyClick(shell, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)


def test_closing_asks_the_controller_first(qtbot: QtBot) -> None:
    shell = Shell()
    shell.fill()
    qtbot.addWidget(shell)
    shell.show()
    with qtbot.waitSignal(shell.close_asked):
        shell.close()
    assert shell.isVisible()
    shell.allow_close()
    shell.close()
    assert not shell.isVisible()


def test_state_bar_says_everything_in_words(shell: Shell) -> None:
    bar = shell.state_bar
    said = set()
    for situation in CardSituation:
        for network in NetworkState:
            bar.show_state(StateModel(situation, network))
            assert bar.card.words() and bar.network.words()
            assert bar.card.toolTip() == bar.card.words() == bar.card.accessibleName()
            said.add(bar.network.words())
    assert len(said) == len(NetworkState)


def test_a_page_behind_is_not_measured_when_the_window_is_laid_out(shell: Shell, qtbot: QtBot) -> None:
    asked: list[str] = []

    class Page(QWidget):
        def sizeHint(self) -> QSize:
            asked.append(self.objectName())
            return QSize(10, 10)

    pages = [Page() for _ in range(3)]
    for number, page in enumerate(pages):
        page.setObjectName(f"page-{number}")
        shell.add_page(f"page-{number}", page)
    shell.set_page("page-1")
    QApplication.processEvents()
    asked.clear()
    for page in pages:
        page.updateGeometry()
    banner = QLabel("Anne", shell.banner_place)
    shell.set_banner(banner)
    QApplication.processEvents()
    assert banner.isVisible() and pages[1].height() > 100, "laid out"
    assert asked == []
    pages[1].adjustSize()
    assert asked, "it is asked where somebody wants to know"


def test_the_system_s_certificates_are_told_as_long_as_they_are_believed(shell: Shell) -> None:
    badge = shell.state_bar.findChild(QLabel, "state-trust")
    assert badge is not None
    shell.state_bar.show_state(StateModel(system_trust=True))
    for situation in CardSituation:
        for locked in (False, True):
            shell.state_bar.show_state(StateModel(situation, locked=locked, system_trust=True))
            assert badge.isVisible() and badge.text() == "Certificats du système admis"
    shell.state_bar.show_state(StateModel())
    assert not badge.isVisible()


def test_state_bar_outbox_lock_and_idle(shell: Shell, qtbot: QtBot) -> None:
    bar = shell.state_bar
    bar.show_state(StateModel(outbox_known=True))
    assert bar.outbox.words() == "Rien à envoyer"
    bar.show_state(StateModel(outbox_known=True, pending=2))
    assert bar.outbox.words() == "2 envois en attente"
    bar.show_state(StateModel(outbox_known=True, pending=2, stuck=1))
    assert "attention" in bar.outbox.words()
    with qtbot.waitSignal(bar.outbox_asked):
        button = bar.findChild(QPushButton, "state-outbox-button")
        assert button is not None
        button.click()
    bar.show_state(StateModel(idle_left=95))
    assert "1:35" in bar.idle.words()
    bar.show_state(StateModel(locked=True, idle_left=95))
    assert bar.idle.words() == "Session verrouillée"


def test_window_fits_the_smallest_practice_screen(shell: Shell) -> None:
    assert shell.minimumWidth() <= 1024
    assert shell.minimumHeight() <= 700


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("width", [1024, 1100, 1280, 1366])
def test_no_word_of_a_tab_is_cut(shell: Shell, qtbot: QtBot, language: Language, width: int) -> None:
    """All that the médecin référent has in a record."""
    set_language(language)
    words = ("shell.tab_patients", "identity.title", "shell.tab_outbox")
    pages = tuple(Tab(f"page-{n}", words[n % 3]) for n in range(8))
    shell.show_state(ShellModel("Dr Claire Weber", pages))
    shell.resize(width, 700)
    tabs = [present(shell.findChild(QPushButton, f"tab-page-{n}")) for n in range(8)]
    menus = [menu for menu in shell.findChildren(QToolButton) if menu.isVisible()]
    qtbot.waitUntil(lambda: shell.width() == width and tabs[-1].isVisible())
    QApplication.processEvents()
    assert [tab.text() for tab in tabs if tab.width() < tab.sizeHint().width()] == []
    edges = [button.mapTo(shell, button.rect().topRight()).x() for button in (*tabs, *menus)]
    assert max(edges) < width and menus


def test_changing_the_page_closes_menus_and_file_choosers(shell: Shell, qtbot: QtBot) -> None:
    """CF-017: a lock shows another page, whatever is open."""
    shell.show_state(ShellModel("Dr Claire Weber", TABS))
    chooser = QFileDialog(shell)
    chooser.setOption(QFileDialog.Option.DontUseNativeDialog)
    chooser.open()
    shell.show_keys()
    button = shell.findChild(QToolButton, "user-menu-button")
    assert button is not None
    button.menu().popup(button.mapToGlobal(button.rect().bottomLeft()))
    assert chooser.isVisible() and button.menu().isVisible()
    shell.set_page("outbox")
    assert not chooser.isVisible()
    assert not button.menu().isVisible()
    assert not shell.overlay.isVisible()


def test_no_widget_opens_a_window_of_its_own(shell: Shell) -> None:
    """One window: overlays are children, never dialogs."""
    before = {w for w in QApplication.topLevelWidgets() if w.isVisible()}
    shell.show_keys()
    shell.show_security()
    assert {w for w in QApplication.topLevelWidgets() if w.isVisible()} == before
    assert isinstance(shell.overlay, QWidget)
