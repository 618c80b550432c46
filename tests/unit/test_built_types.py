"""No two threads build what msgspec knows of a type at the same time, and no decoding goes round that."""

import ast
import threading
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from desktop.common.built_types import built

DESKTOP = Path(__file__).resolve().parents[2] / "desktop"
DECODERS = {"decode", "convert"}


@dataclass(frozen=True)
class Inner:
    number: int = 0


@dataclass(frozen=True)
class Outer:
    inner: Inner = Inner()


def test_types_are_built_one_at_a_time_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    real, asked = msgspec.msgpack.Decoder, list[object]()
    inside, together = threading.Semaphore(1), list[object]()

    def decoder(kind: type[object]) -> object:
        if not inside.acquire(blocking=False):
            together.append(kind)
            return None
        asked.append(kind)
        threading.Event().wait(0.02)  # long enough for the others to come
        made = real(kind)
        inside.release()
        return made

    monkeypatch.setattr(msgspec.msgpack, "Decoder", decoder)
    begin = threading.Barrier(6)

    def decode(kind: type[object]) -> None:
        begin.wait()
        built(kind)

    kinds: list[type[object]] = [Outer, Inner, Outer, Inner, list[Outer], Outer]
    threads = [threading.Thread(target=decode, args=(kind,)) for kind in kinds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not together
    before = len(asked)
    assert msgspec.json.decode(b'{"inner":{"number":7}}', type=built(Outer)) == Outer(Inner(7))
    assert len(asked) == before, "a type that was built is not built again"


def test_every_type_that_is_decoded_into_was_built() -> None:
    loose = [
        f"{path.relative_to(DESKTOP)}:{call.lineno}"
        for path in DESKTOP.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and not _is_built(call)
    ]
    assert not loose


def _is_built(call: ast.Call) -> bool:
    """Whether *call* decodes nothing with msgspec, or nothing typed, or into a type that was built."""
    name = ast.unparse(call.func)
    if not name.startswith("msgspec.") or name.rpartition(".")[2] not in DECODERS:
        return True
    types = [word.value for word in call.keywords if word.arg == "type"] + call.args[1:2]
    return all(ast.unparse(one).startswith("built(") for one in types)
