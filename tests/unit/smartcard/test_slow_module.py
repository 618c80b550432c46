"""A module that starts slowly is started once for each event of the reader, a quick one for each reading."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.children.standby import Standby
from desktop.domain.card import CardInfo, CardProof, ReaderSnapshot, SlotState
from desktop.smartcard import pkcs11_card
from desktop.smartcard.child_client import CardChild
from desktop.smartcard.pkcs11_card import Pkcs11Card
from tests.answers import good
from tests.unit.smartcard.card_factory import PIN
from tests.unit.smartcard.test_child_card import seen
from tests.unit.smartcard.test_softhsm import LOGIN, MODULE, make_token, secret


class Counted(Pkcs11Card):
    """The program's own card port, under a monitor that the test plays."""

    def __init__(self, folder: Path, there: list[ReaderSnapshot]) -> None:
        self.starts = folder / "starts"
        conf = folder / "softhsm2.conf"
        (folder / "tokens").mkdir()
        conf.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
        make_token(folder, conf, "TOKEN", "rsa", "auth")
        environment = {"SOFTHSM2_CONF": str(conf), "STARTS": str(self.starts)}
        super().__init__(module=MODULE, environment=environment, snapshot=lambda: there[0])

    def _standby(self, stack: str) -> Standby[CardChild]:
        environment = self._child_environment(stack)
        return Standby(lambda: CardChild("tests.unit.smartcard.counted_child", [stack], environment))

    def started(self) -> int:
        return len(self.starts.read_text().splitlines())

    def card(self) -> CardInfo:
        (found,) = good(self.cards())
        return found


@pytest.fixture
def there() -> list[ReaderSnapshot]:
    return [seen(SlotState.PRESENT)]


@pytest.fixture
def port(tmp_path: Path, there: list[ReaderSnapshot]) -> Iterator[Counted]:
    made = Counted(tmp_path, there)
    yield made
    made.close()


def test_a_slow_one_is_started_once_whatever_is_read_and_for_the_pin(
    port: Counted, there: list[ReaderSnapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pkcs11_card, "_SLOW_S", 0.0)
    port.card()
    monkeypatch.setattr(pkcs11_card, "_SLOW_S", 3600.0)  # asked again, it has started and is quick
    for _ in range(2):
        info = port.card()
    assert isinstance(port.perform(info, secret(PIN), LOGIN), CardProof)
    assert port.started() == 1
    port.card()
    assert port.started() == 2, "a child that saw a PIN has ended"


def test_what_a_slow_one_read_is_worth_nothing_once_something_was_moved(
    port: Counted, there: list[ReaderSnapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither for the next reading nor for a PIN."""
    monkeypatch.setattr(pkcs11_card, "_SLOW_S", 0.0)
    port.card()
    there[0] = seen(SlotState.PRESENT, events=3)
    info = port.card()
    assert port.started() == 2
    there[0] = seen(SlotState.PRESENT, events=5)
    assert isinstance(port.perform(info, secret(PIN), LOGIN), CardProof)
    assert port.started() == 3


def test_what_was_moved_while_a_slow_one_read_is_seen(
    port: Counted, there: list[ReaderSnapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The card that it read is not the one of the event that came before it had done."""
    monkeypatch.setattr(pkcs11_card, "_SLOW_S", 0.0)
    read = port._call

    def moved(*arguments: Any, **options: Any) -> Any:
        reply = read(*arguments, **options)
        there[0] = seen(SlotState.PRESENT, events=3)
        return reply

    monkeypatch.setattr(port, "_call", moved)
    info = port.card()
    assert isinstance(port.perform(info, secret(PIN), LOGIN), CardProof)
    assert port.started() == 2, "the PIN went to the child that remembers the other card"


def test_the_child_of_a_quick_one_reads_the_card_first_for_the_pin(
    port: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pkcs11_card, "_SLOW_S", 3600.0)
    info = port.card()
    assert isinstance(port.perform(info, secret(PIN), LOGIN), CardProof)
    assert port.started() == 2
