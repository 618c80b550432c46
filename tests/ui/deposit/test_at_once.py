"""A session that keeps nothing sends while one waits, or says « non déposé »; a lock says what is lost."""

from collections.abc import Callable

import pytest

from desktop.domain.deposit import OutboxState
from desktop.domain.errors import Code, Failure
from desktop.domain.texts import Language, counted, failure_text, text
from desktop.ui.views.deposit_model import DepositPhase
from tests.fakes.store import IN_MEMORY
from tests.ui.deposit.conftest import Form
from tests.ui.desk.conftest import Bench

TITLE = "Lettre de suivi"


@pytest.fixture
def bench(make_bench: Callable[[], Bench]) -> Bench:
    made = make_bench()
    made.vault.state = IN_MEMORY
    return made


def _filled(form: Form) -> Form:
    form.choose(form.file("a.pdf", b"%PDF a"))
    form.describe(TITLE)
    return form


def _phase(form: Form) -> DepositPhase:
    return form.binding._chosen.phase


def test_the_form_says_before_confirming_what_this_session_can_keep(form: Form) -> None:
    assert form.bench.words_of("deposit-at-once") == text("deposit.at_once")
    assert form.bench.find("deposit-at-once").isVisible()
    button = form.view._summary.button
    assert button.text() == button.accessibleName() == text("deposit.confirm_at_once")
    form.bench.shell.language_chosen.emit(Language.DE)
    assert button.text() == text("deposit.confirm_at_once") == "Ablegen und warten"


def test_not_sent_is_not_deposited_and_stays_in_the_form(form: Form) -> None:
    _filled(form)
    bench = form.bench
    bench.platform.answers["my_mandates"] = Failure(Code.OFFLINE)
    form.confirm()
    assert _phase(form) is DepositPhase.EDITING
    said = form.view._summary._message.what()
    assert text("deposit.given_up") in said and failure_text(Failure(Code.OFFLINE)) in said
    opened = bench.vault.opened
    assert opened is not None
    assert [row.state for row, _ in opened.rows.values()] == [OutboxState.GIVEN_UP]
    assert bench.platform.sendings == []
    del bench.platform.answers["my_mandates"]
    bench.clock.advance(3600)
    bench.desks.outbox.go_on()
    bench.settle()
    assert bench.platform.sendings == [], "nothing goes behind the back of who was told that it does not"
    form.confirm()
    assert _phase(form) is DepositPhase.DEPOSITED
    assert len(bench.platform.arrivals) == 1
    assert not bench.find("deposit-at-once").isVisible()


def test_lock_says_what_it_leaves_behind_and_so_does_the_unlock(form: Form) -> None:
    _filled(form)
    bench = form.bench
    bench.platform.held = {"publish"}
    bench.platform.gate.shut()
    form.view._summary.button.click()
    bench.qtbot.waitUntil(lambda: "publish" in bench.platform.asked)
    bench.pull()
    bench.settle()
    said = bench.words_of("lock-kept")
    assert text("lock.not_kept") in said and counted("lock.left_behind", 1) in said
    assert TITLE not in said
    bench.platform.held = set()
    bench.platform.gate.open()
    bench.unlock()
    bench.shell.set_page("outbox")
    bench.desks.outbox.refresh()
    bench.settle()
    assert bench.words_of("outbox-note") == counted("outbox.left_behind", 1)
    bench.desks.session.lock()
    bench.settle()
    assert counted("lock.left_behind", 1) not in bench.words_of("lock-kept"), "said once, to its holder"


def test_proven_or_given_up_is_not_left_behind(form: Form) -> None:
    _filled(form)
    form.confirm()
    form.bench.pull()
    form.bench.settle()
    assert form.bench.words_of("lock-kept") == text("lock.not_kept")


class TestOnDisk:
    """The positive control: where the store outlives a lock, all waits for the next session."""

    @pytest.fixture
    def bench(self, make_bench: Callable[[], Bench]) -> Bench:
        return make_bench()

    def test_nothing_is_said_and_the_row_waits(self, form: Form) -> None:
        _filled(form)
        bench = form.bench
        assert not bench.find("deposit-at-once").isVisible()
        bench.platform.answers["my_mandates"] = Failure(Code.OFFLINE)
        form.confirm()
        assert _phase(form) is DepositPhase.WAITING
        bench.pull()
        bench.settle()
        assert bench.words_of("lock-kept") == text("lock.kept")
        assert [row.state for row, _ in bench.store.shelf().rows.values()] == [OutboxState.RETRYABLE]
