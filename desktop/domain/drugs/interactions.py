"""Interactions: a row of the data fires for two lines, in either order, by the beginnings of their ATC codes.

Combinations are taken apart before (:mod:`.known_lines`). Where one of the two is a drop for the eye or a
cream, little of it reaches the other: what is said goes down to « à prendre en compte » (part D of the law).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from desktop.domain.drugs.data import LEAST_CODE, WHOLE_CODE, DrugData, Interaction, InteractionSeverity
from desktop.domain.drugs.findings import AlertLevel, DrugFinding, Sentence, origin_of
from desktop.domain.drugs.known_lines import KnownLine, labels, numbers, others

# Only a contra-indication asks for a reason: an alert that stops too often is passed over unread.
_LEVELS: Final[Mapping[InteractionSeverity, AlertLevel]] = {
    InteractionSeverity.CI: AlertLevel.STOP,
    InteractionSeverity.AD: AlertLevel.WARN,
    InteractionSeverity.PE: AlertLevel.WARN,
    InteractionSeverity.PC: AlertLevel.WARN,
}
_KEYS: Final[Mapping[InteractionSeverity, str]] = {
    InteractionSeverity.CI: "drugs.interaction_ci",
    InteractionSeverity.AD: "drugs.interaction_ad",
    InteractionSeverity.PE: "drugs.interaction_pe",
    InteractionSeverity.PC: "drugs.interaction_pc",
}
_ORDER: Final = list(InteractionSeverity)


def interactions(lines: Sequence[KnownLine], data: DrugData) -> Iterator[DrugFinding]:
    """The worst first; one finding a row, whichever lines it is about; one of them is of the ordonnance."""
    met: dict[tuple[InteractionSeverity, str], tuple[Interaction, list[KnownLine], list[KnownLine]]] = {}
    held, wide = _places(lines)
    for place, first in enumerate(lines):
        if not first.own:
            continue
        rows = {(row.key, far): row for code in first.codes for row, far in data.about(code)}
        for (_, far), row in rows.items():
            there = {*held.get(far, ()), *(at for at, code in wide if far.startswith(code))}
            for second in (lines[at] for at in sorted(there) if at > place):
                local = first.local or second.local
                severity = InteractionSeverity.PC if local else row.severity
                a, b = (first, second) if far == row.atc_b else (second, first)
                _, side_a, side_b = met.setdefault((severity, row.key), (row, [], []))
                side_a.append(a)
                side_b.append(b)
    for (severity, _), (row, side_a, side_b) in sorted(met.items(), key=lambda one: _ORDER.index(one[0][0])):
        yield _finding(row, severity, side_a, side_b, data)


def _places(lines: Sequence[KnownLine]) -> tuple[Mapping[str, set[int]], Sequence[tuple[int, str]]]:
    """Which lines have a code under a prefix; and the codes of groups, of which any member may be meant."""
    held: dict[str, set[int]] = {}
    for place, line in enumerate(lines):
        for code in line.codes:
            for end in range(1, len(code) + 1):
                held.setdefault(code[:end], set()).add(place)
    coded = ((place, code) for place, line in enumerate(lines) for code in line.codes)
    return held, [one for one in coded if LEAST_CODE <= len(one[1]) < WHOLE_CODE]


def _finding(
    row: Interaction,
    severity: InteractionSeverity,
    side_a: Sequence[KnownLine],
    side_b: Sequence[KnownLine],
    data: DrugData,
) -> DrugFinding:
    said = [Sentence.of(_KEYS[severity], a=labels(side_a), b=labels(side_b), effect=row.effect)]
    if row.advice:
        said.append(Sentence.of("drugs.advice", advice=row.advice))
    if severity is not row.severity:
        said.append(Sentence.of("drugs.local", severity=row.severity.value))
    both = (*side_a, *side_b)
    return DrugFinding(
        _LEVELS[severity], row.key, tuple(said), numbers(both), (row.row,), origin_of(data), others(both)
    )
