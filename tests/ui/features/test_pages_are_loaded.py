"""What a feature's page is made of is imported by a worker: the turn that makes it reads no file."""

import subprocess
import sys
from pathlib import Path

from tests.waiting import LIMIT_S

ROOT = Path(__file__).resolve().parents[3]


def test_every_page_of_a_feature_is_loaded_before_it_is_made() -> None:
    script = (
        "import sys; from desktop.features import FEATURES;"
        "pages = [f'desktop.features.{feature.name}.page' for feature in FEATURES];"
        "early = [page for page in pages if page in sys.modules];"
        "[feature.load_pages() for feature in FEATURES];"
        "print(len(pages), early, [page for page in pages if page not in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=4 * LIMIT_S
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split(" ", 1)[1] == "[] []\n"
