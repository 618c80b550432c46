"""Which document speaks for allergies and treatment: the newest that was read and still stands there."""

from dataclasses import replace
from datetime import timedelta

from desktop.domain.key_facts import RESUME, KeyFact, KeyTopic, Says, Told, annonce_days, newest, topic_state
from desktop.domain.record import Document, DocumentStatus, Level
from tests.samples.record import NOW, documents

TEMPLATE = replace(documents()[0], category=RESUME, status=DocumentStatus.CURRENT)


def resume(name: str, days: int) -> Document:
    when = NOW - timedelta(days=days)
    return replace(TEMPLATE, id=name, created=when, registered=when)


def says(name: str) -> Told:
    return Told(name, KeyTopic.ALLERGIES, Says.LINES, (KeyFact(name),))


OLD, NEW = resume("old", 400), resume("new", 3)


def test_nothing_read_leads_to_the_newest_resume() -> None:
    state = topic_state(KeyTopic.ALLERGIES, (), (OLD, NEW))
    assert (state.told, state.source, state.unread) == (None, None, NEW)


def test_the_newest_that_was_read_speaks_whatever_order_it_was_read_in() -> None:
    for told in ((says("old"), says("new")), (says("new"), says("old"))):
        state = topic_state(KeyTopic.ALLERGIES, told, (OLD, NEW))
        assert state.source == NEW and state.told == says("new") and state.unread is None


def test_an_older_one_that_was_read_names_the_newer_one() -> None:
    state = topic_state(KeyTopic.ALLERGIES, (says("old"),), (OLD, NEW))
    assert state.source == OLD and state.unread == NEW


def test_what_was_disabled_or_left_the_list_speaks_no_more_cf054() -> None:
    disabled = replace(NEW, status=DocumentStatus.DISABLED)
    assert topic_state(KeyTopic.ALLERGIES, (says("new"),), (disabled,)).told is None
    assert topic_state(KeyTopic.ALLERGIES, (says("new"),), (OLD,)).told is None
    assert newest((disabled, OLD), {RESUME}) == OLD


def test_a_topic_hears_of_itself_only() -> None:
    assert topic_state(KeyTopic.TREATMENT, (says("new"),), (NEW,)).told is None


def test_an_annonce_counts_its_days_from_its_setting_cf049() -> None:
    masked = replace(NEW, level=Level.ANNONCE, annonce_at=NOW - timedelta(days=16, hours=23))
    assert annonce_days(masked, NOW) == 16
    assert annonce_days(replace(masked, annonce_at=None), NOW) == 3
    assert annonce_days(replace(masked, level=Level.STANDARD), NOW) == 0
