"""Another holder's card closes the first session and finds nothing of it (CF-014)."""

from desktop.services.session import SessionState
from desktop.ui.shell import UserAct
from tests.ui.desk.conftest import ANNE, KLEIN, PAUL, Bench

TITLE = "Bilan sanguin secret"
DRAFT, FILE = "Titre jamais perdu", "Lettre confidentielle"
WORDS = ("MULLER", "Muller", ANNE.matricule.grouped(), TITLE, DRAFT, FILE)


def _leave_traces(bench: Bench) -> None:
    """Every page of the first holder once."""
    bench.log_in()
    bench.find("search-field").setText("Muller Anne")
    bench.open_record()
    file = bench.home / f"{FILE}.pdf"
    file.write_bytes(b"%PDF-1.4 x")
    bench.fill_deposit(file, DRAFT)
    bench.desks.outbox.refresh()
    bench.shell.set_page("outbox")
    bench.shell.user_act_chosen.emit(UserAct.ACCESSES)
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
    assert bench.session is SessionState.SIGNED_OUT and bench.shell.page() == "login"
    assert _found(bench) == []
    bench.pin()
    bench.settle()
    assert bench.session is SessionState.ACTIVE and bench.shell.page() == "home"
    session = bench.desks.session.session
    assert session is not None and session.account.name == "Dr Klein"
    assert bench.vault.holder == "H2"
    assert _found(bench) == []


def test_cf014_swap_in_the_reader_closes_the_first_session(bench: Bench) -> None:
    """The card was changed so fast that the reader was never seen empty: its event counter tells."""
    _leave_traces(bench)
    bench.insert(KLEIN, events=4)
    assert bench.session is SessionState.SIGNED_OUT and bench.vault.holder is None
    assert _found(bench) == []


def test_cf014_first_holder_finds_nothing_of_the_other_one(bench: Bench) -> None:
    _leave_traces(bench)
    bench.insert(KLEIN, events=4)
    bench.pin()
    bench.settle()
    bench.identify(PAUL)
    bench.pull()
    bench.insert(events=6)
    bench.unlock(events=8)
    assert bench.session is SessionState.ACTIVE and bench.shell.page() == "home"
    assert PAUL.name not in bench.words_in_widgets()
