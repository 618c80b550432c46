"""``python -m desktop.simulator``: starts the simulated platform."""

import argparse
import importlib
import logging
import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from desktop.simulator import loading, server
from desktop.simulator.app import platform
from desktop.simulator.card_holders import HOLDERS
from desktop.simulator.cards import issue_cards
from desktop.simulator.clock import Clock
from desktop.simulator.console_file import ConsoleFile, GivenSecrets
from desktop.simulator.control import control
from desktop.simulator.faults import Faults, FaultyApp
from desktop.simulator.feature import SimulatedFeature
from desktop.simulator.features import FEATURES
from desktop.simulator.minimal_data import MinimalData
from desktop.simulator.pki import open_pki
from desktop.simulator.seed_data import Dataset, Load
from desktop.simulator.sessions import Sessions
from desktop.simulator.tables import SettingRow
from desktop.simulator.world import World, open_database


def main(argv: Sequence[str] | None = None, features: tuple[SimulatedFeature, ...] = FEATURES) -> int:
    """Make or open the data folder, then serve until told to stop."""
    options = _options(argv)
    logging.basicConfig(level=logging.WARNING)
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
    folder: Path = options.data
    folder.mkdir(parents=True, exist_ok=True)
    if options.ready_file:
        options.ready_file.unlink(missing_ok=True)  # of a former run: nobody may connect there
    given = GivenSecrets.load(options.secrets)
    world = _world(folder, features)
    wanted = options.cards.split(",") if options.cards else [h.card for h in HOLDERS]
    issue_cards(folder, world.pki, tuple(h for h in HOLDERS if h.card in wanted), world.console, given)
    dataset = _dataset(world, options)
    if not loading.is_seeded(world) and dataset is not None:
        loading.seed_identities(world, dataset)
    if dataset is not None:
        loading.seed_features(world, dataset)
        loading.fill_console(world, dataset)
    loading.fill_scans(world)
    loading.revoke_flawed_cards(world, folder / "cards")
    loading.set_codes(world, given)
    world.console.save()
    background = loading.Background(world, dataset)
    listening = server.Listening.bind(options.port)
    world.base_url = listening.base_url()
    token = secrets.token_urlsafe(24)
    faults = Faults(world)
    app = FaultyApp(platform(world), faults)
    ready = None
    if options.ready_file:
        ready = server.ReadyFile(
            options.ready_file, world.base_url, listening.intercepted_url(), world.pki.ca_file,
            world.pki.card_authorities, listening.control_url(), token,
        )  # fmt: skip
    background.start()
    pki = world.pki
    serving = (app, listening, pki.server_certificate, pki.intercepting_certificate, pki.server_key)
    try:
        server.serve(serving, control(world, faults, background, token), ready, options.watch_parent)
    finally:
        if options.ready_file:
            options.ready_file.unlink(missing_ok=True)
        background.stop()
        world.engine.dispose()
    return 0


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="desktop.simulator", description="Simulated eSanté platform")
    parser.add_argument("--data", type=Path, required=True, help="folder of database, cards, PKI")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument(
        "--ready-file", type=Path, help="JSON with addresses, written when connections are accepted"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-demo", action="store_true", help="a handful of patients instead of the demo's")
    parser.add_argument("--secrets", type=Path, help="JSON with PINs and presence codes for this run")
    parser.add_argument("--cards", default="", help="card ids to issue, separated by commas (default: all)")
    parser.add_argument("--watch-parent", type=int, help="stop when this process is gone")
    return parser.parse_args(argv)


def _world(folder: Path, features: tuple[SimulatedFeature, ...]) -> World:
    engine = open_database(folder / "platform.sqlite", features)
    console = ConsoleFile.open(folder / "console.json")
    return World(engine, Clock(), open_pki(folder / "pki"), console, Sessions(), features)


def _dataset(world: World, options: argparse.Namespace) -> Dataset | None:
    """The data set of this folder; seed and day stay those of its first start. None: all is there."""
    if loading.is_complete(world) and all(loading.is_seeded_for(world, f) for f in world.features):
        return None
    with world.database() as database:
        chosen = database.get(SettingRow, "dataset")
        if chosen is None:
            kind = "minimal" if options.no_demo else "demo"
            chosen = SettingRow(name="dataset", value=f"{kind} {options.seed} {datetime.now(UTC).date()}")
            database.add(chosen)
        kind, seed, day = chosen.value.split()
    if kind == "minimal":
        return MinimalData(date.fromisoformat(day))
    load: Load = importlib.import_module("desktop.simulator.demo").load
    return load(int(seed), date.fromisoformat(day))


if __name__ == "__main__":
    sys.exit(main())
