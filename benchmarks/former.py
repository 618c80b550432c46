"""A former build to compare with: a folder, or a commit that is checked out beside this one for a while."""

import compileall
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def former_build(what: str | None) -> Iterator[Path | None]:
    """Its folder, bytecode compiled; None when nothing was asked for. Its packages are those in use now."""
    if what is None or Path(what).is_dir():
        yield Path(what).resolve() if what else None
        return
    with tempfile.TemporaryDirectory(prefix="dsp-former-") as name:
        folder = Path(name) / "build"
        subprocess.run(["git", "worktree", "add", "-q", "--detach", str(folder), what], cwd=ROOT, check=True)
        try:
            compileall.compile_dir(folder / "desktop", quiet=1)
            yield folder
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(folder)], cwd=ROOT, check=False)
