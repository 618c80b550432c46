"""An ordonnance is issued: its data beside its PDF, judged, kept byte by byte, and made into lines."""

import hashlib
import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.simulator.feature import DataDeposit
from desktop.simulator.outcomes import Refused
from desktop.simulator.prescription.refusals import refused
from desktop.simulator.prescription.rules import rule_for
from desktop.simulator.prescription.shapes import pharmacy_name
from desktop.simulator.prescription.signed import DISPENSED, SignedOrdonnance, read, wrong
from desktop.simulator.prescription.standing import state_of
from desktop.simulator.prescription.tables import LineTable, OrdonnanceTable
from desktop.simulator.rules import Lock
from desktop.simulator.signatures import judge_of
from desktop.simulator.tables import ContentRow
from desktop.simulator.world import World, new_id

PRESCRIBERS = frozenset({"Médecin", "Médecin Spécialiste", "Chirurgien-Dentiste", "Sage-femme"})
"""By their names in the directory; the dentist is the domain's Médecin-dentiste."""

MEDICINES, ACTS = "traitements-medicamenteux", "traitements-medicaux-prescrits"


def take(world: World, database: Database, deposit: DataDeposit) -> None:
    """Lines out of the data; raises Refused, and the PDF then is not there either."""
    if deposit.author.profession not in PRESCRIBERS:
        raise Refused("not_entitled", Lock.HABILITATION.value)
    signed = read(deposit.sent.content)
    if signed.identifier != deposit.sent.unique_id:
        raise wrong("masterIdentifier")
    medicine = any(line.nature in DISPENSED for line in signed.lines)
    if deposit.sent.category != (MEDICINES if medicine else ACTS):
        raise wrong("category")
    if signed.matricules != (deposit.patient.matricule,):
        raise refused("rx_other_patient", detail="Patient")
    if not deposit.sent.access_code:
        raise wrong("access-code")
    now = world.clock.now()
    check_signature(world, database, deposit, signed)
    known = (OrdonnanceTable.code == signed.code) | (OrdonnanceTable.identifier == signed.identifier)
    if database.scalar(select(OrdonnanceTable.code).where(known)) is not None:
        raise refused("rx_code_taken")
    if signed.replaces:
        _replace(world, database, signed, deposit, now)
    database.add(
        OrdonnanceTable(
            code=signed.code, identifier=signed.identifier, document_id=deposit.document.id,
            patient_id=deposit.patient.id, practitioner_id=deposit.author.id, category=deposit.sent.category,
            authored=signed.authored, access_hash=access_hash(deposit.sent.access_code),
            signed=deposit.sent.content, draft=b"",
        )
    )  # fmt: skip
    identifiers = [line.identifier for line in signed.lines]
    if database.scalar(select(LineTable.id).where(LineTable.identifier.in_(identifiers))) is not None:
        raise wrong("identifier")
    database.add_all(lines_of(signed, deposit.patient.id, deposit.author.id))


def lines_of(signed: SignedOrdonnance, patient_id: str, practitioner_id: str) -> list[LineTable]:
    """The lines as they begin: active, nothing delivered."""
    return [
        LineTable(
            id=new_id(), identifier=line.identifier, code=signed.code, number=line.number, kind=line.kind,
            nature=line.nature, patient_id=patient_id, practitioner_id=practitioner_id, written=line.written,
            until=line.until, renewal=line.renewal, repeats=line.repeats,
            quantity="" if line.quantity is None else str(line.quantity), unit=line.unit, version=1,
            state="active", handed_over="0", first=None, last=None, reason="", asked_back="",
            lease_pharmacy="", lease_session="", lease_token="", lease_since=None, lease_until=None,
            outside_insurance=False, resource=json.dumps(line.resource),
        )
        for line in signed.lines
    ]  # fmt: skip


def access_hash(access_code: str) -> str:
    """All that the platform keeps of an access code."""
    return hashlib.sha256(access_code.encode()).hexdigest()


def check_signature(world: World, database: Database, deposit: DataDeposit, signed: SignedOrdonnance) -> None:
    """The author's own, on the data and on a PDF that bears one; raises Refused (``signatures``)."""
    author = deposit.author
    document = database.get_one(ContentRow, deposit.document.id).data
    judge = judge_of(world, database, author)
    try:
        judge.bundle(deposit.sent.content)
        if b"/ByteRange" in document:
            judge.pdf(document)
    except Refused as bad:
        raise refused("rx_signature_refused", detail=bad.detail) from None
    if not signed.requesters & {author.id, author.ehealth_id, author.holder_id or ""}:
        raise refused("rx_signature_refused", detail="requester")


def _replace(
    world: World, database: Database, signed: SignedOrdonnance, deposit: DataDeposit, now: datetime
) -> None:
    """What a new ordonnance replaces is cancelled with it, and stopped where something was delivered."""
    former = database.get(OrdonnanceTable, signed.replaces)
    mine = former is not None and former.practitioner_id == deposit.author.id
    if former is None or not mine or former.patient_id != deposit.patient.id:
        raise wrong("replaces")
    for line in database.scalars(select(LineTable).where(LineTable.code == former.code)):
        state = state_of(world, line, now)
        if state == "reservee":
            pharmacy = pharmacy_name(database, line.lease_pharmacy)
            raise refused("rx_in_progress", line=line.id, pharmacy=pharmacy, since=line.lease_since)
        for act in ("annuler", "arreter"):
            rule = rule_for(act, "prescripteur", state)
            if rule is not None:
                line.state, line.reason = rule.then, f"remplacée par {signed.code}"
                line.version += 1
                break
