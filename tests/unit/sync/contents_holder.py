"""Child of test_contents_memory: reads a document in a worker, as the window does; gives it up."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from desktop.common.resource_files import resource
from desktop.domain.matricule import Matricule
from desktop.domain.record import DocumentPage, Mandate
from desktop.domain.secret import Secret
from desktop.sync.platform import Platform
from desktop.sync.profile import load_profile
from desktop.system.memory import overwrite_freed, spare_memory
from tests.unit.sync.card_signer import CardSigner
from tests.unit.sync.conftest import WallClock

MASK = 0x55
PIECE = 32
"""So many bytes in the middle of the document."""


class Reader:
    """Everything that a session holds."""

    def __init__(self, given: dict[str, str]) -> None:
        self.platform = Platform(
            load_profile(resource("profiles", "demo.toml")),
            WallClock(),
            software_version="0.1.0",
            base_url=given["base"],
            ca_file=given["ca"],
        )
        CardSigner(Path(given["folder"]), "weber").log_in(self.platform)
        matricule = bytes(b ^ MASK for b in bytes.fromhex(given["masked"])).decode()
        found = self.platform.find_by_matricule(Matricule(matricule))
        assert isinstance(found, tuple)
        self.patient = found[0]
        assert isinstance(self.platform.open_record(self.patient, Secret(bytearray(b"code-0001"))), Mandate)
        page = self.platform.documents(self.patient.id, None)
        assert isinstance(page, DocumentPage)
        self.document = page.documents[0]
        content = self.platform.read_document(self.document)
        assert isinstance(content, bytes)
        self.content = content

    def tell(self) -> None:
        """What stands in this process now, masked: the telling leaves no copy in clear."""
        login = self.platform._connection.client().login
        access = self.platform._connection.client().access
        held = login._tokens
        assert held is not None
        middle = len(self.content) // 2
        secrets = {
            "access token": held.access.encode(),
            "refresh token": held.refresh.encode(),
            "patient token": access._held[self.patient.id].access.encode(),
            "DPoP key": held.key._key.private_numbers().private_value.to_bytes(32, "little"),
            "matricule": self.patient.matricule.digits.encode(),
            "title": self.document.title.encode(),
            "document": self.content[middle : middle + PIECE],
        }
        print(json.dumps({n: bytes(b ^ MASK for b in s).hex() for n, s in secrets.items()}), flush=True)


def main() -> None:
    spare_memory()
    given = json.loads(sys.argv[1])
    workers = ThreadPoolExecutor(2)  # they live on, as the window's do
    reader = workers.submit(Reader, given).result()
    reader.tell()
    sys.stdin.readline()
    platform = reader.platform
    platform.drop_session()
    platform._connection.client().login.close()
    del reader
    for _ in overwrite_freed():
        pass
    print("given up", flush=True)
    sys.stdin.readline()
    platform.close()


if __name__ == "__main__":
    main()
