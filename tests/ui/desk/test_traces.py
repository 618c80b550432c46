"""CF-060: what was read from the cache while the network was cut is told as soon as it is back."""

from desktop.domain.deposit import OutboxRow, OutboxState
from desktop.domain.errors import Code, Failure
from desktop.domain.network import NetworkState
from desktop.domain.texts import failure_next_step, failure_text
from tests.samples.practice import CONTENT, deposit
from tests.ui.desk.conftest import Bench


def _cached(bench: Bench) -> None:
    """A record whose first document was read once; then the network is cut."""
    bench.log_in()
    bench.open_record()
    _open(bench)
    bench.platform.set_network(NetworkState.OFFLINE)
    bench.settle()


def _open(bench: Bench) -> None:
    view = bench.record_view()
    view.open_document("d1")
    bench.settle()


def test_reads_are_told_on_return_before_deposits(bench: Bench) -> None:
    """CF-060."""
    _cached(bench)
    bench.record_view().close_document()
    _open(bench)
    bench.store.shelf().rows["urn:uuid:7"] = (OutboxRow(deposit(7), OutboxState.QUEUED), CONTENT)
    assert len(bench.store.shelf().reads) == 1
    bench.platform.asked.clear()
    bench.platform.set_network(NetworkState.ONLINE)
    bench.settle()
    assert bench.store.shelf().reads == {} and list(bench.platform.published) == ["urn:uuid:7"]
    asked = [name for name in bench.platform.asked if name in ("report_local_read", "publish")]
    assert asked == ["report_local_read", "publish"]


def test_a_read_that_nobody_would_hear_of_is_not_shown(bench: Bench) -> None:
    """CF-060."""
    _cached(bench)
    bench.record_view().close_document()
    bench.store.full = True
    drawn = bench.pdf.calls.count("open")
    _open(bench)
    assert bench.pdf.calls.count("open") == drawn
    untraced = Failure(Code.READ_UNTRACED)
    said = bench.words_in_widgets()
    assert failure_text(untraced) in said and failure_next_step(untraced) in said
