"""What ended leaves the memory of the process too, though its store stays open (CF-017, CF-066)."""

import os
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import pytest

from desktop.system import environment
from tests.process_memory import copies_of, spellings
from tests.simulator_fixture import ROOT

from .conftest import random_word
from .ended_holder import MASK

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def test_cf066_no_title_word_or_name_stays_in_the_open_store(tmp_path: Path) -> None:
    words = {"title": random_word(), "text": random_word(), "name": random_word()}
    masked = [bytes(b ^ MASK for b in word.encode()).hex() for word in words.values()]
    command = [sys.executable, "-m", "tests.unit.store.ended_holder", str(tmp_path / "home"), *masked]
    wanted = {name: spellings(word) for name, word in words.items()}
    env = environment.begun_with(os.environ)
    with subprocess.Popen(command, cwd=ROOT, env=env, stdin=PIPE, stdout=PIPE, text=True) as holder:
        assert holder.stdin is not None and holder.stdout is not None
        assert holder.stdout.readline() == "kept\n"
        kept = copies_of(holder.pid, wanted)
        print(file=holder.stdin, flush=True)
        assert holder.stdout.readline() == "ended\n"
        left = copies_of(holder.pid, wanted)
        print(file=holder.stdin, flush=True)
    assert all(kept.values()), kept
    assert not any(left.values()), left
