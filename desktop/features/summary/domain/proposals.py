"""What a new version could say: lines of the former one, ordonnances, results, letters, with their sources.

It reads nothing: it takes what was read. It decides nothing: whatever is found is proposed (CF-087). The same
thing from two sources is one line with two sources; where they contradict each other, the doctor chooses.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Final

from desktop.domain.folding import fold
from desktop.domain.texts import Language
from desktop.features.summary.domain.draft import Decision, Draft, Line, Section, Source, SourceKind
from desktop.features.summary.domain.entries import (
    Allergy,
    Entry,
    Immunization,
    Medication,
    MedicationStatus,
    Observation,
    Problem,
)
from desktop.features.summary.domain.memory import NOTHING, Memory
from desktop.features.summary.domain.none_known import NONE_KNOWN, denial
from desktop.features.summary.domain.sameness import KnownSubstances, Thing
from desktop.features.summary.domain.sections import SECTIONS, SectionKey, SectionState
from desktop.features.summary.domain.summary import Summary
from desktop.features.summary.domain.wording import spoken

DISPENSED: Final = timedelta(days=183)  # what was dispensed longer ago is not proposed (features A.4)
_ORDER: Final = (
    SourceKind.PREVIOUS, SourceKind.PRESCRIPTION, SourceKind.DISPENSATION, SourceKind.LAB,
    SourceKind.DOCUMENT, SourceKind.TYPED,
)  # fmt: skip
_OVER: Final = (MedicationStatus.STOPPED, MedicationStatus.COMPLETED)
_DECISIVE: Final[dict[type[Entry], tuple[str, ...]]] = {
    Problem: ("status", "verification", "severity"),
    Allergy: ("status", "verification", "criticality", "type"),
    Medication: ("strength", "dosage", "form", "route", "status", "as_needed"),
    Observation: ("value",),
    Immunization: ("dose",),
}
"""In what two sources must agree, where both say something."""
_BESIDE: Final = (
    "codings",
    "ingredients",
    "form_coding",
    "route_coding",
    "ald",
)  # no contradiction: more is better


@dataclass(frozen=True, slots=True)
class Given:
    """What one source says in one section; ``state`` NONE_KNOWN where it says that there is nothing."""

    source: Source
    section: SectionKey
    entries: tuple[Entry, ...]
    state: SectionState = SectionState.LINES


def given_by(summary: Summary, source: Source) -> tuple[Given, ...]:
    """All that a summary says, the former version's or a colleague's, in the sections that we know."""
    return tuple(
        Given(source, section.key, section.entries, section.state)
        for section in summary.sections
        if section.key is not None
    )


def propose(
    draft: Draft,
    given: Iterable[Given],
    known: KnownSubstances,
    today: date,
    new_id: Callable[[], str],
    memory: Memory = NOTHING,
) -> Draft:
    """*draft* with a proposal for all that it does not say yet; asked twice, it is the same.

    What the doctor refused of a source is not offered again before there is a newer version of it
    (``Source.ref`` names the version), in this draft or in a later one (*memory*).
    """
    by_section: dict[SectionKey, list[Given]] = defaultdict(list)
    for one in sorted(given, key=_by_kind_then_newest):
        by_section[one.section].append(one)
    sections = []
    for rule in SECTIONS:
        section = draft.section(rule.key)
        for one in by_section[rule.key]:
            entries = (*_current(one, today), *_denied(one, section, spoken(draft.language)))
            section = _proposed(section, one.source, entries, known, new_id, memory)
        if section != Section(rule.key, SectionState.UNDECIDED):
            sections.append(section)
    return replace(draft, sections=tuple(sections))


def denials(draft: Draft, given: Iterable[Given]) -> tuple[Given, ...]:
    """The sources that say « none » where another one has a line: both are shown (features A.2)."""
    return tuple(
        one
        for one in given
        if one.state is SectionState.NONE_KNOWN
        and any(line.decision is not Decision.REFUSED for line in draft.section(one.section).lines)
    )


def contradict(one: Entry, other: Entry) -> bool:
    """Whether both say something of the same thing, and not the same: another dose, « refuted »."""
    return type(one) is type(other) and any(
        _said(ours) and _said(theirs) and ours != theirs
        for ours, theirs in (_values(one, other, name) for name in _DECISIVE.get(type(one), ()))
    )


def _by_kind_then_newest(one: Given) -> tuple[int, int]:
    day = one.source.day
    return _ORDER.index(one.source.kind), -day.toordinal() if day else 0


def _current(given: Given, today: date) -> Sequence[Entry]:
    """What of it still counts, the latest values first; of the former summary all, as it stands there."""
    source = given.source
    if source.kind is SourceKind.PREVIOUS:
        return given.entries
    if source.kind is SourceKind.DISPENSATION and source.day is not None and source.day < today - DISPENSED:
        return ()
    handed_out = source.kind is SourceKind.DISPENSATION
    entries = map(_as_taken, given.entries) if handed_out else given.entries
    going_on = [entry for entry in entries if not _is_over(entry, today)]
    return sorted(going_on, key=_age)


def _denied(given: Given, section: Section, language: Language) -> tuple[Entry, ...]:
    """« Aucun connu » of the former version, where nobody decided about the section yet (CF-074)."""
    says = given.state is SectionState.NONE_KNOWN and given.section in NONE_KNOWN and not given.entries
    former = given.source.kind is SourceKind.PREVIOUS
    is_open = section.state in (SectionState.UNDECIDED, SectionState.LINES)
    return (denial(given.section, language),) if says and former and is_open else ()


def _as_taken(entry: Entry) -> Entry:
    """What was handed out is « completed » as an act, and then it is taken."""
    if isinstance(entry, Medication) and entry.status is MedicationStatus.COMPLETED:
        return replace(entry, status=MedicationStatus.ACTIVE)
    return entry


def _is_over(entry: Entry, today: date) -> bool:
    """A treatment that was stopped, or whose last day is past."""
    if not isinstance(entry, Medication):
        return False
    return entry.status in _OVER or (entry.stop is not None and entry.stop.last < today)


def _age(entry: Entry) -> int:
    return -entry.at.first.toordinal() if isinstance(entry, Observation) and entry.at else 0


def _proposed(
    section: Section,
    source: Source,
    entries: Sequence[Entry],
    known: KnownSubstances,
    new_id: Callable[[], str],
    memory: Memory,
) -> Section:
    """Each entry takes a line that is there, or a new one; none takes a line that another one took."""
    lines = [_known(line, known) for line in section.lines]
    free = [one.line.id for one in lines]
    for entry in entries:
        thing = known.thing(entry)
        taken = _line_for(entry, thing, source, [one for one in lines if one.line.id in free])
        if taken is not None:
            free.remove(taken.line.id)
            lines[lines.index(taken)] = _known(_joined(taken.line, entry, source), known)
        elif not (
            memory.is_refused(section.key, thing.key, source.ref) or _is_outdated(entry, thing, lines, source)
        ):
            carried = memory.carried(section.key, thing.key) if source.kind is SourceKind.PREVIOUS else 0
            line = Line(new_id(), entry, (source,), Decision.PROPOSED, (), carried)
            lines.append(_known(line, known))
    return replace(section, lines=tuple(one.line for one in lines))


@dataclass(frozen=True, slots=True)
class _KnownLine:
    """A line and what it speaks of: by its entry first, then by what else its sources say."""

    line: Line
    things: tuple[Thing, ...]


def _known(line: Line, known: KnownSubstances) -> _KnownLine:
    return _KnownLine(line, tuple(map(known.thing, (line.entry, *line.conflicts))))


def _line_for(entry: Entry, thing: Thing, source: Source, lines: Sequence[_KnownLine]) -> _KnownLine | None:
    """The line that has this source already, else one of the same thing: the likest first.

    A line that was refused stands for the sources that it names, for no others.
    """
    alike = [one for one in lines if any(thing.same(said) for said in one.things)]
    from_it = [one for one in alike if _comes_from(one.line, source)]
    others = [one for one in alike if one.line.decision is not Decision.REFUSED]
    for candidates in (from_it, others):
        if candidates:
            return min(candidates, key=lambda one: _unlike(one.line, entry))
    return None


def _is_outdated(entry: Entry, thing: Thing, lines: Sequence[_KnownLine], source: Source) -> bool:
    """Whether a line has a later value of the same thing; what the former version says is never left out."""
    if source.kind is SourceKind.PREVIOUS or not isinstance(entry, Observation) or thing.time is None:
        return False
    values = (one.things[0] for one in lines)
    return any(one.time and one.time.iso > thing.time.iso and one.alike(thing) for one in values)


def _unlike(line: Line, entry: Entry) -> int:
    if entry == line.entry:
        return 0
    return 2 if contradict(line.entry, entry) else 1


def _comes_from(line: Line, source: Source) -> bool:
    return any(one.kind is source.kind and one.ref == source.ref for one in line.sources)


def _joined(line: Line, entry: Entry, source: Source) -> Line:
    """One source more. What it contradicts is asked; of what nobody said yet, its words are proposed."""
    if _comes_from(line, source):
        return line
    line = replace(line, sources=(*line.sources, source))
    if contradict(line.entry, entry):
        asked = line.conflicts if entry in line.conflicts else (*line.conflicts, entry)
        return replace(line, conflicts=asked)
    return replace(line, entry=_filled(line.entry, entry)) if line.decision is Decision.PROPOSED else line


def _filled(entry: Entry, other: Entry) -> Entry:
    """*entry* with what only *other* says of the thing; a day or a note of another paper is its own."""
    of_kind = {field.name for field in fields(entry)}
    names = (name for name in (*_DECISIVE.get(type(entry), ()), *_BESIDE) if name in of_kind)
    more = {name: getattr(other, name) for name in names if not _said(getattr(entry, name))}
    return replace(entry, **more)


def _values(one: Entry, other: Entry, name: str) -> tuple[object, object]:
    """A field of both; words are compared in any spelling."""
    ours, theirs = getattr(one, name), getattr(other, name)
    return (fold(ours), fold(theirs)) if isinstance(ours, str) and isinstance(theirs, str) else (ours, theirs)


def _said(value: object) -> bool:
    return value not in (None, "", (), MedicationStatus.UNKNOWN)
