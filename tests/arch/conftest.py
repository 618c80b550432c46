"""The whole window over ports in memory, for what is proved of its architecture."""

from tests.ui.desk.conftest import make_bench

__all__ = ["make_bench"]
