"""A professional at the simulated platform, and how its answers are read in tests."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

from desktop.common.resource_files import resource
from desktop.domain.account import Account
from desktop.domain.card_image import load_card
from desktop.domain.deposit import Deposit
from desktop.domain.errors import ErrorCode, Failure
from desktop.domain.local_time import local_day
from desktop.domain.matricule import Matricule
from desktop.domain.record import Document, Level, Mandate, Patient
from desktop.domain.secret import Secret
from desktop.simulator.minimal_data import plain_pdf
from desktop.sync.platform import Platform
from desktop.sync.profile import load_profile
from tests.samples.signed import key_of, pdf
from tests.simulator_fixture import Simulator
from tests.unit.sync.card_signer import CardSigner
from tests.unit.sync.conftest import WallClock
from tests.waiting import LIMIT_S

T = TypeVar("T")
PDF = b"%PDF-1.4\n" + b"x" * 5000 + b"\n%%EOF\n"

SETTLE = 60  # seconds, of the profile

MATRICULES: dict[str, str] = {}


class Doctor:
    """One logged-in professional."""

    def __init__(self, simulator: Simulator, card: str = "weber", **options: Any) -> None:
        self.simulator = simulator
        self.clock = WallClock()
        self.signer = CardSigner(simulator.folder, card)
        image = load_card(simulator.folder / "cards" / f"{card}.json")
        self.signature_key, self.login_key = key_of(image), image.authentication
        changes = {"lookup_settle": float(SETTLE)} | options.pop("profile", {})
        profile = replace(load_profile(resource("profiles", "demo.toml")), **changes)
        self.platform = Platform(
            profile,
            self.clock,
            software_version="0.1.0",
            base_url=options.pop("base_url", simulator.base_url),
            ca_file=str(simulator.ca_file),
        )

    @cached_property
    def pdf(self) -> bytes:
        """A summary's pages, signed."""
        return pdf(plain_pdf("Résumé"), self.signature_key)

    def log_in(self) -> "Doctor":
        found = self.signer.log_in(self.platform)
        assert isinstance(found, Account), found
        self.account = found
        return self

    def patient(self, number: int) -> Patient:
        (found,) = good(self.platform.find_by_matricule(Matricule(MATRICULES[f"p-{number}"])))
        return found

    def opened(self, number: int = 1) -> Patient:
        patient = self.patient(number)
        good(self.platform.open_record(patient, code(number)))
        return patient

    def listed(self, patient: Patient) -> tuple[Document, ...]:
        return good(self.platform.documents(patient.id, None)).documents

    def later(self, seconds: float) -> None:
        """Both clocks, seconds after the start."""
        self.clock.ahead = seconds
        self.simulator.control.clock(seconds)

    def lock(self) -> None:
        """As the session machine does it: what runs is cut, tokens go."""
        self.platform.drop_session()
        self.platform.cancel_all()

    def traces(self, action: str) -> list[dict[str, Any]]:
        return [t for t in self.simulator.control.state()["traces"] if t["action"] == action]

    def leave(self) -> None:
        """The program ends, and its session on the platform too: the next test counts its own."""
        self.platform.drop_session()
        if self.platform._connection.made is not None:
            self.platform._connection.made.login.close(LIMIT_S)
        self.platform.close()


Make = Callable[..., Doctor]
Sender = tuple[Doctor, Patient, Mandate]


def good(result: T | Failure) -> T:
    assert not isinstance(result, Failure), result
    return result


def failed(result: object) -> ErrorCode:
    assert isinstance(result, Failure), result
    return result.code


def code(number: int) -> Secret:
    return Secret(bytearray(f"code-{number:04d}".encode()))


def deposit(patient: Patient, mandate: Mandate, content: bytes = PDF, **changes: Any) -> Deposit:
    made = Deposit(
        unique_id=f"urn:uuid:{uuid.uuid4()}",
        submission_id=f"urn:uuid:{uuid.uuid4()}",
        patient=patient,
        mandate=mandate,
        category="rapport-medical",
        title="Rapport d'été – « œdème »",
        created=local_day(datetime.now(UTC)) - timedelta(days=3),
        level=Level.STANDARD,
        author_id="ps-weber",
        author_name="Dr Claire Weber",
        language="fr",
        sha1=hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        size=len(content),
        confirmed_at=datetime.now(UTC),
    )
    return replace(made, **changes)


def deposits(simulator: Simulator, sent: Deposit) -> list[dict[str, Any]]:
    return [d for d in simulator.control.state()["deposits"] if d["unique_id"] == sent.unique_id]


def sendings(simulator: Simulator, sent: Deposit) -> int:
    """How often the platform was sent that deposit, whatever it answered."""
    counted: dict[str, int] = simulator.control.state()["sendings"]
    return counted.get(sent.unique_id, 0)
