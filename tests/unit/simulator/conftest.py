"""The platform in this process: the real application over a ``requests`` adapter, a fresh database a test."""

import asyncio
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from starlette.applications import Starlette
from starlette.types import Message

from desktop.domain.card_image import CardImage
from desktop.simulator import loading
from desktop.simulator.app import platform
from desktop.simulator.card_holders import HOLDERS
from desktop.simulator.cards import issue_cards
from desktop.simulator.clock import Clock
from desktop.simulator.console_file import ConsoleFile, GivenSecrets
from desktop.simulator.features import FEATURES
from desktop.simulator.minimal_data import MinimalData
from desktop.simulator.pki import open_pki
from desktop.simulator.sessions import Sessions
from desktop.simulator.tables import PatientRow
from desktop.simulator.world import World, open_database
from tests.unit.simulator.raw_client import RawClient, card

BASE = "https://platform.test"
PIN = b"246810"


class AsgiAdapter(BaseAdapter):
    """Runs one request through the application."""

    def __init__(self, app: Starlette) -> None:
        super().__init__()
        self.app = app

    def send(
        self,
        request: requests.PreparedRequest,
        stream: object = False,
        timeout: object = None,
        verify: object = True,
        cert: object = None,
        proxies: object = None,
    ) -> requests.Response:
        """Everything but the request belongs to a network, and there is none."""
        assert request.url is not None
        parts = urlsplit(request.url)
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        scope = {
            "type": "http", "http_version": "1.1", "method": request.method, "scheme": "https",
            "path": unquote(parts.path) or "/", "raw_path": parts.path.encode(), "root_path": "",
            "query_string": parts.query.encode(),
            "server": ("platform.test", 443), "client": ("127.0.0.1", 1),
            "headers": [(k.lower().encode(), str(v).encode()) for k, v in request.headers.items()],
        }  # fmt: skip
        sent: list[Message] = []
        waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        asyncio.run(self.app(scope, receive, send))
        response = requests.Response()
        response.status_code = sent[0]["status"]
        headers = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
        response.headers = CaseInsensitiveDict(headers)
        response.raw = io.BytesIO(b"".join(m.get("body", b"") for m in sent[1:]))
        response.url, response.request = request.url, request
        return response

    def close(self) -> None:
        pass


@pytest.fixture(scope="session")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """PKI and all cards, made once."""
    folder = tmp_path_factory.mktemp("issued")
    given = GivenSecrets(pin={"*": PIN.decode()}, puk={"*": "13579246"})
    console = ConsoleFile(folder / "console.json")
    issue_cards(folder, open_pki(folder / "pki"), HOLDERS, console, given)
    console.save()
    return folder


@pytest.fixture(scope="session")
def template(issued: Path) -> Path:
    """A database with the handful of patients and all their documents, made once."""
    world = _world(issued, issued)
    dataset = MinimalData(world.clock.now().date())
    loading.seed_identities(world, dataset)
    loading.fill_console(world, dataset)
    loading.revoke_flawed_cards(world, issued / "cards")
    loading.add_documents(world, dataset.contents(dataset.documents()))
    world.console.save()
    world.engine.dispose()
    return issued


@pytest.fixture
def world(template: Path, tmp_path: Path) -> Iterator[World]:
    """A platform of its own for each test."""
    for name in ("platform.sqlite", "console.json"):
        shutil.copy(template / name, tmp_path / name)
    world = _world(tmp_path, template)
    loading.set_codes(world, GivenSecrets())
    yield world
    world.engine.dispose()


def _world(folder: Path, issued: Path) -> World:
    engine = open_database(folder / "platform.sqlite", FEATURES)
    console = ConsoleFile.open(folder / "console.json")
    return World(engine, Clock(), open_pki(issued / "pki"), console, Sessions(), FEATURES, BASE)


class Desk:
    """Makes logged-in clients of one platform, and knows its patients."""

    def __init__(self, world: World, issued: Path) -> None:
        self.world = world
        self.issued = issued
        self.app = platform(world)
        self.clients: list[RawClient] = []

    def card(self, name: str) -> CardImage:
        return card(self.issued, name)

    def client(self) -> RawClient:
        """Nobody is logged in."""
        client = RawClient(BASE, Path())
        client.session.mount("https://", AsgiAdapter(self.app))
        client.dpop.offset = self.world.clock.offset_s
        self.clients.append(client)
        return client

    def login(self, name: str = "weber") -> RawClient:
        client = self.client()
        answer = client.login(self.card(name))
        assert answer.status_code == 200, answer.text
        return client

    def matricule(self, patient_id: str) -> str:
        with self.world.database() as database:
            return database.get_one(PatientRow, patient_id).matricule

    def open(self, client: RawClient, patient_id: str = "p-1", *, code: bool = True) -> str:
        """A patient token; by the right presence code, or by right."""
        return client.open(self.matricule(patient_id), code_of(patient_id) if code else None)

    def later(self, seconds: float) -> None:
        """Move the platform's clock and every client's with it."""
        self.world.clock.offset_s += seconds
        for client in self.clients:
            client.dpop.offset = self.world.clock.offset_s


def code_of(patient_id: str) -> str:
    return f"code-{int(patient_id.removeprefix('p-')):04d}"


@pytest.fixture
def desk(world: World, issued: Path) -> Iterator[Desk]:
    desk = Desk(world, issued)
    yield desk
    for client in desk.clients:
        client.close()
