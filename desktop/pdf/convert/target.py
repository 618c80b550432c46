"""What a copy is to be: PDF/A-2b, or 3b for a paper that declares PDF/A-3 and carries files (Factur-X)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pikepdf
from pikepdf import Array, Dictionary, NameTree, Object, Stream

from desktop.pdf.check.associated_files import owners
from desktop.pdf.check.known_keys import keep_only
from desktop.pdf.check.xmp import Metadata

FILES_LOST = "pdfa.change_attachment"

_SPECIFICATION = ("/Type", "/F", "/UF", "/Desc", "/EF", "/AFRelationship")
_ACCESSIBLE = "{http://www.aiim.org/pdfua/ns/id/}part"


@dataclass(frozen=True, slots=True)
class Target:
    """Part of the standard at level b, and metadata that are taken over as they are (None: written anew)."""

    part: int = 2
    packet: bytes | None = None

    @property
    def flavour(self) -> str:
        """As the engine names it."""
        return f"{self.part}b"

    @property
    def keeps_files(self) -> bool:
        """True where attached files are part of the paper."""
        return self.part == 3


PLAIN = Target()


def target_of(pdf: pikepdf.Pdf) -> Target:
    """Of an untouched document: 3b when it declares PDF/A-3 and has files.

    They then all stand in its catalogue.
    """
    if (Metadata(pdf).declared() or "")[:1] != "3":
        return PLAIN
    files = list(_files(pdf))
    if not files:
        return PLAIN
    for file in files:
        keep_only(file, _SPECIFICATION)
    pdf.Root.AF = Array(files)
    return Target(3)


def with_metadata(target: Target, pdf: pikepdf.Pdf) -> Target:
    """*target* with the document's own metadata, where they conform: with an invoice goes its description.

    To be asked once nothing but the document has metadata. They say level b, and nothing of PDF/UA.
    """
    if not target.keeps_files or any(Metadata(pdf).check(target.part)):
        return target
    try:
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as told:
            told["pdfaid:conformance"] = "B"
            if _ACCESSIBLE in told:
                del told[_ACCESSIBLE]
    except (pikepdf.PdfError, ValueError, KeyError, TypeError):
        return target
    if any(Metadata(pdf).check(target.part)):
        return target
    return replace(target, packet=bytes(pdf.Root.Metadata.read_bytes()))


def copy_files(source: pikepdf.Pdf, copy: pikepdf.Pdf) -> None:
    """The files of *source*, whose specifications stand in its catalogue, in a new document."""
    files = [copy.copy_foreign(file) for file in source.Root.AF]
    copy.Root.AF = Array(files)
    names = NameTree.new(copy)
    for number, file in enumerate(files):
        names[f"{number} {file.get('/UF', file.get('/F', ''))}"] = file
    copy.Root.Names = Dictionary(EmbeddedFiles=names.obj)


def drop_files(pdf: pikepdf.Pdf) -> str:
    """Take them off; the text key that tells it."""
    if "/AF" in pdf.Root:
        del pdf.Root["/AF"]
    names = pdf.Root.get("/Names")
    if isinstance(names, Dictionary) and "/EmbeddedFiles" in names:
        del names["/EmbeddedFiles"]
    return FILES_LOST


def has_files(pdf: pikepdf.Pdf) -> bool:
    """True when something is attached to the document or to a part of it."""
    return next(_files(pdf), None) is not None


def _files(pdf: pikepdf.Pdf) -> Iterator[Object]:
    """Each specification of an embedded file once: of the document, of its pages and of their parts."""
    seen: set[tuple[int, int]] = set()
    for file in [
        *_named(pdf),
        *_listed(pdf.Root),
        *(file for owner in owners(pdf) for file in _listed(owner)),
    ]:
        inside = file.get("/EF") if isinstance(file, Dictionary) else None
        if not isinstance(inside, Dictionary) or not file.is_indirect or file.objgen in seen:
            continue
        if any(isinstance(value, Stream) for value in inside.values()):
            seen.add(file.objgen)
            yield file


def _named(pdf: pikepdf.Pdf) -> list[Object]:
    names = pdf.Root.get("/Names")
    tree = names.get("/EmbeddedFiles") if isinstance(names, Dictionary) else None
    if not isinstance(tree, Dictionary):
        return []
    if not tree.is_indirect:
        tree = names.EmbeddedFiles = pdf.make_indirect(tree)
    found = NameTree(tree)
    try:
        for name, file in list(found.items()):
            if isinstance(file, Dictionary) and not file.is_indirect:
                found[name] = pdf.make_indirect(file)
        return list(found.values())
    except (pikepdf.PdfError, RuntimeError, ValueError):
        return []  # a tree that nobody can walk


def _listed(owner: Object) -> list[Object]:
    files = owner.get("/AF")
    return list(files) if isinstance(files, Array) else []
