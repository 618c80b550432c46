"""The composition root: the only module that knows every adapter; ordered start and stop.

What this module imports stands between the window and its first picture (:mod:`desktop.composition.launch`
comes before). Everything else is imported by a worker, in the order in which it shows: readers, way to the
platform, pages, adapters.
"""

import logging
import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop import __version__
from desktop.common.locked_memory import lock_memory
from desktop.common.performance import mark
from desktop.composition.endings import QUIT_S, Endings, ms_until, others_until, own_work_kept
from desktop.composition.handover import Handover
from desktop.composition.options import DemoTester, Options
from desktop.domain.errors import Failure
from desktop.domain.network import NetworkState
from desktop.domain.secret import keep_from_swap
from desktop.domain.texts import Language, set_language
from desktop.system import hardening
from desktop.system.memory import give_back, overwrite_freed, settle
from desktop.system.paths import DataFolder
from desktop.system.single_instance import SingleInstance
from desktop.ui.first_screen import FirstScreen
from desktop.ui.preferences import Preferences
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.turns import next_turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication

    from desktop.composition.adapters import Built
    from desktop.composition.first_answers import FirstAnswers
    from desktop.composition.shared_monitor import SharedMonitor
    from desktop.domain.card import ReaderSnapshot
    from desktop.domain.errors import Result
    from desktop.domain.patient_call import PatientCall
    from desktop.kernel.feature import Pluggable
    from desktop.ui.bind.office import Office
    from desktop.ui.shell import Shell

TIDYING_MS = 20_000
_log = logging.getLogger("dsp.app")


class App(QObject):
    """The window is painted first; everything heavy is imported and built beside it."""

    _raised = Signal(object)

    def __init__(
        self,
        options: Options,
        folder: DataFolder,
        qt: "QApplication",
        instance: SingleInstance,
        features: "Callable[[], tuple[Pluggable, ...]]",
        readers: "SharedMonitor | None",
    ) -> None:
        """*instance* is held and *readers* are watched already; *features* are asked for in a worker."""
        super().__init__()
        keep_from_swap(lock_memory)  # before there is a field for a PIN
        self._readers = readers
        self._give_features = features
        self._features: tuple[Pluggable, ...] = ()
        self._options = options
        self._folder = folder
        self._qt = qt
        self._instance = instance
        self._tasks = Tasks(self)
        self._preferences = Preferences(folder.home / "settings.json")
        set_language(Language(self._preferences.settings.language))
        self._first: FirstScreen | None = None
        self._answers: FirstAnswers | None = None
        self._office: Office | None = None
        self._handover = Handover()
        self._stands = False
        self._tester: DemoTester | None = None
        self._log_handler: logging.Handler | None = None
        self._trouble: Failure | None = None
        self._raised.connect(self._come_forward, Qt.ConnectionType.QueuedConnection)

    def show(self, shell: "Shell") -> None:
        """Fill the window that is on its way, then build."""
        scheme, demo = self._preferences.settings.scheme, self._options.demo is not None
        first = self._first = FirstScreen(self._qt, shell, scheme, demo=demo, meanwhile=self._ask_first)
        first.shell.close_asked.connect(self._leave)

    # -- what the first screen tells -------------------------------------------------------------------

    def _ask_first(self) -> None:
        from desktop.composition.first_answers import FirstAnswers
        from desktop.composition.quit_signals import QuitSignals

        QuitSignals(self).asked.connect(self._leave)
        answers = self._answers = FirstAnswers(self._options, self._tasks, self._start_logging, self)
        answers.readers_seen.connect(self._show_readers)
        answers.network_seen.connect(self._show_network)
        answers.over.connect(self._load_office)
        answers.begin(self._readers)

    def _start_logging(self) -> None:
        """In a worker."""
        from desktop.system import logs

        self._trouble = self._folder.trouble()
        with suppress(OSError):  # a full disk: what can be said is in the window
            self._log_handler = logs.start_logging(self._folder.logs)
            hardening.stop_writing_crashes()
            logs.set_crash_aside(self._folder.crash_file, datetime.now(UTC))
            hardening.write_crashes_to(self._folder.crash_file)

    def _show_readers(self, snapshot: "ReaderSnapshot") -> None:
        if not self._stands and self._first is not None:
            self._first.show_readers(snapshot)

    def _show_network(self, state: NetworkState) -> None:
        if not self._stands and self._first is not None:
            self._first.show_network(state)

    def _load_office(self) -> None:
        self._tasks.run(Lane.CARD, self._import_office, self._open_office, owner=self)

    # -- pages and adapters ------------------------------------------------------------------------------

    def _import_office(self) -> None:
        """In a worker."""
        import desktop.composition.adapters
        import desktop.ui.bind.office  # noqa: F401
        from desktop.kernel.feature import add_words

        self._features = self._give_features()
        add_words(self._features)

    def _open_office(self, imported: Failure | None) -> None:
        options, first = self._options, self._first
        if first is None:
            return
        if imported is not None:
            first.show_failure(imported)
            return
        from desktop.system.patient_calls import CallBox
        from desktop.ui.bind.office import Office, Workplace
        from desktop.ui.desk.kept_by_qt import forget_kept
        from desktop.ui.desk.overwriting import Overwriting
        from desktop.ui.record.clipboard import forget_selection

        if self._trouble is not None:
            self._preferences.report(self._trouble)
        if options.demo is not None and options.demo.probe is not None:
            self._tester = options.demo.stage.tester(str(options.demo.probe), self, self._states)
        workplace = Workplace(
            first.shell, self._tasks, self._preferences, __version__, options.demo is not None,
            options.profile, str(self._folder.home),
        )  # fmt: skip
        self._office = Office(workplace, first.login, self)
        swept = partial(forget_kept, first.shell, overwrite_freed)
        overwriting = Overwriting(self._tasks.forget_stale, swept, self)
        self._office.contents_gone.connect(overwriting.contents_gone)
        self._office.contents_gone.connect(forget_selection)
        calls = CallBox(self._folder.home)
        self._office.calls.take_all(calls.take())
        self._instance.listen(lambda: self._raised.emit(calls.take()))
        self._office.prepare(self._build)

    def _build(self) -> None:
        from desktop.composition.adapters import Early, build

        answers = self._answers
        early = Early() if answers is None else Early(answers.monitor, answers.link)
        given = (self._options, self._folder, self._preferences, self._features, early, self._tester)
        work = partial(self._handover.give, partial(build, *given))
        self._tasks.run(Lane.CARD, work, self._on_built, owner=self)

    def _states(self) -> dict[str, object]:
        return {"pid": os.getpid(), **(self._office.states() if self._office is not None else {})}

    def _on_built(self, built: "Built | Failure") -> None:
        from desktop.services.bundle import Services

        if self._office is None:
            return
        if isinstance(built, Failure):
            self._office.could_not_start(built)
            return
        mark("built")
        self._stands = True
        self._tasks.run(Lane.NET, built.afterwards, lambda _: None, owner=self)
        self._office.open(Services.over(built.ports), built.features)
        next_turn(self, self._settle)

    def _settle(self) -> None:
        """What stands now stays; nobody has logged in yet."""
        from desktop.composition.replaced import ReplacedFiles

        settle()
        tidying = QTimer(self, interval=TIDYING_MS, timerType=Qt.TimerType.VeryCoarseTimer)
        tidying.timeout.connect(give_back)
        replaced = ReplacedFiles()
        look = partial(self._tasks.run, Lane.NET, replaced.changed, self._tell_replaced, owner=self)
        tidying.timeout.connect(look)
        tidying.start()
        give_back()

    def _tell_replaced(self, trouble: Failure | None) -> None:
        if trouble is not None:
            self._preferences.report(trouble)

    def _leave(self) -> None:
        """Lock first, then end: nothing waits for a question."""
        if self._first is not None:
            self._first.shell.allow_close()
            self._first.shell.close()
        self._qt.quit()

    def stop(self) -> bool:
        """Refuse new work, write what the user wrote, and beside it cut and end all else; within QUIT_S.

        False when something hangs: the process must end without it.
        """
        until = (begun := time.monotonic()) + QUIT_S
        if self._office is not None:
            self._office.close()
        built = self._handover.take()  # what is built from now on ends by itself
        endings: tuple[Callable[[], object], ...] = ()
        if built is not None:
            endings = built.all_endings()
        elif self._answers is not None:
            endings = (self._answers.cancel, self._answers.close)
        vault = built.ports.vault if built is not None else None
        others = Endings(endings)
        if vault is not None:
            own_work_kept(self._tasks.has_written, vault.hurry, until)
        given_up = others_until(begun, time.monotonic())
        ended = self._tasks.close(ms_until(given_up))
        ended = others.over(given_up) and ended
        if vault is not None:
            ended = Endings((vault.close,)).over(until) and ended
        if not ended:
            _log.warning("something did not end in time")
        self._instance.release()
        if self._log_handler is not None:
            from desktop.system import logs

            logs.stop_logging(self._log_handler)
        return ended

    def _come_forward(self, calls: "tuple[Result[PatientCall], ...]") -> None:
        """Another start was tried, perhaps for a patient."""
        if self._first is not None:
            self._first.come_forward()
        if self._office is not None:
            self._office.calls.take_all(calls)
