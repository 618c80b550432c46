"""What the deposit screen shows and what it gives back."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from desktop.domain.catalog import Category
from desktop.domain.errors import Failure
from desktop.domain.record import Level, Mandate, Patient
from desktop.ui.views.verdict_box import FileModel


class DepositPhase(StrEnum):
    """Where the deposit stands; « déposé » only after the platform proved it."""

    EDITING = "editing"
    SENDING = "sending"
    VERIFYING = "verifying"
    DEPOSITED = "deposited"
    WAITING = "waiting"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What the user entered; ``category`` is a slug, "" while none is chosen."""

    category: str = ""
    title: str = ""
    created: date | None = None
    level: Level = Level.STANDARD
    patient_objects: bool = False


@dataclass(frozen=True, slots=True)
class DepositModel:
    """``categories`` are only those that this profession may create (CF-027, CF-055, CF-056).

    ``author`` is the card's holder (CF-015); ``sent`` bytes of ``total``.
    """

    patient: Patient
    mandate: Mandate
    author: str
    today: date
    categories: tuple[Category, ...]
    file: FileModel | None = None
    phase: DepositPhase = DepositPhase.EDITING
    sent: int = 0
    total: int = 0
    failure: Failure | None = None
