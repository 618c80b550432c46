"""FHIR searches: one page, all pages, ``next`` followed verbatim (contract §5)."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from desktop.domain.errors import Code, Failure
from desktop.sync import fhir_read
from desktop.sync import fhir_shapes as fhir
from desktop.sync.caller import Bearer, Caller
from desktop.sync.search_outcomes import trouble
from desktop.sync.wire import FORM, Call, form

PAGE = "50"
MOST_PAGES = 100
MOST_ENTRIES = 10_000
# A server may answer a repeated search from its former answer: HAPI does for a minute, as delivered.
FRESH: Mapping[str, str] = MappingProxyType({"Cache-Control": "no-cache"})
_PLAIN: Mapping[str, str] = MappingProxyType({})


def post_search(
    caller: Caller,
    kind: str,
    fields: Mapping[str, str],
    bearer: Bearer,
    headers: Mapping[str, str] = _PLAIN,
) -> fhir.Bundle | Failure:
    """``POST {kind}/_search``: identifiers stay out of addresses and logs."""
    url = caller.addresses.at(f"{kind}/_search")
    call = Call("POST", url, content_type=FORM, body=form(fields), headers=headers, repeatable=True)
    return page(caller, call, bearer)


def get_search(
    caller: Caller,
    kind: str,
    fields: Mapping[str, str],
    bearer: Bearer,
    headers: Mapping[str, str] = _PLAIN,
) -> fhir.Bundle | Failure:
    """``GET {kind}?…``, where the contract has no personal data in the query."""
    url = caller.addresses.at(f"{kind}?{form(fields).decode('ascii')}")
    return page(caller, Call("GET", url, headers=headers, repeatable=True), bearer)


def next_page(caller: Caller, url: str, bearer: Bearer) -> fhir.Bundle | Failure:
    """A ``next`` link, as the server wrote it; one that leads elsewhere is not followed (CF-069)."""
    resolved = caller.addresses.resolve(url)
    if isinstance(resolved, Failure):
        return Failure.of(Code.LIST_INCOMPLETE)
    return page(caller, Call("GET", resolved, repeatable=True), bearer)


def page(caller: Caller, call: Call, bearer: Bearer) -> fhir.Bundle | Failure:
    """One answer read as a searchset."""
    answer = caller.fetch(call, bearer)
    if isinstance(answer, Failure):
        return answer
    bundle = fhir.shaped(answer.body, fhir.Bundle)
    if bundle is None or bundle.resource_type != "Bundle":
        return Failure.of(Code.PLATFORM_ANSWER_UNREADABLE)
    return bundle


def every_resource(
    caller: Caller, first: fhir.Bundle | Failure, bearer: Bearer
) -> list[tuple[str, msgspec.Raw]] | Failure:
    """All resources of all pages and their addresses, what goes with the matches too; outcomes are left out.

    Failures as of :func:`everything`, but ``total`` counts matches alone and is not looked at.
    """
    found: list[tuple[str, msgspec.Raw]] = []
    bundle, seen = first, set[str]()
    while not isinstance(bundle, Failure):
        said = trouble(bundle)
        if said is not None:
            return said
        entries = (e for e in bundle.entry if e.search is None or e.search.mode != "outcome")
        found += [(entry.full_url, entry.resource) for entry in entries if bytes(entry.resource)]
        following = fhir_read.link(bundle, "next")
        if not following:
            return found
        if following in seen or len(seen) >= MOST_PAGES or len(found) >= MOST_ENTRIES:
            return Failure.of(Code.LIST_INCOMPLETE)
        seen.add(following)
        bundle = next_page(caller, following, bearer)
    return bundle


def everything(
    caller: Caller, first: fhir.Bundle | Failure, kind: str, bearer: Bearer
) -> list[tuple[str, msgspec.Raw]] | Failure:
    """The matches of all pages.

    LIST_INCOMPLETE when the platform announced more than it gave, links in a circle, or goes on for ever;
    what an outcome among the matches says (:mod:`desktop.sync.search_outcomes`).
    """
    found: list[tuple[str, msgspec.Raw]] = []
    bundle, seen = first, set[str]()
    while True:
        if isinstance(bundle, Failure):
            return bundle
        said = trouble(bundle)
        if said is not None:
            return said
        found += fhir_read.resources(bundle, kind)
        following = fhir_read.link(bundle, "next")
        if not following:
            break
        if following in seen or len(seen) >= MOST_PAGES or len(found) >= MOST_ENTRIES:
            return Failure.of(Code.LIST_INCOMPLETE)
        seen.add(following)
        bundle = next_page(caller, following, bearer)
    if bundle.total is not None and len(found) < bundle.total:
        return Failure.of(Code.LIST_INCOMPLETE)
    return found
