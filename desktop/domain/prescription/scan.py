"""What was scanned or typed where an ordonnance is looked for."""

from typing import TypeAlias

from desktop.domain import matricule
from desktop.domain.matricule import Matricule
from desktop.domain.prescription.identifier import (
    LENGTH,
    PREFIX,
    OrdonnanceCode,
    TypedIdentifier,
    parse_identifier,
    parse_qr_text,
)
from desktop.domain.prescription.unread import ScanFault, Unread

Sought: TypeAlias = OrdonnanceCode | TypedIdentifier | Matricule
_MATRICULE_LENGTHS = (11, 13)


def parse_scan(text: str) -> Sought | Unread:
    """An ordonnance by its QR code or identifier, or a person by matricule (domain §C.3, CF-110).

    A matricule is eleven or thirteen digits; whether its check digits are right is asked of it
    (:meth:`Matricule.doubt`), as they warn and never block. NOTHING, and what :func:`parse_qr_text` and
    :func:`parse_identifier` answer; UNKNOWN for what is not even nearly an identifier.
    """
    stripped = text.strip()
    if not stripped:
        return Unread.of(ScanFault.NOTHING)
    if ":" in stripped or stripped.upper().startswith(PREFIX):
        return parse_qr_text(stripped)
    person = matricule.parse(stripped)
    if person is not None and len(person.digits) in _MATRICULE_LENGTHS:
        return person
    identifier = parse_identifier(stripped)
    if not isinstance(identifier, Unread):
        return TypedIdentifier(identifier)
    nearly = len(stripped) <= LENGTH + 8
    return identifier if nearly else Unread.of(ScanFault.UNKNOWN)
