"""The ligne de vie as arrays: one lane a kind of care, spans of episodes, documents by time (pure)."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.local_time import wall_seconds
from desktop.domain.record import Document, Episode, EpisodeKind

DAY = 86_400.0
YEAR = 365.25 * DAY

# Where a document without an episode belongs, where its category leaves no doubt.
_LANE_OF_CATEGORY = {
    "cr-sejour-lettre-sortie": EpisodeKind.HOPITAL,
    "rpu": EpisodeKind.URGENCES,
    "resultats-biologie": EpisodeKind.LABORATOIRE,
    "imagerie": EpisodeKind.IMAGERIE,
    "dispensation-medicamenteuse": EpisodeKind.PHARMACIE,
    "resume-soins-liaison": EpisodeKind.SOINS,
    "suivi-soins-pluridisciplinaire": EpisodeKind.SOINS,
    "traitements-soignants": EpisodeKind.SOINS,
}


@dataclass(frozen=True, slots=True)
class Span:
    """One episode as a bar; edges on the wall clock (see ``local_time.wall_seconds``)."""

    episode: Episode
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class LifelineLane:
    """Documents of one kind of care, oldest first; ``times[i]`` belongs to ``documents[i]``."""

    kind: EpisodeKind
    times: "array[float]"
    documents: tuple[Document, ...]
    spans: tuple[Span, ...]

    def between(self, low: float, high: float) -> range:
        """Indexes of the documents from *low* to *high*, both included."""
        return range(bisect_left(self.times, low), bisect_right(self.times, high))

    def nearest(self, when: float) -> int | None:
        """Index of the document nearest in time."""
        if not self.documents:
            return None
        right = bisect_left(self.times, when)
        candidates = [i for i in (right - 1, right) if 0 <= i < len(self.times)]
        return min(candidates, key=lambda i: abs(self.times[i] - when))


@dataclass(frozen=True, slots=True)
class Lifeline:
    """All lanes and the time that they cover; ``undated`` documents stand in the list only."""

    lanes: tuple[LifelineLane, ...]
    start: float
    end: float
    undated: int

    def find(self, document_id: str) -> tuple[int, int] | None:
        """(lane, index) of a document."""
        for number, lane in enumerate(self.lanes):
            for index, document in enumerate(lane.documents):
                if document.id == document_id:
                    return number, index
        return None

    def count(self) -> int:
        """Documents on the line."""
        return sum(len(lane.documents) for lane in self.lanes)

    def all_documents(self) -> Iterator[Document]:
        """Every document on the line, lane by lane."""
        for lane in self.lanes:
            yield from lane.documents


def document_time(document: Document) -> datetime | None:
    """The document's own date, else when the platform got it."""
    return document.created or document.registered


def build_lifeline(
    documents: Sequence[Document],
    episodes: Sequence[Episode],
    now: datetime,
    known: dict[datetime, float] | None = None,
) -> Lifeline:
    """Lanes in the order of :class:`EpisodeKind`; empty ones are left out.

    A document lies in its episode's lane; without one in the lane of its category where that is
    certain, else in « Autre ». An episode without an end runs until *now*. *known*: wall clock by
    moment, from earlier calls for a list that grows; it is added to.
    """
    kinds = {episode.id: episode.kind for episode in episodes}
    rows: dict[EpisodeKind, list[tuple[float, Document]]] = {kind: [] for kind in EpisodeKind}
    spans: dict[EpisodeKind, list[Span]] = {kind: [] for kind in EpisodeKind}
    undated, known = 0, {} if known is None else known
    for document in documents:
        moment = document_time(document)
        if moment is None:
            undated += 1
            continue
        seconds = known.get(moment)
        if seconds is None:
            seconds = known[moment] = wall_seconds(moment)
        rows[lane_of(document, kinds)].append((seconds, document))
    present = wall_seconds(now)
    for episode in episodes:
        start = wall_seconds(episode.start)
        end = wall_seconds(episode.end) if episode.end else max(present, start)
        spans[episode.kind].append(Span(episode, start, max(end, start)))
    lanes = tuple(_lane(kind, rows[kind], spans[kind]) for kind in EpisodeKind if rows[kind] or spans[kind])
    edges = [time for lane in lanes for time in (*lane.times[:1], *lane.times[-1:])]
    edges += [edge for lane in lanes for span in lane.spans for edge in (span.start, span.end)]
    start, end = (min(edges), max(edges)) if edges else (present - YEAR, present)
    return Lifeline(lanes, start, max(end, start + DAY), undated)


def lane_of(document: Document, kinds: dict[str, EpisodeKind]) -> EpisodeKind:
    """The kind of care that a document belongs to; *kinds* by episode id."""
    return kinds.get(document.episode_id) or _LANE_OF_CATEGORY.get(document.category, EpisodeKind.AUTRE)


def only(line: Lifeline, ids: frozenset[str]) -> Lifeline:
    """The same line (lanes, spans and time) with the documents *ids* alone."""
    lanes = []
    for lane in line.lanes:
        kept = [i for i, document in enumerate(lane.documents) if document.id in ids]
        times = array("d", (lane.times[i] for i in kept))
        lanes.append(LifelineLane(lane.kind, times, tuple(lane.documents[i] for i in kept), lane.spans))
    return Lifeline(tuple(lanes), line.start, line.end, line.undated)


def _lane(kind: EpisodeKind, rows: Iterable[tuple[float, Document]], spans: Iterable[Span]) -> LifelineLane:
    ordered = sorted(rows, key=lambda row: row[0])
    times = array("d", (row[0] for row in ordered))
    documents = tuple(row[1] for row in ordered)
    return LifelineLane(kind, times, documents, tuple(sorted(spans, key=lambda span: span.start)))
