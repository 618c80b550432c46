"""CardPort on PKCS#11 modules, each in a child process of its own (architecture, "Threads and processes")."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from desktop.children.process import Gone
from desktop.children.standby import Standby
from desktop.common.passing_folders import Passing, PassingFolder
from desktop.domain.card import CardInfo, CardSource, KeypadSetting, ModuleReport, PinAsker
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.pin_askers import PinAskers
from desktop.smartcard import modules
from desktop.smartcard.binary_architecture import unloadable
from desktop.smartcard.certificates import PREFERRED_ISSUERS
from desktop.smartcard.child_card import CardDeadlines, ChildCard, Moves, Snapshot
from desktop.smartcard.child_client import CardChild
from desktop.smartcard.module_test import CHILD, test_module
from desktop.smartcard.opensc_settings import write_settings

# A reading that took longer is not made a second time with the PIN typed.
_SLOW_S = 2.0


class Pkcs11Card(ChildCard):
    """The real card stack. ``module=None`` searches the known places."""

    def __init__(
        self,
        *,
        module: Path | None = None,
        askers: PinAskers = PinAskers(),
        snapshot: Snapshot = lambda: None,
        deadlines: CardDeadlines = CardDeadlines(),
        preferred_issuers: Sequence[str] = PREFERRED_ISSUERS,
        search: Callable[[Sequence[bytes]], Sequence[Path]] = modules.installed,
        environment: Mapping[str, str] | None = None,
        opensc_drivers: Sequence[str] = (),
    ) -> None:
        """*environment* is added to the children's (PCSCLITE_CSOCK_NAME of a private service…)."""
        super().__init__(
            CardSource.PKCS11, snapshot=snapshot, deadlines=deadlines, preferred_issuers=preferred_issuers
        )
        self._module = module
        self._askers = askers
        self._search = search
        self._environment = dict(environment or {})
        self._drivers = tuple(opensc_drivers)
        self._private = PassingFolder(Passing.CARD)
        self._warm_up()

    def use_module(self, module: Path | None) -> None:
        """The user chose another module (None = search); running work is cut."""
        if module != self._module:
            self._change(lambda: setattr(self, "_module", module))

    def use_askers(self, askers: PinAskers) -> None:
        """The user chose who asks for the PIN."""
        if askers != self._askers:
            self._change(lambda: setattr(self, "_askers", askers))

    def module_in_use(self) -> Path | None:
        """The chosen module, else the first usable one that the search finds."""
        if self._module is not None:
            return self._module
        stacks = self._stacks(())
        return None if isinstance(stacks, Failure) else Path(stacks[0])

    def cards(self) -> Result[tuple[CardInfo, ...]]:
        """As the port says; a setting, or what is known of the card, wins over the token's flags."""
        found = super().cards()
        if isinstance(found, Failure):
            return found
        return tuple(self._as_set(card) for card in found)

    def _as_set(self, card: CardInfo) -> CardInfo:
        match self._askers.choice(card.module, card.atr):
            case KeypadSetting.NO:
                return _asked_by(card, lambda _: PinAsker.PROGRAM)
            case KeypadSetting.YES:  # without the token's word for a keypad, the module's window is meant
                return _asked_by(card, lambda asker: asker if asker is PinAsker.KEYPAD else PinAsker.MODULE)
        return _asked_by(card, lambda _: PinAsker.MODULE) if self._needs_no_login(card) else card

    def _needs_no_login(self, card: CardInfo) -> bool:
        choice = self._askers.choice(card.module, card.atr)
        if choice is KeypadSetting.AUTO:
            return modules.asks_in_its_own_window(card.atr, Path(card.module))
        return choice is KeypadSetting.NONE

    def test_module(self, path: Path) -> Result[ModuleReport]:
        """Look at the file, then load it in a child of its own and ask what it is."""
        with self._lock:
            environment = self._child_environment(str(path))
        return test_module(path, environment, self._deadlines.module)

    def close(self) -> None:
        """As the port says; the private configuration goes too."""
        super().close()
        self._private.remove()

    def _change(self, apply: Callable[[], None]) -> None:
        self.abort()
        with self._lock:
            apply()
            for standby in self._children.values():
                standby.close()
            self._children.clear()
            self._kept.clear()
            self._known.clear()
            self._warm_up()

    def _warm_up(self) -> None:
        """Start the likeliest child now, so that it has loaded its module when a card comes."""
        stacks = self._stacks(())
        if not isinstance(stacks, Failure):
            self._children[stacks[0]] = self._standby(stacks[0])
            self._children[stacks[0]].child()

    def _stacks(self, atrs: Sequence[bytes]) -> Result[Sequence[str]]:
        if self._module is not None:
            return unloadable(self._module) or (str(self._module),)
        found = [(path, unloadable(path)) for path in self._search(atrs)]
        usable = tuple(str(path) for path, failure in found if failure is None)
        if usable:
            return usable
        expected = next(iter(modules.search_list(atrs)), Path())
        missing = Failure.of(Code.MODULE_MISSING, path=str(expected))
        return next((f for _, f in found if f is not None), missing)

    def _standby(self, stack: str) -> Standby[CardChild]:
        environment = self._child_environment(stack)
        return Standby(lambda: CardChild(CHILD, [stack], environment))

    def _child_environment(self, stack: str) -> dict[str, str]:
        """A choice for one kind of card comes too late for this: the module starts before it has seen any."""
        keypad = self._askers.choice(stack) is not KeypadSetting.NO
        settings = write_settings(self._private.path, keypad=keypad, drivers=self._drivers)
        return {**self._environment, "OPENSC_CONF": str(settings)}

    def _before_call(self, stack: str) -> None:
        """A child that was kept has read what lay in the readers then: another card, another child."""
        if self._kept.get(stack, self._moves()) != self._moves():
            del self._kept[stack]
            self._children[stack].replace()

    def _held(self, child: CardChild, stack: str, arguments: Mapping[str, object]) -> bool:
        """Asked before the module starts, for its start would wait for the card, and nobody know for whom."""
        if stack in self._kept:
            return False
        readers = arguments.get("present", [arguments.get("reader")])
        return child.call("share", {"readers": readers}, deadline=self._deadlines.shared) is Gone.TIMEOUT

    def _after_reading(self, stack: str, seconds: float, before: Moves | None) -> None:
        """A module answers from its memory. The child that will see the PIN reads the card for the first
        time, so that a card swapped unseen by the reader is found before its PIN is touched.

        A module that starts slowly, or a slow card, is read once for each event of the reader: the child that
        read it waits for the PIN, unless something was moved, while it read or since. A PIV card it asks for
        its number before a PIN all the same; of others the reader's events are the only word.
        """
        if stack in self._kept:  # quick now, since it has read before
            return
        if seconds < _SLOW_S or before is None or before != self._moves():
            self._children[stack].replace()
        else:
            self._kept[stack] = before

    def _crashed(self, stack: str) -> Failure:
        return Failure.of(Code.MODULE_CRASHED, path=stack)

    def _hangs(self, stack: str) -> Failure:
        return Failure.of(Code.MODULE_HANGS, path=stack)


def _asked_by(card: CardInfo, asker: Callable[[PinAsker], PinAsker]) -> CardInfo:
    """*card*, each of whose PINs is asked for by what *asker* makes of the token's own word."""
    own = card.own_signature_pin
    pin = replace(card.pin, asker=asker(card.pin.asker))
    return replace(
        card,
        pin=pin,
        can_change_pin=pin.typed_here,
        own_signature_pin=None if own is None else replace(own, asker=asker(own.asker)),
    )
