"""« Diagnostic », from the login and lock screens and from « Ma carte »; nobody has to be logged in."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject

from desktop.domain.card import KeypadSetting
from desktop.domain.diagnostics import Report
from desktop.domain.errors import Code, Failure, Result
from desktop.ui.bind.card_words import login_model
from desktop.ui.bind.context import Context
from desktop.ui.tasks import Lane
from desktop.ui.views.diagnostics import DiagnosticsModel, DiagnosticsView, ReportNews


class DiagnosticsBinding(QObject):
    """Gathers, shows, saves."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.desks.session)
        self._context = context
        self._model = DiagnosticsModel()
        view = self._view = context.pages.take(DiagnosticsView)
        view.again_asked.connect(self._gather)
        view.copied.connect(lambda: self._update(news=ReportNews.COPIED, failure=None))
        view.target_chosen.connect(self._save)

    def show(self) -> None:
        """Open the page and gather anew."""
        self._model = DiagnosticsModel()
        self._context.place.shell.set_page("diagnostics")
        self._gather()

    def _gather(self) -> None:
        self._update(gathering=True, news=None, failure=None)
        context, session = self._context, self._context.desks.session
        view = session.card_status()
        keypad = KeypadSetting(context.place.preferences.settings.keypad)
        today = context.services.record.today()
        model = login_model(view, context.desks.machine.situation, today)
        shown = view.failure.code if view.failure is not None else next(iter(model.codes()), None)
        service = context.services.diagnostics

        def gathered(report: Report | Failure) -> None:
            if isinstance(report, Failure):
                self._update(gathering=False, failure=report)
            else:
                self._update(gathering=False, report=report)

        context.place.tasks.run(
            Lane.CARD, lambda: service.report(view.snapshot, keypad, shown), gathered, owner=self
        )

    def _save(self, target: Path) -> None:
        content = self._view.shown_text()

        def saved(result: Result[None]) -> None:
            failure = result if isinstance(result, Failure) else None
            self._update(failure=failure, news=None if failure else ReportNews.SAVED)

        # Not in the store's lane: a network drive may take its time, and a lock waits for that lane.
        self._context.place.tasks.run(Lane.NET, lambda: _write(content, target), saved, owner=self)

    def _update(self, **changes: object) -> None:
        self._model = replace(self._model, **changes)  # type: ignore[arg-type]
        self._view.show_state(self._model)


def _write(content: str, target: Path) -> Result[None]:
    try:
        target.write_text(content, encoding="utf-8")
    except OSError:
        return Failure.of(Code.STORE_FAILED)
    return None
