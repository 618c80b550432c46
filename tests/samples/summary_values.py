"""Any summary that the program can publish, for hypothesis.

Left out is what says two things at once, and of which only one is sent: an active problem that ended, an
active allergy that was refuted (features A.6).
"""

from datetime import UTC, date, datetime
from typing import TypeVar

from hypothesis import strategies as st

from desktop.features.summary.domain import entries as e
from desktop.features.summary.domain.sections import REQUIRED, SECTIONS, EntryKind, SectionState
from desktop.features.summary.domain.summary import Subject, Summary, SummarySection, Writer

T = TypeVar("T")
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=12,
)
MAYBE = st.just("") | WORDS
LINES = WORDS.map(lambda words: " ".join(words.split(" ")).strip(" ")).filter(
    lambda line: line.strip() not in ("", "–")
)
TOKEN = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9.-]{0,9}", fullmatch=True)


def _maybe(values: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | values


def _iso(day: date, length: int) -> e.PartialDate:
    return e.PartialDate(day.isoformat()[:length])


PARTIAL = st.builds(_iso, st.dates(date(1000, 1, 1)), st.sampled_from((4, 7, 10)))
SYSTEMS = st.sampled_from(
    (
        *("http://snomed.info/sct", "http://loinc.org", "http://hl7.org/fhir/sid/icd-10"),
        *("urn:oid:2.16.840.1.113883.6.73", "urn:oid:1.2.3"),
    )
)
CODINGS = st.one_of(
    st.builds(e.Coding, SYSTEMS, TOKEN),
    st.builds(e.Coding, SYSTEMS, TOKEN, WORDS, st.sampled_from(("", "en", "fr-LU"))),
    st.builds(e.Coding, st.just(""), st.just(""), WORDS),
)
UNITS = st.sampled_from(("", "kg", "mmol/L", "mL/min/{1.73_m2}", "foo"))
DECIMALS = st.from_regex(r"-?(0|[1-9][0-9]{0,5})(\.[0-9]{1,6})?([eE][+-]?[0-9]{1,2})?", fullmatch=True)
QUANTITIES = st.builds(e.Quantity, DECIMALS, MAYBE, UNITS, st.sampled_from(("", "<", "<=", ">=", ">")))
ABSENT = st.sampled_from(("unknown", "not-performed", "error", "asked-declined", "lost"))
SEVERITY = _maybe(st.sampled_from(e.Severity))
_SHARED = {
    "text": WORDS,
    "codings": st.lists(CODINGS, max_size=2).map(tuple),
    "note": MAYBE,
}


def _certain(entry: e.Problem | e.Allergy) -> bool:
    active = entry.status is e.ClinicalStatus.ACTIVE
    ended = isinstance(entry, e.Problem) and entry.ended is not None
    return not (active and (ended or entry.verification is e.Verification.REFUTED))


_STATE = {
    "status": st.sampled_from(e.ClinicalStatus),
    "verification": _maybe(st.sampled_from(e.Verification)),
    "onset": _maybe(PARTIAL),
}
PROBLEMS = st.builds(
    e.Problem, **_SHARED, **_STATE, severity=SEVERITY, ended=_maybe(PARTIAL), ald=_maybe(st.integers(1, 32))
).filter(_certain)
ALLERGIES = st.builds(
    e.Allergy,
    **_SHARED,
    **_STATE,
    type=_maybe(st.sampled_from(e.AllergyType)),
    criticality=_maybe(st.sampled_from(e.Criticality)),
    reactions=st.lists(
        st.builds(e.Reaction, WORDS, st.lists(CODINGS, max_size=2).map(tuple), SEVERITY), max_size=2
    ).map(tuple),
).filter(_certain)


def _worded(entry: e.Medication) -> bool:
    """Codes stand beside words, never instead of them."""
    return (bool(entry.form) or not entry.form_coding) and (bool(entry.route) or not entry.route_coding)


MEDICATIONS = st.builds(
    e.Medication,
    **_SHARED,
    ingredients=st.lists(WORDS, max_size=2).map(tuple),
    strength=MAYBE,
    form=MAYBE,
    form_coding=_maybe(CODINGS),
    route=MAYBE,
    route_coding=_maybe(CODINGS),
    dosage=MAYBE,
    as_needed=_maybe(st.booleans()),
    start=_maybe(PARTIAL),
    stop=_maybe(PARTIAL),
    status=st.sampled_from(e.MedicationStatus),
    reason=MAYBE,
    prescriber=MAYBE,
).filter(_worded)
_OBSERVED = {
    **_SHARED,
    "at": _maybe(PARTIAL),
    "performer": MAYBE,
    "reference": MAYBE,
    "interpretation": MAYBE | st.sampled_from(("H", "LL", "N")),
}
OBSERVATIONS = st.builds(e.Observation, **_OBSERVED, value=QUANTITIES | CODINGS | WORDS) | st.builds(
    e.Observation, **_OBSERVED, absent=ABSENT
)
ENTRIES: dict[EntryKind, st.SearchStrategy[e.Entry]] = {
    EntryKind.PROBLEM: PROBLEMS,
    EntryKind.ALLERGY: ALLERGIES,
    EntryKind.MEDICATION: MEDICATIONS,
    EntryKind.IMMUNIZATION: st.builds(
        e.Immunization, **_SHARED, given=_maybe(PARTIAL), target=MAYBE, dose=MAYBE, batch=MAYBE
    ),
    EntryKind.OBSERVATION: OBSERVATIONS,
    EntryKind.PROCEDURE: st.builds(e.Procedure, **_SHARED, performed=_maybe(PARTIAL), site=MAYBE),
    EntryKind.DEVICE: st.builds(e.Device, **_SHARED, since=_maybe(PARTIAL), site=MAYBE),
    EntryKind.ALERT: st.builds(e.Alert, **_SHARED, since=_maybe(PARTIAL)),
    EntryKind.REMARK: st.builds(e.Remark, **_SHARED, since=_maybe(PARTIAL)),
}
_EMPTY = (SectionState.NONE_KNOWN, SectionState.UNAVAILABLE)


@st.composite
def _sections(draw: st.DrawFn) -> tuple[SummarySection, ...]:
    made = []
    for rule in SECTIONS:
        required = rule.key in REQUIRED
        if not required and draw(st.booleans()):
            continue
        states = (*_EMPTY, SectionState.LINES, *([SectionState.NOT_ASKED] if required else []))
        state = draw(st.sampled_from(states))
        # one kind of words a section, and always a remark of others: what a foreign narrative leaves
        several = st.lists(ENTRIES[rule.kind] | ENTRIES[EntryKind.REMARK], min_size=1, max_size=2)
        lines = draw(several.map(tuple)) if state is SectionState.LINES else ()
        narrative = draw(st.lists(LINES, max_size=2).map(tuple))
        made.append(SummarySection(rule.key, state, lines, note=draw(MAYBE), narrative=narrative))
    for title in draw(st.lists(WORDS, max_size=1)):
        told = draw(st.lists(LINES, min_size=1, max_size=2).map(tuple))
        loinc = draw(st.sampled_from(("", "10187-3")))
        made.append(SummarySection(None, SectionState.LINES, (), title, loinc, narrative=told))
    return tuple(made)


URNS = st.uuids().map(lambda found: found.urn)
SUMMARIES = st.builds(
    Summary,
    identifier=URNS,
    bundle=URNS,
    version=st.integers(1, 9999),
    replaces=st.just("") | URNS,
    subject=st.builds(
        Subject,
        st.just("") | TOKEN,
        MAYBE,
        MAYBE,
        MAYBE,
        _maybe(st.dates()),
        st.sampled_from(("", "female", "male", "other", "unknown")),
        MAYBE,
    ),
    author=st.builds(Writer, WORDS, MAYBE, MAYBE, MAYBE),
    written_at=st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    language=st.sampled_from(("fr", "de", "lb", "en", "fr-LU", "pt")),
    sections=_sections(),
)
