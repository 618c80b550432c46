"""The thread that ends calls at their deadlines is woken when it would look too late, and else left alone."""

import threading
import time

import pytest

from desktop.sync.cancel import Scopes
from tests.waiting import until


def test_a_call_that_ends_later_than_the_next_look_wakes_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand deposits make four thousand calls; each woke a thread that had nothing to do."""
    scopes = Scopes()
    woken: list[int] = []
    now = time.monotonic()
    with scopes.running() as scope:
        scope.begin(now + 1000, 0)
        scopes.watch(now + 1000)
        until("the first look", lambda: scopes._wakes == now + 1000)
        notify = scopes._condition.notify

        def counted() -> None:
            woken.append(1)
            notify()

        monkeypatch.setattr(scopes._condition, "notify", counted)
        for deadline in (1000, 1500, 500):
            scope.begin(now + deadline, 0)
            scopes.watch(now + deadline)
        assert len(woken) == 1, "by the one that ends before the next look"
    scopes.close()


def test_a_deadline_is_kept_after_a_call_with_a_nearer_one_ended() -> None:
    scopes = Scopes()
    with scopes.running() as scope:
        scope.begin(time.monotonic() + 0.05, 0)
        scopes.watch(time.monotonic() + 0.05)
        scope.end()
        scope.begin(time.monotonic() + 0.1, 0)
        scopes.watch(time.monotonic() + 0.1)
        until("the end of the second", lambda: scope.timed_out)
    scopes.close()
    assert not [t for t in threading.enumerate() if t.name == "dsp-deadlines"]
