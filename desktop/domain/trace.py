"""What the platform traced of one act (domain §6, CF-060)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Trace:
    """One traced act; what the platform did not say is "".

    ``who`` and ``function`` are the platform's words. Codes of its closed lists: ``action``, ``role`` (kind
    of mandate, "auteur", or who else acts) and ``refusal`` (why it was not done). ``change`` is
    "before→after" of a level, or "local" for a read from a client's cache.
    """

    id: str
    when: datetime
    who: str
    function: str
    role: str
    action: str
    change: str
    software: str
    patient_id: str
    document_id: str
    succeeded: bool
    refusal: str
