"""Finds and kills the card's child process of a demo (Linux: from /proc)."""

import os
import signal
import sys
from pathlib import Path

_CHILDREN = ("desktop.smartcard.pkcs11_child", "desktop.smartcard.software_child")


def can_kill() -> bool:
    """Whether this system lets us find the children."""
    return sys.platform == "linux"


def kill_card_children(program: int) -> int:
    """SIGKILL every card child of the process *program*; how many there were."""
    if not can_kill():
        return 0
    killed = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().decode(errors="replace")
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            if parent == program and any(child in command for child in _CHILDREN):
                os.kill(int(folder.name), signal.SIGKILL)
                killed += 1
        except OSError:
            continue  # it ended meanwhile
    return killed
