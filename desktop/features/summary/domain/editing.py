"""What a doctor does with a draft: each act is a function Draft → Draft, and the last ones can be undone.

No act destroys a line: what was typed stays in its section, whatever is decided about it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from desktop.features.summary.domain.draft import Decision, Draft, Form, Line, Section, Source, SourceKind
from desktop.features.summary.domain.entries import Entry
from desktop.features.summary.domain.none_known import is_denial
from desktop.features.summary.domain.sections import REQUIRED, SECTIONS, SectionKey, SectionState
from desktop.features.summary.domain.summary import Summary

STEPS_KEPT: Final = 200
_CHILD_ONLY: Final = frozenset({SectionKey.CHILDHOOD})


@dataclass(frozen=True, slots=True)
class Editing:
    """A draft and what it was before each of the last acts, the newest last."""

    draft: Draft
    past: tuple[Draft, ...] = ()

    def then(self, draft: Draft) -> "Editing":
        """After an act; one that changed nothing is no step."""
        if draft == self.draft:
            return self
        return Editing(draft, (*self.past, self.draft)[-STEPS_KEPT:])

    def undone(self) -> "Editing":
        """Before the last act; itself where there is none."""
        return Editing(self.past[-1], self.past[:-1]) if self.past else self


def typed(entry: Entry, line_id: str, author: str, today: date) -> Line:
    """A line that the doctor wrote himself: he accepts it by writing it."""
    return Line(line_id, entry, (_typed_by(author, today),), Decision.ACCEPTED)


def accept(draft: Draft, key: SectionKey, line_id: str) -> Draft:
    """Publish the line. One that says two things stays as it is: :func:`choose` comes first."""
    return _decide(draft, key, line_id, Decision.ACCEPTED)


def take_back(draft: Draft, key: SectionKey, line_id: str) -> Draft:
    """Later: the line waits, and is not published (CF-087). Also what restores a refused one."""
    return _decide(draft, key, line_id, Decision.PROPOSED)


def refuse(draft: Draft, key: SectionKey, line_id: str) -> Draft:
    """The line is not taken over; it stays here to be restored."""
    return _decide(draft, key, line_id, Decision.REFUSED)


def object_to(draft: Draft, key: SectionKey, line_id: str) -> Draft:
    """The patient objects: the line is published nowhere (CF-086)."""
    return _decide(draft, key, line_id, Decision.OBJECTED)


def choose(draft: Draft, key: SectionKey, line_id: str, entry: Entry) -> Draft:
    """Of what the sources say of one thing, *entry* is right; ValueError for what none of them says."""

    def chosen(line: Line) -> Line:
        if entry not in (line.entry, *line.conflicts):
            raise ValueError("no source says this")
        return replace(line, entry=entry, conflicts=(), decision=Decision.ACCEPTED, carried=0)

    return _change(draft, key, line_id, chosen)


def edit(draft: Draft, key: SectionKey, line_id: str, entry: Entry, author: str, today: date) -> Draft:
    """The line says *entry* now, in the doctor's words: he is one of its sources, and accepts it."""

    def edited(line: Line) -> Line:
        if type(entry) is not type(line.entry):
            raise ValueError("a line stays of its kind")
        if entry == line.entry and not line.conflicts:
            return replace(line, decision=Decision.ACCEPTED, carried=0)
        others = tuple(source for source in line.sources if source.kind is not SourceKind.TYPED)
        sources = (*others, _typed_by(author, today))
        return replace(
            line, entry=entry, sources=sources, conflicts=(), decision=Decision.ACCEPTED, carried=0
        )

    return _change(draft, key, line_id, edited)


def begun(draft: Draft, key: SectionKey, line: Line) -> Draft:
    """What is being written in *line* and not finished, for a draft that may be all that is left of it.

    A new line waits for its decision; beside one that is there the words stand as another answer to choose.
    """
    there = next((one for one in draft.section(key).lines if one.id == line.id), None)
    if there is None:
        return add(draft, key, replace(line, decision=Decision.PROPOSED))
    if line.entry in (there.entry, *there.conflicts):
        return draft
    beside = replace(there, conflicts=(*there.conflicts, line.entry), decision=Decision.PROPOSED)
    return _change(draft, key, line.id, lambda _: beside)


def add(draft: Draft, key: SectionKey, line: Line) -> Draft:
    """One line more, at the end of its section."""
    section = draft.section(key)
    return _put(draft, replace(section, lines=(*section.lines, line)))


def move(draft: Draft, key: SectionKey, line_id: str, by: int) -> Draft:
    """The line *by* places further down (negative: up), as far as there are places."""
    section = draft.section(key)
    place = next((n for n, line in enumerate(section.lines) if line.id == line_id), None)
    if place is None:
        return draft
    rest = [line for line in section.lines if line.id != line_id]
    rest.insert(min(max(place + by, 0), len(rest)), section.lines[place])
    return _put(draft, replace(section, lines=tuple(rest)))


def at_stake(section: Section, state: SectionState) -> tuple[Line, ...]:
    """The accepted lines that would no longer be published in *state*."""
    if state is SectionState.LINES:
        return ()
    accepted = (line for line in section.lines if line.decision is Decision.ACCEPTED)
    return tuple(ln for ln in accepted if state is not SectionState.NONE_KNOWN or not is_denial(ln.entry))


def set_state(draft: Draft, key: SectionKey, state: SectionState) -> Draft:
    """The section says *state*; lines that contradict it are refused, not destroyed (:func:`at_stake`).

    LINES is said by accepting one: to ask for it in an empty section takes another state back.
    """
    section = draft.section(key)
    if state is SectionState.NONE_KNOWN:  # says what the line of the former version says
        section = replace(section, lines=tuple(ln for ln in section.lines if not is_denial(ln.entry)))
    away = Decision.OBJECTED if state is SectionState.REFUSED else Decision.REFUSED
    leaving = {line.id for line in at_stake(section, state)}
    lines = tuple(replace(ln, decision=away) if ln.id in leaving else ln for ln in section.lines)
    return _put(draft, replace(section, state=state, lines=lines))


def set_form(draft: Draft, form: Form) -> Draft:
    """Another form; what stands in sections that it does not ask for stays."""
    return replace(draft, form=form)


def review(draft: Draft, key: SectionKey, now: datetime) -> Draft:
    """The doctor says that the section is right as it stands; the next change of it takes that back."""
    section = replace(draft.section(key), reviewed_at=now)
    return _placed(draft, section)


def keep_unchanged(draft: Draft, now: datetime, former: Summary | None) -> Draft:
    """Take over the optional sections in which nothing but the former version speaks, and nobody decided.

    « Aucun connu » of *former* is taken over too: left out, it would no longer be said (CF-074).
    """
    states = {one.key: one.state for one in former.sections} if former else {}
    for rule in SECTIONS:
        section = draft.section(rule.key)
        if rule.key in REQUIRED or section.state is not SectionState.UNDECIDED:
            continue
        lines, state = section.lines, states.get(rule.key, SectionState.UNDECIDED)
        if lines and all(map(_is_untouched, lines)):
            kept = replace(section, state=SectionState.LINES, lines=tuple(map(_carried_on, lines)))
            draft = _placed(draft, replace(kept, reviewed_at=now))
        elif not lines and state not in (SectionState.UNDECIDED, SectionState.LINES):
            draft = _placed(draft, replace(section, state=state, reviewed_at=now))
    return draft


def waiting(section: Section) -> int:
    """How many of its lines nobody decided about."""
    return sum(line.decision is Decision.PROPOSED for line in section.lines)


def is_open(section: Section) -> bool:
    """Whether the section keeps the summary from being published (CF-083).

    A required one says nothing yet, or two sources contradict each other: to leave a treatment out in
    silence because its dose is disputed would be the worst answer.
    """
    says_nothing = section.state is SectionState.UNDECIDED and section.key in REQUIRED
    return says_nothing or any(ln.conflicts and ln.decision in _WANTED for ln in section.lines)


def decisions_left(draft: Draft) -> tuple[SectionKey, ...]:
    """The sections that keep it from being published, in the order in which they are read."""
    return tuple(key for key in asked(draft) if is_open(draft.section(key)))


def asked(draft: Draft) -> tuple[SectionKey, ...]:
    """The sections of its form, and those in which something stands."""
    wanted = draft.form is Form.PAEDIATRIC
    return tuple(
        rule.key
        for rule in SECTIONS
        if wanted or rule.key not in _CHILD_ONLY or draft.section(rule.key).lines
    )


def next_waiting(section: Section, after: str) -> Line | None:
    """The next line, round about, that waits for a decision."""
    places = [n for n, line in enumerate(section.lines) if line.id == after]
    start = places[0] + 1 if places else 0
    rest = (*section.lines[start:], *section.lines[:start])
    return next((line for line in rest if line.decision is Decision.PROPOSED), None)


def next_to_review(draft: Draft, after: SectionKey) -> SectionKey | None:
    """The next section, round about, where something is to be decided; None when there is no other."""
    keys = asked(draft)
    place = keys.index(after) + 1 if after in keys else 0
    for key in (*keys[place:], *keys[:place]):
        section = draft.section(key)
        if key is not after and section.reviewed_at is None and (is_open(section) or waiting(section)):
            return key
    return None


_WANTED: Final = (Decision.PROPOSED, Decision.ACCEPTED)


def _typed_by(author: str, today: date) -> Source:
    return Source(SourceKind.TYPED, "", "", today, author)


def _carried_on(line: Line) -> Line:
    """Accepted with its section, not by itself: one version more that nobody looked at it for."""
    return replace(line, decision=Decision.ACCEPTED, carried=line.carried + 1)


def _is_untouched(line: Line) -> bool:
    former = all(source.kind is SourceKind.PREVIOUS for source in line.sources)
    return former and line.decision is Decision.PROPOSED and not line.conflicts


def _decide(draft: Draft, key: SectionKey, line_id: str, decision: Decision) -> Draft:
    def decided(line: Line) -> Line:
        if decision is Decision.ACCEPTED and line.conflicts:
            return line
        seen = 0 if decision is Decision.ACCEPTED else line.carried
        return replace(line, decision=decision, carried=seen)

    return _change(draft, key, line_id, decided)


def _change(draft: Draft, key: SectionKey, line_id: str, change: Callable[[Line], Line]) -> Draft:
    section = draft.section(key)
    lines = tuple(change(line) if line.id == line_id else line for line in section.lines)
    return _put(draft, replace(section, lines=lines)) if lines != section.lines else draft


def _put(draft: Draft, section: Section) -> Draft:
    """A changed section is to be reviewed again; it says « lines » where one is accepted, and only there."""
    state = section.state
    if any(line.decision is Decision.ACCEPTED for line in section.lines):
        state = SectionState.LINES
    elif state is SectionState.LINES:
        state = SectionState.UNDECIDED
    return _placed(draft, replace(section, state=state, reviewed_at=None))


def _placed(draft: Draft, section: Section) -> Draft:
    others = {s.key: s for s in draft.sections} | {section.key: section}
    return replace(draft, sections=tuple(others[rule.key] for rule in SECTIONS if rule.key in others))
