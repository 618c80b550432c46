"""The list of real files, and how its figures are counted; with the files: ``dev.py test pdfa --real``."""

import hashlib
import io
import re
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from desktop.domain.deposit import CheckReport, Conversion, Verdict
from tests.pdfa.real import Case, figures
from tests.pdfa.real_files import RealFile, contents, listed
from tests.pdfa.real_losses import silent_losses

CONFORMING = Case("a", held_out=False, size=100, part="2", approved=True, conforms=True, copy=100, whole=True)
COPIED = Case("b", held_out=False, size=100, copy=110)


def measured(cases: list[Case]) -> dict[str, tuple[str, bool]]:
    return {figure.what: (figure.measured, figure.reached) for figure in figures(cases)}


def test_the_list_names_each_file_once_with_commit_and_digest() -> None:
    files = listed()
    assert len(files) >= 300
    assert len({file.digest for file in files}) == len(files)
    for file in files:
        assert re.fullmatch(r"[0-9a-f]{64}", file.digest)
        assert re.fullmatch(r"[0-9a-f]{40}", file.commit)
        assert re.fullmatch(r"[\w.-]+/[\w.-]+", file.repository)
        assert file.path.lower().endswith(".pdf")
        assert not file.path.startswith("/")
        assert re.fullmatch(r"https://raw\.githubusercontent\.com/[\w./%-]+\.pdf", file.address, re.I)
    assert 0.15 < sum(file.held_out for file in files) / len(files) < 0.35


def test_what_has_another_digest_is_another_file(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    right = RealFile("a/b", "0" * 40, "x.pdf", hashlib.sha256(b"right").hexdigest())
    asked: list[str] = []

    def fetch(address: str) -> bytes:
        asked.append(address)
        return b"right"

    assert list(contents([right], folder, lambda address: b"wrong")) == [(right, None)]
    assert list(contents([right], folder, lambda address: None)) == [(right, None)]
    assert list(folder.iterdir()) == []
    assert list(contents([right], folder, fetch)) == [(right, b"right")]
    assert list(contents([right], folder, fetch)) == [(right, b"right")]  # kept: not asked again
    assert asked == [right.address]


def test_everything_reached_is_told_as_reached() -> None:
    assert all(reached for _, reached in measured([CONFORMING, COPIED]).values())


@pytest.mark.parametrize(
    ("what", "case"),
    [
        ("wrong approvals", replace(CONFORMING, conforms=False)),
        ("conforming called nonconforming", replace(CONFORMING, approved=False, refused=True)),
        ("declared, conforming: as it is or saved whole", replace(CONFORMING, approved=False, whole=False)),
        ("copies that the judge rejects", replace(COPIED, rejected=("6.1.3-1",))),
        ("copies with a silent loss", replace(COPIED, lost=("link",))),
        ("copies without a pictured page", replace(COPIED, pictured=1)),
        ("size of copies, sum, against the originals", replace(COPIED, copy=200)),
        ("converting child stopped", replace(COPIED, stopped=True, copy=0)),
    ],
)
def test_each_figure_falls_by_its_own_fault(what: str, case: Case) -> None:
    told = measured([case])
    assert not told[what][1]
    assert {other for other, (_, reached) in told.items() if not reached} == {what}


def test_a_refused_file_counts_for_no_copy() -> None:
    refused = Case("c", held_out=False, size=10_000, answer="FILE_LOCKED")
    assert measured([COPIED, refused]) == measured([COPIED])


def _linked(*, link: bool = True, title: str = "Bilan", bookmark: bool = True) -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        if link:
            pdf.pages[0].Annots = Array(
                [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], Dest=Array([0, Name.Fit]))]
            )
        if title:
            pdf.docinfo["/Title"] = title
        if bookmark:
            with pdf.open_outline() as outline:
                outline.root.append(pikepdf.OutlineItem("Résultats", 0))
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def _copy(content: bytes, *changes: str) -> Conversion:
    report = CheckReport(Verdict.CONFORMING, "2b", "2b", (), 1)
    return Conversion(content, report, differs=False, changes=changes)


def test_what_is_gone_and_not_told_of_is_named() -> None:
    whole = _linked()
    assert silent_losses(whole, _copy(whole)) == ()
    assert silent_losses(whole, _copy(_linked(link=False))) == ("link",)
    assert silent_losses(whole, _copy(_linked(link=False), "pdfa.change_links")) == ()
    assert silent_losses(whole, _copy(_linked(title="", bookmark=False))) == ("bookmark", "title")
