"""The judge of the trials by force: what was sent again before the platform was asked as contract §5 says."""

from pathlib import Path

import pytest

from tests.force.wire_log import sent_unasked

SETTLE_S = 60.0


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("sent a 0", ""),
        ("sent a 0\nnot-taken a 0\nsent a 1", ""),
        ("sent a 0\nabsent a 1\nabsent a 61\nsent a 61", ""),
        ("sent a 0\nsent b 1", ""),
        ("sent a 0\nsent a 1", "sent again after 0 answers that it is not there"),
        ("sent a 0\nabsent a 70\nsent a 70", "sent again after 1 answers that it is not there"),
        ("sent a 0\nabsent a 1\nabsent a 2\nsent a 61", "sent again after 2 answers that it is not there"),
        ("absent a 0\nabsent a 61\nsent a 61\nsent a 62", "sent again after 0 answers that it is not there"),
        ("sent a 0\nabsent b 1\nabsent b 61\nsent a 61", "sent again after 0 answers that it is not there"),
    ],
)
def test_cf079_a_second_sending_needs_two_answers_a_settle_time_apart(
    tmp_path: Path, lines: str, sentence: str
) -> None:
    (tmp_path / "wire.log").write_text(lines)
    assert sent_unasked(tmp_path, SETTLE_S) == sentence
