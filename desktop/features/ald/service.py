"""ALD statements: what the platform has, the draft, and a sending that happens once."""

import math
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from desktop.domain.errors import Failure, Result
from desktop.domain.local_time import local_day
from desktop.domain.publication import is_judged
from desktop.domain.referent import (
    Declaration,
    Due,
    Statement,
    StatementState,
    statement_due,
    statement_period,
)
from desktop.features.ald.domain import (
    AldCode,
    Draft,
    Form,
    KeptSent,
    Person,
    Sent,
    SignedForm,
    accepted_on,
    gaps,
    newest,
    next_items,
    waits,
)
from desktop.features.ald.kept import all_sent, damaged, drafts, drop_draft, put_draft, put_sent
from desktop.features.ald.port import AldPort
from desktop.ports.kept import KeptPort, Rows


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the statements of a patient stand. ``statements`` None: the platform was not asked.

    ``draft`` is what the doctor is writing (``begun``), or would begin with; None while the CNS has to decide
    on ``waiting``. ``unreadable``: so many drafts of this patient are damaged.
    """

    person: Person
    statements: tuple[Sent, ...] | None
    draft: Draft | None
    begun: bool
    waiting: Sent | None
    due: Due | None
    read_at: datetime
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Mine:
    """All that is kept here, of every patient; ``unreadable`` rows besides."""

    drafts: tuple[Draft, ...]
    sent: tuple[KeptSent, ...]
    unreadable: int = 0


class AldService:
    """Call it in a worker."""

    def __init__(
        self, port: AldPort, rows: KeptPort, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._port = port
        self._rows = rows
        self._monotonic = monotonic
        self._absent: dict[str, float] = {}  # by identifier: when it was first said not to be there

    def read(self, person: Person, validated: date, now: datetime) -> Result[Standing]:
        """Ask the platform: one trace. What was sent from here is kept as it stands now."""
        statements = self._port.statements(person.patient_id)
        if isinstance(statements, Failure):
            return statements

        def keep(rows: Rows) -> tuple[tuple[Draft, ...], int]:
            here = {known.sent.form.identifier for known in all_sent(rows)}
            here |= {draft.form.identifier for draft in drafts(rows, person.patient_id)}
            for sent in statements:
                if sent.form.identifier in here:
                    drop_draft(rows, sent.form.identifier)
                    put_sent(rows, person, sent)
            return drafts(rows, person.patient_id), damaged(rows, person.patient_id)

        kept = self._rows.write_durably(keep)
        if isinstance(kept, Failure):
            return kept
        mine, unreadable = kept
        waiting = waits(statements)
        draft = mine[0] if mine else None
        if draft is None and waiting is None:
            draft = _begun(person, statements, validated, now)
        due = _due(statements, validated, now)
        return Standing(person, statements, draft, bool(mine), waiting, due, now, unreadable)

    def kept_draft(self, person: Person, now: datetime) -> Result[Standing]:
        """What can be shown while the platform is away: the draft alone."""
        mine = self._rows.read(lambda rows: drafts(rows, person.patient_id))
        if isinstance(mine, Failure):
            return mine
        return Standing(person, None, mine[0] if mine else None, bool(mine), None, None, now)

    def keep(self, draft: Draft) -> Result[None]:
        """The words of the draft, on the disk."""
        return self._rows.write_durably(lambda rows: put_draft(rows, draft))

    def throw_away(self, draft: Draft) -> Result[None]:
        """The draft goes."""
        return self._rows.write_durably(lambda rows: drop_draft(rows, draft.form.identifier))

    def compose(self, draft: Draft, now: datetime) -> Result[bytes]:
        """What is signed; nothing incomplete is (CF-097), and nothing of which an answer is out."""
        if gaps(draft.form.items, draft.person.born, local_day(now)):
            return Failure(AldCode.INCOMPLETE)
        if draft.sending is not None:
            return Failure(AldCode.UNKNOWN)
        return self._port.compose(draft.person.patient_id, draft.form, now)

    def send(self, draft: Draft, signed: SignedForm, now: datetime) -> Result[Sent]:
        """Send it once. That it leaves is on the disk before: after a crash it is asked for.

        UNKNOWN also where it is on its way already.
        """

        def note(rows: Rows) -> bool:
            there = [one for one in drafts(rows) if one.form.identifier == draft.form.identifier]
            if any(one.sending is not None for one in there):
                return False
            put_draft(rows, replace(draft, sending=now))
            return True

        noted = self._rows.write_durably(note)
        if isinstance(noted, Failure):
            return noted
        if not noted:
            return Failure(AldCode.UNKNOWN)
        self._absent.pop(draft.form.identifier, None)
        sent = self._port.send(draft.person.patient_id, signed)
        if isinstance(sent, Failure):
            return sent if sent.code is AldCode.UNKNOWN else self._refused(draft, sent)
        return self._arrived(draft, sent)

    def ask(self, draft: Draft) -> Result[Sent]:
        """Whether a sending without an answer arrived.

        NOT_ARRIVED: it did not, and may be sent again. It is believed when it was said twice, the profile's
        settle time apart (CF-079); until then NOT_YET, with the ``seconds`` after which to ask.
        """
        asked = self._monotonic()
        found = self._port.find(draft.form.identifier)
        if isinstance(found, Failure):
            return found
        if found is not None:
            return self._arrived(draft, found)
        wait = self._until_believed(draft.form.identifier, asked)
        if wait > 0:
            return Failure.of(AldCode.NOT_YET, seconds=math.ceil(wait))
        back = self.keep(replace(draft, sending=None))
        return back if isinstance(back, Failure) else Failure(AldCode.NOT_ARRIVED)

    def mine(self) -> Result[Mine]:
        """All drafts and what was sent from here; asks nobody."""
        return self._rows.read(lambda rows: Mine(drafts(rows), all_sent(rows), damaged(rows)))

    def _until_believed(self, identifier: str, asked: float) -> float:
        """Seconds until the same answer proves that it did not arrive; measured anew after a restart.

        The second question counts from when it was *asked*: the platform may have looked then.
        """
        first = self._absent.setdefault(identifier, self._monotonic())
        return self._port.settle().total_seconds() - max(0.0, asked - first)

    def _refused(self, draft: Draft, failure: Failure) -> Result[Sent]:
        """An earlier sending may stand there, and be why this one is refused; else it may be sent again.

        Where nobody answers, the refusal is not believed yet.
        """
        found = self._port.find(draft.form.identifier)
        if isinstance(found, Sent):
            return self._arrived(draft, found)
        if isinstance(found, Failure) and is_judged(failure.code):
            return Failure(AldCode.UNKNOWN)
        self.keep(draft)
        return failure

    def _arrived(self, draft: Draft, sent: Sent) -> Result[Sent]:
        def keep(rows: Rows) -> None:
            drop_draft(rows, draft.form.identifier)
            put_sent(rows, draft.person, sent)

        written = self._rows.write_durably(keep)
        return written if isinstance(written, Failure) else sent


def _begun(person: Person, statements: tuple[Sent, ...], validated: date, now: datetime) -> Draft:
    """What the doctor would begin with; nothing of it is kept before he changes it."""
    first, last = statement_period(accepted_on(statements), validated)
    return Draft(person, Form(uuid.uuid4().urn, first, last, next_items(newest(statements))), now)


def _due(statements: tuple[Sent, ...], validated: date, now: datetime) -> Due | None:
    """By the work list's own clock."""
    last = newest(statements)
    state = last.state if last is not None else StatementState.TO_DO
    statement = Statement(accepted_on(statements), state, last.sent if last is not None else None)
    return statement_due(statement, Declaration(validated=validated), now, local_day(now))
