"""The user's menu: my card, about; the pages that belong to the person, not to a patient."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.domain.card import CardPin, KeypadSetting, ModuleReport
from desktop.domain.errors import Code, Failure
from desktop.domain.pin_askers import PinAskers
from desktop.domain.secret import Secret
from desktop.ports.card import CardPort, CardSettingsPort
from desktop.ports.system import SupportPort
from desktop.ui.bind.asker_words import asker_model, asker_scope
from desktop.ui.bind.card_words import situation_of
from desktop.ui.desk.session_desk import SessionDesk
from desktop.ui.preferences import Preferences
from desktop.ui.shell import Shell
from desktop.ui.shell_menus import UserAct
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.views.card_management import CardModel, CardNews, CardView
from desktop.ui.views.card_module import ModuleChoice


class AccountBinding(QObject):
    """Opens these pages and keeps them true. Signal: ``report_asked`` (diagnostics)."""

    report_asked = Signal()

    def __init__(
        self,
        *,
        view: CardView,
        shell: Shell,
        tasks: Tasks,
        preferences: Preferences,
        session: SessionDesk,
        card: CardPort,
        card_settings: CardSettingsPort,
        support: SupportPort,
        today: Callable[[], date],
    ) -> None:
        super().__init__(session)
        self._card_view, self._shell, self._tasks, self._preferences = view, shell, tasks, preferences
        self._session, self._today = session, today
        self._card_port, self._card_settings, self._support = card, card_settings, support
        settings = preferences.settings
        self._card = CardModel(module=settings.module)
        shell.user_act_chosen.connect(self._act)
        view.pin_change_entered.connect(self._change_pin)
        view.puk_entered.connect(self._unblock)
        view.module_chosen.connect(self._use_module)
        view.module_test_asked.connect(self._test_module)
        view.asker_chosen.connect(self._use_asker)
        view.asker_kind_ticked.connect(lambda on: self._begin_kind() if on else self._end_kind())
        view.pin_chosen.connect(self._choose_pin)
        view.report_asked.connect(self.report_asked)
        session.card_changed.connect(lambda _: self._show_card())
        session.pin_changed.connect(self._on_pin_changed)

    def show_card(self) -> None:
        """« Ma carte », also before login (to choose a module)."""
        self._card = replace(
            self._card, news=None, failure=None, report=None, module_failure=None, wanted=CardPin.LOGIN
        )
        self._show_card()
        self._shell.set_page("card")
        settings, support = self._card_settings, self._support

        def look() -> tuple[ModuleChoice, ...]:
            paths = settings.known_modules()
            return tuple(ModuleChoice(str(path), support.product(path)) for path in paths)

        def found(modules: tuple[ModuleChoice, ...] | Failure) -> None:
            if not isinstance(modules, Failure):
                self._update(modules=modules)

        self._tasks.run(Lane.CARD, look, found, owner=self)

    def _act(self, act: UserAct) -> None:
        session = self._session
        match act:
            case UserAct.LOCK:
                session.lock()
            case UserAct.LOG_OUT:
                session.log_out()
            case UserAct.CARD:
                self.show_card()
            case UserAct.ABOUT:
                self._shell.set_page("about")

    # -- card ----------------------------------------------------------------------------------------

    def _show_card(self) -> None:
        view = self._session.card_status()
        self._update(card=view.card, today=self._today(), situation=situation_of(view))

    def _update(self, **changes: object) -> None:
        changed = replace(self._card, **changes)  # type: ignore[arg-type]
        self._card = replace(changed, asking=asker_model(changed, self._preferences.settings.askers))
        self._card_view.show_state(self._card)

    def _choose_pin(self, which: CardPin) -> None:
        """On a card whose signature key has a PIN of its own."""
        if not self._card.busy:
            self._update(wanted=which, news=None, failure=None)
        else:
            self._update()  # the mark goes back to the one that the card works on

    def _change_pin(self, old: Secret, new: Secret) -> None:
        self._update(act=CardNews.PIN_CHANGED, busy=True, news=None, failure=None)
        self._session.change_pin(old, new, self._card.which)

    def _unblock(self, puk: Secret, new: Secret) -> None:
        self._update(act=CardNews.UNBLOCKED, busy=True, news=None, failure=None)
        self._session.unblock(puk, new, self._card.which)

    def _on_pin_changed(self, failure: Failure | None) -> None:
        if self._card.busy:  # the login and lock screens have their own PUK form
            card = self._card.card
            if failure is not None and failure.code is Code.PIN_BLOCKED and card is not None:
                failure = replace(failure, code=card.blocked(self._card.which))
            self._update(busy=False, failure=failure, news=None if failure else self._card.act)

    def _use_module(self, path: Path | None) -> None:
        """None = search. A chosen file is tested at once: its result stands where it was chosen."""
        chosen = "" if path is None else str(path)
        self._preferences.change(module=chosen)
        self._update(module=chosen, report=None, module_failure=None)
        self._apply()
        if path is not None:
            self._test_module(path)

    def _use_asker(self, choice: KeypadSetting) -> None:
        """For the module that reads the card, or for the card's kind where that has a choice of its own."""
        askers, (module, atr) = self._preferences.settings.askers, asker_scope(self._card)
        kind = atr if askers.has_rule(module, atr) else b""
        self._keep_askers(askers.with_rule(choice, module, kind))

    def _begin_kind(self) -> None:
        """From now on the card's kind has a choice of its own."""
        askers, (module, atr) = self._preferences.settings.askers, asker_scope(self._card)
        self._keep_askers(askers.with_rule(askers.choice(module, atr), module, atr))

    def _end_kind(self) -> None:
        """What holds for the module, holds for the card's kind again."""
        self._keep_askers(self._preferences.settings.askers.without_rule(*asker_scope(self._card)))

    def _keep_askers(self, askers: PinAskers) -> None:
        self._preferences.change(askers=askers)
        self._update()
        self._apply()

    def _apply(self) -> None:
        settings = self._preferences.settings
        module = Path(settings.module) if settings.module else None
        port, session = self._card_settings, self._session
        self._tasks.run(
            Lane.CARD,
            lambda: port.apply(module, settings.askers),
            lambda _: session.read_again(),
            owner=self,
        )

    def _test_module(self, path: Path) -> None:
        self._update(testing=True, report=None, module_failure=None)
        card = self._card_port

        def tested(result: ModuleReport | Failure) -> None:
            failure = result if isinstance(result, Failure) else None
            report = None if isinstance(result, Failure) else result
            self._update(testing=False, report=report, module_failure=failure)

        self._tasks.run(Lane.CARD, lambda: card.test_module(path), tested, owner=self)
