"""Coverage of the tests, a figure a folder, which may only rise (``tests/coverage.toml``).

Every process counts: test workers, the program's children (killed or not), and the worker threads of Qt.
"""

import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from coverage import Coverage, CoverageData

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ROOT / "tests/coverage.toml"
CONFIG = ROOT / "tools/coverage.ini"
# Percent. What a thread or a child that is killed still reaches is a matter of the moment.
WOBBLE = 0.5
# They judge the process itself, what it imports and what its memory keeps: counting is seen there.
DISTURBED = (
    "tests/unit/sync/test_contents_memory.py",
    "tests/unit/system/test_start.py::test_cf017_no_thread_keeps_freed_memory_at_hand",
    "tests/ui/desk/test_first_paint.py",
)
_DEEP = (
    *("desktop/domain", "desktop/features", "desktop/pdf"),
    *("desktop/simulator", "desktop/smartcard", "desktop/ui"),
)


@dataclass(frozen=True, slots=True)
class Folder:
    """Lines and branches of one folder, in percent, rounded down to a tenth; ``floor`` 0 = new."""

    name: str
    percent: float
    floor: float

    @property
    def fell(self) -> bool:
        """Less is covered than before, by more than two runs of the same tests differ."""
        return self.percent < self.floor - WOBBLE


class Collector:
    """Takes the counts of all processes; the last word of each is kept."""

    def __init__(self, place: Path) -> None:
        self._last: list[bytes] = []
        self._guard = threading.Lock()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(place))
        self._listener.listen(64)
        threading.Thread(target=self._accept, name="collector", daemon=True).start()

    def combined(self) -> CoverageData:
        """All counts together."""
        data = CoverageData(no_disk=True)
        with self._guard:
            for packed in filter(None, self._last):
                part = CoverageData(no_disk=True)
                part.loads(packed)
                data.update(part)
        return data

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            with self._guard:
                number = len(self._last)
                self._last.append(b"")
            threading.Thread(target=self._hear, args=(connection, number), daemon=True).start()

    def _hear(self, connection: socket.socket, number: int) -> None:
        with connection, connection.makefile("rb") as stream:
            while len(head := stream.read(4)) == 4:
                (size,) = struct.unpack("!I", head)
                packed = stream.read(size)
                if len(packed) == size:
                    with self._guard:
                        self._last[number] = packed


def run(command: Sequence[str], environment: Mapping[str, str]) -> tuple[int, CoverageData]:
    """Run the tests; their exit code and what they covered."""
    with tempfile.TemporaryDirectory(prefix="dsp-cov-") as folder:
        place = Path(folder) / "socket"
        collector = Collector(place)
        counted = {
            "DSP_COVERAGE_SOCKET": str(place),
            "DSP_COVERAGE_CONFIG": str(CONFIG),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "tools/coverage_site"), str(ROOT)]),
        }
        code = subprocess.run(command, cwd=ROOT, env={**environment, **counted}).returncode
        return code, collector.combined()


def folders(data: CoverageData, floors: Mapping[str, float]) -> tuple[Folder, ...]:
    """Every folder with code, covered or not."""
    data.touch_files([str(path) for path in (ROOT / "desktop").rglob("*.py")])
    reader = Coverage(data_file=None, config_file=str(CONFIG))
    reader.get_data().update(data)
    with tempfile.TemporaryDirectory(prefix="dsp-cov-") as place:
        report = Path(place) / "report.json"
        reader.json_report(outfile=str(report))
        files = json.loads(report.read_text(encoding="utf-8"))["files"]
    reached: dict[str, list[int]] = {}
    for name, found in files.items():
        if Path(name).is_absolute():
            continue  # a copy that a test made
        summary = found["summary"]
        sums = reached.setdefault(_folder(Path(name)), [0, 0])
        sums[0] += summary["covered_lines"] + summary["covered_branches"]
        sums[1] += summary["num_statements"] + summary["num_branches"]
    return tuple(
        Folder(name, covered * 1000 // whole / 10, floors.get(name, 0.0))
        for name, (covered, whole) in sorted(reached.items())
        if whole
    )


def _folder(path: Path) -> str:
    """One figure a folder; the large rooms by their own folders."""
    parent = path.parent.as_posix()
    depth = 3 if parent.startswith(_DEEP) else 2
    return "/".join(parent.split("/")[:depth])


def read_floors() -> dict[str, float]:
    """What was reached before."""
    if not FLOORS.exists():
        return {}
    return {k: float(v) for k, v in tomllib.loads(FLOORS.read_text(encoding="utf-8"))["percent"].items()}


def write_floors(found: Sequence[Folder]) -> None:
    """The new floors: never lower than the old."""
    lines = [f'"{f.name}" = {max(f.percent, f.floor)}' for f in found]
    head = "# Lines and branches that the tests reach, in percent. May only rise: dev.py coverage --raise"
    FLOORS.write_text("\n".join([head, "[percent]", *lines, ""]), encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Run unit and ui tests, print the table; 1 when a test failed or a folder fell."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1"}
    tests = ["tests/unit", "tests/ui", "tests/arch", "-q", "-n", "2", "--timeout=300"]
    tests += [f"--deselect={test}" for test in DISTURBED]
    code, data = run([sys.executable, "-m", "pytest", *tests], environment)
    found = folders(data, read_floors())
    for folder in found:
        note = "FELL" if folder.fell else "rose" if folder.percent > folder.floor else ""
        print(f"{folder.name:32} {folder.percent:6.1f} %  (floor {folder.floor:5.1f})  {note}")
    if "--raise" in arguments and code == 0:
        write_floors(found)
    return code or int(any(folder.fell for folder in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
