"""What the platform keeps of ordonnances; quantities as decimal words, so that nothing is rounded."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from desktop.simulator.tables import Base


class OrdonnanceTable(Base):
    """One signed ordonnance. ``signed`` is the Bundle byte by byte, b"" once nothing of it may be told.

    ``draft`` is the Bundle of a data set that is signed when it is first asked for. ``document_id`` is its
    PDF, "" where a data set brings none.
    """

    __tablename__ = "prescription_ordonnance"
    code: Mapped[str] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(unique=True)
    document_id: Mapped[str]
    patient_id: Mapped[str] = mapped_column(index=True)
    practitioner_id: Mapped[str] = mapped_column(index=True)
    category: Mapped[str]
    authored: Mapped[datetime] = mapped_column(index=True)
    access_hash: Mapped[str]
    signed: Mapped[bytes] = mapped_column(deferred=True)
    draft: Mapped[bytes] = mapped_column(deferred=True, default=b"")


class LineTable(Base):
    """One line. ``state`` is what was done to it; the clock's part is never written (``standing``).

    ``handed_over`` is all that was ever delivered and not undone; ``owing``: something of it is owed.
    """

    __tablename__ = "prescription_line"
    id: Mapped[str] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(index=True)
    number: Mapped[int]
    kind: Mapped[str]
    nature: Mapped[str]
    patient_id: Mapped[str]
    practitioner_id: Mapped[str]
    written: Mapped[date]
    until: Mapped[date | None]
    renewal: Mapped[str]
    repeats: Mapped[int | None]
    quantity: Mapped[str]
    unit: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(default="active")
    handed_over: Mapped[str] = mapped_column(default="0")
    first: Mapped[datetime | None]
    last: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    asked_back: Mapped[str] = mapped_column(default="")
    lease_pharmacy: Mapped[str] = mapped_column(default="")
    lease_session: Mapped[str] = mapped_column(default="")
    lease_token: Mapped[str] = mapped_column(default="")
    lease_since: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    outside_insurance: Mapped[bool] = mapped_column(default=False)
    resource: Mapped[str]


class DispenseTable(Base):
    """One delivery or refusal of one line. ``resource`` is the MedicationDispense without its token."""

    __tablename__ = "prescription_dispense"
    id: Mapped[str] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(unique=True)
    line_id: Mapped[str] = mapped_column(index=True)
    code: Mapped[str] = mapped_column(index=True)
    pharmacy: Mapped[str] = mapped_column(index=True)
    practitioner_id: Mapped[str]
    status: Mapped[str]
    owing: Mapped[bool]
    final: Mapped[bool]
    quantity: Mapped[str]
    received: Mapped[datetime] = mapped_column(index=True)
    document_id: Mapped[str]
    lease_token: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    resource: Mapped[str]


class TryTable(Base):
    """Wrong birth dates for one typed code (CF-110)."""

    __tablename__ = "prescription_try"
    code: Mapped[str] = mapped_column(primary_key=True)
    wrong: Mapped[int]
    last: Mapped[datetime]
    until: Mapped[datetime | None]
