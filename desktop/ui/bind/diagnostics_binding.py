"""« Diagnostic », from the login and lock screens and from « Ma carte »; nobody has to be logged in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject

from desktop.common.foreign_files import NotRegularError, write_file
from desktop.domain.diagnostics import Report
from desktop.domain.errors import Code, Failure, Result
from desktop.services.diagnostics import DiagnosticsService
from desktop.ui.bind.card_words import login_model
from desktop.ui.desk.machine import Machine
from desktop.ui.desk.session_desk import SessionDesk
from desktop.ui.preferences import Preferences
from desktop.ui.shell import Shell
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.views.diagnostics import DiagnosticsModel, DiagnosticsView, ReportNews


class DiagnosticsBinding(QObject):
    """Gathers, shows, saves."""

    def __init__(
        self,
        *,
        view: DiagnosticsView,
        shell: Shell,
        tasks: Tasks,
        preferences: Preferences,
        machine: Machine,
        session: SessionDesk,
        service: DiagnosticsService,
        today: Callable[[], date],
    ) -> None:
        super().__init__(session)
        self._view, self._shell, self._tasks, self._preferences = view, shell, tasks, preferences
        self._machine, self._session, self._service, self._today = machine, session, service, today
        self._model = DiagnosticsModel()
        view.again_asked.connect(self._gather)
        view.copied.connect(lambda: self._update(news=ReportNews.COPIED, failure=None))
        view.target_chosen.connect(self._save)

    def show(self) -> None:
        """Open the page and gather anew."""
        self._model = DiagnosticsModel()
        self._shell.set_page("diagnostics")
        self._gather()

    def _gather(self) -> None:
        self._update(gathering=True, news=None, failure=None)
        view = self._session.card_status()
        settings, card = self._preferences.settings, view.card
        place = (settings.module, b"") if card is None else (card.module, card.atr)
        keypad = settings.askers.choice(*place)
        model = login_model(view, self._machine.situation, self._today())
        shown = view.failure.code if view.failure is not None else next(iter(model.codes()), None)
        service = self._service

        def gathered(report: Report | Failure) -> None:
            if isinstance(report, Failure):
                self._update(gathering=False, failure=report)
            else:
                self._update(gathering=False, report=report)

        self._tasks.run(Lane.CARD, lambda: service.report(view.snapshot, keypad, shown), gathered, owner=self)

    def _save(self, target: Path) -> None:
        content = self._view.shown_text()

        def saved(result: Result[None]) -> None:
            failure = result if isinstance(result, Failure) else None
            self._update(failure=failure, news=None if failure else ReportNews.SAVED)

        # Not in the store's lane: a network drive may take its time, and a lock waits for that lane.
        self._tasks.run(Lane.NET, lambda: _write(content, target), saved, owner=self)

    def _update(self, **changes: object) -> None:
        self._model = replace(self._model, **changes)  # type: ignore[arg-type]
        self._view.show_state(self._model)


def _write(content: str, target: Path) -> Result[None]:
    try:
        write_file(target, content.encode("utf-8"))
    except NotRegularError:
        return Failure.of(Code.FILE_NO_FILE, name=target.name)
    except OSError:
        return Failure.of(Code.STORE_FAILED)
    return None
