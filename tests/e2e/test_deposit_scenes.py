"""Formats are not a doctor's work: photos, plain PDFs, several files and scans end as PDF/A in the record."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from reportlab.pdfgen import canvas

from desktop.pdf.check import check
from tests.e2e.test_scenes import Scene, scene
from tests.e2e.tour.demo_run import TourRun
from tests.e2e.tour.driver import Window, key, type_keys
from tests.e2e.tour.files import conforming_letter

pytestmark = pytest.mark.timeout(900)  # against a hang

__all__ = ["scene"]


def photo() -> bytes:
    """A sheet on a desk, photographed sideways; the camera noted how it stands."""
    picture = Image.new("RGB", (1600, 1200), (205, 198, 188))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((180, 60, 1420, 1150), fill=(250, 249, 245))
    draw.text((240, 120), "Ordonnance du 12.11.2026", fill=(20, 20, 40), font_size=48)
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    picture.rotate(90, expand=True).save(out, "JPEG", quality=88, exif=exif)
    return out.getvalue()


def plain_pdf(pages: int = 2) -> bytes:
    """What most programs write: fonts left out, nothing declared."""
    out = io.BytesIO()
    made = canvas.Canvas(out)
    for page in range(pages):
        made.setFont("Helvetica", 12)
        made.drawString(72, 770, f"Laboratoire du Pont, résultats, page {page + 1}")
        made.drawString(72, 740, "Hémoglobine 13,4 g/dl")
        made.showPage()
    made.save()
    return out.getvalue()


def to_form(scene: Scene) -> Window:
    scene.insert()
    scene.log_in()
    scene.open_record()
    scene.window.click("record-deposit")
    scene.window.wait("deposit-choose-file")
    return scene.window


def piled(window: Window) -> int:
    """How many documents are on the form."""
    seen = window.find("deposit-pile-list")
    return 0 if seen is None else len(seen.raw["rows"])


def file_name(window: Window) -> str:
    seen = window.find("deposit-file-name")
    return "" if seen is None else seen.text


def choose(window: Window, *paths: Path) -> None:
    window.click("deposit-choose-file")
    window.wait("fileNameEdit")
    key("ctrl+a")
    type_keys(" ".join(f'"{path}"' for path in paths) if len(paths) > 1 else str(paths[0]))
    key("Return")
    window.until("dialog closed", lambda: not window.find("fileNameEdit"))


def describe(window: Window, title: str) -> None:
    window.click("deposit-category")
    key("ctrl+a")
    type_keys("diagnostiques")
    key("Return")
    window.type_into("deposit-title", title)


def deposits(scene: Scene) -> list[dict[str, str]]:
    return list(scene.stage.state()["deposits"])


def test_a_photo_becomes_a_pdfa_after_the_comparison(scene: Scene) -> None:
    """Original and copy side by side; only what the doctor accepted is sent, and it conforms."""
    file = scene.stage.folder / "photo.jpg"
    file.write_bytes(photo())
    window = to_form(scene)
    choose(window, file)
    window.wait("deposit-compare")
    describe(window, "Photo d'ordonnance")
    window.click("deposit-confirm-button")
    window.wait_words("Il manque un fichier")
    assert not deposits(scene), "sent before the doctor looked"
    window.click("deposit-compare")
    window.wait("deposit-before")
    window.wait("deposit-after")
    window.wait_words("Page 1 sur 1", scene.patient["family"].upper())
    window.click("deposit-refuse-copy")
    window.wait("deposit-make-copy")
    window.click("deposit-make-copy")
    window.click("deposit-compare")
    window.wait_words("Page 1 sur 1")
    window.click("deposit-accept-copy")
    window.wait_words("La copie conforme sera déposée")
    window.click("deposit-confirm-button")
    window.until("one deposit", lambda: len(deposits(scene)) == 1)
    window.wait_words("éposé. La plateforme")
    sent = deposits(scene)[0]
    assert sent["sha1"] != hashlib.sha1(file.read_bytes()).hexdigest()
    window.click("deposit-to-record")
    scene.window.until(
        "it stands in the list", lambda: any("Photo d'ord" in row["cells"][1] for row in scene.rows())
    )


def test_several_files_each_with_its_verdict_and_its_own_confirmation(scene: Scene) -> None:
    """A conforming one, a plain PDF that is copied by itself, and one that is no document at all."""
    folder = scene.stage.folder
    good, plain, bad = folder / "lettre.pdf", folder / "bilan.pdf", folder / "notes.pdf"
    good.write_bytes(conforming_letter())
    plain.write_bytes(plain_pdf())
    bad.write_text("Ceci n'est pas un PDF.")
    assert getattr(check(plain.read_bytes()), "confirmed", None) is None
    window = to_form(scene)
    choose(window, good, plain, bad)
    window.wait("deposit-pile-list")
    window.until("three verdicts", lambda: piled(window) == 3)
    window.wait_words("PDF/A-1b")
    describe(window, "Lettre de sortie")
    window.click("deposit-confirm-button")
    window.until("the letter went", lambda: len(deposits(scene)) == 1)
    window.until("on to the next", lambda: "bilan.pdf" in file_name(window))
    window.wait_words("La copie conforme sera déposée")
    describe(window, "Bilan sanguin")
    window.click("deposit-confirm-button")
    window.until("the copy went", lambda: len(deposits(scene)) == 2)
    window.until("on to the last", lambda: "notes.pdf" in file_name(window))
    window.wait_words("DSP-701")
    by_title = {deposit["title"]: deposit["sha1"] for deposit in deposits(scene)}
    assert by_title["Lettre de sortie"] == hashlib.sha1(good.read_bytes()).hexdigest()
    assert by_title["Bilan sanguin"] != hashlib.sha1(plain.read_bytes()).hexdigest()
    assert len(by_title) == 2


@pytest.fixture
def scanning(tmp_path: Path) -> Iterator[Scene]:
    """A practice whose scanner writes into a folder."""
    folder = tmp_path / "Scans"
    folder.mkdir()
    stage = TourRun(tmp_path, "software")
    stage.whole = True
    stage.settings = {"scan_folder": str(folder)}
    stage.start()
    try:
        yield Scene(stage)
    finally:
        stage.stop()


def test_a_new_scan_is_offered_when_it_is_whole_and_never_taken_by_itself(scanning: Scene) -> None:
    window = to_form(scanning)
    window.wait_words("Dossier surveillé")
    content = plain_pdf()
    scans = scanning.stage.folder / "Scans"
    half, later = scans / "scan-0001.pdf", scans / "scan-0002.pdf"
    half.write_bytes(content[: len(content) // 2])
    window.wait_words("en cours d'écriture")
    later.write_bytes(content)
    window.wait_words("scan-0002.pdf")
    assert "scan-0001" not in window.words(), "a half-written scan was offered, as a whole one is"
    later.unlink()
    window.wait_gone("scan-0002.pdf")
    half.write_bytes(content)
    window.wait_words("scan-0001.pdf")
    assert "Glissez un fichier ici" in window.words(), "the scan was taken by itself"
    window.click("deposit-scan-take")
    window.wait_words("La copie conforme sera déposée")
    describe(window, "Résultats numérisés")
    window.click("deposit-confirm-button")
    window.until("one deposit", lambda: len(deposits(scanning)) == 1)
    assert half.read_bytes() == content, "the scanner's file is the practice's: it stays as it is"
