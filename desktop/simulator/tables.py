"""The simulator's database (SQLite through SQLAlchemy). Presence codes stand in it as argon2 hashes only."""

from datetime import UTC, date, datetime

from sqlalchemy import DateTime, Dialect, ForeignKey, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Instant(TypeDecorator[datetime]):
    """Aware UTC in Python, naive UTC in the table."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the table."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the table."""
        return value.replace(tzinfo=UTC) if value else None


class Base(DeclarativeBase):
    """All tables."""

    type_annotation_map = {datetime: Instant, str: String}


class SettingRow(Base):
    """One value by name: seed, day of the first start, version of the terms."""

    __tablename__ = "setting"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class OrganizationRow(Base):
    """An organisation of the directory."""

    __tablename__ = "organization"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    address: Mapped[str]


class PractitionerRow(Base):
    """A professional of the directory; ``holder_id`` only for those with an account."""

    __tablename__ = "practitioner"
    id: Mapped[str] = mapped_column(primary_key=True)
    family: Mapped[str]
    given: Mapped[str]
    prefix: Mapped[str]
    profession: Mapped[str]
    organization_id: Mapped[str]
    ehealth_id: Mapped[str]
    holder_id: Mapped[str | None] = mapped_column(unique=True)
    activated: Mapped[bool] = mapped_column(default=True)
    suspended: Mapped[bool] = mapped_column(default=False)
    terms: Mapped[str] = mapped_column(default="")

    @property
    def name(self) -> str:
        """As shown to people: ``Dr Claire Weber``."""
        return f"{self.prefix} {self.given} {self.family}".strip()

    @property
    def card_number(self) -> str:
        """The serialNumber of his certificates' subject. Who has no account here signs, in a data set, with a
        card that was issued under his number in the directory."""
        return self.holder_id or self.ehealth_id or self.id


class RevokedCertificateRow(Base):
    """Serial numbers (hex) of revoked certificates."""

    __tablename__ = "revoked_certificate"
    serial: Mapped[str] = mapped_column(primary_key=True)


class HeldCertificateRow(Base):
    """Serial numbers (hex) of suspended certificates: certificateHold, RFC 5280 §5.3.1."""

    __tablename__ = "held_certificate"
    serial: Mapped[str] = mapped_column(primary_key=True)


class PatientRow(Base):
    """A patient."""

    __tablename__ = "patient"
    id: Mapped[str] = mapped_column(primary_key=True)
    matricule: Mapped[str] = mapped_column(index=True)
    family: Mapped[str]
    given: Mapped[str]
    birth_date: Mapped[date]
    sex: Mapped[str]
    dsp: Mapped[str]
    inactive_until: Mapped[date | None]
    address: Mapped[str]
    emergency: Mapped[str]
    code_hash: Mapped[str] = mapped_column(default="")

    @property
    def name(self) -> str:
        """As shown to people: ``MULLER Anne``."""
        return f"{self.family.upper()} {self.given}".strip()


class BlacklistedRow(Base):
    """A patient's nominative ban."""

    __tablename__ = "blacklisted"
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"), primary_key=True)
    practitioner_id: Mapped[str] = mapped_column(primary_key=True)


class OverrideRow(Base):
    """A patient's own rule for one professional and category: "R", "RC" or "-" (anchor A12)."""

    __tablename__ = "override"
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"), primary_key=True)
    practitioner_id: Mapped[str] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    rights: Mapped[str]


class MandateRow(Base):
    """A mandate; a revoked or shortened one has its new end and a higher ``version``."""

    __tablename__ = "mandate"
    id: Mapped[str] = mapped_column(primary_key=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"), index=True)
    practitioner_id: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    start: Mapped[datetime]
    end: Mapped[datetime | None]
    grace_end: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    updated: Mapped[datetime]


class AttemptRow(Base):
    """Wrong presence codes of one professional for one patient."""

    __tablename__ = "attempt"
    practitioner_id: Mapped[str] = mapped_column(primary_key=True)
    patient_id: Mapped[str] = mapped_column(primary_key=True)
    wrong: Mapped[int]
    locked_until: Mapped[datetime | None]


class EpisodeRow(Base):
    """A care episode of the ligne de vie."""

    __tablename__ = "episode"
    id: Mapped[str] = mapped_column(primary_key=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"), index=True)
    kind: Mapped[str]
    organization_id: Mapped[str]
    start: Mapped[datetime]
    end: Mapped[datetime | None]
    mandate_kind: Mapped[str]
    reason: Mapped[str]
    refused: Mapped[bool] = mapped_column(default=False)


class DocumentRow(Base):
    """One version of a document. ``locator`` is the opaque part of its URL, ``created`` as it was sent.

    ``transforms``: the document whose structured data this is (contract §9), ``format`` what they are where
    a feature took them in ("" = as the kernel tells).
    """

    __tablename__ = "document"
    id: Mapped[str] = mapped_column(primary_key=True)
    unique_id: Mapped[str] = mapped_column(unique=True)
    submission_id: Mapped[str] = mapped_column(default="")
    locator: Mapped[str] = mapped_column(unique=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"), index=True)
    category: Mapped[str]
    title: Mapped[str]
    created: Mapped[str]
    registered: Mapped[datetime]
    author_id: Mapped[str] = mapped_column(index=True)
    organization_id: Mapped[str]
    level: Mapped[str]
    language: Mapped[str]
    episode_id: Mapped[str]
    replaces: Mapped[str]
    superseded: Mapped[bool] = mapped_column(default=False)
    disabled: Mapped[bool] = mapped_column(default=False)
    annonce_by: Mapped[str] = mapped_column(default="")
    annonce_at: Mapped[datetime | None]
    content_type: Mapped[str]
    size: Mapped[int]
    sha1: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    updated: Mapped[datetime]
    transforms: Mapped[str] = mapped_column(default="", server_default="", index=True)
    format: Mapped[str] = mapped_column(default="", server_default="")


class ContentRow(Base):
    """The bytes of one document version."""

    __tablename__ = "content"
    document_id: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes]


SEEDED = "seed-"
"""Ids of traces that came with the data set begin so: no act of a client made them."""


class TraceRow(Base):
    """One traced act (domain §6); ``local_id`` names a read that a client reported from its cache."""

    __tablename__ = "trace"
    id: Mapped[str] = mapped_column(primary_key=True)
    when: Mapped[datetime] = mapped_column(index=True)
    practitioner_id: Mapped[str] = mapped_column(index=True)
    who: Mapped[str]
    function: Mapped[str]
    profile: Mapped[str]
    mandate_id: Mapped[str]
    acting_as: Mapped[str]
    software: Mapped[str]
    action: Mapped[str]
    patient_id: Mapped[str] = mapped_column(index=True)
    document_id: Mapped[str]
    document_version: Mapped[str]
    change: Mapped[str]
    succeeded: Mapped[bool]
    reason: Mapped[str]
    local_id: Mapped[str | None] = mapped_column(unique=True)


PLATFORM_TABLES = tuple(Base.metadata.sorted_tables)
"""The kernel's own: at this line of the import nobody else can have declared one."""
