"""Run as a program: keeps a patient's list, text and opening in a store, then loses the right to them."""

import sys
from dataclasses import replace
from pathlib import Path

from desktop.store.store import Store
from desktop.system.memory import overwrite_freed, spare_memory

from .conftest import Practice, document, hold, ok, recent

MASK = 0x5A
DOCUMENTS = 40


def _keep(practice: Practice, title: str, word: str, family: str) -> Store:
    store = hold(practice.store()[1])
    documents = [document(n, title=f"{title} {n}") for n in range(DOCUMENTS)]
    ok(store.save_documents("p1", documents))
    for each in documents:
        ok(store.save_body(each, b"body", None))
        ok(store.index_text(each.id, f"{word} {each.id}"))
    opened = recent()
    ok(store.remember_opening(replace(opened, patient=replace(opened.patient, family=family))))
    ok(store.documents("p1"))
    ok(store.search("p1", word))
    return store


def _say(moment: str) -> None:
    print(moment, flush=True)
    sys.stdin.readline()


def main() -> None:
    """*argv*: the data folder, then title, word of the text and family name, masked."""
    spare_memory()
    practice = Practice(Path(sys.argv[1]))
    store = _keep(
        practice, *(bytes(b ^ MASK for b in bytes.fromhex(masked)).decode() for masked in sys.argv[2:])
    )
    _say("kept")
    ok(store.forget_patient("p1", frozenset()))
    for _ in overwrite_freed():
        pass
    _say("ended")


if __name__ == "__main__":
    main()
