"""Run as a program: opens a store and closes it, and waits each time; says the key, masked."""

import sys
from pathlib import Path

from .conftest import Practice, ok

MASK = 0x5A


def main() -> None:
    """*argv*: the data folder, how often to open. The keyring and the card are of this process only."""
    practice = Practice(Path(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        vault, store = practice.store()
        ok(store.set_setting("a", "b"))
        opened = vault.opened()
        assert opened is not None
        print(bytes(b ^ MASK for b in opened.key).hex(), flush=True)
        sys.stdin.readline()
        vault.close()
        print("closed", flush=True)
        sys.stdin.readline()


if __name__ == "__main__":
    main()
