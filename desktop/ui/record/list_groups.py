"""What the rows of the list stand together by, and the words over each group."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from desktop.domain.catalog import Theme
from desktop.domain.folding import fold
from desktop.domain.record import Episode
from desktop.domain.texts import counted, text
from desktop.services.list_taste import Grouping
from desktop.ui.dates import day
from desktop.ui.record.list_rows import NEVER, Cells, Column, Row

OPEN_SIGN, CLOSED_SIGN = "−", "+"


def theme_words(theme: Theme) -> str:
    """The theme in words."""
    return text(
        {
            Theme.SYNTHESE: "record.theme_synthese",
            Theme.HISTOIRE: "record.theme_histoire",
            Theme.COMPTES_RENDUS: "record.theme_comptes_rendus",
            Theme.EXAMENS: "record.theme_examens",
            Theme.TRAITEMENTS: "record.theme_traitements",
            Theme.PREVENTION: "record.theme_prevention",
            Theme.SOINS: "record.theme_soins",
            Theme.SOCIAL: "record.theme_social",
        }[theme]
    )


def grouping_words(grouping: Grouping) -> str:
    """« par thème »."""
    return text(
        {
            Grouping.NONE: "record.group_none",
            Grouping.THEME: "record.group_theme",
            Grouping.EPISODE: "record.group_episode",
            Grouping.AUTHOR: "record.group_author",
            Grouping.YEAR: "record.group_year",
        }[grouping]
    )


@dataclass(slots=True, eq=False)
class Group:
    """A row over others: ``key`` is its own among the groups of one list."""

    key: str
    words: str
    rows: list[Row]
    closed: bool

    @property
    def cells(self) -> Cells:
        """Its words stand where a row begins, and are painted across it."""
        return f"{CLOSED_SIGN if self.closed else OPEN_SIGN}  {self.words}", "", "", "", ""

    @property
    def count(self) -> str:
        """« 12 documents »."""
        return counted("record.documents", len(self.rows))

    def spoken(self) -> str:
        """« Examens, 12 documents, groupe replié »."""
        state = text("record.group_closed" if self.closed else "record.group_open")
        return f"{self.words}, {self.count}, {state}"


def groups(
    rows: Iterable[Row], grouping: Grouping, episodes: Mapping[str, Episode], closed: frozenset[str]
) -> list[Group]:
    """*rows* keep their order within each. Themes come in the order of the catalogue, authors by name, years
    and episodes newest first; what belongs nowhere comes last."""
    match grouping:
        case Grouping.THEME:
            named = _themes(rows)
        case Grouping.EPISODE:
            named = _episodes(rows, episodes)
        case Grouping.AUTHOR:
            named = _authors(rows)
        case _:
            named = _years(rows)
    return [Group(key, words, together, key in closed) for key, words, together in named]


_Named = list[tuple[str, str, list[Row]]]


def _themes(rows: Iterable[Row]) -> _Named:
    found: defaultdict[Theme | None, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.theme].append(row)
    named = [(str(theme.value), theme_words(theme), found[theme]) for theme in Theme if theme in found]
    return named + [("", text("record.no_theme"), found[None])] if None in found else named


def _authors(rows: Iterable[Row]) -> _Named:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    author = int(Column.AUTHOR)  # an enum's member is looked up slowly
    for row in rows:
        found[row.cells[author]].append(row)
    names = sorted(found, key=lambda name: (not name, fold(name)))
    return [(name, name or text("record.no_author"), found[name]) for name in names]


def _years(rows: Iterable[Row]) -> _Named:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found["" if row.when is NEVER else row.cells[0][-4:]].append(row)
    years = sorted(found, reverse=True)  # "" is the least of all
    return [(year, year or text("record.no_date"), found[year]) for year in years]


def _episodes(rows: Iterable[Row], episodes: Mapping[str, Episode]) -> _Named:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        name = row.document.episode_id
        found[name if name in episodes else ""].append(row)
    known = sorted((name for name in found if name), key=lambda name: episodes[name].start, reverse=True)
    named = [(name, _episode_words(episodes[name]), found[name]) for name in known]
    return named + [("", text("record.no_episode"), found[""])] if "" in found else named


def _episode_words(episode: Episode) -> str:
    """« Hôpital du Plateau · 02.03.2026 – 09.03.2026 · Suivi »."""
    if episode.end is None:
        period = text("lifeline.since", date=day(episode.start))
    else:
        period = f"{day(episode.start)} – {day(episode.end)}"
    return " · ".join(part for part in (episode.provider, period, episode.reason) if part)
