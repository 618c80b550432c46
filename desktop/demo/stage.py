"""What stands in for reality in the demo, handed to the program by its options."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from desktop.composition.options import DemoOptions, DemoPlatform, DemoTester

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from desktop.composition.cards import CardStack


class SimulatedStage:
    """:class:`desktop.composition.options.DemoStage`; each part is imported when it is asked for."""

    def cards(self, demo: DemoOptions) -> "CardStack":
        """The emulator behind real readers where this system can, else the software card."""
        from desktop.demo.cards import demo_stack

        return demo_stack(demo)

    def platform(self, demo: DemoOptions) -> DemoPlatform:
        """What the platform's file says. Raises TimeoutError."""
        from desktop.demo.platform import await_platform

        return await_platform(demo.ready, demo.ending)

    def tester(self, socket_name: str, parent: "QObject", states: Callable[[], dict[str, Any]]) -> DemoTester:
        """Eyes, fingers, and a clock whose waiting can be skipped."""
        from desktop.demo.probe import Probe
        from desktop.demo.tester import Tester

        tester = Tester()
        Probe(socket_name, parent, states=states, obey=tester.perform)
        return tester
