"""Words of the ligne de vie: lanes, ticks, tool tips."""

from collections.abc import Iterable
from datetime import datetime

from desktop.domain.record import Document, DocumentStatus, EpisodeKind, Level
from desktop.domain.texts import counted, text
from desktop.services.lifeline import Span
from desktop.ui.dates import day
from desktop.ui.record.list_rows import author_words
from desktop.ui.views.describe import document_title, level_word, masked_badge

_MOST_LINES = 8


def lane_words(kind: EpisodeKind) -> str:
    """The lane's name."""
    return text(
        {
            EpisodeKind.HOPITAL: "lifeline.hopital",
            EpisodeKind.URGENCES: "lifeline.urgences",
            EpisodeKind.LABORATOIRE: "lifeline.laboratoire",
            EpisodeKind.IMAGERIE: "lifeline.imagerie",
            EpisodeKind.CABINET: "lifeline.cabinet",
            EpisodeKind.PHARMACIE: "lifeline.pharmacie",
            EpisodeKind.SOINS: "lifeline.soins",
            EpisodeKind.AUTRE: "lifeline.autre",
        }[kind]
    )


def mark_words(documents: Iterable[Document]) -> str:
    """What a mark stands for: the newest documents first, at most eight."""
    shown = list(documents)
    lines = [f"{day(d.created or d.registered)}  {document_title(d)}" for d in shown[:_MOST_LINES]]
    if len(shown) == 1:
        lines += _about(shown[0])
    if len(shown) > _MOST_LINES:
        lines.append(counted("lifeline.more", len(shown) - _MOST_LINES))
    return "\n".join(lines)


def span_words(span: Span) -> str:
    """Provider, period and reason of an episode."""
    episode = span.episode
    if episode.end is None:
        period = text("lifeline.since", date=day(episode.start))
    else:
        period = f"{day(episode.start)} – {day(episode.end)}"
    return "\n".join(part for part in (episode.provider, period, episode.reason) if part)


def _about(document: Document) -> list[str]:
    """What the shape of a single mark means, and who wrote it."""
    lines = [author_words(document)] if document.author.name or document.author.organisation else []
    if document.status is DocumentStatus.DISABLED:
        lines.append(text("record.badge_disabled"))
    if document.level is Level.ANNONCE:
        lines.append(masked_badge()[0])
    elif document.level is not Level.STANDARD:
        lines.append(level_word(document.level))
    return lines


def tick_words(when: datetime, kind: str) -> str:
    """Label of a tick; *kind* as in :class:`Step`."""
    if kind == "year":
        return str(when.year)
    if kind == "month":
        return f"{text('lifeline.months').split(' ')[when.month - 1]} {when.year}"
    return f"{when:%d.%m.}"
