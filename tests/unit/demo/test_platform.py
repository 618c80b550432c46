"""The demo waits for its platform, and no longer than the program lasts."""

import json
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from desktop.composition.first_answers import FirstAnswers
from desktop.composition.options import DemoOptions, DemoPlatform, Options
from desktop.demo import platform
from desktop.demo.platform import await_platform
from desktop.demo.stage import SimulatedStage
from desktop.ui.tasks import Tasks
from tests.patient_bot import PatientBot
from tests.waiting import LIMIT_S, ended, until

Waited = tuple[DemoOptions, list[object], threading.Thread]


@pytest.fixture
def waited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Waited:
    """A worker that waits for ever."""
    monkeypatch.setattr(platform, "_START_LIMIT_S", 1e9)
    demo, said = (
        DemoOptions(tmp_path, tmp_path / "ready.json", "software", None, SimulatedStage()),
        list[object](),
    )

    def work() -> None:
        try:
            said.append(await_platform(demo.ready, demo.ending))
        except TimeoutError as error:
            said.append(type(error))

    worker = threading.Thread(target=work)
    worker.start()
    until("it waits", worker.is_alive)
    return demo, said, worker


def test_it_is_told_where_the_platform_answers(
    waited: Waited,
) -> None:
    demo, said, worker = waited
    told = {"base_url": "https://127.0.0.1:1", "ca_file": "ca.pem", "card_authorities": "cards.pem"}
    demo.ready.write_text(json.dumps(told))
    ended(worker)
    assert said == [DemoPlatform(**told)]


def test_the_end_of_the_program_ends_the_waiting(waited: Waited, qtbot: PatientBot) -> None:
    demo, said, worker = waited
    owner = QObject()
    tasks = Tasks(owner)
    FirstAnswers(Options("demo", demo=demo), tasks, lambda: None, owner).cancel()
    ended(worker)
    assert said == [TimeoutError]
    assert tasks.close(int(LIMIT_S * 1000))
