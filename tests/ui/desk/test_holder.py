"""Another holder's card closes the first session and finds nothing of it (CF-014)."""

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit

from desktop.domain.card import CardInfo, PinState
from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret
from desktop.services.session import SessionState
from tests.samples.practice import card
from tests.ui.desk.conftest import ANNE, KLEIN, PAUL, Bench

TITLE = "Bilan sanguin secret"
DRAFT, FILE = "Titre jamais perdu", "Lettre confidentielle"
LAST = card(pin=PinState(1, last_try=True))
WORDS = ("MULLER", "Muller", ANNE.matricule.grouped(), TITLE, DRAFT, FILE)


def _leave_traces(bench: Bench) -> None:
    """Every page of the first holder once."""
    bench.log_in()
    bench.open_record()
    bench.find_a(QLineEdit, "search-field").setText("Muller Anne")
    file = bench.home / f"{FILE}.pdf"
    file.write_bytes(b"%PDF-1.4 x")
    bench.fill_deposit(file, DRAFT)
    bench.desks.outbox.refresh()
    bench.shell.set_page("outbox")
    bench.find_a(QAction, "user-accesses").trigger()
    bench.settle()


def _found(bench: Bench) -> list[str]:
    everything = bench.words_in_widgets()
    return [word for word in WORDS if word in everything]


def test_cf014_other_holder_finds_nothing(bench: Bench) -> None:
    _leave_traces(bench)
    assert len(_found(bench)) == len(WORDS)
    bench.pull()
    bench.settle()
    bench.insert(KLEIN, events=8)
    assert bench.session() is SessionState.SIGNED_OUT and bench.shell.page() == "login"
    assert _found(bench) == []
    bench.pin()
    bench.settle()
    assert bench.session() is SessionState.ACTIVE and bench.shell.page() == "home"
    session = bench.desks.session.session
    assert session is not None and session.account.name == "Dr Klein"
    assert bench.vault.holder == "H2"
    assert _found(bench) == []


def test_cf014_swap_in_the_reader_closes_the_first_session(bench: Bench) -> None:
    """The card was changed so fast that the reader was never seen empty: its event counter tells."""
    _leave_traces(bench)
    bench.insert(KLEIN, events=4)
    assert bench.session() is SessionState.SIGNED_OUT and bench.vault.holder is None
    assert _found(bench) == []


@pytest.mark.parametrize("code", [Code.CARD_SWAPPED, Code.CARD_REMOVED])
@pytest.mark.parametrize("act", ["change_pin", "unblock"])
def test_cf014_swap_found_at_a_pin_change_closes_the_session(bench: Bench, code: Code, act: str) -> None:
    """The reader told nothing: the card's serial and certificate did."""
    _leave_traces(bench)
    bench.card.inserted = [KLEIN]
    pages: list[str] = []
    bench.desks.session.pin_changed.connect(lambda _: pages.append(bench.shell.page()))

    bench.card.refusals = [Failure.of(code)]
    getattr(bench.desks.session, act)(Secret(bytearray(b"1234")), Secret(bytearray(b"2345")))
    bench.settle()
    assert pages == ["lock"], "told before it was locked"
    assert bench.session() is SessionState.SIGNED_OUT and bench.vault.holder is None
    assert _found(bench) == []
    assert bench.desks.session.card_status().card == KLEIN


def test_tries_that_could_not_be_read_after_a_pin_change_are_asked_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.log_in()
    answers: list[tuple[CardInfo, ...] | Failure] = [Failure.of(Code.CARD_TIMEOUT), (LAST,)]
    monkeypatch.setattr(bench.card, "cards", lambda: answers.pop(0))
    bench.desks.session.change_pin(Secret(bytearray(b"1234")), Secret(bytearray(b"2345")))
    bench.settle()
    assert answers == [] and bench.desks.session.card_status().card == LAST
    assert bench.session() is SessionState.ACTIVE


def test_cf014_first_holder_finds_nothing_of_the_other_one(bench: Bench) -> None:
    _leave_traces(bench)
    bench.insert(KLEIN, events=4)
    bench.pin()
    bench.settle()
    bench.identify(PAUL)
    bench.pull()
    bench.insert(events=6)
    bench.unlock(events=8)
    assert bench.session() is SessionState.ACTIVE and bench.shell.page() == "home"
    assert PAUL.name not in bench.words_in_widgets()
