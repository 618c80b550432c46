"""Verdicts on many files: as many at once as there are processors, told in the order that was given."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from desktop.common.foreign_files import read_file
from desktop.domain.deposit import CheckReport
from desktop.domain.errors import Failure, Result
from desktop.pdf.service import PdfService

MOST_MEGABYTES = 512
MOST_AT_ONCE = 4  # files in memory


def reports(names: Sequence[str]) -> Iterator[Result[CheckReport]]:
    """Of each of *names* its verdict, or why there is none, as soon as those before it are told.

    A file is checked in a child of its own line: what one of them does to its child touches no other. Who
    stops asking ends all of it.
    """
    services = [PdfService() for _ in range(min(len(names), MOST_AT_ONCE, os.cpu_count() or 1))]
    free: SimpleQueue[PdfService] = SimpleQueue()
    for service in services:
        free.put(service)

    def report(name: str) -> Result[CheckReport]:
        service = free.get()
        try:
            content = read_plain(Path(name))
            return content if isinstance(content, Failure) else service.check(content)
        finally:
            free.put(service)

    pool = ThreadPoolExecutor(len(services))
    try:
        yield from pool.map(report, names)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for service in services:
            service.close()


def read_plain(path: Path) -> Result[bytes]:
    """A plain file's bytes; what never ends (a pipe, a device) is not waited for. FILE_TOO_LARGE …"""
    return read_file(path, (MOST_MEGABYTES << 20) - 1)
