"""The short run of the mutants in every ``dev.py test``: 200 files; judged where the judge is built.

Without veraPDF (it comes from Maven Central, see ``dev.py test pdfa``) the kinds that break PDF/A in
every file must still never be approved.
"""

from functools import cache

import pytest

from desktop.domain.deposit import CheckReport
from desktop.pdf.check import check
from tests.pdfa.mutants import KINDS, RAW_KINDS, make_mutants
from tests.pdfa.verapdf import BUILT, judge
from tests.unit.pdf.pdf_samples import form_letter, letter

COUNT = 200
BREAKING = {
    *("metadata_removed", "metadata_not_xml", "metadata_unknown_property", "metadata_wrong_type"),
    *("metadata_header_bytes", "colour_no_intent", "colour_intent_damaged", "colour_cmyk"),
    *("font_file_removed", "annotation_hidden", "annotation_forbidden_kind", "action_on_catalog"),
    *("blend_mode_unknown", "image_interpolated", "image_lzw", "external_stream", "content_bad_operator"),
    *("state_transfer", "xobject_postscript", "raw_leading_bytes", "raw_no_comment", "raw_no_id"),
    *("raw_stream_length", "raw_xref_keyword", "raw_truncated", "raw_before_an_xref_stream"),
    *("form_states_empty", "form_states_odd", "form_kid_off_page"),
}


@cache
def _mutants() -> list[tuple[str, bytes]]:
    sources = [letter(), letter("PDF/A-2B"), letter("PDF/A-3U"), letter(pages=3)]
    sources += [form_letter(), form_letter("PDF/A-2B")]
    return list(make_mutants(sources, COUNT))


def test_there_are_enough_kinds() -> None:
    assert len(KINDS) + len(RAW_KINDS) >= 59
    assert set(KINDS) | set(RAW_KINDS) >= BREAKING


def test_a_breaking_fault_is_never_approved() -> None:
    mutants = _mutants()
    assert len(mutants) == COUNT
    reports = [(kind, check(content)) for kind, content in mutants]
    approved = [kind for kind, report in reports if isinstance(report, CheckReport) and report.confirmed]
    assert [kind for kind in approved if kind in BREAKING] == []
    assert approved  # harmless ones are


@pytest.mark.skipif(not (BUILT / "judge.jar").exists(), reason="the judge is built by dev.py test pdfa")
def test_the_judge_confirms_every_approval() -> None:
    approved = []
    for kind, content in _mutants():
        report = check(content)
        if isinstance(report, CheckReport) and report.confirmed:
            approved.append((kind, report.confirmed, content))
    sentences = judge((flavour, content) for _, flavour, content in approved)
    pairs = zip(approved, sentences, strict=True)
    assert [(kind, sentence.rules) for (kind, _, _), sentence in pairs if not sentence.conforms] == []
