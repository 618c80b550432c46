"""Believable models for the screens."""

from datetime import UTC, date, datetime, timedelta

from desktop.domain.card import (
    CardInfo,
    CardSource,
    Certificate,
    KeypadSetting,
    PinAsker,
    PinState,
    SlotState,
    UnlockMethod,
)
from desktop.domain.catalog import Category, Profile, creatable
from desktop.domain.deposit import CheckReport, Deposit, OutboxRow, OutboxState, Verdict
from desktop.domain.diagnostics import (
    Atr,
    CardPart,
    CertificatePart,
    CertificateUse,
    Closed,
    Installation,
    IssuerName,
    ModulePart,
    ModulePlace,
    ProductName,
    ProxyKind,
    ReaderName,
    ReaderPart,
    Report,
    SystemName,
    Version,
)
from desktop.domain.errors import Code
from desktop.domain.matricule import Matricule
from desktop.domain.network import NetworkState, TrustKind
from desktop.domain.record import DspState, Level, Mandate, MandateKind, Patient, Sex
from desktop.ui.views.deposit_model import DepositModel
from desktop.ui.views.verdict_box import FileModel

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
CONFORMING = CheckReport(Verdict.CONFORMING, "1b", "1b", (), 2)


def certificate(holder: str = "Dr Claire WEBER", until: datetime | None = None) -> Certificate:
    end = until or datetime(2028, 3, 14, tzinfo=UTC)
    return Certificate(holder, "11102345", "LuxTrust Global Qualified CA 3", NOW, end, "ab", b"")


def card(
    holder: str = "Dr Claire WEBER", pin: PinState | None = None, until: datetime | None = None
) -> CardInfo:
    shown = certificate(holder, until)
    return CardInfo(
        key=holder,
        reader="Gemalto PC Twin Reader 00 00",
        label="LuxTrust",
        serial="0042",
        source=CardSource.SOFTWARE,
        authentication=shown,
        signature=shown,
        pin=pin or PinState(tries_left=3),
        unlock_method=UnlockMethod.RSA_OAEP,
    )


def patient(identity: str = "p1", dsp: DspState = DspState.ACTIVE, sex: Sex = Sex.FEMALE) -> Patient:
    until = date(2026, 12, 11) if dsp is DspState.INACTIVE else None
    return Patient(
        identity,
        Matricule("1993051234591"),
        "Muller",
        "Anne",
        date(1993, 5, 12),
        sex,
        dsp,
        until,
        "Luxembourg",
    )


def mandate(kind: MandateKind = MandateKind.CONSULTATION) -> Mandate:
    unlimited = kind is MandateKind.MEDECIN_REFERENT
    return Mandate("m1", kind, NOW, None if unlimited else NOW + timedelta(hours=24), None)


def categories() -> tuple[Category, ...]:
    return creatable(Profile.MEDECIN)


def deposit_model(**changes: object) -> DepositModel:
    facts: dict[str, object] = {
        "patient": patient(),
        "mandate": mandate(),
        "author": "Dr Claire WEBER",
        "today": TODAY,
        "categories": categories(),
        "file": FileModel("lettre.pdf", 183_000, report=CONFORMING),
    }
    return DepositModel(**(facts | changes))  # type: ignore[arg-type]


def outbox_row(state: OutboxState, number: int = 1, **facts: object) -> OutboxRow:
    frozen = Deposit(
        f"urn:uuid:{number}", "s", patient(), mandate(), categories()[0].slug, "Consultation", TODAY,
        Level.STANDARD, "a", "Dr Claire WEBER", "fr", "ab", 1, NOW,
    )  # fmt: skip
    return OutboxRow(frozen, state, **facts)  # type: ignore[arg-type]


def report() -> Report:
    """A report of one reader, one card and one module."""
    made = Version.of
    return Report(
        NOW,
        Installation(
            made("0.1.0"),
            made("3.11.7"),
            made("6.11.3"),
            SystemName.LINUX,
            made("6.1"),
            ProxyKind.SYSTEM,
            TrustKind.SYSTEM_TOO,
            demo=True,
        ),
        True,
        True,
        (
            ReaderPart(
                ReaderName.of("Gemalto PC Twin Reader 00 00"),
                SlotState.PRESENT,
                Atr.of(b"\x3b\x6d"),
                ProductName.of("LuxTrust"),
            ),
        ),
        ModulePart(
            ModulePlace.KNOWN, ProductName.of("OpenSC"), ProductName.of("OpenSC"), made("0.23"), 2, (), None
        ),
        KeypadSetting.AUTO,
        (
            CardPart(
                1,
                False,
                None,
                True,
                False,
                False,
                PinAsker.KEYPAD,
                False,
                False,
                UnlockMethod.NONE,
                (CertificatePart(CertificateUse.AUTHENTICATION, IssuerName.of("LuxTrust CA"), TODAY, TODAY),),
            ),
        ),
        None,
        NetworkState.ONLINE,
        Code.CARD_BUSY,
        (Closed.FILES, Closed.NETWORK),
    )
