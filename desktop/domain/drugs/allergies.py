"""Allergies of the record against the lines: the substance, its group, and what reacts across (CF-119).

An allergy is known by its ATC codes, else by the words of its label: a DCI, or the name of a group. What is
known of neither is said to be unchecked. Each allergy gives one finding a line, the strongest.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from desktop.domain.drugs.data import (
    RECIPROCAL,
    AllergyGroup,
    CrossReaction,
    DataRow,
    DrugData,
    RuleAction,
    Substance,
)
from desktop.domain.drugs.findings import (
    AlertLevel,
    DrugFinding,
    KnownAllergy,
    ReactionKind,
    Sentence,
    origin_of,
)
from desktop.domain.drugs.known_lines import KnownLine, labels, numbers
from desktop.domain.drugs.names import stem

_LOWERED: Final = frozenset({ReactionKind.INTOLERANCE, ReactionKind.SIDE_EFFECT})
_LONGEST_NAME: Final = 4  # words of a DCI that are looked for in a label
_STRENGTHS: Final = ("élevé", "selon chaîne latérale", "possible", "variable", "bas", "moindre", "très bas")


@dataclass(frozen=True, slots=True)
class _Allergen:
    """What an allergy is to: single substances (codes), or whole groups where no substance was named."""

    allergy: KnownAllergy
    codes: frozenset[str]
    groups: tuple[AllergyGroup, ...]

    @property
    def whole_group(self) -> bool:
        """It may be to any member of its groups."""
        return not self.codes


@dataclass(frozen=True, slots=True)
class _Hit:
    """Why a line reacts; the smaller ``rank``, the nearer; the longer ``reach``, the narrower its group."""

    level: AlertLevel
    rank: int
    rule: str
    said: Sentence
    group: AllergyGroup | None
    rows: tuple[DataRow, ...]
    reach: int = 0


def allergies(
    lines: Sequence[KnownLine], known: Iterable[KnownAllergy], data: DrugData
) -> Iterator[DrugFinding]:
    """One finding an allergy and rule; then what could not be checked."""
    for allergy in known:
        allergen = _allergen(allergy, data)
        found: dict[str, tuple[_Hit, list[KnownLine]]] = {}
        for line in (one for one in lines if one.own):
            hits = sorted(_hits(allergen, line, data), key=_nearness)
            if hits:
                found.setdefault(hits[0].rule, (hits[0], []))[1].append(line)
        for hit, hit_lines in found.values():
            yield _finding(allergen, hit, hit_lines, data)
        yield from _unchecked(allergen, lines, data)


def _nearness(hit: _Hit) -> tuple[bool, int, int]:
    return hit.level is not AlertLevel.STOP, hit.rank, -hit.reach


def _allergen(allergy: KnownAllergy, data: DrugData) -> _Allergen:
    substances = [*_named_substances(allergy.label, data)] if not allergy.codes else []
    codes = frozenset((*allergy.codes, *(one.atc for one in substances)))
    codes |= {known.atc for code in codes if (known := data.coded(code))}
    told = {key for code in codes if (known := data.coded(code)) for key in known.allergy_groups}
    words = f" {stem(allergy.label)} "
    groups = tuple(
        group
        for group in data.allergy_groups
        if group.holds(codes)
        or group.key in told
        or any(_names(words, name) for name in data.index.group_names[group.key])
    )
    return _Allergen(allergy, codes, groups)


def _named_substances(label: str, data: DrugData) -> Iterator[Substance]:
    words = stem(label).split()
    for start in range(len(words)):
        for end in range(start + 1, min(start + _LONGEST_NAME, len(words)) + 1):
            known = data.index.by_name.get(" ".join(words[start:end]))
            if known is not None:
                yield known


def _names(words: str, name: str) -> bool:
    """The group's name stands in the label, or the label is how the name begins: « sulfamides »."""
    return f" {name} " in words or f"{name} ".startswith(words.strip() + " ")


def _hits(allergen: _Allergen, line: KnownLine, data: DrugData) -> Iterator[_Hit]:
    allergy = allergen.allergy
    for code in sorted(allergen.codes):
        if any(own.startswith(code) for own in line.codes):
            substance = data.coded(code)
            said = _sentence(allergy, "drugs.allergy_same", "drugs.allergy_same_unsaid", line)
            rows = (substance.row,) if substance else ()
            yield _Hit(_level(RuleAction.REASON, allergy), 0, f"A-{code}", said, None, rows)
    for group in allergen.groups:
        if reach := group.reach(line.codes):
            said = _sentence(
                allergy, "drugs.allergy_group", "drugs.allergy_group_unsaid", line, group=group.label
            )
            level = _level(group.action, allergy)
            yield _Hit(level, 1, f"A-{group.key}", said, group, (group.row,), reach)
        yield from _across(allergen, group, line, data)
        yield from _told_of(allergen, group, line, data)


def _across(allergen: _Allergen, group: AllergyGroup, line: KnownLine, data: DrugData) -> Iterator[_Hit]:
    """Groups that react with *group*.

    Was a whole group named, and are some of its members in the other group too, then the allergy may be to
    one of these: their own, reciprocal reaction counts (a penicillin nobody named, and cefadroxil; CF-119).
    """
    for cross in group.crosses:
        other = data.index.groups.get(cross.target)
        if other is None or other in allergen.groups or not other.holds(line.codes):
            continue
        level, strength = AlertLevel.WARN, cross.strength
        own = other.cross(RECIPROCAL)
        shared = any(prefix.startswith(group.prefixes) for prefix in other.prefixes if group.prefixes)
        if own is not None and shared and allergen.whole_group:
            level, strength = _level(other.action, allergen.allergy), own.strength
        rule = f"A-{group.key}-{other.key}"
        yield _cross_hit(allergen, level, rule, line, group, other.label, strength, (group.row, other.row))


def _told_of(allergen: _Allergen, group: AllergyGroup, line: KnownLine, data: DrugData) -> Iterator[_Hit]:
    """Substances that the data count to *group*, or name in its row, though their code is of another."""
    for code in sorted(line.codes):
        substance = data.coded(code)
        if substance is None or group.holds(line.codes) or code in allergen.codes:
            continue
        cross: CrossReaction | None = group.cross(substance.name)
        if cross is None and group.key not in substance.allergy_groups:
            continue
        strength = cross.strength if cross else ""
        rule = f"A-{group.key}-{substance.atc}"
        rows = (group.row, substance.row)
        yield _cross_hit(allergen, AlertLevel.WARN, rule, line, group, substance.name, strength, rows)


def _cross_hit(
    allergen: _Allergen,
    level: AlertLevel,
    rule: str,
    line: KnownLine,
    group: AllergyGroup,
    other: str,
    strength: str,
    rows: tuple[DataRow, ...],
) -> _Hit:
    said = _sentence(
        allergen.allergy, "drugs.allergy_cross", "drugs.allergy_cross_unsaid", line,
        group=group.label, other=other, strength=strength or "?",
    )  # fmt: skip
    rank = _STRENGTHS.index(strength) if strength in _STRENGTHS else _STRENGTHS.index("possible")
    return _Hit(level, 2 + rank, rule, said, group, rows)


def _sentence(allergy: KnownAllergy, said: str, unsaid: str, line: KnownLine, **facts: str) -> Sentence:
    """With the recorded reaction, its criticality and its date: every hit shows them (header of the file)."""
    history = ", ".join(filter(None, (allergy.reaction, allergy.criticality, allergy.recorded)))
    facts |= {"allergy": allergy.label, "line": line.line.label}
    return Sentence.of(said, history=history, **facts) if history else Sentence.of(unsaid, **facts)


def _level(action: RuleAction, allergy: KnownAllergy) -> AlertLevel:
    stops = action is RuleAction.REASON and allergy.kind not in _LOWERED
    return AlertLevel.STOP if stops else AlertLevel.WARN


def _finding(allergen: _Allergen, hit: _Hit, lines: Sequence[KnownLine], data: DrugData) -> DrugFinding:
    facts = dict(hit.said.facts) | {"line": labels(lines)}
    said = [Sentence(hit.said.key, facts)]
    if allergen.allergy.kind is ReactionKind.INTOLERANCE:
        said.append(Sentence.of("drugs.allergy_intolerance"))
    elif allergen.allergy.kind is ReactionKind.SIDE_EFFECT:
        said.append(Sentence.of("drugs.allergy_side_effect"))
    if hit.group is not None and (remark := _remark(hit.group, data)):
        said.append(Sentence.of("drugs.remark", remark=remark))
    return DrugFinding(hit.level, hit.rule, tuple(said), numbers(lines), hit.rows, origin_of(data))


def _remark(group: AllergyGroup, data: DrugData) -> str:
    """What its row says beside the groups and substances that the program looked for."""
    looked = {RECIPROCAL, *data.index.groups}
    rest = [
        f"{c.target}\u00a0: {c.strength}"
        for c in group.crosses
        if c.target not in looked and not data.named(c.target)
    ]
    return "; ".join((*rest, *filter(None, (group.remark,))))


def _unchecked(allergen: _Allergen, lines: Sequence[KnownLine], data: DrugData) -> Iterator[DrugFinding]:
    """An allergy that the data do not know, and one to what no ATC code tells: an excipient, food."""
    label = allergen.allergy.label
    rule = f"N-ALLERGY-{stem(label).upper().replace(' ', '-')}"
    bare = [group for group in allergen.groups if not group.prefixes]
    if not allergen.groups and not any(data.coded(code) for code in allergen.codes):
        said = Sentence.of("drugs.unchecked_allergy", allergy=label)
    elif bare and not allergen.codes:
        rule = f"N-EXCIPIENT-{bare[0].key}"
        said = Sentence.of("drugs.unchecked_excipient", allergy=label, group=bare[0].label)
    else:
        return
    rows = tuple(group.row for group in bare)
    yield DrugFinding(AlertLevel.UNCHECKED, rule, (said,), numbers(lines), rows, origin_of(data))
