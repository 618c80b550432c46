"""The counter over the platform (contract §8)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha1
from types import MappingProxyType
from typing import Any, Final

from desktop.common import json_text
from desktop.domain.deposit import Deposit
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.matricule import Matricule
from desktop.domain.prescription.identifier import OrdonnanceCode, OrdonnanceId
from desktop.domain.prescription.ordonnance import PatientIdentity
from desktop.domain.prescription.standing import Dispense, StandingLine, StandingOrdonnance
from desktop.domain.record import DspState, Level, Mandate, MandateKind, Patient, Sex
from desktop.features.counter.domain.codes import CounterCode
from desktop.features.counter.domain.delivery import CATEGORY, Correction, Delivery, Insurance, Report
from desktop.features.counter.port import DELIVER, DISPENSES, FIND, RELEASE, RESERVE, UNDO
from desktop.ports.wire_call import WireCall
from desktop.sync import fhir_submission
from desktop.sync.prescription import dispense, standing
from desktop.sync.prescription.terms import ORDONNANCE, URI, Extensions
from desktop.sync.profile import PlatformProfile
from desktop.sync.wire import Answer, Lost
from desktop.sync.wire_kit import WireKit

Json = dict[str, Any]
_FRESH: Final = {"Cache-Control": "no-cache"}
_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


class CounterWire:
    """CounterPort over the platform."""

    def __init__(self, kit: WireKit, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._kit = kit
        self._now = now

    def by_code(self, code: OrdonnanceCode) -> Result[StandingOrdonnance]:
        """As the port says."""
        group = f"{ORDONNANCE}|{code.identifier.value}"
        return self._one({"group-identifier": group, "access-code": code.access_code}, code.identifier.value)

    def by_identifier(self, identifier: OrdonnanceId, born: date) -> Result[StandingOrdonnance]:
        """As the port says."""
        group = f"{ORDONNANCE}|{identifier.value}"
        return self._one({"group-identifier": group, "birthdate": born.isoformat()}, identifier.value)

    def by_matricule(self, matricule: Matricule) -> Result[tuple[StandingOrdonnance, ...]]:
        """As the port says."""
        system = self._profile().systems.matricule
        found = self._found({"patient:identifier": f"{system}|{matricule.digits}"})
        if isinstance(found, Failure):
            return found
        his = self._kit.those(found, lambda one: one.ordonnance.patient.matricule == matricule.digits)
        return his if len(his) == len(found) else Failure(Code.LIST_INCOMPLETE)

    def again(self, code: str, token: str) -> Result[StandingOrdonnance]:
        """As the port says."""
        return self._one({"group-identifier": f"{ORDONNANCE}|{code}", "lease": token}, code, _FRESH)

    def reserve(self, line: StandingLine, insurance: Insurance) -> Result[StandingLine]:
        """As the port says."""
        asked: list[Json] = []
        if line.lease is not None and line.lease.token:
            asked.append({"name": "token", "valueString": line.lease.token})
        if insurance is Insurance.OUTSIDE:
            asked.append({"name": "outside-insurance", "valueBoolean": True})
        return self._act(RESERVE, line, asked, {"If-Match": f'W/"{line.version}"'})

    def release(self, line: StandingLine) -> Result[StandingLine]:
        """As the port says."""
        token = line.lease.token if line.lease is not None else ""
        return self._act(RELEASE, line, [{"name": "token", "valueString": token}] if token else [], {})

    def deliver(self, delivery: Delivery) -> Result[tuple[Dispense, ...]]:
        """As the port says."""
        answer = self._kit.once(DELIVER, "", body=self._transaction(delivery), headers={})
        if isinstance(answer, Failure):
            return answer
        if isinstance(answer, Lost):
            return Failure.of(CounterCode.UNKNOWN) if answer.sent else answer.failure
        # what it says is not believed, but what stands there
        found = self.arrived(delivery.identifiers)
        whole = not isinstance(found, Failure) and {d.identifier for d in found} == {*delivery.identifiers}
        return found if whole else Failure.of(CounterCode.UNKNOWN)

    def arrived(self, identifiers: tuple[str, ...]) -> Result[tuple[Dispense, ...]]:
        """As the port says."""
        asked = {"identifier": ",".join(f"{URI}|{one}" for one in identifiers)}
        found = self._dispenses(asked, _FRESH)
        if isinstance(found, Failure):
            return found
        return tuple(one for one in found if one.identifier in identifiers)

    def day(self, since: datetime) -> Result[tuple[Dispense, ...]]:
        """As the port says."""
        found = self._dispenses({"performer": "Organization/mine", "recorded": f"ge{_instant(since)}"}, {})
        if isinstance(found, Failure):
            return found
        return tuple(sorted(found, key=lambda one: one.recorded, reverse=True))

    def ordonnance_of(self, dispense: Dispense) -> Result[StandingOrdonnance]:
        """As the port says."""
        return self._one({"delivery": f"{URI}|{dispense.identifier}"}, dispense.ordonnance, _FRESH)

    def undo(
        self, dispense: Dispense, reason: str, box: str, correction: Correction | None
    ) -> Result[Dispense]:
        """As the port says."""
        asked: list[Json] = [
            {"name": "reason", "valueString": reason},
            {"name": "box-returned", "valueBoolean": box == "back"},
        ]
        if correction is not None:
            asked.append({"name": "report", "resource": self._submission(correction)})
        answer = self._kit.once(UNDO, "", id=dispense.id, body=_parameters(asked), headers={})
        if isinstance(answer, Failure):
            return answer
        if isinstance(answer, Lost):
            return Failure(CounterCode.UNDO_UNKNOWN) if answer.sent else answer.failure
        read = _dispense(answer)
        return read if read is not None else Failure(CounterCode.UNDO_UNKNOWN)

    def settle(self) -> timedelta:
        """As the port says."""
        return timedelta(seconds=self._profile().lookup_settle)

    def _profile(self) -> PlatformProfile:
        return self._kit.client().profile

    def _one(
        self, fields: Mapping[str, str], code: str, headers: Mapping[str, str] = _NO_HEADERS
    ) -> Result[StandingOrdonnance]:
        """The one of that *code* ("": not known here), whatever else was answered."""
        found = self._found(fields, headers)
        if isinstance(found, Failure):
            return found
        asked = self._kit.those(found, lambda one: one.ordonnance.code == code or not code)
        return asked[0] if len(asked) == 1 else Failure.of(CounterCode.NOT_FOUND)

    def _found(
        self, fields: Mapping[str, str], headers: Mapping[str, str] = _NO_HEADERS
    ) -> Result[tuple[StandingOrdonnance, ...]]:
        found = self._kit.resources(FIND, fields, headers=headers)
        if isinstance(found, Failure):
            return found
        return standing.read(found, self._profile().systems, self._now())

    def _act(
        self, call: WireCall, line: StandingLine, asked: list[Json], headers: Mapping[str, str]
    ) -> Result[StandingLine]:
        answer = self._kit.once(call, "", id=line.id, body=_parameters(asked), headers=headers)
        if isinstance(answer, Failure):
            return answer
        if isinstance(answer, Lost):
            return (
                answer.failure
            )  # what was reserved unheard is told to this session again, or ends by itself
        told = standing.answered(answer.body, line)
        return told if told is not None else Failure(Code.PLATFORM_ANSWER_UNREADABLE)

    def _dispenses(
        self, fields: Mapping[str, str], headers: Mapping[str, str]
    ) -> Result[tuple[Dispense, ...]]:
        found = self._kit.resources(DISPENSES, fields, headers=headers)
        if isinstance(found, Failure):
            return found
        mine = (raw for raw in found if raw.get("resourceType") == "MedicationDispense")
        return tuple(one for one in map(dispense.read, mine) if one is not None)

    def _transaction(self, delivery: Delivery) -> bytes:
        me, profile = self._kit.me(), self._profile()
        ours, tokens = Extensions(profile.systems.extension_base), dict(delivery.tokens)
        entries = []
        for one in delivery.dispenses:
            resource = dispense.write(one, delivery.patient.id, me, tokens.get(one.line, ""), ours)
            request = {
                "method": "POST",
                "url": "MedicationDispense",
                "ifNoneExist": f"identifier={URI}|{one.identifier}",
            }
            entries.append({"fullUrl": one.identifier, "resource": resource, "request": request})
        if delivery.report is not None:
            deposit = _deposit(delivery.patient, delivery.report, delivery.confirmed_at, me)
            part = fhir_submission.Part(deposit, delivery.report.pdf)
            entries += json_text.parse(fhir_submission.transaction((part,), me, profile))["entry"]
        return json_text.emit({"resourceType": "Bundle", "type": "transaction", "entry": entries})

    def _submission(self, correction: Correction) -> Json:
        me, report = self._kit.me(), correction.report
        deposit = replace(
            _deposit(correction.patient, report, correction.at, me), replaces=correction.replaces
        )
        part = fhir_submission.Part(deposit, report.pdf)
        made: Json = json_text.parse(fhir_submission.transaction((part,), me, self._profile()))
        return made


def _deposit(patient: PatientIdentity, report: Report, at: datetime, me: str) -> Deposit:
    """By right of the ordonnance (CF-078): its mandate is none of the record's, and does not travel."""
    person = Patient(
        patient.id, Matricule(patient.matricule), patient.family, patient.given, patient.born,
        Sex.UNKNOWN, DspState.ACTIVE,
    )  # fmt: skip
    return Deposit(
        unique_id=report.unique_id,
        submission_id=report.submission_id,
        patient=person,
        mandate=Mandate("", MandateKind.CONSULTATION, at, at, None),
        category=CATEGORY,
        title=report.title,
        created=at.date(),
        level=Level.STANDARD,
        author_id=me,
        author_name=report.author_name,
        language=report.language.value,
        sha1=sha1(report.pdf, usedforsecurity=False).hexdigest(),
        size=len(report.pdf),
        confirmed_at=at,
    )


def _dispense(answer: Answer) -> Dispense | None:
    try:
        raw = json_text.parse(answer.body)
    except ValueError:
        return None
    return dispense.read(raw) if isinstance(raw, dict) else None


def _parameters(asked: list[Json]) -> bytes:
    return json_text.emit(
        {"resourceType": "Parameters", "parameter": asked} if asked else {"resourceType": "Parameters"}
    )


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
