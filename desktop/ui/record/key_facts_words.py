"""What the parts of « À savoir » say, as lines: of the list's metadata, and of what was read (CF-062)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.key_facts import (
    LAB,
    LETTERS,
    RESUME,
    KeyFact,
    KeyTopic,
    Says,
    TopicState,
    annonce_days,
    newest,
)
from desktop.domain.record import Document
from desktop.domain.texts import counted, text
from desktop.services.lifeline import document_time
from desktop.services.record import pending_annonces
from desktop.ui.dates import day
from desktop.ui.record.fact_section import FactLine
from desktop.ui.views.describe import document_title

ANNONCES, NEW = "annonces", "new"  # acts of lines, beside ids of documents
_MOST_ANNONCES = 3
_NOT_READ = {KeyTopic.ALLERGIES: "record.allergies_not_read", KeyTopic.TREATMENT: "record.treatment_not_read"}
_NOT_SAID = {KeyTopic.ALLERGIES: "record.allergies_not_said", KeyTopic.TREATMENT: "record.treatment_not_said"}
_NONE = {KeyTopic.ALLERGIES: "record.allergies_none", KeyTopic.TREATMENT: "record.treatment_none"}
_UNKNOWN = {KeyTopic.ALLERGIES: "record.allergies_unknown", KeyTopic.TREATMENT: "record.treatment_unknown"}


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What the panel is made from. ``fresh``: new since the user's former opening ``since``, not his own;
    ``readable_offline``: None = online; ``whole``: all that the right shows came, and it is no view of one's
    own documents. What is not there is said of a whole list only."""

    documents: Sequence[Document]
    topics: tuple[TopicState, ...]
    fresh: frozenset[str]
    since: datetime | None
    now: datetime
    readable_offline: int | None
    whole: bool


def topic_title(topic: KeyTopic, state: TopicState | None) -> str:
    """« Traitement (4) »: only lines are counted, « none known » is no allergy."""
    title = text("record.know_allergies" if topic is KeyTopic.ALLERGIES else "record.know_treatment")
    lines = len(state.told.facts) if state and state.told and state.told.says is Says.LINES else 0
    return f"{title} ({lines})" if lines and topic is KeyTopic.TREATMENT else title


def topic_lines(state: TopicState, *, whole: bool, same_source: bool = False) -> tuple[FactLine, ...]:
    """Four states: lines, none known, not known, not read. *same_source* as the part above, which says it.

    One way leads to what was not read: treatment has none of its own beside that of the allergies.
    """
    topic, told = state.topic, state.told
    lines: list[FactLine] = []
    date = day(document_time(state.source)) if state.source else ""
    if told is None:
        if state.unread is None:
            return (FactLine(text(_NOT_SAID[topic]), kind="muted"),) if whole else ()
        lines.append(FactLine(text(_NOT_READ[topic])))
    elif told.says is Says.NONE_KNOWN:
        lines.append(FactLine(text(_NONE[topic], date=date)))
    elif told.says is Says.UNKNOWN:
        lines.append(FactLine(text(_UNKNOWN[topic], date=date)))
    else:
        lines += [fact_line(fact, topic) for fact in told.facts]
        if topic is KeyTopic.ALLERGIES or not same_source:
            lines.append(FactLine(text("record.fact_source", date=date), kind="muted"))
    if state.unread is not None and (topic is KeyTopic.ALLERGIES or told is not None):
        newer = "record.newer_unread" if told is not None else "record.open_resume"
        words = text(newer, date=day(document_time(state.unread)))
        lines.append(FactLine(words, name=f"know-{topic.value}-open", leads=state.unread.id))
    return tuple(lines)


def fact_line(fact: KeyFact, topic: KeyTopic) -> FactLine:
    """« ■ Pénicilline : choc »."""
    words = text("record.fact", what=fact.text, how=fact.detail) if fact.detail else fact.text
    if topic is KeyTopic.ALLERGIES:
        return FactLine(f"■ {words}" if fact.grave else words, "danger" if fact.grave else "")
    return FactLine(words)


def lab_lines(documents: Sequence[Document]) -> tuple[FactLine, ...]:
    """The newest results, by their title: what they say is not read for it."""
    return _newest_lines(documents, frozenset({LAB}), "know-lab", most=1)


def letter_lines(documents: Sequence[Document]) -> tuple[FactLine, ...]:
    """The two newest letters."""
    return _newest_lines(documents, LETTERS, "know-letter", most=2)


def resume_lines(facts: KeyFacts) -> tuple[FactLine, ...]:
    """The last patient summary."""
    found = newest(facts.documents, {RESUME})
    if found is None:
        return (FactLine(text("record.no_resume"), kind="muted"),) if facts.whole else ()
    words = text("record.resume", date=day(document_time(found)))
    return (FactLine(words, name="know-resume", leads=found.id),)


def news_lines(facts: KeyFacts) -> tuple[FactLine, ...]:
    """What came since the user's former opening."""
    since = facts.since
    if since is None:
        return (FactLine(text("record.first_opening"), kind="muted"),)
    if facts.fresh:
        words = counted("record.new_since", len(facts.fresh), date=day(since))
        return (FactLine(words, name="know-new", leads=NEW),)
    return (FactLine(text("record.nothing_new", date=day(since)), kind="muted"),) if facts.whole else ()


def annonce_lines(facts: KeyFacts) -> tuple[FactLine, ...]:
    """CF-049: how many wait, all of them in the list, and the longest waiting each by its own way."""
    pending = sorted(
        pending_annonces(facts.documents, facts.now), key=lambda d: annonce_days(d, facts.now), reverse=True
    )
    if not pending:
        return ()
    words = "▲ " + counted("record.annonces_pending", len(pending))
    lines = [FactLine(words, "warning", name="know-annonces", leads=ANNONCES)]
    for number, one in enumerate(pending[:_MOST_ANNONCES]):
        age = counted("record.annonce_age", annonce_days(one, facts.now), title=document_title(one))
        lines.append(FactLine(age, name=f"know-annonce-{number}", leads=one.id))
    return tuple(lines)


def offline_lines(facts: KeyFacts) -> tuple[FactLine, ...]:
    """How many documents are here without the platform."""
    readable = facts.readable_offline
    return () if readable is None else (FactLine(counted("record.readable_offline", readable)),)


def strip_words(facts: KeyFacts, readable: Callable[[str], bool]) -> str:
    """All that matters in one line: « Allergies : pénicilline, latex · 4 médicaments · ▲ 1 annonce »."""
    topics = facts.topics if readable(RESUME) else ()
    parts = [words for state in topics if (words := _strip_topic(state, whole=facts.whole))]
    if facts.fresh and facts.since:
        parts.append(counted("record.new_since", len(facts.fresh), date=day(facts.since)))
    pending = len(pending_annonces(facts.documents, facts.now))
    if pending:
        parts.append("▲ " + counted("record.annonces_pending", pending))
    return " · ".join(parts)


def _strip_topic(state: TopicState, *, whole: bool) -> str:
    told = state.told
    if told is not None and told.says is Says.LINES:
        if state.topic is KeyTopic.TREATMENT:
            return counted("record.strip_medicines", len(told.facts))
        named = ", ".join(fact.text for fact in told.facts)
        mark = "■ " if any(fact.grave for fact in told.facts) else ""
        return mark + text("record.fact", what=text("record.know_allergies"), how=named)
    title = topic_title(state.topic, None)
    first = next(iter(topic_lines(state, whole=whole)), None)
    return text("record.fact", what=title, how=first.words) if first else ""


def _newest_lines(
    documents: Sequence[Document], categories: frozenset[str], name: str, *, most: int
) -> tuple[FactLine, ...]:
    left, lines = list(documents), []
    for number in range(most):
        found = newest(left, categories)
        if found is None:
            break
        left = [d for d in left if d.id != found.id]
        words = text("record.newest", date=day(document_time(found)), title=document_title(found))
        lines.append(FactLine(words, name=name if most == 1 else f"{name}-{number}", leads=found.id))
    return tuple(lines)
