"""Who is logged in, as the platform says (contract §2)."""

from dataclasses import dataclass

from desktop.domain.catalog import Profile


@dataclass(frozen=True, slots=True)
class Practice:
    """Where a professional works, as the platform's directory has it; each "" where it told none."""

    name: str = ""
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """The professional of this session; ``practitioner_id`` is the FHIR id of ``fhirUser``."""

    name: str
    ehealth_id: str
    holder_id: str
    profession: str
    profile: Profile
    practitioner_id: str
    practice: Practice = Practice()


@dataclass(frozen=True, slots=True)
class LoginRequest:
    """A prepared login: the bytes that the card signs. ``key`` names it for the adapter."""

    key: str
    signing_input: bytes
    algorithm: str
