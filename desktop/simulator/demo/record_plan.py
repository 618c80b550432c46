"""Collects one patient's episodes and documents before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from types import MappingProxyType

from desktop.domain.record import EpisodeKind, Level, MandateKind
from desktop.simulator.demo.phrase_bank import Topic
from desktop.simulator.demo.population import DemoPerson
from desktop.simulator.seed_data import SeedDocument, SeedEpisode

Facts = Mapping[str, object]
NO_FACTS: Facts = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PlannedDocument:
    """One planned document: how its page is made (``page`` names a writer) and from which facts."""

    document: SeedDocument
    page: str
    topic: Topic
    facts: Facts


_MANDATE = {
    EpisodeKind.CABINET: MandateKind.CONSULTATION,
    EpisodeKind.URGENCES: MandateKind.URGENCES,
}


class RecordPlan:
    """The record of one person; documents get their ids in the order of their dates."""

    def __init__(self, person: DemoPerson, seed: int, today: date) -> None:
        self.person = person
        self.seed = seed
        self.today = today
        self.rng = Random(f"{seed}|{person.number}|plan")
        self.episodes: list[SeedEpisode] = []
        self._entries: list[PlannedDocument] = []

    def __len__(self) -> int:
        return len(self._entries)

    def episode(
        self,
        kind: EpisodeKind,
        organization: str,
        start: date,
        days: int = 0,
        reason: str = "",
        *,
        refused: bool = False,
    ) -> str:
        """A new episode of *days* nights; its id."""
        begin = datetime.combine(start, time(7 + self.rng.randrange(3), self.rng.randrange(60)), UTC)
        end = datetime.combine(start + timedelta(days=days), time(14 + self.rng.randrange(3), 15), UTC)
        mandate = _MANDATE.get(kind, MandateKind.ETABLISSEMENT)
        if kind is EpisodeKind.CABINET and self.person.referent:
            mandate = MandateKind.MEDECIN_REFERENT
        id = f"ep-{self.person.number:04d}-{len(self.episodes) + 1:03d}"
        self.episodes.append(SeedEpisode(id, kind, organization, begin, end, mandate, reason, refused))
        return id

    def add(
        self,
        day: date,
        page: str,
        category: str,
        title: str,
        author: str,
        organization: str,
        topic: Topic,
        *,
        episode: str = "",
        level: Level = Level.STANDARD,
        facts: Facts | None = None,
    ) -> str:
        """Plan one document; a temporary id, good for :meth:`change`."""
        day = min(day, self.today - timedelta(days=1))
        if self.person.died and day > self.person.died:
            day = self.person.died
        day = max(day, self.person.birth_date + timedelta(days=3))
        minutes = self.rng.randrange(15 * 60, 21 * 60)
        document = SeedDocument(
            id=f"new-{len(self._entries)}",
            patient_id=self.person.id,
            category=category,
            title=title,
            created=day,
            registered=datetime.combine(day, time(minutes // 60, minutes % 60, self.rng.randrange(60)), UTC),
            author_id=author,
            organization_id=organization,
            level=Level.CONFIDENTIEL if topic.confidential and level is Level.STANDARD else level,
            episode_id=episode,
        )
        self._entries.append(PlannedDocument(document, page, topic, dict(facts or {})))
        return document.id

    def change(self, id: str, **changes: object) -> None:
        """Change the metadata of a planned document."""
        for i, entry in enumerate(self._entries):
            if entry.document.id == id:
                self._entries[i] = replace(entry, document=replace(entry.document, **changes))  # type: ignore[arg-type]

    def of_page(self, page: str) -> list[PlannedDocument]:
        """What is planned of one kind, oldest first."""
        return sorted((e for e in self._entries if e.page == page), key=lambda e: e.document.created)

    def drop(self, ids: set[str]) -> None:
        """Take planned documents away again."""
        self._entries = [e for e in self._entries if e.document.id not in ids]

    def entries(self) -> tuple[PlannedDocument, ...]:
        """All documents by date, with their final ids."""
        ordered = sorted(self._entries, key=lambda e: (e.document.registered, int(e.document.id[4:])))
        names = {
            e.document.id: f"doc-{self.person.number:04d}-{n:03d}" for n, e in enumerate(ordered, start=1)
        }
        return tuple(
            replace(
                e,
                document=replace(
                    e.document, id=names[e.document.id], replaces=names.get(e.document.replaces, "")
                ),
            )
            for e in ordered
        )
