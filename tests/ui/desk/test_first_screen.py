"""What stands on the screen before the session does is what the session says of the same readers."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.domain.card import Reader, ReaderSnapshot, SlotState
from desktop.domain.network import NetworkState
from desktop.domain.texts import text
from desktop.ui.bind.card_words import situation_of
from desktop.ui.first_screen import FirstScreen
from desktop.ui.shell import Shell
from desktop.ui.state_bar import NETWORK
from desktop.ui.views.situation import CardSituation, situation_before_card
from tests import fakes

from .conftest import Bench

EMPTY = Reader("Lecteur A", SlotState.EMPTY)
WITHOUT_CARD = {
    CardSituation.SERVICE_MISSING: ReaderSnapshot(service_running=False),
    CardSituation.REMOTE_SESSION: ReaderSnapshot(service_running=True, remote_session=True),
    CardSituation.NO_READER: ReaderSnapshot(service_running=True),
    CardSituation.READER_EMPTY: ReaderSnapshot(True, (EMPTY, Reader("Lecteur B", SlotState.EMPTY))),
}
WORDS = ("login-title", "login-message", "login-next", "login-code")


def words(window) -> list[str]:  # type: ignore[no-untyped-def]
    labels = [window.findChild(QLabel, name) for name in WORDS]
    return [label.text() for label in labels] + [window.findChild(QLabel, "shell-title").text()]


@pytest.mark.parametrize("situation", WITHOUT_CARD, ids=lambda s: s.value)
def test_first_words_are_those_of_the_session(
    bench: Bench, qapp: QApplication, qtbot: QtBot, situation: CardSituation
) -> None:
    snapshot = WITHOUT_CARD[situation]
    first = FirstScreen(qapp, Shell(), "light", demo=False)
    first.shell.allow_close()
    qtbot.addWidget(first.shell)
    first.show_readers(snapshot)
    bench.monitor.changed(snapshot)
    bench.settle()
    assert situation_of(bench.desks.session.card_status()) is situation
    assert words(first.shell) == words(bench.shell)
    assert first.shell.state_bar.card.words() == bench.shell.state_bar.card.words()


def test_a_service_that_stopped_in_a_remote_session_is_the_remote_session() -> None:
    snapshot = ReaderSnapshot(service_running=False, remote_session=True)
    assert situation_before_card(snapshot) is CardSituation.REMOTE_SESSION


@pytest.mark.parametrize("slot", [s for s in SlotState if s is not SlotState.EMPTY])
def test_a_card_is_being_read_until_the_session_read_it(slot: SlotState) -> None:
    snapshot = ReaderSnapshot(True, (EMPTY, Reader("Lecteur B", slot, b"\x3b")))
    assert situation_before_card(snapshot) is CardSituation.READING


def test_readers_and_network_are_told_beside_each_other(qapp: QApplication, qtbot: QtBot) -> None:
    first = FirstScreen(qapp, Shell(), "light", demo=False)
    first.shell.allow_close()
    qtbot.addWidget(first.shell)
    first.show_network(NetworkState.OFFLINE)
    first.show_readers(ReaderSnapshot(service_running=True))
    bar = first.shell.state_bar
    assert (bar.card.words(), bar.network.words()) == ("Pas de lecteur", "Plateforme injoignable")


@pytest.mark.parametrize(("known", "asked"), [(NetworkState.UNKNOWN, 1), (NetworkState.OFFLINE, 0)])
def test_the_session_asks_for_the_platform_unless_the_first_screen_did(
    qtbot: QtBot, data_home: Path, monkeypatch: pytest.MonkeyPatch, known: NetworkState, asked: int
) -> None:
    monkeypatch.setattr(fakes.FakePlatform, "network_state", lambda _: known)
    made = Bench(qtbot, data_home)
    try:
        assert made.platform.asked.count("probe") == asked
        assert made.shell.state_bar.network.words() == text(NETWORK[known][0])
    finally:
        made.close()
