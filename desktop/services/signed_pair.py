"""The two deposits of a signed act: its PDF, and the data that it shows (contract §8.1, §9)."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.account import Account
from desktop.domain.deposit import Deposit
from desktop.domain.local_time import local_day
from desktop.domain.record import Level
from desktop.domain.texts import Language
from desktop.services.record import OpenRecord

_LOCALE = "{language}-LU"


@dataclass(frozen=True, slots=True)
class SignedAct:
    """What both documents say of themselves; ``at`` is the signature's time."""

    category: str
    title: str
    language: Language
    at: datetime


def pair(
    act: SignedAct, record: OpenRecord, account: Account, pdf: bytes, data: bytes, data_id: str
) -> tuple[Deposit, Deposit]:
    """Of the PDF and of the data, in one submission, in the name of the card holder (CF-015).

    *data_id* is the ``urn:uuid:`` that stands inside the data as their identifier.
    """
    submission = uuid.uuid4().urn

    def deposit(unique_id: str, content: bytes) -> Deposit:
        return Deposit(
            unique_id=unique_id,
            submission_id=submission,
            patient=record.patient,
            mandate=record.mandate,
            category=act.category,
            title=act.title,
            created=local_day(act.at),
            level=Level.STANDARD,
            author_id=account.practitioner_id,
            author_name=account.name,
            language=_LOCALE.format(language=act.language.value),
            sha1=hashlib.sha1(content, usedforsecurity=False).hexdigest(),
            size=len(content),
            confirmed_at=act.at,
        )

    return deposit(uuid.uuid4().urn, pdf), deposit(data_id, data)
