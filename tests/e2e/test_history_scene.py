"""The historique des activités in the whole program: the médecin référent reads it, it goes with his card."""

import pytest

from tests.e2e.test_scenes import Scene, scene
from tests.e2e.tour.driver import key

__all__ = ["scene"]
pytestmark = pytest.mark.timeout(900)  # against a hang


def readings(scene: Scene) -> int:
    return len([t for t in scene.stage.state()["traces"] if t["action"] == "history"])


def acts(scene: Scene) -> list[str]:
    seen = scene.window.find("history-table")
    return [str(row["cells"][3]) for row in seen.raw.get("rows", [])] if seen else []


def test_cf061_cf063_the_referent_reads_what_everybody_did(scene: Scene) -> None:
    scene.patient = scene.stage.suggestion(1)
    scene.insert("kieffer")
    scene.log_in()
    scene.open_record()
    assert readings(scene) == 0, "a record that is opened reads no history (CF-062)"
    scene.window.click("tab-history")
    scene.window.until("the acts of this morning", lambda: "Ouverture du dossier" in acts(scene))
    assert readings(scene) == 1
    key("F5")
    scene.window.until("his own reading", lambda: acts(scene)[:1] == ["Consultation de l'historique"])
    assert readings(scene) == 2
    scene.stage.console.click("pull")
    scene.window.until("the lock screen", lambda: not acts(scene))
    assert "Consultation de l'historique" not in scene.window.words()
