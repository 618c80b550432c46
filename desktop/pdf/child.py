"""The child process: ``python -m desktop.pdf.child ROLE`` (:func:`_calls`), one request at a time.

Everything that parses a foreign file runs here, so that a hostile one can only end this process, and what
keeps a document for later.
"""

import faulthandler
import gc
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from desktop.children.framing import NextFrame
from desktop.children.parent_pipes import ParentPipes
from desktop.common.built_types import built
from desktop.domain.errors import Code, Failure
from desktop.pdf import limits
from desktop.pdf.child_messages import ChildAnswer, ChildRequest, answer_of
from desktop.pdf.confinement import confine_child
from desktop.ports.pdf import CopyWords
from desktop.ports.pdf_signatures import PreparedPdf, Stamp

Calls = dict[str, Callable[..., Any]]


def render_calls() -> Calls:
    """Opening, pictures, text and search."""
    from desktop.pdf.render import OpenDocuments

    documents = OpenDocuments()
    return {
        "open": documents.open,
        "page_image": documents.page_image,
        "page_text": documents.page_text,
        "find": documents.find,
        "release": documents.release,
    }


def work_calls() -> Calls:
    """Check and conversion."""
    from desktop.pdf.check import check

    return {"check": check, "convert": _convert, "kept": _kept, "hints": _hints}


def signature_calls() -> Calls:
    """Signatures: pyHanko is large and needed by few."""
    from desktop.pdf import signatures

    def prepare(pdf: bytes, stamp: object, *key_and_time: Any) -> object:
        return signatures.prepare(pdf, msgspec.convert(stamp, built(Stamp)), *key_and_time)

    def finish(prepared: object, *key_and_signature: Any) -> object:
        return signatures.finish(msgspec.convert(prepared, built(PreparedPdf)), *key_and_signature)

    return {"prepare": prepare, "finish": finish, "signatures": signatures.signatures}


def code_calls() -> Calls:
    """Codes in pictures."""
    from desktop.pdf.codes_in_files import codes_of

    return {"codes": codes_of}


def write_calls() -> Calls:
    """A document of the program's own."""
    from desktop.pdf.write import compiled

    return {"write": compiled}


def _calls(role: str) -> Calls:
    match role:
        case "codes":
            return code_calls()
        case "render":
            return render_calls()
        case "work":
            return work_calls()
        case "write":
            return write_calls()
        case _:
            return signature_calls()


def _convert(content: bytes, signature_may_go: bool) -> object:  # noqa: FBT001 - over the pipe
    """Imported at the first use: a child that only checks stays small."""
    from desktop.pdf.convert import convert

    if not signature_may_go:
        return convert(content)
    from desktop.pdf.convert.remove_signatures import without_signatures

    unsigned = without_signatures(content)
    copy = unsigned if isinstance(unsigned, Failure) else convert(unsigned)
    if isinstance(copy, Failure):
        return copy
    return replace(copy, changes=("pdfa.change_signature", *copy.changes))


def _hints(content: bytes) -> object:
    from desktop.pdf.hints import hints

    return hints(content)


def _kept(content: bytes, words: object, created: int) -> object:
    from desktop.pdf.copies import kept

    return kept(content, msgspec.convert(words, built(CopyWords)), created)


def serve(role: str) -> None:
    """Answer requests until the parent goes."""
    parent = ParentPipes()
    held = confine_child()  # before any thread: what the kernel grants is a thread's own
    requests = parent.requests(_receive)
    limits.limit_memory()
    limits.forbid_writing()
    calls = _calls(role)
    calls["confinement"] = lambda: [str(word) for word in held]
    for request in requests:
        limits.limit_processor(request.deadline)
        parent.send(msgspec.msgpack.encode(_answer(calls, request)))
        converted = request.call in ("convert", "kept")
        del request  # a paper of megabytes: else it is there beside the next one
        if converted:  # what only cycles hold, each conversion would stand on top of the one before
            gc.collect()


def _receive(following: NextFrame) -> ChildRequest:
    return msgspec.msgpack.decode(following(), type=built(ChildRequest))


def _answer(calls: Calls, request: ChildRequest) -> ChildAnswer:
    try:
        return answer_of(_perform(calls, request))
    except (UnicodeError, TypeError, ValueError) as problem:  # a result that no frame carries
        return answer_of(Failure.of(Code.CHILD_CRASHED, kind=type(problem).__name__))


def _perform(calls: Calls, request: ChildRequest) -> object:
    try:
        return calls[request.call](*request.arguments)
    except (MemoryError, RecursionError):
        return Failure.of(Code.FILE_UNSAFE)
    except Exception as problem:  # noqa: BLE001 - a foreign file may break any library; the program goes on
        return Failure.of(Code.CHILD_CRASHED, kind=type(problem).__name__)


if __name__ == "__main__":
    faulthandler.disable()
    serve(sys.argv[1])
