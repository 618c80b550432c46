"""Child of test_code_memory: opens a record with a code that never stands in clear outside its buffer."""

import json
import sys
from pathlib import Path

from desktop.common.resource_files import resource
from desktop.domain.matricule import Matricule
from desktop.domain.record import Mandate
from desktop.domain.secret import Secret
from desktop.sync.platform import Platform
from desktop.sync.profile import load_profile
from tests.unit.sync.card_signer import CardSigner
from tests.unit.sync.conftest import WallClock

MASK = 0x55
LENGTH = 16


def main() -> None:
    given = json.loads(sys.argv[1])
    platform = Platform(
        load_profile(resource("profiles", "demo.toml")),
        WallClock(),
        software_version="0.1.0",
        base_url=given["base"],
        ca_file=given["ca"],
    )
    CardSigner(Path(given["folder"]), "weber").log_in(platform)
    found = platform.find_by_matricule(Matricule(given["matricule"]))
    assert isinstance(found, tuple)
    code = bytearray(sys.stdin.buffer.read(LENGTH))
    for i in range(LENGTH):
        code[i] ^= MASK
    opened = platform.open_record(found[0], Secret(code))
    print("opened" if isinstance(opened, Mandate) else repr(opened), flush=True)
    sys.stdin.buffer.read(1)
    planted = b"-".join([b"positive", b"control"])
    print("planted", flush=True)
    sys.stdin.buffer.read(1)
    assert planted
    platform.close()


if __name__ == "__main__":
    main()
