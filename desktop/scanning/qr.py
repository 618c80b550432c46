"""The QR code of a paper, as a picture that grows without loss."""

import io

import segno


def qr_svg(content: str) -> str:
    """SVG of a QR code (error correction M, quiet zone of four modules) for a document of the program."""
    out = io.BytesIO()
    segno.make_qr(content, error="m").save(out, kind="svg", border=4, dark="#000", xmldecl=False)
    return out.getvalue().decode("utf-8")
