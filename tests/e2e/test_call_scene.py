"""The practice software opens its patient in the whole program: card, platform and window are the demo's."""

import subprocess
import sys

import pytest

from tests.e2e.test_scenes import Scene, scene
from tests.e2e.tour.demo_run import ROOT
from tests.e2e.tour.driver import key
from tests.waiting import LIMIT_S

__all__ = ["scene"]
pytestmark = pytest.mark.timeout(900)  # against a hang


def call(scene: Scene, matricule: str) -> None:
    """As a practice software on the same computer does it."""
    command = [sys.executable, "-m", "desktop", "open", "--patient", "-"]
    asked = subprocess.run(
        command, cwd=ROOT, env=scene.stage.environment, input=matricule, text=True, timeout=LIMIT_S
    )
    assert asked.returncode == 0


def test_a_call_before_the_login_and_one_after_it(scene: Scene) -> None:
    """System row 34, CF-146: looked up, compared, and opened with the code only."""
    matricule = scene.patient["matricule"]
    call(scene, matricule)
    scene.window.wait("call-asked-text")
    assert scene.patient["family"].upper() not in scene.window.words()
    scene.insert()
    scene.log_in()
    scene.window.wait("identity-confirm")
    assert scene.patient["family"].upper() in scene.window.words()
    assert scene.window.find("record-deposit") is None, "nobody gave a code"
    key("Escape")
    scene.window.wait("search-field")
    scene.patient = scene.stage.suggestion(1)
    call(scene, scene.patient["matricule"])
    scene.window.wait("identity-confirm")
    assert scene.patient["family"].upper() in scene.window.words()
    logged = (scene.stage.home / "logs" / "dsp-desktop.log").read_text()
    assert "session" in logged and scene.patient["matricule"] not in logged and matricule not in logged
