"""Where the files under ``resources/`` lie; the one place that knows it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent / "resources"


def resource(*parts: str) -> Path:
    """Path of one file or folder below ``resources/``."""
    return ROOT.joinpath(*parts)
