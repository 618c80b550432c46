"""What one kind of force did: how often, and what broke."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report. ``broken``: a sentence for each trial that broke its promise."""

    kind: str
    trials: int
    broken: tuple[str, ...] = ()
    measured: str = ""

    def line(self) -> str:
        """For the terminal."""
        verdict = f"{len(self.broken)} BROKEN" if self.broken else "all kept"
        return f"{self.kind:34} {self.trials:6}  {verdict:10}  {self.measured}".rstrip()


def report(figures: Iterable[Figure]) -> int:
    """Print them as they come; 0 when every promise was kept, and something was tried at all."""
    tried, broken = 0, 0
    for figure in figures:
        print(figure.line(), flush=True)
        for sentence in figure.broken[:5]:
            print(f"    {sentence}", flush=True)
        tried += figure.trials
        broken += len(figure.broken)
    print(f"{tried} trials, {broken} broken", flush=True)
    return 1 if broken or not tried else 0
