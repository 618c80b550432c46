"""Where the files under ``resources/`` lie; the one place that knows it."""

from pathlib import Path

_HERE = Path(__file__).resolve().parents[1]
_INSTALLED = _HERE / "resources"
ROOT = _INSTALLED if _INSTALLED.is_dir() else _HERE.parent / "resources"


def resource(*parts: str) -> Path:
    """Path of one file or folder below ``resources/``."""
    return ROOT.joinpath(*parts)
