"""The platform's web application: routes, discovery, and how refusals are answered (contract §1, §10)."""

import logging
import re
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from desktop.simulator import (
    audit_endpoints,
    deposits,
    directory,
    document_search,
    documents,
    dpop,
    mandate_endpoints,
    patients,
)
from desktop.simulator.calls import FHIR, Answer, Call, Endpoint
from desktop.simulator.capability import capability_statement, smart_configuration
from desktop.simulator.feature import FhirRoute, once
from desktop.simulator.outcomes import OAuthRefused, Refused, operation_outcome
from desktop.simulator.token_endpoint import TokenCall, TokenEndpoint
from desktop.simulator.world import World

log = logging.getLogger("dsp.simulator")

JSON = "application/json"
LARGEST_BODY = 80 * 1024 * 1024
_ID = re.compile(r"/(?!_|\$)[^/]*[0-9][^/]*(?=/|$)")

_KERNEL_ROUTES = (
    FhirRoute("POST", "/Patient/_search", patients.search_patients),
    FhirRoute("POST", "/Patient/$match", patients.match_patients),
    FhirRoute("GET", "/Patient/{id}", patients.read_patient),
    FhirRoute("GET", "/Consent", mandate_endpoints.search_consents),
    FhirRoute("POST", "/Consent/_search", mandate_endpoints.search_consents),
    FhirRoute("GET", "/Consent/{id}", mandate_endpoints.read_consent),
    FhirRoute("GET", "/Encounter", mandate_endpoints.search_encounters),
    FhirRoute("POST", "/Encounter/_search", mandate_endpoints.search_encounters),
    FhirRoute("POST", "/AuditEvent", audit_endpoints.report_trace),
    FhirRoute("GET", "/DocumentReference", document_search.search),
    FhirRoute("POST", "/DocumentReference/_search", document_search.search),
    FhirRoute("POST", "/DocumentReference", deposits.publish_light),
    FhirRoute("GET", "/DocumentReference/{id}", documents.read_metadata),
    FhirRoute("PATCH", "/DocumentReference/{id}", documents.change_level),
    FhirRoute("POST", "/DocumentReference/{id}/$lift-annonce", documents.lift_annonce),
    FhirRoute("GET", "/Binary/{locator}", documents.read_content),
    FhirRoute("GET", "/PractitionerRole", directory.search_roles),
    FhirRoute("POST", "/PractitionerRole/_search", directory.search_roles),
    FhirRoute("GET", "/Practitioner", directory.search_practitioners),
    FhirRoute("POST", "/Practitioner/_search", directory.search_practitioners),
    FhirRoute("GET", "/Organization", directory.search_organizations),
    FhirRoute("POST", "/Organization/_search", directory.search_organizations),
    FhirRoute("GET", "/Practitioner/{id}", directory.read_practitioner),
    FhirRoute("GET", "/Organization/{id}", directory.read_organization),
    FhirRoute("POST", "/", deposits.publish),
)


def platform(world: World) -> Starlette:
    """The application that the TLS server runs: the kernel's routes and those of the world's features."""
    seen = dpop.SeenOnce()
    tokens = TokenEndpoint(world)
    capabilities = [part for feature in world.features for part in feature.capability]
    fhir_routes = (*_KERNEL_ROUTES, *(route for feature in world.features for route in feature.routes))
    once("route", (f"{route.method} {route.path}" for route in fhir_routes))
    routes = [
        Route(
            "/metadata",
            _open(world, lambda _: Answer(capability_statement(world.base_url, capabilities))),
        ),
        Route(
            "/.well-known/smart-configuration",
            _open(world, lambda _: Answer(smart_configuration(world.base_url), content_type=JSON)),
        ),
        Route("/auth/challenge", _token(world, seen, lambda _: tokens.challenge()), methods=["POST"]),
        Route(
            "/auth/token", _token(world, seen, lambda call: tokens.token(_token_call(call))), methods=["POST"]
        ),
        Route("/auth/revoke", _token(world, seen, lambda call: tokens.revoke(call.form())), methods=["POST"]),
    ]
    routes += [Route(r.path, _fhir(world, seen, r.run), methods=[r.method]) for r in fhir_routes]
    return Starlette(routes=routes, exception_handlers={404: _no_page, 405: _no_page, Exception: _bug})


async def _no_page(request: Request, _: Exception) -> Response:
    return _response(Answer(operation_outcome("not_found"), 404))


async def _bug(request: Request, error: Exception) -> Response:
    # the place only: messages of database errors repeat their parameters
    place = traceback.extract_tb(error.__traceback__)[-1]
    log.error("%s in %s line %s", type(error).__name__, Path(place.filename).name, place.lineno)
    return _response(Answer(operation_outcome("error"), 500))


Handler = Callable[[Request], Awaitable[Response]]


def _open(world: World, answer: Callable[[Call], Answer]) -> Handler:
    """A page that needs no token."""

    async def handle(request: Request) -> Response:
        count(world, request)
        found = answer(_call(world, dpop.SeenOnce(), request, b""))
        return _response(found)

    return handle


def _fhir(world: World, seen: dpop.SeenOnce, run: Endpoint) -> Handler:
    """A FHIR endpoint: runs in a worker thread; refusals become OperationOutcomes."""

    def answer(call: Call) -> Answer:
        try:
            return run(call)
        except Refused as refused:
            status, outcome = refused.answer()
            return Answer(outcome, status, headers=refused.headers)

    return _handler(world, seen, answer)


def _token(world: World, seen: dpop.SeenOnce, run: Callable[[Call], object]) -> Handler:
    """An OAuth endpoint: JSON answers, never cached."""
    plain = {"Cache-Control": "no-store"}

    def answer(call: Call) -> Answer:
        try:
            return Answer(run(call), content_type=JSON, headers=plain)
        except OAuthRefused as refused:
            return Answer(refused.body(), refused.status, JSON, {**plain, **refused.headers})
        except Refused:
            return Answer({"error": "invalid_request"}, 400, JSON, plain)

    return _handler(world, seen, answer)


def _handler(world: World, seen: dpop.SeenOnce, answer: Callable[[Call], Answer]) -> Handler:
    async def handle(request: Request) -> Response:
        count(world, request)
        body = await _body(request)
        if body is None:
            return _response(Answer(operation_outcome("file_too_large"), 413))
        return _response(await run_in_threadpool(answer, _call(world, seen, request, body)))

    return handle


async def _body(request: Request) -> bytes | None:
    """The whole body, None when it is larger than anything allowed."""
    parts = bytearray()
    try:
        async for chunk in request.stream():
            parts += chunk
            if len(parts) > LARGEST_BODY:
                return None
    except ClientDisconnect:
        return None
    return bytes(parts)


def _call(world: World, seen: dpop.SeenOnce, request: Request, body: bytes) -> Call:
    query: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        query.setdefault(name, []).append(value)
    headers: dict[str, str] = {}
    for name, value in request.headers.items():  # two proofs in two lines are one value that is no proof
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    path = "" if request.url.path == "/" else request.url.path
    return Call(
        world, seen, request.method, world.base_url + path, dict(request.path_params), query, headers, body
    )


def _token_call(call: Call) -> TokenCall:
    return TokenCall(call.form(), call.headers.get("dpop"), call.url)


def _response(answer: Answer) -> Response:
    body = answer.body
    if body is None:
        content = b""
    else:
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    kind = (
        f"{answer.content_type}; charset=utf-8"
        if answer.content_type in (FHIR, JSON)
        else answer.content_type
    )
    return Response(content, answer.status, dict(answer.headers), kind)


def count(world: World, request: Request) -> None:
    """Requests by method and path, ids replaced; who sends no ``traceparent`` is counted (contract §1)."""
    name = f"{request.method} {_ID.sub('/{id}', request.url.path)}"
    world.requests[name] = world.requests.get(name, 0) + 1
    if "traceparent" not in request.headers:
        world.without_traceparent += 1
