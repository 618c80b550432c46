#!/usr/bin/env bash
# pyHanko 0.38.0 (CPython 3.11 to 3.13): a file that ends in « %%EOF » without a line end is continued on that line.
#
# ISO 32000-1 §7.5.5 asks for %%EOF in a file's last line and for no line end behind it, PDF/A-1 (ISO 19005-1 §6.1.3)
# allows one; typst 0.15 writes none. §6.1.8 of the latter wants « 5 0 obj » to stand behind a line end.
# One would guess: what is appended (a signature, an update) begins on a line of its own.
# Seen: « %%EOF5 0 obj ». Readers find the object by its offset and the signature is valid, but the file is no PDF/A any
# more (veraPDF 1.30: 6.1.8-1 at 1b, 6.1.9-1 at 2b), which nobody tells before it has been signed.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" &&
  "$folder/venv/bin/pip" install -q --disable-pip-version-check pyHanko==0.38.0 || exit 2
cat > "$folder/seen.py" <<'PYTHON'
import io
import re
import sys

from pyhanko.pdf_utils.generic import StreamObject, pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter


def page():
    writer = PdfFileWriter()
    contents = writer.add_object(StreamObject(stream_data=b"q Q"))
    writer.insert_page(PageObject(contents=contents, media_box=(0, 0, 100, 100)))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue().rstrip()


def updated(pdf):
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.root[pdf_name("/Lang")] = pdf_string("fr-LU")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()[len(pdf) - 5 :][:24]


bare, ended = updated(page()), updated(page() + b"\n")
print("ends in %%EOF:          ", bare)
print("ends in %%EOF, line end:", ended)
glued = re.match(rb"%%EOF\d+ \d+ obj", bare) and not re.match(rb"%%EOF\d", ended)
sys.exit(0 if glued else 1)
PYTHON
"$folder/venv/bin/python" "$folder/seen.py"
