"""A row that is not proved to be the open patient's: on no screen, in no cache, in no log (contract §5)."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.demo.probe import screen
from desktop.domain.account import Account
from desktop.domain.errors import Code
from desktop.domain.record import Mandate
from tests.ui.desk.conftest import ANNE, Bench
from tests.unit.sync.test_odd_servers import bundle, row
from tests.unit.sync.test_sessions import Setting, code
from tests.unit.sync.tls_server import Reply, Request, Script, TlsServer

HERS, STRANGERS = "Lettre de suivi", "Sérologie de quelqu'un d'autre"


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Setting]:
    servers: list[TlsServer] = []

    def serve(script: Script) -> TlsServer:
        servers.append(TlsServer(tmp_path, script))
        return servers[-1]

    setting = Setting(serve)
    assert isinstance(setting.log_in(), Account)
    assert isinstance(setting.platform.open_record(ANNE, code()), Mandate)
    yield setting
    setting.platform.close()
    for server in servers:
        server.close()


def titled(number: int, title: str, **changes: Any) -> dict[str, Any]:
    return row(number, content=[{"attachment": {"url": f"Binary/{number}", "title": title}}], **changes)


@pytest.mark.parametrize(
    "subject",
    [{"reference": "Patient/p2"}, {"reference": "https://else.example/fhir/Patient/p1"}, None],
)
def test_another_patients_row_is_nowhere_and_the_list_says_that_it_is_not_whole(
    make_bench: Callable[..., Bench],
    platform: Setting,
    subject: dict[str, Any] | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    strange = titled(2, STRANGERS, subject=subject) if subject else titled(2, STRANGERS)
    if subject is None:
        del strange["subject"]

    def hook(request: Request) -> Reply | None:
        listing = request.path == "/fhir/DocumentReference/_search"
        return bundle(titled(1, HERS), strange, total=2) if listing else None

    platform.fake.hooks.append(hook)
    bench = make_bench()
    for name in ("documents", "episodes"):
        setattr(bench.platform, name, getattr(platform.platform, name))
    bench.log_in()
    bench.open_record(ANNE)
    bench.settle()
    shown = repr(screen())
    assert HERS in shown and STRANGERS not in shown
    message = bench.record_view().message.failure
    assert message is not None and message.code is Code.LIST_INCOMPLETE
    assert "La liste des documents est incomplète" in shown
    assert STRANGERS not in repr(bench.store.documents(ANNE.id)) and STRANGERS not in caplog.text
    assert "not shown" in caplog.text
