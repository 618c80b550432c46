"""Crop boxes beside the paper: readers cut a box to the paper, and show all of it where nothing is left."""

import pikepdf

Box = tuple[float, float, float, float]


def fit_crop_boxes(pdf: pikepdf.Pdf) -> bool:
    """Change *pdf* in memory; True when a page had one beside its paper, which PDFium cannot draw at all."""
    found = False
    for page in pdf.pages:
        if "/CropBox" not in page.obj:
            continue
        crop, media = ordered(page.cropbox), ordered(page.mediabox)
        if min(crop[2], media[2]) <= max(crop[0], media[0]) or min(crop[3], media[3]) <= max(
            crop[1], media[1]
        ):
            del page.obj["/CropBox"]
            found = True
    return found


def ordered(box: pikepdf.Object) -> Box:
    """Left, bottom, right, top, however the corners were written."""
    x, y, other_x, other_y = (float(value) for value in box)
    return min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y)
