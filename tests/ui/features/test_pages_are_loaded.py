"""What a feature's page is made of is imported by a worker: the turn that makes it reads no file."""

import subprocess
import sys
from pathlib import Path

from tests.waiting import LIMIT_S

ROOT = Path(__file__).resolve().parents[3]


def test_every_page_of_a_feature_is_loaded_before_it_is_made() -> None:
    script = (
        "import sys; from desktop.features import FEATURES;"
        "from desktop.kernel.feature import add_words; add_words(FEATURES);"
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


def test_what_makes_a_page_imports_nothing_any_more() -> None:
    """A page may be a folder: what its ``make`` asks for is loaded too, wherever in the folder it stands."""
    script = (
        "import dis, sys; from desktop.features import FEATURES;"
        "from desktop.kernel.feature import add_words; add_words(FEATURES);"
        "makes = [page.make for feature in FEATURES for page in feature.pages];"
        "steps = [step for make in makes for step in dis.get_instructions(make)];"
        "asked = {step.argval for step in steps if step.opname == 'IMPORT_NAME'};"
        "[feature.load_pages() for feature in FEATURES];"
        "print(len(asked), sorted(name for name in asked if name not in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=4 * LIMIT_S
    )
    assert done.returncode == 0, done.stderr
    count, missing = done.stdout.split(" ", 1)
    assert int(count) >= 8 and missing == "[]\n"


def test_the_pages_bring_nothing_large_that_nobody_asks() -> None:
    """Every company's prefix (biip) is 25 MB of the window's process, and 120 ms of processor time; lxml is
    4 MB, and comes with the first summary that is read."""
    script = (
        "import sys; from desktop.features import FEATURES;"
        "from desktop.kernel.feature import add_words; add_words(FEATURES);"
        "[feature.load_pages() for feature in FEATURES];"
        "print([name for name in ('biip', 'biip.gs1_prefixes', 'lxml.etree') if name in sys.modules]);"
        "import biip, desktop.scanning.gs1 as ours;"
        "from biip.gs1_application_identifiers import GS1ApplicationIdentifier as whole;"
        "print(whole is ours.GS1ApplicationIdentifier,"
        " biip.ParseError is ours.ParseError, biip.parse('4006381333931').gtin is not None)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=4 * LIMIT_S
    )
    assert (done.stdout, done.stderr) == ("[]\nTrue True True\n", "")


def test_a_tab_of_a_feature_reads_no_words_from_the_disk() -> None:
    """The pharmacist's tab and page are made in the turn of his login, and their words are 24 kB of TOML."""
    script = (
        "import sys; from desktop.features import FEATURES;"
        "from desktop.kernel.feature import add_words; add_words(FEATURES);"
        "from desktop.domain.texts import text;"
        "[feature.load_pages() for feature in FEATURES]; opened = [];"
        "sys.addaudithook(lambda event, facts: opened.append(facts[0]) if event == 'open' else None);"
        "titles = [text(page.title) for feature in FEATURES for page in feature.pages];"
        "print(len(titles) > 8, opened)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=4 * LIMIT_S
    )
    assert (done.stdout, done.stderr) == ("True []\n", "")
