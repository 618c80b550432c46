"""Which documents of a list are one row: a chain of versions (CF-052), and what was sent more than once."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from desktop.domain.record import Document
from desktop.services.lifeline import document_time


@dataclass(frozen=True, slots=True)
class Stack:
    """What stands under the row of one document: its former versions, newest first; and further copies of it,
    newest first."""

    former: tuple[Document, ...] = ()
    copies: tuple[Document, ...] = ()


@dataclass(slots=True)
class _Found:
    former: list[Document] = field(default_factory=list)
    copies: list[Document] = field(default_factory=list)


def stacks(documents: Sequence[Document]) -> dict[str, Stack]:
    """By the id of the newest document of each stack of two and more; who stands alone is not in it.

    Copies have the same bytes (digest) or the same master identifier. Documents of another level or status
    are no copies, whatever is in them: what a row says of who may read it is true of all that it stands for
    (CF-042, CF-054).
    """
    found: dict[str, _Found] = {}
    followers = _followers(documents)
    if followers:
        by_id = {document.id: document for document in documents}
        for former in followers:
            newest = _newest(former, followers)
            if newest != former:
                found.setdefault(newest, _Found()).former.append(by_id[former])
    first: dict[str, Document] = {}
    for document in documents:
        if document.id in followers:
            continue
        for mark in (document.sha1, document.unique_id):
            known = first.setdefault(mark, document) if mark else document
            if known is not document:
                if known.level is document.level and known.status is document.status:
                    found.setdefault(known.id, _Found()).copies.append(document)
                break
    return dict(_newest_first(documents, found)) if found else {}


def _followers(documents: Sequence[Document]) -> dict[str, str]:
    """The id of each version that another one of the list replaces, with that one's."""
    replacing = {d.replaces: d.id for d in documents if d.replaces and d.replaces != d.id}
    if not replacing:
        return replacing
    ids = {d.id for d in documents}
    return {former: following for former, following in replacing.items() if former in ids}


def _newest(document_id: str, followers: dict[str, str]) -> str:
    """The end of its chain; a chain in a circle has none, and each of it stands for itself."""
    start, seen = document_id, {document_id}
    while document_id in followers:
        document_id = followers[document_id]
        if document_id in seen:
            return start
        seen.add(document_id)
    return document_id


def _newest_first(documents: Sequence[Document], found: dict[str, _Found]) -> list[tuple[str, Stack]]:
    """The newest copy stands for the others, and takes along what stands under each of them."""
    by_id = {document.id: document for document in documents if document.id in found}
    made = []
    for name, stack in found.items():
        same = sorted([by_id[name], *stack.copies], key=_when, reverse=True)
        former = list(stack.former)
        for copy in stack.copies:
            if copy.id in found:
                former += found[copy.id].former
        if name in {copy.id for other in found.values() for copy in other.copies}:
            continue  # it stands under another one already
        former.sort(key=_when, reverse=True)
        made.append((same[0].id, Stack(tuple(former), tuple(same[1:]))))
    return made


def _when(document: Document) -> float:
    when = document_time(document)
    return when.timestamp() if when else 0.0
