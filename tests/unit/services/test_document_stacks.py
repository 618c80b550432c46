"""One row a document: its versions (CF-052) and what was sent more than once stand under it."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.record import Document, DocumentStatus, Level
from desktop.services.document_stacks import Stack, stacks
from tests.samples.record import documents

A, B, C, D = documents(12)[:4]


def _later(document: Document, days: int, **changes: object) -> Document:
    assert document.created is not None
    return replace(document, created=document.created + timedelta(days=days), **changes)  # type: ignore[arg-type]


def test_different_documents_stand_alone() -> None:
    assert stacks(documents(60)) == {}


def test_the_newest_version_stands_for_its_chain() -> None:
    second = _later(A, 1, id="a2", unique_id="u2", sha1="2", replaces=A.id)
    third = _later(A, 2, id="a3", unique_id="u3", sha1="3", replaces="a2")
    for listed in ((A, second, third, B), (third, B, second, A)):
        assert stacks(listed) == {"a3": Stack(former=(second, A))}


def test_a_version_whose_former_one_is_not_listed_stands_alone() -> None:
    assert stacks((replace(A, replaces="gone"), B)) == {}


def test_a_circle_of_versions_hides_nothing() -> None:
    one, two = replace(A, replaces=B.id), replace(B, replaces=A.id)
    assert stacks((one, two)) == {}


def test_the_same_bytes_are_the_same_document() -> None:
    """Sent by another author under another title: the newest stands for both."""
    again = _later(A, 30, id="again", unique_id="other", title="Copie", author=B.author)
    assert stacks((A, again, B)) == {"again": Stack(copies=(A,))}


def test_the_same_master_identifier_is_the_same_document() -> None:
    again = _later(A, -1, id="again", sha1="other")
    assert stacks((A, again)) == {A.id: Stack(copies=(again,))}


def test_unknown_digests_are_not_the_same() -> None:
    assert stacks((replace(A, sha1=None, unique_id=""), replace(B, sha1=None, unique_id=""))) == {}
    assert stacks((replace(A, sha1="", unique_id=""), replace(B, sha1="", unique_id=""))) == {}


def test_cf042_a_copy_of_another_level_or_status_keeps_its_own_row() -> None:
    """What is masked, or disabled (CF-054), is never folded under a row that does not say so."""
    masked = replace(A, id="m", level=Level.ANNONCE)
    disabled = replace(A, id="x", status=DocumentStatus.DISABLED)
    assert stacks((replace(A, level=Level.STANDARD), masked, disabled)) == {}


def test_a_copy_brings_its_former_versions_along() -> None:
    new = _later(A, 1, id="a2", unique_id="u2", sha1="same", replaces=A.id)
    copy = _later(A, 9, id="copy", unique_id="u9", sha1="same")
    assert stacks((new, A, copy)) == {"copy": Stack(former=(A,), copies=(new,))}


some = st.lists(
    st.builds(
        lambda n, to, digest, level: replace(
            A, id=f"d{n}", unique_id=f"u{n}", replaces=f"d{to}" if to else "", sha1=digest, level=level
        ),
        st.integers(1, 7), st.integers(0, 7), st.sampled_from("xyz"), st.sampled_from(list(Level)),
    ),
    max_size=9, unique_by=lambda document: document.id,
)  # fmt: skip


@given(some)
def test_each_document_stands_in_one_place(listed: list[Document]) -> None:
    """Whatever a platform says replaces what: none is lost, none is shown twice."""
    found = stacks(listed)
    under = [d.id for stack in found.values() for d in (*stack.former, *stack.copies)]
    assert len(under) == len(set(under))
    assert not set(under) & set(found)
    assert set(under) | set(found) <= {document.id for document in listed}
