"""Which standard a summary is written and checked by."""

from enum import StrEnum
from typing import Final

from desktop.features.summary.domain.sections import SectionKey


class Profile(StrEnum):
    """IPS 2.0.1, or HL7 Europe's EPS 1.0.0 upon it: procedures and devices required, past problems merged."""

    IPS = "ips"
    EU_EPS = "eu-eps"


EPS_REQUIRED: Final = (SectionKey.PROCEDURES, SectionKey.DEVICES)
