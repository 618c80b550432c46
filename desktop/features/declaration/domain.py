"""Notice of a declaration: what the law asks of it (domain §7.1)."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from desktop.domain.errors import ErrorCode
from desktop.domain.record import DspState
from desktop.domain.referent import (
    NOTICE_PERIOD,
    Declaration,
    DeclarationState,
    EndCause,
    add_months,
    state_on,
)


class DeclarationCode(ErrorCode):
    """Its own codes."""

    NEEDS_AGREEMENT = "DSP-D630"
    UNKNOWN = "DSP-D631"
    NOT_GIVEN = "DSP-D632"


class Consent(Enum):
    """Who wants the end: BOTH, or the doctor ALONE."""

    BOTH = True
    ALONE = False


@dataclass(frozen=True, slots=True)
class Told:
    """A declaration as the platform tells it, under its id there."""

    id: str
    declaration: Declaration


@dataclass(frozen=True, slots=True)
class Standing:
    """A declaration on a day. ``alone_from``: from then on one side may give notice, None = not told.

    ``last_day`` is that of a notice given already, ``would_end`` that of one given today.
    """

    told: Told
    state: DeclarationState
    cause: EndCause | None
    alone_from: date | None
    last_day: date | None
    would_end: date
    today: date

    @property
    def may_end(self) -> bool:
        """Whether notice can be given: the declaration runs, and nobody has given it yet."""
        return self.state in (DeclarationState.VALIDATED, DeclarationState.EFFECTIVE)

    @property
    def needs_agreement(self) -> bool:
        """In the first twelve months both must want it; where it is not told since when, too."""
        return self.alone_from is None or self.today < self.alone_from


def standing(told: Told, dsp: DspState, today: date) -> Standing:
    """What *told* means on a day. Closing the DSP ends it at once (CF-036)."""
    declaration = told.declaration
    state, cause = state_on(declaration, dsp, today)
    return Standing(
        told, state, cause, declaration.agreement_until(), declaration.last_day(),
        add_months(today, NOTICE_PERIOD), today,
    )  # fmt: skip
