"""From page to page: back, to a tab, to the search. The rule is :mod:`desktop.ui.way_back`."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut

from desktop.kernel.page import PluggedPage
from desktop.ui.desk.machine import Machine
from desktop.ui.shell import Shell
from desktop.ui.way_back import WayBack, landing


class Navigation(QObject):
    """Hears every « Retour », Esc, tab, Ctrl+Tab and Ctrl+K; only a page's own buttons lead elsewhere."""

    def __init__(
        self, shell: Shell, machine: Machine, leave_for: Callable[[str], None], parent: QObject
    ) -> None:
        """*leave_for* shows a page and leaves what is open of a patient."""
        super().__init__(parent)
        self._shell, self._machine, self._leave_for = shell, machine, leave_for
        self._way = WayBack()
        self._leaving: dict[str, Callable[[], None]] = {}
        self._make: dict[str, Callable[[], None]] = {}
        self._way.came(shell.page())
        shell.stack.currentChanged.connect(lambda _: self._way.came(shell.page()))
        shell.back_asked.connect(self.go_back)
        shell.page_chosen.connect(self._show)
        shell.search_asked.connect(self._search)
        shell.state_bar.outbox_asked.connect(lambda: self._show("outbox"))
        for keys, steps in (("Ctrl+Tab", 1), ("Ctrl+Shift+Tab", -1)):
            QShortcut(QKeySequence(keys), shell).activated.connect(partial(self._step, steps))

    def add(self, page: PluggedPage, make: Callable[[], None]) -> None:
        """A page of a feature; *make*: it is there once this was called, the second time for nothing."""
        self._way.add(page.name, page.entry)
        self._make[page.name] = make

    def chosen_on(self, page: str) -> None:
        """A patient was chosen on *page*: it is behind him."""
        self._way.chosen_on(page)

    def leave_patient(self) -> None:
        """His record was closed: back to where he was chosen."""
        self._leave_for(self._way.behind_patient)

    def before_leaving(self, page: str, put_away: Callable[[], None]) -> None:
        """What is done before *page* is left; a page beside, as « Ma carte », does not leave it."""
        self._leaving[page] = put_away

    def go_back(self) -> None:
        """From the page in front."""
        page, behind = self._shell.page(), self._way.leads(self._machine.situation)
        if behind == page:
            return
        self._leave()
        if self._way.leaves_patient(behind):
            self._leave_for(behind)
        else:
            self._shell.set_page(behind)

    def _show(self, page: str) -> None:
        """« Patients » leads back to the open record while there is one."""
        if self._machine.situation.may_show_content:
            if not self._way.is_beside(page):
                self._leave()
            if page in self._make:
                self._make[page]()
            self._shell.set_page(landing(self._machine.situation) if page == "home" else page)

    def _step(self, steps: int) -> None:
        page = self._shell.tab_beside(steps)
        if page:
            self._show(page)

    def _search(self) -> None:
        if self._machine.situation.may_show_content:
            self._leave()
            self._leave_for("home")

    def _leave(self) -> None:
        put_away = self._leaving.get(self._shell.page())
        if put_away is not None:
            put_away()
