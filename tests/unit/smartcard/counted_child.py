"""The program's PKCS#11 child, which adds a line to the file STARTS each time it starts its module."""

import os
from pathlib import Path
from typing import Any

import pkcs11

from desktop.smartcard import pkcs11_child


def _counted(load: Any) -> Any:
    def counted(path: str) -> Any:
        with Path(os.environ["STARTS"]).open("a", encoding="utf-8") as file:
            file.write("started\n")
        return load(path)

    return counted


if __name__ == "__main__":
    pkcs11.lib = _counted(pkcs11.lib)
    pkcs11_child.main()
