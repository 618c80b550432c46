"""The list of real public files (``real_pdfs.toml``), and how they come onto this computer."""

import hashlib
import os
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

LIST = Path(__file__).with_name("real_pdfs.toml")
ADDRESS = "https://raw.githubusercontent.com/{repository}/{commit}/{path}"
SECONDS = 60
HELD_OUT = "0123"  # first hexadecimal digits of the digests: a quarter, by chance and for good


@dataclass(frozen=True, slots=True)
class RealFile:
    """One file of another project's repository, as it stood at a commit; *digest* is SHA-256."""

    repository: str
    commit: str
    path: str
    digest: str

    @property
    def held_out(self) -> bool:
        """True for the files that nobody looks into while mending: their figures stand apart."""
        return self.digest[0] in HELD_OUT

    @property
    def address(self) -> str:
        """Where it is fetched."""
        return ADDRESS.format(repository=self.repository, commit=self.commit, path=quote(self.path))


def listed(source: Path = LIST) -> list[RealFile]:
    """Every file of the list, in its order."""
    told = tomllib.loads(source.read_text(encoding="utf-8"))
    return [
        RealFile(part["repository"], part["commit"], path, digest)
        for part in told["source"]
        for path, digest in part["files"].items()
    ]


def cache() -> Path:
    """Outside the working copy: no foreign file is ever committed by accident."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "dsp-desktop-tests" / "real-pdfs"


def fetched(address: str) -> bytes | None:
    """The bytes of a public address, or None."""
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:
            return bytes(answer.read())
    except (urllib.error.URLError, OSError):
        return None


def contents(
    files: Iterable[RealFile], folder: Path, fetch: Callable[[str], bytes | None] = fetched
) -> Iterator[tuple[RealFile, bytes | None]]:
    """Each file with its bytes, from *folder* (``<digest>.pdf``) or fetched into it.

    None for what neither has; bytes of another digest are another file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        kept = folder / f"{file.digest}.pdf"
        if kept.is_file():
            content: bytes | None = kept.read_bytes()
        else:
            content = fetch(file.address)
        if content is not None and hashlib.sha256(content).hexdigest() != file.digest:
            content = None
        if content is not None and not kept.is_file():
            kept.write_bytes(content)
        yield file, content
