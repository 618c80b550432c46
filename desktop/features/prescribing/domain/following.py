"""What became of an ordonnance, and what its author can still do (domain §C.4)."""

from desktop.domain.prescription.lifecycle import LineAct, LineActor, LineState, offered
from desktop.domain.prescription.ordonnance import DISPENSED, Line, Nature
from desktop.domain.prescription.standing import StandingLine, StandingOrdonnance

NATURES = {
    Nature.BIOLOGY: "prescribing.nature_biology",
    Nature.IMAGING: "prescribing.nature_imaging",
    Nature.NURSING: "prescribing.nature_nursing",
    Nature.PHYSIOTHERAPY: "prescribing.nature_physiotherapy",
    Nature.DEVICE: "prescribing.nature_device",
}
"""Text keys of what is asked for, where it is no medicine: an act, or a device."""
ACTS = (LineAct.CANCEL, LineAct.STOP, LineAct.SUSPEND, LineAct.RESUME)


def acts_of(standing: StandingLine) -> tuple[LineAct, ...]:
    """What the author is offered. A reserved line can be asked back: its pharmacy sees it (CF-108)."""
    if standing.state is LineState.RESERVED:
        return (LineAct.CANCEL,)
    return tuple(act for act in offered(standing.state, LineActor.PRESCRIBER) if act in ACTS)


def replaceable(standing: StandingOrdonnance) -> bool:
    """Whether a new one would end something of it, and no pharmacy has a line of it on its counter."""
    states = [line.state for line in standing.lines]
    ended = (act for line in standing.lines for act in acts_of(line))
    return LineState.RESERVED not in states and any(act in (LineAct.CANCEL, LineAct.STOP) for act in ended)


def delivered_lines(standing: StandingOrdonnance) -> tuple[int, int]:
    """Lines of which something was handed over, and how many there are (CF-075)."""
    done = sum(1 for line in standing.lines if line.delivered or line.deliveries)
    return done, len(standing.lines)


def category_of(lines: tuple[Line, ...]) -> str:
    """Where it is published: any medicine or device on it decides (contract §8.1)."""
    medicine = any(line.nature in DISPENSED for line in lines)
    return "traitements-medicamenteux" if medicine else "traitements-medicaux-prescrits"
