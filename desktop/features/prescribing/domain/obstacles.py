"""What stands between a draft and its signature: each is named, with its line (screens: Prescriber)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from desktop.domain.drugs.findings import AlertLevel, DrugFinding, is_reason
from desktop.domain.local_time import day_words
from desktop.domain.prescription.deadlines import R_REPEATS
from desktop.domain.prescription.ordonnance import SHORTEST_REASON, Line, Override, RenewalClass
from desktop.domain.texts import Language
from desktop.features.prescribing.domain.draft import RxDraft


class ObstacleKind(StrEnum):
    """EMPTY: no line. UNFINISHED: something stands in the field. STOPPED: a ■ that nobody answered.

    PAPER_FORM: an S line without the number of its secured form (CF-103). SHORT_REASON: « non substituable »
    without why. PAST: the last day is over. NO_DAY: what was typed as the last day is none. NO_RENEWAL and
    TOO_MANY: S is renewed never, R five times at most (domain §C.1).
    """

    EMPTY = "empty"
    UNFINISHED = "unfinished"
    STOPPED = "stopped"
    PAPER_FORM = "paper-form"
    SHORT_REASON = "short-reason"
    PAST = "past"
    NO_DAY = "no-day"
    NO_RENEWAL = "no-renewal"
    TOO_MANY = "too-many"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """``line``: its number, 0 for the ordonnance itself."""

    kind: ObstacleKind
    line: int = 0


def obstacles(draft: RxDraft, findings: Iterable[DrugFinding], today: date) -> tuple[Obstacle, ...]:
    """All of them, by line; none: it can be signed."""
    found = [] if draft.lines else [Obstacle(ObstacleKind.EMPTY)]
    if draft.typed.strip():
        found.append(Obstacle(ObstacleKind.UNFINISHED))
    if draft.until is not None and draft.until < today:
        found.append(Obstacle(ObstacleKind.PAST))
    for line in draft.lines:
        if line.renewal is RenewalClass.S and not line.paper_form.strip():
            found.append(Obstacle(ObstacleKind.PAPER_FORM, line.number))
        if line.renewal is RenewalClass.S and line.repeats:
            found.append(Obstacle(ObstacleKind.NO_RENEWAL, line.number))
        if line.renewal is RenewalClass.R and (line.repeats or 0) > R_REPEATS:
            found.append(Obstacle(ObstacleKind.TOO_MANY, line.number))
        if line.not_substitutable and len(line.not_substitutable.strip()) < SHORTEST_REASON:
            found.append(Obstacle(ObstacleKind.SHORT_REASON, line.number))
    for finding in findings:
        if finding.level is AlertLevel.STOP and passed_over(draft, finding) is None:
            found.append(Obstacle(ObstacleKind.STOPPED, last_of(finding)))
    return tuple(found)


def last_of(finding: DrugFinding) -> int:
    """The line that « Retenir » withdraws: the one that was written last."""
    return max(finding.lines, default=0)


def passed_over(draft: RxDraft, finding: DrugFinding) -> Override | None:
    """The reason that was given for exactly this alert; another alert of the same rule asks again."""
    said = alert_words(finding)
    lines = (draft.line(number) for number in finding.lines)
    every = (one for line in lines if line is not None for one in line.overrides)
    return next((one for one in every if (one.rule, one.alert) == (finding.rule, said)), None)


def still_waiting(draft: RxDraft, findings: Iterable[DrugFinding]) -> tuple[DrugFinding, ...]:
    """Without those that somebody passed over with a reason."""
    return tuple(one for one in findings if passed_over(draft, one) is None)


def pass_over(draft: RxDraft, finding: DrugFinding, reason: str, by: str, at: datetime) -> RxDraft:
    """*reason* is kept with the line, and signed with it (CF-114); one that is none changes nothing."""
    line = draft.line(last_of(finding))
    if line is None or not is_reason(reason):
        return draft
    override = Override(finding.rule, alert_words(finding), _source(finding), reason.strip(), by, at)
    return draft.with_line(replace(line, overrides=(*line.overrides, override)))


def still_meant(draft: RxDraft, findings: Iterable[DrugFinding]) -> RxDraft:
    """Reasons for alerts that are none any more are not signed."""
    said = {(finding.rule, alert_words(finding)) for finding in findings}

    def kept(line: Line) -> Line:
        return replace(line, overrides=tuple(o for o in line.overrides if (o.rule, o.alert) in said))

    return replace(draft, lines=tuple(map(kept, draft.lines)))


def alert_words(finding: DrugFinding) -> str:
    """The alert in the language of the ordonnance: what is signed does not change with the window's."""
    return finding.words(Language.FR)


def _source(finding: DrugFinding) -> str:
    """File, row and date (CF-118); "" where no data speak."""
    if finding.origin is None:
        return ""
    rows = ", ".join(f"{row.file}:{row.line}" for row in finding.rows) or finding.origin.name
    return f"{rows} {day_words(finding.origin.version)}"
