"""Run by :mod:`tests.ui.desk.test_lock_leaves_nothing` in a process of its own: no other blocks count."""

from tests.process_memory import own_blocks
from tests.ui.desk.conftest import Bench
from tests.ui.desk.test_lock_leaves_nothing import let_die, read_lock_unlock

SETTLED, MORE, FEW = 7, 17, 3
BYTES_A_CYCLE = 4000  # the ports in memory keep 1,000 of them: what was asked, sealed and rendered


def _level(bench: Bench) -> int:
    """The lowest of a few cycles: what is in flight at one moment is not left."""
    sizes = []
    for _ in range(FEW):
        read_lock_unlock(bench)
        let_die()
        sizes.append(own_blocks())
    return min(sizes)


def test_more_cycles_leave_no_more_bytes(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    bench.make_ahead()
    for _ in range(SETTLED):
        read_lock_unlock(bench)
    before = _level(bench)
    for _ in range(MORE):
        read_lock_unlock(bench)
    assert (_level(bench) - before) / (MORE + FEW) < BYTES_A_CYCLE
