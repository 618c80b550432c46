"""Run as a program: logs in with the software card, deposits one document, and is killed where it is told.

``python -m tests.e2e.deposit_process HOME SIMULATOR BASE_URL CA_FILE STEP``. With the step "finish" it does
what a next start does instead (asks for what was under way, sends what is left) and prints the row as JSON.
"""

import http.client
import json
import os
import signal
import sys
import threading
from datetime import date
from pathlib import Path
from typing import NoReturn

from desktop.common.resource_files import resource
from desktop.domain.account import Account
from desktop.domain.deposit import CheckReport, OutboxRow, OutboxState, Verdict
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.local_time import local_day
from desktop.domain.record import Level
from desktop.domain.secret import Secret
from desktop.ports.platform import Progress
from desktop.services.deposit import DepositForm, DepositService
from desktop.services.login import LoggedIn, LoginService
from desktop.services.outbox import OutboxService
from desktop.services.record import OpenRecord, RecordService
from desktop.smartcard.software_card import SoftwareCard
from desktop.store.store import Store
from desktop.store.vault import open_vault
from desktop.sync.platform import Platform
from desktop.sync.profile import load_profile
from tests.fakes import FakeKeyring, FakePdf
from tests.simulator_fixture import PIN
from tests.unit.sync.conftest import WallClock

TITLE = "Ni perdu ni envoyé deux fois"
TITLES = ("Le premier", "Le deuxième", "Le troisième")
SECOND = "second-"
CONTENT = b"%PDF-1.4\n" + b"% the bytes of a scan\n" * 100_000 + b"%%EOF\n"  # the platform looks at both ends


class MortalStore(Store):
    """Dies just before the row of that title would be written as sent."""

    dies = ""

    def update_outbox(self, row: OutboxRow, expected: OutboxState | None = None) -> Result[None]:
        self._look(row)
        return super().update_outbox(row, expected)

    def update_outbox_soon(self, row: OutboxRow, expected: OutboxState) -> Result[None]:
        self._look(row)
        return super().update_outbox_soon(row, expected)

    def _look(self, row: OutboxRow) -> None:
        if row.state is OutboxState.SENT and row.deposit.title == self.dies:
            die()


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("outlived SIGKILL")


def read_no_answer() -> None:
    """From now on an answer is waited for, but never read; killed from outside."""

    def wait(self: http.client.HTTPConnection) -> NoReturn:
        print("all bytes are out", flush=True)
        threading.Event().wait()
        raise AssertionError("never set")

    http.client.HTTPConnection.getresponse = wait  # type: ignore[method-assign]


class Work:
    """The adapters of one run and its session."""

    def __init__(self, home: Path, simulator: Path, base_url: str, ca_file: str) -> None:
        clock = WallClock()
        self.clock = clock
        self.card = SoftwareCard(simulator)
        profile = load_profile(resource("profiles", "demo.toml"))
        self.platform = Platform(profile, clock, software_version="test", base_url=base_url, ca_file=ca_file)
        no_keyring = FakeKeyring(Failure(Code.KEYRING_MISSING))  # the card alone opens the slot
        self.vault = open_vault(home, no_keyring, allow_card_only=True, kept={})
        self.store = MortalStore(self.vault)
        self.record = RecordService(self.platform, self.store, clock)
        self.outbox = OutboxService(self.platform, self.store, clock, lambda: 0.0)
        self.account = self._log_in()

    def _log_in(self) -> Account:
        cards = self.card.cards()
        assert isinstance(cards, tuple) and cards, cards
        login = LoginService(self.card, self.platform, self.vault, self.store, self.clock)
        session = login.log_in(cards[0], Secret(bytearray(PIN.encode())))
        assert isinstance(session, LoggedIn) and session.offline is None, session
        assert not session.vault.memory_only, "the test needs a store on disk"
        return session.account

    def confirm(self, title: str = TITLE) -> None:
        found = self.platform.find_by_traits("Da Silva", date(1985, 6, 30))
        assert isinstance(found, tuple), found
        opened = self.record.open(found[0], None)
        assert isinstance(opened, OpenRecord), opened
        report = CheckReport(Verdict.CONFORMING, "1b", "1b", (), 1)
        today = local_day(self.clock.now())
        form = DepositForm(CONTENT, report, "rapport-medical", title, today, Level.STANDARD)
        service = DepositService(FakePdf(), self.store, self.clock)
        confirmed = service.confirm(form, opened, self.account)
        assert not isinstance(confirmed, Failure), confirmed

    def rows(self) -> tuple[OutboxRow, ...]:
        rows = self.outbox.rows()
        assert isinstance(rows, tuple), rows
        return rows

    def close(self) -> None:
        self.platform.drop_session()
        for end in (self.vault.close, self.card.close, self.platform.close):
            end()


def deposit(work: Work, step: str) -> NoReturn:
    """Confirm and send, and die at *step*."""
    step, among_others = step.removeprefix(SECOND), step.startswith(SECOND)
    for title in TITLES if among_others else (TITLE,):
        work.confirm(title)
    if step == "confirmed":
        die()
    mortal = TITLES[1] if among_others else TITLE
    due = {row.deposit.unique_id for row in work.rows() if row.deposit.title == mortal}
    states = {"sending": OutboxState.SENDING, "verifying": OutboxState.VERIFYING, "sent": OutboxState.SENT}

    def changed(row: OutboxRow) -> None:
        if row.state is states.get(step) and row.deposit.unique_id in due:
            die()

    def progress(unique_id: str) -> Progress:
        def report(done: int, total: int) -> None:
            if step == "begun" and 0 < done < total and unique_id in due:
                die()
            if step == "arrived" and done == total:
                read_no_answer()

        return report

    work.store.dies = mortal if step == "proved" else ""
    work.outbox.pump(changed, progress)
    raise AssertionError(f"{step} never came")


def finish(work: Work) -> None:
    """What the next start does."""
    before = work.rows()
    work.outbox.recover()
    for _ in range(2):  # « not there » is believed when it was said twice
        work.outbox.pump()
        work.clock.ahead += work.platform.lookup_settle().total_seconds()
    told = {
        "before": [r.state.value for r in reversed(before)],
        "rows": [
            {
                "state": row.state.value,
                "unique_id": row.deposit.unique_id,
                "sha1": row.deposit.sha1,
                "document": row.document_id,
                "title": row.deposit.title,
            }
            for row in reversed(work.rows())
        ],
    }
    work.close()
    print(json.dumps(told), flush=True)


def main() -> None:
    home, simulator, base_url, ca_file, step = sys.argv[1:]
    work = Work(Path(home), Path(simulator), base_url, ca_file)
    if step == "finish":
        finish(work)
    else:
        deposit(work, step)


if __name__ == "__main__":
    main()
