"""The session machine in the window: takes events, performs effects in order, tells the new situation."""

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop.services.session import Effect, Event, Situation, advance

_log = logging.getLogger("dsp.session")


class Machine(QObject):
    """Signals: ``changed(before, after, event)`` and ``unexpected(situation, event)``."""

    changed = Signal(object, object, object)
    unexpected = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._situation = Situation()
        self._handlers: dict[Effect, list[Callable[[], object]]] = {effect: [] for effect in Effect}

    @property
    def situation(self) -> Situation:
        """Where the three regions stand."""
        return self._situation

    def on(self, effect: Effect, handler: Callable[[], object]) -> None:
        """Perform *handler* whenever *effect* is due; handlers of one effect run in order of registration."""
        self._handlers[effect].append(handler)

    def fire(self, event: Event) -> None:
        """One step. An unknown pair changes nothing and is logged by its names only."""
        before = self._situation
        step = advance(before, event)
        if not step.known:
            _log.info("ignored %s in %s/%s/%s", event, before.card, before.session, before.record)
            self.unexpected.emit(before, event)
            return
        self._situation = step.situation
        _log.info("%s: %s/%s/%s", event, step.situation.card, step.situation.session, step.situation.record)
        for effect in step.effects:
            for handler in self._handlers[effect]:
                try:
                    handler()
                except Exception as error:  # noqa: BLE001 - one failing handler must not stop a lock
                    # Type only: the message of an exception may hold what was on the screen.
                    _log.error("effect %s failed: %s", effect, type(error).__name__)
        self.changed.emit(before, step.situation, event)
