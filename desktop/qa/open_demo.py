"""Opens the demo with the window « Simulateur » beside it."""

import os
from pathlib import Path

from desktop.qa.chain import REAL


def open_demo(card: str | None, platform: Path | None) -> int:
    """The demo in a folder of its own: a user's data folder is never touched. Its exit code."""
    from desktop.demo.start import main as demo
    from desktop.system.paths import VARIABLE, data_folder

    folder = platform or data_folder().home.with_name("dsp-desktop-simulator") / "platform"
    os.environ.setdefault(VARIABLE, str(folder.parent / "home"))
    return demo(["--platform", str(folder), "--card", card or REAL, "--simulator"])
