"""Run as a program: writes into a store until it is killed, and says what was acknowledged."""

import sys
from datetime import timedelta
from itertools import count
from pathlib import Path

from desktop.store.database import Database
from desktop.store.schema import Schema
from desktop.store.sealed_files import SealedFiles
from desktop.store.store import Store
from desktop.store.vault import Opened

from .conftest import NOW, deposit, document, draft, soft_card
from .test_durability import content_of


class OpenVault:
    """What a store needs of a vault, around a key that the test knows."""

    def __init__(self, home: Path, key: bytearray) -> None:
        database = Database.open(home / "store.db", key, Schema({}).migrate)
        assert isinstance(database, Database), database
        bodies, outbox = SealedFiles(home / "bodies"), SealedFiles(home / "outbox")
        self._opened = Opened(soft_card().certificate, None, database, bodies, outbox, key, None)  # type: ignore[arg-type]

    def opened(self) -> Opened:
        return self._opened


def main() -> None:
    home, key = Path(sys.argv[1]), bytearray.fromhex(sys.argv[2])
    store = Store(OpenVault(home, key))  # type: ignore[arg-type]
    for number in count(int(sys.argv[3])):
        store.save_draft(draft(title=f"t{number}"), content_of(number))
        if store.enqueue(deposit(number), content_of(number)) is None:
            print(number, flush=True)
        store.hold_right("p1", NOW + timedelta(days=1))
        store.save_documents("p1", [document(n, title=f"titre {number}") for n in range(number % 7)])
        store.save_body(document(number % 5), content_of(number), NOW)
        store.forget_patient("p1", frozenset())


if __name__ == "__main__":
    main()
