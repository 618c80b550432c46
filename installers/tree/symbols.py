"""Names that only a debugger reads are taken out of what wheels compiled."""

import subprocess
from collections.abc import Sequence
from pathlib import Path


def strip(files: Sequence[Path]) -> None:
    """Take them out of *files*; one that cannot be stripped stays as it is."""
    for file in files:
        file.chmod(0o644)
        tool = ["strip", "--strip-unneeded", "--preserve-dates", str(file)]
        subprocess.run(tool, check=False, stderr=subprocess.DEVNULL)
