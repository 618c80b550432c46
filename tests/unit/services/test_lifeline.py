"""The ligne de vie's arrays: every dated document once, in order, in the right lane."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.local_time import wall_seconds
from desktop.domain.record import Author, Document, DocumentStatus, Episode, EpisodeKind, Level
from desktop.services.lifeline import DAY, build_lifeline, lane_of, only

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


def document(
    number: int, created: datetime | None, episode: str = "", category: str = "certificat-medical"
) -> Document:
    return Document(
        f"d{number}", f"u{number}", "p", category, "Titre", created, None, Author("", ""), Level.STANDARD,
        DocumentStatus.CURRENT, "application/pdf", None, None, "url", episode_id=episode,
    )  # fmt: skip


def test_lane_is_the_episodes_then_the_categorys_then_autre() -> None:
    kinds = {"e": EpisodeKind.URGENCES}
    assert lane_of(document(1, NOW, "e", "resultats-biologie"), kinds) is EpisodeKind.URGENCES
    assert lane_of(document(1, NOW, "lost", "resultats-biologie"), kinds) is EpisodeKind.LABORATOIRE
    assert lane_of(document(1, NOW, "", "certificat-medical"), kinds) is EpisodeKind.AUTRE


def test_empty_lanes_are_left_out_and_lanes_keep_their_order() -> None:
    episode = Episode("e", EpisodeKind.SOINS, "x", NOW - timedelta(days=9), NOW)
    line = build_lifeline((document(1, NOW, category="rpu"), document(2, NOW, "e")), (episode,), NOW)
    assert [lane.kind for lane in line.lanes] == [EpisodeKind.URGENCES, EpisodeKind.SOINS]


def test_registration_stands_in_for_a_missing_date_and_none_at_all_is_counted() -> None:
    line = build_lifeline((replace(document(1, None), registered=NOW), document(2, None)), (), NOW)
    assert line.count() == 1 and line.undated == 1
    assert line.find("d1") == (0, 0) and line.find("d2") is None


def test_running_episode_ends_now_and_a_reversed_one_does_not_run_backwards() -> None:
    running = Episode("a", EpisodeKind.SOINS, "x", NOW - timedelta(days=5), None)
    reversed_ = Episode("b", EpisodeKind.SOINS, "x", NOW - timedelta(days=5), NOW - timedelta(days=9))
    spans = build_lifeline((), (running, reversed_), NOW).lanes[0].spans
    assert spans[0].end == wall_seconds(NOW) and all(span.end >= span.start for span in spans)


def test_empty_record_covers_the_last_year() -> None:
    line = build_lifeline((), (), NOW)
    assert line.lanes == () and line.end == wall_seconds(NOW) and line.end - line.start > 360 * DAY


@given(
    st.lists(
        st.tuples(st.datetimes(datetime(1980, 1, 1), datetime(2026, 1, 1)), st.integers(0, 3)), max_size=60
    ),
    st.sets(st.integers(0, 59)),
)
def test_every_document_stands_once_in_time_order(rows: list[tuple[datetime, int]], kept: set[int]) -> None:
    kinds = list(EpisodeKind)
    episodes = tuple(Episode(f"e{i}", kinds[i], "x", NOW - timedelta(days=i + 1), None) for i in range(4))
    documents = tuple(
        document(n, when.replace(tzinfo=UTC), f"e{lane}") for n, (when, lane) in enumerate(rows)
    )
    line = build_lifeline(documents, episodes, NOW)
    assert sorted(d.id for d in line.all_documents()) == sorted(d.id for d in documents)
    for lane in line.lanes:
        assert list(lane.times) == sorted(lane.times)
        assert all(line.start <= time <= line.end for time in lane.times)
    ids = frozenset(f"d{n}" for n in kept)
    part = only(line, ids)
    assert {d.id for d in part.all_documents()} == ids & {d.id for d in documents}
    assert [lane.kind for lane in part.lanes] == [lane.kind for lane in line.lanes]
    assert (part.start, part.end) == (line.start, line.end)
    for number, lane in enumerate(line.lanes):
        for index, one in enumerate(lane.documents):
            assert line.find(one.id) == (number, index)
            near = lane.nearest(lane.times[index])
            assert near is not None and lane.times[near] == lane.times[index]
