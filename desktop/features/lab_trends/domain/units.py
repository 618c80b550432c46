"""How laboratories write units, and which analytes exist in two of them (features H.3: 1, 7).

Only spellings that are known for certain: an unknown unit makes a series of its own (CF-153). Letters count:
``mg`` is no ``Mg``. Factors are those of features H (« lab_analytes.csv »); they serve drawing alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_SPELLINGS: Final[dict[str, tuple[str, ...]]] = {
    "%": ("%", "pour cent"),
    "g/dL": ("g/dL", "g/dl", "g/100mL", "g/100 mL"),
    "g/L": ("g/L", "g/l"),
    "mg/dL": ("mg/dL", "mg/dl", "mg/100mL"),
    "mg/L": ("mg/L", "mg/l"),
    "mg/g": ("mg/g", "mg/g créat", "mg/g créatinine"),
    "ug/L": ("ug/L", "µg/L", "μg/L", "ug/l", "µg/l", "mcg/L", "ng/mL", "ng/ml"),
    "ug/dL": ("ug/dL", "µg/dL", "μg/dL", "µg/dl"),
    "ng/L": ("ng/L", "ng/l", "pg/mL", "pg/ml"),
    "ng/dL": ("ng/dL", "ng/dl"),
    "mmol/L": ("mmol/L", "mmol/l"),
    "umol/L": ("umol/L", "µmol/L", "μmol/L", "umol/l", "µmol/l", "mcmol/L"),
    "nmol/L": ("nmol/L", "nmol/l"),
    "pmol/L": ("pmol/L", "pmol/l"),
    "mmol/mol": ("mmol/mol",),
    "U/L": ("U/L", "U/l", "UI/L", "UI/l", "[IU]/L"),
    "m[IU]/L": ("m[IU]/L", "mUI/L", "mUI/l", "mU/L", "u[IU]/mL", "µUI/mL", "µUI/ml", "mIU/L"),
    "10*9/L": ("10*9/L", "10^9/L", "G/L", "G/l", "10*3/uL", "10^3/µL", "10*3/µL", "Giga/L", "10³/µL"),
    "10*12/L": ("10*12/L", "10^12/L", "T/L", "T/l", "10*6/uL", "10^6/µL", "Mio/µL", "Mio/µl", "10⁶/µL"),
    "fL": ("fL", "fl", "µm3", "µm³"),
    "pg": ("pg",),
    "mL/min/{1.73_m2}": (
        "mL/min/{1.73_m2}", "mL/min/1.73m2", "mL/min/1,73m²", "mL/min/1,73 m²", "ml/min/1,73 m²",
        "ml/min/1.73m²", "mL/min/1,73 m2", "ml/min/1,73m²",
    ),
    "mm/h": ("mm/h", "mm/1h"),
    "s": ("s", "sec"),
    "1": ("1", "{INR}", "INR"),
}  # fmt: skip
_CANONICAL: Final = {spelt: unit for unit, all_spelt in _SPELLINGS.items() for spelt in all_spelt}
_SHOWN: Final = {
    "ug/L": "µg/L", "ug/dL": "µg/dL", "umol/L": "µmol/L", "m[IU]/L": "mUI/L", "10*9/L": "10⁹/L",
    "10*12/L": "10¹²/L", "mL/min/{1.73_m2}": "mL/min/1,73 m²", "1": "",
}  # fmt: skip


def canonical(ucum: str, printed: str) -> str | None:
    """The unit as we know it, the code before the print; None: not in our table (CF-153)."""
    for spelt in (ucum.strip(), printed.strip()):
        if spelt in _CANONICAL:
            return _CANONICAL[spelt]
    return None


def unit_words(unit: str) -> str:
    """How a known unit is printed."""
    return _SHOWN.get(unit, unit)


@dataclass(frozen=True, slots=True)
class Family:
    """One analyte under two codes: in mass ``code`` and ``unit``, in moles ``twin`` and ``twin_unit``."""

    code: str
    unit: str
    twin: str
    twin_unit: str
    factor: float
    offset: float = 0.0

    def into(self, wanted: str, unit: str) -> Callable[[float], float] | None:
        """From *unit* to *wanted*; None where they are neither of the two."""
        if unit == wanted:
            return lambda value: value
        if (unit, wanted) == (self.unit, self.twin_unit):
            return lambda value: value * self.factor + self.offset
        if (unit, wanted) == (self.twin_unit, self.unit):
            return lambda value: (value - self.offset) / self.factor
        return None


_FAMILIES: Final = (
    Family("718-7", "g/dL", "59260-0", "mmol/L", 0.6206),
    Family("2160-0", "mg/dL", "14682-9", "umol/L", 88.4),
    Family("3091-6", "mg/dL", "22664-7", "mmol/L", 0.1665),
    Family("3094-0", "mg/dL", "14937-7", "mmol/L", 0.357),
    Family("17861-6", "mg/dL", "2000-8", "mmol/L", 0.2495),
    Family("2777-1", "mg/dL", "14879-1", "mmol/L", 0.3229),
    Family("19123-9", "mg/dL", "2601-3", "mmol/L", 0.4114),
    Family("2345-7", "mg/dL", "14749-6", "mmol/L", 0.05551),
    Family("1558-6", "mg/dL", "14771-0", "mmol/L", 0.05551),
    Family("4548-4", "%", "59261-8", "mmol/mol", 10.93, -23.50),
    Family("2093-3", "mg/dL", "14647-2", "mmol/L", 0.02586),
    Family("2085-9", "mg/dL", "14646-4", "mmol/L", 0.02586),
    Family("13457-7", "mg/dL", "39469-2", "mmol/L", 0.02586),
    Family("2571-8", "mg/dL", "14927-8", "mmol/L", 0.01129),
    Family("1975-2", "mg/dL", "14631-6", "umol/L", 17.1),
    Family("3024-7", "ng/dL", "14920-3", "pmol/L", 12.87),
)
_BY_CODE: Final = {code: family for family in _FAMILIES for code in (family.code, family.twin)}


def family_of(code: str) -> Family | None:
    """The family of a LOINC code; None: it stands for itself. eGFR formulas are none (CF-149)."""
    return _BY_CODE.get(code)
