"""After a login no copy of the PIN is left in the program's or the next child's memory (CF-002, CF-018)."""

import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.domain.card_image import new_card
from tests.unit.smartcard.card_factory import ATR, PUK, Folder, pair

WORKPLACE = """
import sys
from pathlib import Path
from desktop.domain.card import CardTasks, UnlockChallenge, UnlockMethod
from desktop.domain.secret import Secret
from desktop.smartcard.software_card import SoftwareCard

def read(name):
    buffer = bytearray(8)
    with open(Path(sys.argv[1]) / name, "rb", buffering=0) as file:
        file.readinto(buffer)
    return buffer

kept = read("marker")  # positive control
port = SoftwareCard(Path(sys.argv[1]))
(card,) = port.cards()
tasks = CardTasks(b"x", UnlockChallenge(UnlockMethod.RSA_SIGNATURE, b"slot"))
proof = port.perform(card, Secret(read("pin")), tasks)
print(type(proof).__name__, port._children["software"].child().pid, flush=True)
sys.stdin.read()
port.close()
"""


def copies(pid: int, wanted: bytes) -> int:
    """How often *wanted* stands in the memory of a process, clear or as UTF-16."""
    count = 0
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            area = re.match(r"(\w+)-(\w+) r", line)
            if area is None or "[v" in line:
                continue
            start, end = (int(part, 16) for part in area.groups())
            try:
                memory.seek(start)
                content = memory.read(end - start) or b""
            except OSError:
                continue
            count += content.count(wanted) + content.count(wanted.decode().encode("utf-16-le"))
    return count


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_after_a_login(folder: Folder) -> None:
    pin, marker = (f"{secrets.randbelow(10**8):08}".encode() for _ in range(2))
    keys = pair("Dr gp auth", "rsa", "auth")
    folder.add(new_card("gp", "Card", "SN", ATR, keys, None, pin, PUK))
    folder.insert("gp")
    (folder.path / "pin").write_bytes(pin)
    (folder.path / "marker").write_bytes(marker)
    script = [sys.executable, "-c", WORKPLACE, str(folder.path)]
    with subprocess.Popen(script, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as workplace:
        try:
            assert workplace.stdout is not None
            answer, child = workplace.stdout.readline().split()
            assert answer == "CardProof"
            assert copies(workplace.pid, marker) > 0, "the scan works"
            assert copies(workplace.pid, pin) == 0
            assert copies(int(child), pin) == 0
        finally:
            workplace.communicate("")
