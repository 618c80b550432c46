"""Features in the whole window over ports in memory."""

from tests.ui.desk.conftest import bench, make_bench

__all__ = ["bench", "make_bench"]
