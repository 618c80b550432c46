"""After a login or a signature no copy of the PIN is left in program or next child (CF-002, CF-018)."""

import secrets
import subprocess
import sys

import pytest

from desktop.domain.card_image import new_card
from tests.process_memory import copies, spellings
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
if sys.argv[2] == "login":
    tasks = CardTasks(b"x", UnlockChallenge(UnlockMethod.RSA_SIGNATURE, b"slot"))
    answer = port.perform(card, Secret(read("pin")), tasks)
else:
    from tests.unit.signing.signing_kit import now, signing_with, to_sign
    with signing_with(port, None) as signing:
        answer = signing.sign(card, Secret(read("pin")), to_sign(), now(), wanted=lambda: True)
print(type(answer).__name__, port._children["software"].child().pid, flush=True)
sys.stdin.read()
port.close()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(("act", "expected"), [("login", "CardProof"), ("signature", "Signed")])
def test_memory_after_a_pin(folder: Folder, act: str, expected: str) -> None:
    pin, marker = (f"{secrets.randbelow(10**8):08}" for _ in range(2))
    keys, signer = pair("Dr gp auth", "rsa", "auth"), pair("Dr gp sign", "rsa", "sign")
    folder.add(new_card("gp", "Card", "SN", ATR, keys, signer, pin.encode(), PUK))
    folder.insert("gp")
    (folder.path / "pin").write_text(pin)
    (folder.path / "marker").write_text(marker)
    script = [sys.executable, "-c", WORKPLACE, str(folder.path), act]
    with subprocess.Popen(script, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as workplace:
        try:
            assert workplace.stdout is not None
            answer, child = workplace.stdout.readline().split()
            assert answer == expected
            assert copies(workplace.pid, *spellings(marker)) > 0, "the scan works"
            assert copies(workplace.pid, *spellings(pin)) == 0
            assert copies(int(child), *spellings(pin)) == 0
        finally:
            workplace.communicate("")
