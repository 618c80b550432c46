"""The ALD statements that were sent before the demo begins: accepted ones, and the one that is on its way."""

import json
import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from desktop.domain.referent import StatementState, statement_period
from desktop.simulator import wire_names as names
from desktop.simulator.clock import instant
from desktop.simulator.questionnaires import questionnaire
from desktop.simulator.referent import StatementTable, new_statement, receive
from desktop.simulator.seed_data import SeedDeclaration, SeedPatient

_CORONARY = 13  # of a patient of whom the data set says nothing
_EVERY, _FIRST = timedelta(days=730), timedelta(days=600)


class Past:
    """The statements of one declaration, oldest first."""

    def __init__(self, id: str, patient: SeedPatient, declaration: SeedDeclaration) -> None:
        self._id, self._patient, self._declaration = id, patient, declaration
        self._rows: list[StatementTable] = []

    def rows(self) -> list[StatementTable]:
        """All of them."""
        d = self._declaration
        accepted = d.ald_accepted
        days = [accepted] if accepted else []
        while days and d.validated and days[-1] - _EVERY >= d.validated + _FIRST:
            days.append(days[-1] - _EVERY)
        for day in reversed(days):
            row = self._sent(datetime.combine(day - timedelta(days=6), time(10, 15), UTC))
            receive(row, row.sent + timedelta(hours=5))
            row.state, row.accepted = StatementState.ACCEPTED.value, day
        if d.ald_sent is not None and d.ald_state != "a-faire":
            row = self._sent(d.ald_sent)
            if d.ald_state != "envoye":
                receive(row, row.sent + timedelta(hours=5))
            row.state = d.ald_state
            code = next(iter(self._patient.ald), _CORONARY)
            returned = f"Affection {code} : la date du début est à préciser."
            row.returned = returned if d.ald_state == "retourne" else ""
        return self._rows

    def _sent(self, sent: datetime) -> StatementTable:
        number = len(self._rows)
        identifier = uuid.uuid5(uuid.NAMESPACE_URL, f"{self._id}/{number}").urn
        row = new_statement(self._id, self._patient.id, self._declaration.practitioner_id, identifier, sent)
        row.id = f"ald-{self._id}-{number}"
        former = max((r.accepted for r in self._rows if r.accepted is not None), default=None)
        validated = self._declaration.validated
        assert validated is not None
        row.content = json.dumps(self._content(identifier, sent, statement_period(former, validated)))
        self._rows.append(row)
        return row

    def _content(self, identifier: str, sent: datetime, period: tuple[date, date]) -> dict[str, Any]:
        definition = questionnaire("ald-releve")
        days = (("period.from", period[0]), ("period.to", period[1]))
        dates = [{"linkId": name, "answer": [{"valueDate": day.isoformat()}]} for name, day in days]
        return {
            "resourceType": "QuestionnaireResponse",
            "identifier": {"system": names.URI, "value": identifier},
            "questionnaire": f"{definition['url']}|{definition['version']}",
            "status": "completed",
            "subject": {"reference": f"Patient/{self._patient.id}"},
            "authored": instant(sent),
            "author": {"reference": f"Practitioner/{self._declaration.practitioner_id}"},
            "item": [{"linkId": "period", "item": dates}, *map(self._ald, self._patient.ald or (_CORONARY,))],
        }

    def _ald(self, code: int) -> dict[str, Any]:
        born = self._patient.birth_date.year
        since = max(born + 1, min(2000 + code % 20, born + 60))
        facts = [
            ("condition.code", "valueCoding", {"system": "urn:dsp:ald", "code": str(code)}),
            ("condition.answer", "valueCoding", {"system": "urn:dsp:ald-answer", "code": "toujours"}),
            ("condition.since", "valueDate", str(since)),
        ]
        if code == 8:
            facts.append(("condition.type", "valueCoding", {"system": "urn:dsp:ald-diabetes", "code": "2"}))
        items = [{"linkId": name, "answer": [{kind: given}]} for name, kind, given in facts]
        return {"linkId": "condition", "item": items}
