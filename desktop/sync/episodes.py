"""Care episodes of the ligne de vie (contract §5)."""

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import Episode
from desktop.sync import fhir_read, fhir_search
from desktop.sync import fhir_shapes as fhir
from desktop.sync.caller import Bearer, Caller
from desktop.sync.whose import Owner, dropped


def episodes(caller: Caller, owner: Owner, bearer: Bearer) -> Result[tuple[Episode, ...]]:
    """All episodes that the patient authorised, oldest first; LIST_INCOMPLETE where one is not proved his."""
    fields = {"patient": f"Patient/{owner.id}", "_count": "200"}
    first = fhir_search.get_search(caller, "Encounter", fields, bearer)
    found = fhir_search.everything(caller, first, "Encounter", bearer)
    if isinstance(found, Failure):
        return found
    foreign = sum(1 for url, raw in found if not owner.owns(raw, url))
    dropped(foreign)
    if foreign:
        return Failure.of(Code.LIST_INCOMPLETE)
    read = (fhir.shaped(raw, fhir.Encounter) for _, raw in found)
    rows = (fhir_read.episode(e) for e in read if e is not None)
    return tuple(sorted((e for e in rows if e is not None), key=lambda e: e.start))
