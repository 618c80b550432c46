"""The child that asks the PC/SC service: a deaf service and a crash of the reader stack stay in it.

It sends a frame for each :class:`ReaderSnapshot`, and an empty one each time that the service answered
without news. It asks nothing back, and ends with its parent.
"""

import queue

from desktop.children.parent_pipes import ParentPipes
from desktop.domain.card import ReaderSnapshot
from desktop.smartcard.pcsc_monitor import PcscMonitor
from desktop.smartcard.reader_messages import ReadersNow


def main() -> None:
    """Watch until the parent goes."""
    parent = ParentPipes()
    parent.requests(lambda following: following())
    told: queue.SimpleQueue[ReaderSnapshot | None] = queue.SimpleQueue()
    monitor = PcscMonitor(remote=lambda: False, answered=lambda: told.put(None))
    monitor.start(told.put)
    while True:
        news = told.get()
        parent.send(b"" if news is None else ReadersNow(news, monitor.gone).frame())


if __name__ == "__main__":
    main()
