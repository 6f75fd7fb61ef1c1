"""A service's HTTP as an OpenAPI 3.1 document, made from its two tables and its commands' JSON schemas."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter
from pydantic.alias_generators import to_camel
from pydantic_core import to_jsonable_python

from shared.http import calendar, cards, duties, in_force, proving, receiving, rights, table
from shared.http.asking import MOST, USUAL
from shared.http.commanding import Form
from shared.http.operations import Operation, Query, Reckoning, Upload, one_of
from shared.http.problem import MEDIA_TYPE, TITLES
from shared.http.receiving import DNR, KEY, PLACE, TAG
from shared.http.showing import name as json_name
from shared.http.showing import names
from shared.log.view import View

LOG = r"^[a-z][a-z-]*\.[a-z][a-z-]*$"
SCHEMAS = "#/components/schemas/"
Json = dict[str, Any]

PROBLEM: Json = {
    "type": "object",
    "description": "RFC 9457. `reason` is a stable code, `clause` the policy's where a rule says no.",
    "required": ["type", "title", "status", "detail", "reason"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "reason": {"type": "string"},
        "clause": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
FILTERS: Mapping[str, Json] = {
    "text": {"type": "string", "pattern": "^[^\\u0000]*$"},
    "date": {"type": "string", "format": "date"},
    "int": {"type": "integer", "minimum": -999_999_999, "maximum": 999_999_999},
    "bool": {"type": "boolean"},
}


def _header(name: str, text: str, pattern: str, *, required: bool = False) -> Json:
    return {
        "name": name, "in": "header", "required": required, "description": text,
        "schema": {"type": "string", "pattern": f"^{pattern}$"},
    }  # fmt: skip


IDEMPOTENCY_KEY = _header(
    "Idempotency-Key", "A value of your own; the same again when you retry, then nothing is done twice.",
    KEY.pattern, required=True,
)  # fmt: skip
IF_MATCH = _header("If-Match", "An ETag: only if the resource has not changed since.", TAG.pattern)
AFTER = _header("Medverka-After", "A Medverka-Index: wait (at most 2 s) until the answer knows of it.", PLACE.pattern)
LANGUAGE: Json = {
    "name": "Accept-Language", "in": "header", "description": "sv or en.",
    "schema": {"type": "string", "examples": ["sv", "en"]},
}  # fmt: skip
LINK: Json = {"description": "CSV: where the next page is.", "schema": {"type": "string"}}
INDEX: Json = {"description": "`<log>:<index>` of the command's last event.", "schema": {"type": "string"}}
ETAG: Json = {"description": "The stream's version.", "schema": {"type": "string"}}


def document(
    service: str,
    version: str,
    operations: Sequence[Operation],
    queries: Sequence[Query],
    uploads: Sequence[Upload] = (),
    reckonings: Sequence[Reckoning] = (),
) -> Json:
    """Give the whole document."""
    schemas: Json = {"Problem": PROBLEM}
    paths: Json = {}
    for operation in operations:
        row = _row(operation.view, queries, schemas)
        paths.setdefault(_plain(operation.path), {})["post"] = _operation(service, operation, row, schemas)
    for upload in uploads:
        paths.setdefault(_plain(upload.path), {})["post"] = _upload(
            service, upload, _row(upload.view, queries, schemas)
        )
    for query in queries:
        paths.setdefault(_plain(query.path), {})["post" if query.asked else "get"] = _query(
            service, query, _asked(query, queries, schemas)
        )
        if query.path == duties.PATH:
            paths[calendar.PATH] = {"get": _calendar(service, query)}
            paths[_plain(cards.PATH)] = {"get": _card(service, query)}
    paths[_plain(proving.PATH)] = {"get": _checkpoint(service)}
    for reckoning in reckonings:
        paths[reckoning.path] = {rights.method(reckoning).lower(): _reckoning(service, reckoning)}
    for path, (swedish, english) in in_force.ASKED.items():
        paths[path] = {"get": _in_force(service, path, swedish, english)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Medverka {service}",
            "version": version,
            "description": "Vad som får göras och frågas, och av vem. / What may be done and asked, and by whom.",
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {
                    "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                    "description": "`./medverka token --role …` gives one for the embedded stack.",
                },
                "password": {"type": "http", "scheme": "basic", "description": "Any name, and the token as password."},
            },
            "schemas": schemas,
        },
    }  # fmt: skip


def _operation(service: str, operation: Operation, row: Json, schemas: Json) -> Json:
    form = Form(operation)
    whole = operation.command.model_json_schema(ref_template=SCHEMAS + "{model}")
    _adopt(whole.pop("$defs", {}), schemas)
    parameters = [_path_parameter(name, whole["properties"][name]) for name in form.in_path]
    body = {"content": {"application/json": {"schema": _closed(_body(form, whole))}}, "required": True}
    return {
        **_said(service, operation.path, "post", operation.sv, operation.en, operation.roles),
        "parameters": [*parameters, IDEMPOTENCY_KEY, IF_MATCH, LANGUAGE],
        "requestBody": body,
        "responses": _accepted(201 if operation.fresh else 200, row)
        | _problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 500, 503),
    }


def _body(form: Form, whole: Json) -> Json:
    """Give the part of the command's schema that its body has, and `dnr`."""
    properties = {name: part for name, part in whole["properties"].items() if name in form.in_body}
    required = [name for name in whole.get("required", ()) if name in form.in_body]
    if form.asks_for_dnr:
        properties["dnr"] = {"type": "string", "minLength": 1, "maxLength": 100, "description": "Diarienummer."}
        has_decision = "decision" in properties
        required += [] if has_decision else ["dnr"]
    return {"type": "object", "title": whole["title"], "properties": properties, "required": required}


def _upload(service: str, upload: Upload, row: Json) -> Json:
    nothing = {"type": "object", "properties": {"outcome": {"const": upload.nothing}}, "required": ["outcome"]}
    content = {media: {"schema": {"type": "string"}} for media in upload.media_types}
    dnr = _header("Medverka-Dnr", "Diarienummer.", DNR.pattern)
    return {
        **_said(service, upload.path, "post", upload.sv, upload.en, upload.roles),
        "parameters": [IDEMPOTENCY_KEY, IF_MATCH, dnr, LANGUAGE],
        "requestBody": {"content": content, "required": True},
        "responses": _accepted(201, row)
        | {"200": {"description": "Nothing came of it.", "content": {"application/json": {"schema": nothing}}}}
        | _problems(400, 401, 403, 408, 409, 412, 413, 415, 422, 500, 503),
    }


def _query(service: str, query: Query, row: Json) -> Json:
    parameters = [_path_parameter(name, {"type": "string"}) for name in receiving.names_in(query.path)]
    said = _said(service, query.path, "post" if query.asked else "get", query.sv, query.en, query.roles)
    if query.one:
        answer = {
            "200": {"description": "OK", "headers": {"ETag": ETAG}, "content": {"application/json": {"schema": row}}}
        }
        return {
            **said,
            "parameters": [*parameters, AFTER, LANGUAGE],
            "responses": answer | _problems(400, 401, 403, 404, 500, 503),
        }
    page = {
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "items": row, "maxItems": MOST},
            "next": {"type": ["string", "null"], "description": "The cursor of the next page."},
        },
    }
    schemas = {to_camel(name): FILTERS[kind] for name, kind in query.filters.items()}
    filters: list[Json] = []
    body: Json = {}
    if query.asked:
        asked = _closed({"type": "object", "properties": schemas})
        body = {"requestBody": {"content": {"application/json": {"schema": asked}}, "required": True}}
    else:
        filters = [{"name": name, "in": "query", "schema": schema} for name, schema in schemas.items()]
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
    paging = [
        {"name": "limit", "in": "query", "schema": limit},
        {
            "name": "cursor",
            "in": "query",
            "schema": {"type": "string"},
            "description": "The `next` of the page before.",
        },
    ]
    refused = (400, 401, 403, 413, 415, 422, 500, 503) if query.asked else (400, 401, 403, 500, 503)
    return {
        **said,
        **body,
        "parameters": [*parameters, *filters, *paging, AFTER, LANGUAGE],
        "responses": {"200": {"description": "OK", "headers": {"Link": LINK}, "content": _page_content(page)}}
        | _problems(*refused),
    }


def _calendar(service: str, query: Query) -> Json:
    """Give the calendar of those who may read the duties; a calendar program sends the token as a password."""
    said = _said(
        service, calendar.PATH, "get", "Kalender (ICS): öppna skyldigheter på sin sista dag",
        "Calendar (ICS): open duties on their due day", query.roles,
    )  # fmt: skip
    unit = {"name": "unit", "in": "query", "schema": FILTERS["text"]}
    content = {"text/calendar": {"schema": {"type": "string"}}}
    return {
        **said,
        "security": [{"bearer": []}, {"password": []}],
        "parameters": [unit, LANGUAGE],
        "responses": {"200": {"description": "OK", "content": content}} | _problems(400, 401, 403, 500, 503),
    }


def _card(service: str, query: Query) -> Json:
    """Give the proof card of a duty, of those who may read the duties."""
    as_of = {
        "name": "asOf",
        "in": "query",
        "schema": FILTERS["date"],
        "description": "Today's in Stockholm by default.",
    }
    content = {"application/json": {"schema": {"type": "object"}}, "text/html": {"schema": {"type": "string"}}}
    return {
        **_said(service, cards.PATH, "get", cards.SV, cards.EN, query.roles),
        "parameters": [_path_parameter("dutyId", {"type": "string"}), as_of, LANGUAGE],
        "responses": {"200": {"description": "OK", "content": content}} | _problems(400, 401, 403, 404, 500, 503),
    }


def _checkpoint(service: str) -> Json:
    """Give a log's signed checkpoint, to everybody who is known."""
    content = {"text/plain": {"schema": {"type": "string"}}}
    return {
        **_said(service, proving.PATH, "get", *proving.TEXT, in_force.READ_BY),
        "parameters": [_path_parameter("log", {"type": "string", "pattern": LOG})],
        "responses": {"200": {"description": "OK", "content": content}} | _problems(401, 403, 404, 500, 503),
    }


def _in_force(service: str, path: str, swedish: str, english: str) -> Json:
    """Give a list of the authority's file as it holds on a day."""
    on = {"name": "on", "in": "query", "schema": FILTERS["date"], "description": "Today's in Stockholm by default."}
    page = {"type": "object", "required": ["items", "next"], "properties": {"items": {"type": "array"}, "next": {}}}
    return {
        **_said(service, path, "get", swedish, english, in_force.READ_BY),
        "parameters": [on, LANGUAGE],
        "responses": {"200": {"description": "OK", "content": _page_content(page)}}
        | _problems(400, 401, 403, 500, 503),
    }


def _reckoning(service: str, reckoning: Reckoning) -> Json:
    """Give a replay or a what-if."""
    method = rights.method(reckoning).lower()
    said = _said(service, reckoning.path, method, reckoning.sv, reckoning.en, reckoning.roles)
    answer = {"200": {"description": "OK", "content": {"application/json": {"schema": {"type": "object"}}}}}
    if not reckoning.by_post:
        day = _path_parameter("asOf", FILTERS["date"])
        return {**said, "parameters": [day, LANGUAGE], "responses": answer | _problems(400, 401, 403, 500, 503)}
    file = {"type": "string", "description": "The other authority file, TOML. / Den andra myndighetsfilen."}
    properties = {"authority": file, "from": FILTERS["date"], "until": FILTERS["date"]}
    asked = _closed({"type": "object", "properties": properties, "required": ["authority"]})
    return {
        **said,
        "requestBody": {"content": {"application/json": {"schema": asked}}, "required": True},
        "parameters": [LANGUAGE],
        "responses": answer | _problems(400, 401, 403, 413, 415, 422, 500, 503),
    }


def _page_content(page: Json) -> Json:
    return {"application/json": {"schema": page}, table.MEDIA_TYPE: {"schema": {"type": "string"}}}


def _said(service: str, path: str, method: str, sv: str, en: str, roles: Iterable[str]) -> Json:
    words = [word.strip("{}") for word in _plain(path).removeprefix("/v1/").split("/")]
    return {
        "operationId": "-".join([method, *words]),
        "summary": sv,
        "description": f"{en}.\n\nRoller / roles: {', '.join(f'`{role}`' for role in roles)}.",
        "tags": [service],
    }


def _plain(path: str) -> str:
    """Give a table's path as OpenAPI writes it."""
    return receiving.NAME.sub(r"{\1}", path)


def _path_parameter(name: str, schema: Json) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _accepted(status: int, row: Json) -> Json:
    headers = {"ETag": ETAG, "Medverka-Index": INDEX}
    if status == 201:  # noqa: PLR2004 - Created
        headers["Location"] = {"description": "Where the new resource is read.", "schema": {"type": "string"}}
    return {str(status): {"description": "OK", "headers": headers, "content": {"application/json": {"schema": row}}}}


def _problems(*statuses: int) -> Json:
    schema = {"$ref": SCHEMAS + "Problem"}
    return {
        str(status): {
            "description": f"{TITLES[status].sv} / {TITLES[status].en}",
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
        for status in statuses
    }


def _adopt(definitions: Json, schemas: Json) -> None:
    """Take a command's own definitions into the document's, closed: what a value does not know is refused here."""
    for name, definition in definitions.items():
        schemas.setdefault(name, _closed(definition))


def _closed(schema: Any) -> Any:
    """Close every object of a request, however deep: an unknown field is not valid."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    done = {key: _closed(part) for key, part in schema.items()}
    if done.get("type") == "object" and isinstance(done.get("properties"), dict) and "additionalProperties" not in done:
        done["additionalProperties"] = False
    return done


def _row(view: View[Any], queries: Sequence[Query], schemas: Json) -> Json:
    """Give a resource's schema: what an answer to POST has, and one to GET at least.

    Its values are described, not promised: views change, events do not.
    """
    title = f"{view.row.__name__.removesuffix('Row')}Resource"
    if title not in schemas:
        one = one_of(queries, view)
        wanted = names(view, one.query if one else None)
        schema = TypeAdapter(view.row).json_schema(mode="serialization")
        properties = {json_name(key): _described(part) for key, part in schema["properties"].items() if key in wanted}
        schemas[title] = {"type": "object", "title": title, "required": ["key"], "properties": properties}
    return {"$ref": SCHEMAS + title}


def _asked(query: Query, queries: Sequence[Query], schemas: Json) -> Json:
    """Give what a question answers with: the resource where that is what it gives."""
    if query is one_of(queries, query.view):
        return _row(query.view, queries, schemas)
    return {"type": "object", "description": "Its fields, in camelCase."}


def _described(part: Json) -> Json:
    """Keep what says what a column is; what is sealed can be anything once it is opened."""
    kept: Json = to_jsonable_python({key: part[key] for key in ("description", "title") if key in part})
    return kept
