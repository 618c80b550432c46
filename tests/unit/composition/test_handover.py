"""The adapters of a program that ends while they are being built: each is ended once."""

import threading
from dataclasses import replace

import pytest

from desktop.composition.adapters import Built
from desktop.composition.handover import Handover
from tests import fakes
from tests.waiting import LIMIT_S, ended


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def built(said: list[str]) -> Built:
    made = fakes.FakePorts()
    made.vault.close = lambda: said.append("vault")  # type: ignore[method-assign]
    return Built(made.ports(), (), lambda: None, (lambda: said.append("service"),))


def test_what_stands_is_ended_by_whoever_takes_it(built: Built, said: list[str]) -> None:
    """Also where the window was not told yet that it stands."""
    handover = Handover()
    assert handover.give(lambda: built) is built
    assert handover.take() is built and said == []


def test_what_comes_too_late_ends_where_it_was_built(built: Built, said: list[str]) -> None:
    handover, begun, go_on = Handover(), threading.Event(), threading.Event()

    def build() -> Built:
        begun.set()
        go_on.wait(LIMIT_S)
        return built

    worker = threading.Thread(target=lambda: handover.give(build))
    worker.start()
    assert begun.wait(LIMIT_S) and handover.take() is None
    go_on.set()
    ended(worker)
    assert said == ["service", "vault"]


def test_one_ending_that_fails_keeps_no_other_from_its_turn(built: Built, said: list[str]) -> None:
    def fail() -> None:
        raise RuntimeError

    handover = Handover()
    assert handover.take() is None
    handover.give(lambda: replace(built, endings=(fail, *built.endings)))
    assert said == ["service", "vault"]
