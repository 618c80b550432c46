"""Whether a text is a unit of UCUM, as far as medicine uses it; the common part of its grammar."""

import re
from functools import lru_cache
from typing import Final

_METRIC: Final = frozenset(
    (
        *(
            "m",
            "s",
            "g",
            "rad",
            "K",
            "C",
            "cd",
            "mol",
            "sr",
            "Hz",
            "N",
            "Pa",
            "J",
            "W",
            "A",
            "V",
            "F",
            "Ohm",
            "S",
        ),
        *(
            "Wb",
            "Cel",
            "T",
            "H",
            "lm",
            "lx",
            "Bq",
            "Gy",
            "Sv",
            "l",
            "L",
            "ar",
            "t",
            "bar",
            "u",
            "eV",
            "cal",
            "eq",
        ),
        *(
            "osm",
            "kat",
            "U",
            "[iU]",
            "[IU]",
            "g%",
            "m[H2O]",
            "m[Hg]",
            "dyn",
            "erg",
            "P",
            "Ci",
            "RAD",
            "REM",
            "B",
        ),
        *("B[V]", "bit", "By", "Bd", "st", "pc", "G", "Oe", "St", "Mx", "tex", "sph", "[car_Au]"),
    )
)
_PLAIN: Final = frozenset(
    (
        *(
            "%",
            "[ppth]",
            "[ppm]",
            "[ppb]",
            "[pH]",
            "10*",
            "10^",
            "[pi]",
            "min",
            "h",
            "d",
            "a",
            "wk",
            "mo",
            "mo_j",
        ),
        *("a_j", "deg", "'", "''", "gon", "atm", "[degF]", "[in_i]", "[ft_i]", "[yd_i]", "[mi_i]", "[lb_av]"),
        *("[oz_av]", "[gr]", "[drp]", "[tbs_us]", "[tsp_us]", "[cup_us]", "[foz_us]", "[pt_us]", "[gal_us]"),
        *(
            "[diop]",
            "[HPF]",
            "[LPF]",
            "[arb'U]",
            "[USP'U]",
            "[hnsf'U]",
            "[CFU]",
            "[PFU]",
            "[FFU]",
            "[EID_50]",
        ),
        *(
            "[ELU]",
            "[Lf]",
            "[BAU]",
            "[AU]",
            "[APL'U]",
            "[GPL'U]",
            "[MPL'U]",
            "[todd'U]",
            "[dye'U]",
            "[mclg'U]",
        ),
        *("[ka'U]", "[knk'U]", "[bdsk'U]", "[beth'U]", "[tb'U]", "[smgy'U]", "[S]", "[MET]", "[PRU]", "[Ch]"),
    )
)
_PREFIXES: Final = ("da", *"YZEPTGMkhdcmunpfazy")
_EXPONENT: Final = re.compile(r"(.*?[^\d+-])([+-]?\d+)")
_ANNOTATION: Final = re.compile(r"\{[!-z|~]*\}")


@lru_cache(512)
def is_unit(code: str) -> bool:
    """« mmol/L », « 10*9/L », « mL/min/{1.73_m2} »."""
    bare = _ANNOTATION.sub("\u0001", code)
    if not bare or not bare.isascii() or " " in bare:
        return False
    if bare.count("(") != bare.count(")"):
        return False
    terms = re.split(r"[./()]+", bare.removeprefix("/").replace("(", " ").replace(")", " ").replace(" ", ""))
    return all(_component(term) for term in terms) and not bare.endswith(("/", "."))


def _component(term: str) -> bool:
    term = term.removesuffix("\u0001")
    if not term:
        return True
    if term.isdigit() or _atom(term):
        return True
    match = _EXPONENT.fullmatch(term)
    return match is not None and _atom(match[1])


def _atom(text: str) -> bool:
    if text in _METRIC or text in _PLAIN:
        return True
    return any(text.startswith(prefix) and text[len(prefix) :] in _METRIC for prefix in _PREFIXES)
