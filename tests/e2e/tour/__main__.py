"""``python -m tests.e2e.tour --out DIR``: exit code 0 only if every step is ok."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.e2e.tour.consultation import Consultation
from tests.e2e.tour.demo_run import TourRun
from tests.e2e.tour.driver import NotSeen
from tests.e2e.tour.medecin_referent import MedecinReferent
from tests.e2e.tour.pharmacien import Pharmacien
from tests.e2e.tour.playing import Tour
from tests.e2e.tour.prescripteur import Prescripteur
from tests.fakes.cups import cups

TOURS: dict[str, type[Tour]] = {
    "medecin": Consultation,
    "medecin-referent": MedecinReferent,
    "prescripteur": Prescripteur,
    "pharmacien": Pharmacien,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="tour", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--card", choices=("software", "reader"), default="software")
    parser.add_argument("--as", dest="who", choices=tuple(TOURS), default="medecin", help="whose work")
    parser.add_argument("--scheme", choices=("light", "dark"), default="light", help="colours of the window")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    tour_of = TOURS[given.who]
    with tempfile.TemporaryDirectory(prefix="dsp-tour-") as folder, cups(*tour_of.printers) as printer:
        stage = TourRun(Path(folder), given.card)
        stage.printer = printer if printer.printers else None
        stage.whole = tour_of.whole
        stage.settings = {"scheme": given.scheme}
        tour = tour_of(stage, given.out)
        try:
            stage.start()
            ok = tour.play()
        except NotSeen as missing:
            print(f"tour: {missing}")
            ok = False
        finally:
            tour.close()
            code = stage.stop()
            log = (Path(folder) / "program.log").read_text(errors="replace")
    for line in tour.results:
        print(
            f"{'ok ' if line['ok'] else 'NOT'} {line['ms']:6} ms  {line['step']}  {line.get('problem', '')}"
        )
    job = [line["job_ms"] for line in tour.results if "job_ms" in line]
    if job:
        print(f"the job: {max(job) / 1000:.1f} s, {tour.keys} keys")
    if not ok or code:
        print(log[-6000:])
    passed = sum(line["ok"] for line in tour.results)
    print(f"{passed} passed, {len(tour.steps()) - passed} failed; program ended with {code}")
    return 0 if ok and code == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
