"""``dsp-desktop open`` and ``dsp-desktop:`` links: the running program hears who is asked for (domain §G.5).

A process of its own that loads no window. It judges what it was given, leaves the answer for the program that
has the data folder, and ends; where none runs, it becomes it, without what it was given in its command line.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.gdt import LARGEST_GDT, read_gdt
from desktop.domain.patient_call import (
    LARGEST_TICKET,
    PatientCall,
    TicketName,
    is_link,
    passed_on,
    read_link,
    read_number,
    read_ticket,
)
from desktop.system import hardening
from desktop.system.paths import data_folder, folder_failure
from desktop.system.patient_calls import CallBox, claim_ticket, read_handed
from desktop.system.policy import read_policy
from desktop.system.single_instance import ask, is_held, lock_file

HANDED_OVER, REFUSED, UNANSWERED = 0, 1, 3
PATIENCE_S = 10.0  # as long as a start on an old computer takes
_LOOK_S = 0.02


def hand_over(given: Sequence[str]) -> int | None:
    """Read *given* and pass it on; the exit code, or None: no program runs, so this process becomes it.

    The running program tells the user what was refused; whoever called is told by code and standard error.
    """
    hardening.harden_process()
    try:
        home = data_folder().home
        asked = read(given, home)
        box = CallBox(home)
        left = box.put(passed_on(asked))
    except OSError as error:
        return _tell(folder_failure(error), REFUSED)
    if not _taken(left, lock_file(home)):
        return None if not is_held(lock_file(home)) else _give_up(left)
    return _tell(asked, REFUSED) if isinstance(asked, Failure) else HANDED_OVER


def read(given: Sequence[str], home: Path) -> Result[PatientCall]:
    """Who is asked for. A ticket is used up. SystemExit(2) where ``open`` was called wrongly."""
    if is_link(given[0]):
        return _from_link(given[0], home) if len(given) == 1 else Failure.of(Code.CALL_UNREADABLE)
    parser = argparse.ArgumentParser(prog="dsp-desktop open", description="Open a patient's identity page.")
    one = parser.add_mutually_exclusive_group(required=True)
    one.add_argument("--ticket", metavar="NAME", help="a ticket in the run folder")
    one.add_argument(
        "--patient", metavar="-", help="- : a ticket's text, or a matricule, from standard input"
    )
    one.add_argument("--gdt", metavar="FILE", type=Path, help="a GDT file, which is removed once it was read")
    chosen = parser.parse_args(given[1:])
    if chosen.gdt is not None:
        return _from_gdt(chosen.gdt)
    if chosen.ticket is not None:
        return _from_ticket(TicketName(chosen.ticket), home)
    if chosen.patient == "-":
        told = sys.stdin.buffer.read(LARGEST_TICKET + 1)
        return read_ticket(told) if told.lstrip().startswith(b"{") else read_number(_plain(told))
    return _if_allowed(read_number(chosen.patient))


def _from_link(link: str, home: Path) -> Result[PatientCall]:
    asked = read_link(link)
    if isinstance(asked, TicketName):
        return _from_ticket(asked, home)
    return _if_allowed(asked)


def _from_ticket(ticket: TicketName, home: Path) -> Result[PatientCall]:
    content = claim_ticket(ticket.name, home)
    call = content if isinstance(content, Failure) else read_ticket(content)
    if isinstance(call, Failure):
        return call
    ignored = (*ticket.ignored, *call.ignored)
    return PatientCall(call.origin, call.matricule, call.name, call.birth_date, ignored)


def _from_gdt(path: Path) -> Result[PatientCall]:
    """What is no call stays where it is: it may be anything of the user's."""
    content = read_handed(path, LARGEST_GDT)
    call = content if isinstance(content, Failure) else read_gdt(content)
    if isinstance(call, PatientCall):
        with suppress(OSError):
            path.unlink()
    return call


def _if_allowed(call: Result[PatientCall]) -> Result[PatientCall]:
    """Other programs see command lines and links: the administrator of the computer decides."""
    if isinstance(call, PatientCall) and not read_policy().matricule_in_url:
        return Failure.of(Code.CALL_NOT_ALLOWED)
    return call


def _plain(told: bytes) -> str:
    return told.decode("ascii", errors="replace")


def _taken(left: Path, lock: Path) -> bool:
    """Whether the running program took it; False at once where none runs."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and is_held(lock):
        with suppress(OSError):
            ask(lock)
        for _ in range(25):
            if not left.exists():
                return True
            time.sleep(_LOOK_S)
    return not left.exists()


def _give_up(left: Path) -> int:
    left.unlink(missing_ok=True)
    return _tell(Failure.of(Code.CALL_UNANSWERED), UNANSWERED)


def _tell(failure: Failure, code: int) -> int:
    from desktop.domain.texts import failure_next_step, failure_text

    said = f"{failure.code.value}: {failure_text(failure)} {failure_next_step(failure)}\n"
    sys.stderr.write(said)
    return code
