"""The simulator as a process: TLS, faults, restart, secrets, a clean end."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from signal import Signals
from typing import Any

import pytest
import requests

from desktop.domain.card_image import load_card, load_readers
from desktop.simulator.minimal_data import plain_pdf
from tests.simulator_fixture import PIN, ROOT, Simulator, running_simulator
from tests.unit.simulator.raw_client import RawClient, card, transaction
from tests.waiting import LIMIT_S, until


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after its first start."""
    folder = tmp_path_factory.mktemp("simulator")
    with running_simulator(folder, cards="weber,revoked"):
        pass
    return folder


@pytest.fixture(scope="module")
def simulator(prepared: Path) -> Iterator[Simulator]:
    with running_simulator(prepared, cards="weber,revoked") as found:
        found.control.wait_loaded()
        yield found


@pytest.fixture
def client(simulator: Simulator) -> Iterator[RawClient]:
    client = RawClient(simulator.base_url, simulator.ca_file)
    yield client
    client.close()
    simulator.control.clear_faults()


def open_p4(simulator: Simulator, client: RawClient) -> str:
    assert client.login(card(simulator.folder, "weber")).ok
    state = simulator.control.state()
    [matricule] = [p["matricule"] for p in state["patients"] if p["id"] == "p-4"]
    return client.open(matricule, "code-0004")


def test_login_over_tls_with_the_folders_own_root_only(simulator: Simulator, client: RawClient) -> None:
    assert client.login(card(simulator.folder, "weber")).ok
    with requests.Session() as session:
        session.trust_env = False
        for url, trust in ((simulator.base_url, True), (simulator.intercepted_url, str(simulator.ca_file))):
            with pytest.raises(requests.exceptions.SSLError):
                session.get(f"{url}/metadata", verify=trust, timeout=LIMIT_S)


def test_the_control_interface_needs_its_token(simulator: Simulator) -> None:
    with requests.Session() as session:
        session.trust_env = False
        for headers in ({}, {"Authorization": "Bearer x"}):
            answer = session.get(f"{simulator.control.url}/state", headers=headers, timeout=LIMIT_S)
            assert answer.status_code == 401


def test_files_for_the_demo(simulator: Simulator) -> None:
    readers = load_readers(simulator.folder / "reader.json")
    assert [r.name for r in readers] == ["Lecteur de démonstration 1", "Lecteur de démonstration 2"]
    image = load_card(simulator.folder / "cards" / "weber.json")
    assert image.pin_matches(PIN.encode()) and image.pin_tries == 3
    for name in ("console.json", "pki/root.key", "cards/weber.json"):
        assert stat.S_IMODE((simulator.folder / name).stat().st_mode) == 0o600, name


def test_latency(simulator: Simulator, client: RawClient) -> None:
    simulator.control.fault("latency", "GET /metadata", value=300)
    begin = time.monotonic()
    assert client.session.get(f"{client.base}/metadata", timeout=LIMIT_S).ok
    assert time.monotonic() - begin >= 0.3


def test_status_for_n_times(simulator: Simulator, client: RawClient) -> None:
    simulator.control.fault("status", "/metadata", times=2, value=502)
    statuses = [client.session.get(f"{client.base}/metadata", timeout=LIMIT_S).status_code for _ in range(3)]
    assert statuses == [502, 502, 200]


def test_maintenance(simulator: Simulator, client: RawClient) -> None:
    simulator.control.fault("maintenance", value=90)
    answer = client.session.get(f"{client.base}/metadata", timeout=LIMIT_S)
    assert answer.status_code == 503 and answer.headers["retry-after"] == "90"
    assert answer.json()["issue"][0]["details"]["coding"][0]["code"] == "maintenance"


def test_captive_portal(simulator: Simulator, client: RawClient) -> None:
    simulator.control.fault("captive_portal")
    answer = client.session.get(f"{client.base}/metadata", timeout=LIMIT_S)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")


def test_cut_after_n_bytes(simulator: Simulator, client: RawClient) -> None:
    simulator.control.fault("cut", "/metadata", value=100)
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)):
        client.session.get(f"{client.base}/metadata", timeout=LIMIT_S)
    simulator.control.clear_faults()
    assert client.session.get(f"{client.base}/metadata", timeout=LIMIT_S).ok


def test_dropped_connection(simulator: Simulator, client: RawClient) -> None:
    simulator.control.fault("drop", "/metadata", times=1)
    with pytest.raises(requests.exceptions.ConnectionError):
        client.session.get(f"{client.base}/metadata", timeout=LIMIT_S)
    assert client.session.get(f"{client.base}/metadata", timeout=LIMIT_S).ok


def test_a_lost_answer_comes_after_the_commit(simulator: Simulator, client: RawClient) -> None:
    token = open_p4(simulator, client)
    before = len(simulator.control.state()["deposits"])
    simulator.control.fault("lost_answer", "^POST /$", times=1)
    with pytest.raises(requests.exceptions.ConnectionError):
        client.call("POST", "/", token, json=transaction("p-4", "ps-weber", plain_pdf("lost")))
    assert len(simulator.control.state()["deposits"]) == before + 1


def test_wrong_digest(simulator: Simulator, client: RawClient) -> None:
    token = open_p4(simulator, client)
    content = plain_pdf("digest")
    bundle = transaction("p-4", "ps-weber", content)
    answer = client.call("POST", "/", token, json=bundle).json()
    url = "/" + answer["entry"][2]["response"]["location"]
    simulator.control.fault("wrong_digest", "/Binary/", times=1)
    spoilt, good = (client.call("GET", url, token).content for _ in "ab")
    assert len(spoilt) == len(content) and spoilt != content and good == content


def test_clock_skew(simulator: Simulator, client: RawClient) -> None:
    simulator.control.fault("clock_skew", value=7200)
    assert client.challenge()["server_time"] - time.time() > 7000
    assert not client.login(card(simulator.folder, "weber")).ok
    client.dpop.offset = 7200
    assert client.login(card(simulator.folder, "weber")).ok


def test_request_counts_hold_no_identifier(simulator: Simulator, client: RawClient) -> None:
    token = open_p4(simulator, client)
    client.call("GET", "/Encounter?patient=Patient/p-4", token)
    client.call("GET", "/Consent/unknown-4711", token)
    requests_seen = simulator.control.state()["requests"]
    assert requests_seen["GET /Encounter"] >= 1
    assert not any("p-4" in name or "4711" in name for name in requests_seen)


@pytest.mark.parametrize("bad", [{"kind": "nonsense"}, {"kind": "status", "path": "("}, {"x": 1}, []])
def test_bad_faults(simulator: Simulator, bad: dict[str, Any] | list[Any]) -> None:
    headers = {"Authorization": f"Bearer {simulator.control.token}"}
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(f"{simulator.control.url}/faults", json=bad, headers=headers, timeout=LIMIT_S)
        assert answer.status_code == 400


def test_restart_continues_and_given_secrets_win(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with running_simulator(folder, cards="weber") as first:
        first.control.wait_loaded()
        client = RawClient(first.base_url, first.ca_file)
        token = open_p4(first, client)
        client.call("POST", "/", token, json=transaction("p-4", "ps-weber", plain_pdf("kept")))
        client.close()
    given = {"pin": {"*": "987654"}, "code": {"p-4": "neuer Code"}}
    with running_simulator(folder, cards="weber", secrets=given) as second:
        state = second.control.wait_loaded()
        assert [d["patient"] for d in state["deposits"]] == ["p-4"] and state["documents"] == 20
        assert load_card(folder / "cards" / "weber.json").pin_matches(b"987654")
        client = RawClient(second.base_url, second.ca_file)
        assert client.login(card(folder, "weber")).ok
        [matricule] = [p["matricule"] for p in state["patients"] if p["id"] == "p-1"]
        assert client.exchange(matricule, "code-0001").ok, "the others keep their codes"
        [matricule] = [p["matricule"] for p in state["patients"] if p["id"] == "p-4"]
        assert client.exchange(matricule).ok, "the mandate still runs"
        client.close()
    assert second.process.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_cleanly(prepared: Path, number: Signals) -> None:
    with running_simulator(prepared, cards="weber,revoked") as found:
        found.process.send_signal(number)
        assert found.process.wait(LIMIT_S) == 0


def test_it_ends_with_its_parent(prepared: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    options = ("--no-demo", "--watch-parent", str(parent.pid))
    with running_simulator(prepared, cards="weber,revoked", options=options) as found:
        parent.communicate(b"\n")
        assert found.process.wait(LIMIT_S) == 0


def test_nothing_secret_is_printed(tmp_path: Path) -> None:
    code, pin = "k7-geheim-code", "86427531"
    ready = tmp_path / "ready.json"
    given = tmp_path / "given.json"
    given.write_text(f'{{"pin": {{"*": "{pin}"}}, "code": {{"*": "{code}"}}}}')
    command = [sys.executable, "-m", "desktop.simulator", "--data", str(tmp_path / "d"), "--no-demo"]
    command += ["--ready-file", str(ready), "--secrets", str(given), "--cards", "weber"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        until("the simulator's start", ready.exists)
        data = json.loads(ready.read_text())
        client = RawClient(data["base_url"], data["ca_file"])
        assert client.login(card(tmp_path / "d", "weber")).ok
        client.exchange("1761031400169", code)
        client.exchange("1761031400169", "wrong-one")
        client.call("POST", "/", data=b"{")
        client.close()
    finally:
        os.kill(process.pid, signal.SIGTERM)
        output = process.communicate(timeout=LIMIT_S)[0].decode()
    for secret in (code, pin, "wrong-one", client.token, client.refresh):
        assert secret not in output
