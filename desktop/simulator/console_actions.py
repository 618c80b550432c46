"""What the patient and the administrators do (domain §1.2, §5.2, §5.7, §5.8), for console and tests."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session as Database

from desktop.domain.mandates import EmergencyLevel
from desktop.domain.record import DspState, Level, MandateKind
from desktop.simulator import rules
from desktop.simulator.access import access, facts, times
from desktop.simulator.audit import Act, write_other
from desktop.simulator.documents import data_of, set_level
from desktop.simulator.feature import ConsoleAct, SimulatedFeature, once
from desktop.simulator.outcomes import Refused
from desktop.simulator.tables import (
    AttemptRow,
    BlacklistedRow,
    DocumentRow,
    HeldCertificateRow,
    MandateRow,
    OverrideRow,
    PatientRow,
    PractitionerRow,
    RevokedCertificateRow,
    SettingRow,
)
from desktop.simulator.traced import Action
from desktop.simulator.world import World, hash_code

_PATIENT, _ADMINISTRATOR = "titulaire", "administrateur"


def perform(world: World, data: dict[str, Any]) -> dict[str, str]:
    """Do ``data["act"]``; its other fields are the act's. KeyError or ValueError for nonsense."""
    act = acts(world.features)[str(data["act"])]
    with world.database() as database:
        act(world, database, data)
    return {"done": str(data["act"])}


def acts(features: Sequence[SimulatedFeature]) -> dict[str, ConsoleAct]:
    """The kernel's acts and those that *features* bring, by name; ValueError where two have one name."""
    named = [*_ACTS.items(), *(act for feature in features for act in feature.console.items())]
    once("console act", (name for name, _ in named))
    return dict(named)


def _shorten(world: World, database: Database, data: dict[str, Any]) -> None:
    """``mandate``, and ``end`` (ISO, default now): ended at the new date (CF-031)."""
    mandate = _mandate(database, data)
    now = world.clock.now()
    end = datetime.fromisoformat(data["end"]) if data.get("end") else now
    shorter = times(mandate).shortened(max(end, now))
    mandate.end, mandate.grace_end = shorter.end, shorter.grace_end
    _touch(mandate, now)
    write_other(database, now, _PATIENT, Act(Action.MANDATE_SHORTENED, mandate.patient_id))


def _revoke_standing(world: World, database: Database, data: dict[str, Any]) -> None:
    """``patient``, ``practitioner``, ``kind``: end an MR declaration or a CMC membership now (CF-035)."""
    kind = MandateKind(data["kind"])
    now = world.clock.now()
    for mandate in _running(database, data["patient"], kind, now):
        if mandate.practitioner_id == data["practitioner"]:
            mandate.end, mandate.grace_end = now, None
            _touch(mandate, now)
    mr = kind is MandateKind.MEDECIN_REFERENT
    action = Action.MR_REVOKED if mr else Action.MANDATE_ENDED
    write_other(database, now, _PATIENT, Act(action, data["patient"]))


def _blacklist(world: World, database: Database, data: dict[str, Any]) -> None:
    """``patient``, ``practitioner``: refused while he is the médecin référent (CF-030)."""
    patient = _patient(database, data)
    person = database.get_one(PractitionerRow, data["practitioner"])
    now = world.clock.now()
    if not rules.may_blacklist(access(database, person, patient, now).record):
        raise Refused("not_entitled")
    database.merge(BlacklistedRow(patient_id=patient.id, practitioner_id=person.id))
    write_other(database, now, _PATIENT, Act(Action.BLACKLIST, patient.id))


def _unblacklist(world: World, database: Database, data: dict[str, Any]) -> None:
    """``patient``, ``practitioner``."""
    patient = _patient(database, data)
    database.execute(
        delete(BlacklistedRow).where(
            BlacklistedRow.patient_id == patient.id, BlacklistedRow.practitioner_id == data["practitioner"]
        )
    )
    write_other(database, world.clock.now(), _PATIENT, Act(Action.UNBLACKLIST, patient.id))


def _level(world: World, database: Database, data: dict[str, Any]) -> None:
    """``document``, ``level``: the patient may do all with what he sees, but no annonce (domain §5.2)."""
    row = database.get_one(DocumentRow, data["document"])
    to = Level(data["level"])
    if to is Level.ANNONCE or not rules.patient_sees(facts(row)):
        raise Refused("not_entitled")
    now = world.clock.now()
    change = f"{row.level}→{to.value}"
    set_level(database, row, to, now)
    act = Act(Action.LEVEL, row.patient_id, row.id, str(row.version), change)
    write_other(database, now, _PATIENT, act)


def _close(world: World, database: Database, data: dict[str, Any]) -> None:
    """``patient``: closes the DSP and revokes the MR declaration (CF-036)."""
    patient = _patient(database, data)
    now = world.clock.now()
    patient.dsp = DspState.CLOSED.value
    for mandate in _running(database, patient.id, None, now):
        mandate.end, mandate.grace_end = now, None
        _touch(mandate, now)
    write_other(database, now, _PATIENT, Act(Action.CLOSED, patient.id))


def _reopen(world: World, database: Database, data: dict[str, Any]) -> None:
    """``patient``: the documents are back, the declaration is not (CF-036)."""
    patient = _patient(database, data)
    patient.dsp = DspState.ACTIVE.value
    patient.inactive_until = None
    write_other(database, world.clock.now(), _PATIENT, Act(Action.REOPENED, patient.id))


def _code(world: World, database: Database, data: dict[str, Any]) -> None:
    """``patient``, ``code``: a new presence code; the old one is refused from now on."""
    patient = _patient(database, data)
    if not data["code"]:
        raise ValueError("code")
    world.pending_codes.pop(patient.id, None)
    patient.code_hash = hash_code(str(data["code"]))
    world.console.patients[patient.id] = str(data["code"])
    world.console.save()


def _emergency(world: World, database: Database, data: dict[str, Any]) -> None:
    """``patient``, ``level``: what an emergency service may see (CF-033)."""
    patient = _patient(database, data)
    patient.emergency = EmergencyLevel(data["level"]).value
    now = world.clock.now()
    for mandate in _running(database, patient.id, MandateKind.URGENCES, now):
        _touch(mandate, now)  # what it opens is another
    write_other(database, now, _PATIENT, Act(Action.EMERGENCY, patient.id))


def _override(world: World, database: Database, data: dict[str, Any]) -> None:
    """``patient``, ``practitioner``, ``category``, ``rights``: "R", "RC", "-", or "" to forget (A12)."""
    key = (_patient(database, data).id, data["practitioner"], data["category"])
    row = database.get(OverrideRow, key)
    if row is not None:
        database.delete(row)
        database.flush()
    if data["rights"]:
        database.add(
            OverrideRow(patient_id=key[0], practitioner_id=key[1], category=key[2], rights=data["rights"])
        )


def _suspend(world: World, database: Database, data: dict[str, Any]) -> None:
    """``practitioner``, ``suspended`` (default true): the right to practise, at the next call (CF-019)."""
    person = database.get_one(PractitionerRow, data["practitioner"])
    person.suspended = bool(data.get("suspended", True))


def _activate(world: World, database: Database, data: dict[str, Any]) -> None:
    """``practitioner``, ``activated`` (default true)."""
    person = database.get_one(PractitionerRow, data["practitioner"])
    person.activated = bool(data.get("activated", True))


def _revoke_card(world: World, database: Database, data: dict[str, Any]) -> None:
    """``serial`` (hex) of the certificate, and ``practitioner`` whose sessions end."""
    database.merge(RevokedCertificateRow(serial=str(data["serial"]).lower()))
    if data.get("practitioner"):
        world.sessions.end_of(data["practitioner"])


def _hold_card(world: World, database: Database, data: dict[str, Any]) -> None:
    """As ``revoke-card``, but it can be undone: ``held`` false is the reactivation (RFC 5280 §5.3.1)."""
    serial = str(data["serial"]).lower()
    if not data.get("held", True):
        database.execute(delete(HeldCertificateRow).where(HeldCertificateRow.serial == serial))
        return
    database.merge(HeldCertificateRow(serial=serial))
    if data.get("practitioner"):
        world.sessions.end_of(data["practitioner"])


def _end_sessions(world: World, database: Database, data: dict[str, Any]) -> None:
    """``practitioner``: every session of his ends."""
    world.sessions.end_of(data["practitioner"])


def _terms(world: World, database: Database, data: dict[str, Any]) -> None:
    """``version`` of CG and Charte that everybody must accept at the next login (CF-020)."""
    database.merge(SettingRow(name="terms", value=str(data["version"])))


def _versions(world: World, database: Database, data: dict[str, Any]) -> None:
    """``pattern``: a regular expression of the attested software versions (CF-022)."""
    world.accepted_versions = str(data["pattern"])


def _disable(world: World, database: Database, data: dict[str, Any]) -> None:
    """``document``, ``disabled`` (default true): the identito-vigilance (CF-054, CF-063)."""
    row = database.get_one(DocumentRow, data["document"])
    now = world.clock.now()
    for part in (row, *data_of(database, row)):
        part.disabled = bool(data.get("disabled", True))
        part.version += 1
        part.updated = now
    action = Action.DISABLE if row.disabled else Action.ENABLE
    write_other(database, now, _ADMINISTRATOR, Act(action, row.patient_id, row.id))


def _unlock_code(world: World, database: Database, data: dict[str, Any]) -> None:
    """``patient``: forget wrong codes, as the help desk would."""
    database.execute(delete(AttemptRow).where(AttemptRow.patient_id == _patient(database, data).id))


_ACTS: dict[str, ConsoleAct] = {
    "shorten-mandate": _shorten,
    "revoke": _revoke_standing,
    "blacklist": _blacklist,
    "unblacklist": _unblacklist,
    "level": _level,
    "close": _close,
    "reopen": _reopen,
    "code": _code,
    "emergency": _emergency,
    "unlock-code": _unlock_code,
    "override": _override,
    "suspend": _suspend,
    "activate": _activate,
    "revoke-card": _revoke_card,
    "hold-card": _hold_card,
    "end-sessions": _end_sessions,
    "terms": _terms,
    "versions": _versions,
    "disable": _disable,
}


def _patient(database: Database, data: dict[str, Any]) -> PatientRow:
    return database.get_one(PatientRow, data["patient"])


def _mandate(database: Database, data: dict[str, Any]) -> MandateRow:
    return database.get_one(MandateRow, data["mandate"])


def _running(
    database: Database, patient_id: str, kind: MandateKind | None, now: datetime
) -> list[MandateRow]:
    rows = database.scalars(select(MandateRow).where(MandateRow.patient_id == patient_id))
    last = [m for m in rows if (m.grace_end or m.end) is None or (m.grace_end or m.end or now) > now]
    return [m for m in last if kind is None or m.kind == kind.value]


def _touch(mandate: MandateRow, now: datetime) -> None:
    mandate.version += 1
    mandate.updated = now
