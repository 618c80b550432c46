"""Writes the digests of a set of drug data into its manifest: ``python3 tools/drug_manifest.py FOLDER``.

For whoever makes a set (docs/drug-data.md); a set that changed without it is refused.
"""

import re
import sys
from hashlib import sha256
from pathlib import Path


def renewed(manifest: str, folder: Path) -> str:
    """*manifest* with the SHA-256 of each file that it names, as it is now. OSError for a missing one."""

    def digest(found: re.Match[str]) -> str:
        return f'{found[1]}{sha256((folder / found[2]).read_bytes()).hexdigest()}"'

    return re.sub(r'(file = "([^"]+)"\s+sha256 = ")[0-9a-f]*"', digest, manifest)


def main() -> int:
    """Write it; 1 without a folder."""
    if len(sys.argv) != 2:
        sys.stderr.write(f"{__doc__}\n")
        return 1
    path = Path(sys.argv[1]) / "manifest.toml"
    path.write_text(renewed(path.read_text(encoding="utf-8"), path.parent), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
