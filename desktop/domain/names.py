"""How a person in care is named wherever people read it: « MULLER Anne »."""


def patient_name(family: str, given: str) -> str:
    """Family name in capitals, so that « Martin Paul » cannot be read the wrong way round."""
    return f"{family.upper()} {given}".strip()
