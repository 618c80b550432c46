"""A doctor at work, and what is found of his patients in the program's memory at each moment of it."""

from dataclasses import dataclass, field

from desktop.ui.desk.overwriting import AFTER_MS
from tests.e2e.test_scenes import Scene
from tests.hostile.traces import Traces

SWEPT_S = 240.0  # against a hang: 35 s where nothing else runs
Found = dict[str, int]


@dataclass
class Visit:
    """By moment what was found, in the window, in its fields key by key, and in its children."""

    scene: Scene
    traces: Traces
    found: dict[str, Found] = field(default_factory=dict)
    keys: dict[str, Found] = field(default_factory=dict)
    in_children: dict[str, dict[str, Found]] = field(default_factory=dict)

    def look(self, moment: str) -> None:
        """At the whole memory, as it is now."""
        self.found[moment] = self.traces.look()
        self.in_children[moment] = self.traces.look_in_children()

    def look_when_swept(self, moment: str) -> None:
        """Once what was given up is overwritten; at the fields too."""
        self.swept()
        self.look(moment)
        self.keys[moment] = self.traces.keys()

    def swept(self) -> None:
        """Until what was given up is overwritten: the program says when."""

        def done() -> bool:
            marks = self.scene.window.ask("figures")["marks"]
            gone = [at for name, at in marks if name == "contents-gone"]
            # one that is not at its end when the next begins is given up: what ends last is what counts
            return bool(gone) and any(n == "overwritten" and at >= gone[-1] + AFTER_MS[-1] for n, at in marks)

        self.scene.window.until("everything overwritten", done, SWEPT_S)

    def marks(self) -> list[str]:
        """What the program noted until now, in its order."""
        return [name for name, _ in self.scene.window.ask("figures")["marks"]]


def held(children: dict[str, Found]) -> dict[str, Found]:
    """Which child holds something of a patient; "itself" only says that it could be read."""
    counts = {name: {**found, "itself": 0} for name, found in children.items()}
    return {name: found for name, found in counts.items() if any(found.values())}
