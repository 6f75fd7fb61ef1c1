"""A request as it comes in: its size, its format, its headers. Whatever cannot be read ends it with a problem."""

import re
from collections.abc import Iterator
from typing import Any

from pydantic_core import from_json
from starlette.requests import ClientDisconnect, Request

from shared.http.language import Language, Text, preferred
from shared.http.principal import Principal
from shared.http.problem import NOT_FOUND, Problem, invalid, pointer

MOST_BYTES = 1024 * 1024
KEY = re.compile(r"[!-~]{1,255}")
IN_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}")  # a duty's id has parts of its own
NAME = re.compile(r"\{(\w+)(?::path)?\}")
DNR = re.compile(r"[!-~]([ -~]{0,98}[!-~])?")
TAG = re.compile(r'"([0-9]{1,18})"')
PLACE = re.compile(r"([a-z]+\.[a-z]+):([0-9]{1,18})")
CUT_OFF = Problem(400, "body-cut-off", Text("Begäran avbröts.", "The request was cut off."))


def principal(request: Request) -> Principal:
    """Give who asks; the guard has seen to it that there is one."""
    who: Principal = request.scope["medverka.principal"]
    return who


def language(request: Request) -> Language:
    """Give the language of the answer."""
    return preferred(request.headers.get("accept-language", ""))


async def body(request: Request, most: int = MOST_BYTES) -> bytes:
    """Read the body. Raises Problem: 413."""
    swedish = f"{most:,}".replace(",", "\N{NO-BREAK SPACE}")
    too_large = Problem(
        413, "body-too-large", Text(f"Högst {swedish} byte tas emot.", f"At most {most:,} bytes are taken.")
    )
    length = request.headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit() or int(length) > most:
        raise too_large
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > most:
                raise too_large
            parts.append(part)
    except ClientDisconnect:
        raise CUT_OFF from None
    return b"".join(parts)


def check_media_type(request: Request, *taken: str) -> None:
    """See that the body has a format that is taken here. Raises Problem: 415."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in taken:
        names = ", ".join(taken)
        raise Problem(
            415, "media-type-not-taken", Text(f"Skicka {names} i Content-Type.", f"Send {names} as Content-Type.")
        )


def json_object(data: bytes) -> dict[str, Any]:
    """Read a JSON object. Raises Problem: 400 for what is no JSON, 422 for another JSON value."""
    try:
        given = from_json(data, allow_inf_nan=False)
    except ValueError:
        raise Problem(400, "body-unreadable", Text("Kroppen är inte JSON.", "The body is no JSON.")) from None
    if not isinstance(given, dict):
        raise invalid([("", Text("ska vara ett objekt", "should be an object"))])
    if b"\\u0000" in data and (places := list(_with_nul(given, ()))):
        raise invalid([(pointer(place), Text("får inte ha tecknet U+0000", "may not hold U+0000")) for place in places])
    return given


def _with_nul(value: Any, place: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Find the one character that no text in Postgres can have: a view that folds it would stop there."""
    match value:
        case str() if "\0" in value:
            yield place
        case dict():
            for name, part in value.items():
                yield from _with_nul(name, place)
                yield from _with_nul(part, (*place, name))
        case list():
            for n, part in enumerate(value):
                yield from _with_nul(part, (*place, n))
        case _:
            return


def names_in(path: str) -> list[str]:
    """Give the names in braces of a table's path: `{dutyId:path}` may hold slashes."""
    return NAME.findall(path)


def path_value(value: str) -> str:
    """See that a part of the path can be an id of ours. Raises Problem: 404, since nothing else can be there."""
    if not IN_PATH.fullmatch(value):
        raise NOT_FOUND
    return value


def idempotency_key(request: Request) -> str:
    """Give the key that makes repeating the request do nothing. Raises Problem: 400."""
    key = request.headers.get("idempotency-key")
    if key is None:
        raise Problem(
            400, "idempotency-key-missing",
            Text(
                "Skicka ett eget värde i Idempotency-Key, och samma igen om du försöker på nytt.",
                "Send a value of your own in Idempotency-Key, and the same again when you retry.",
            ),
        )  # fmt: skip
    if not KEY.fullmatch(key):
        raise Problem(
            400, "idempotency-key-unreadable",
            Text("Idempotency-Key ska ha 1–255 synliga ASCII-tecken.", "Idempotency-Key must be 1–255 visible ASCII."),
        )  # fmt: skip
    return key


def expected_version(request: Request) -> int | None:
    """Give the version that the command is conditional on. Raises Problem: 400."""
    condition = request.headers.get("if-match")
    if condition is None:
        return None
    found = TAG.fullmatch(condition.strip())
    if found is None:
        raise Problem(
            400, "if-match-unreadable",
            Text('If-Match ska vara en ETag som du har fått, "7".', 'If-Match must be an ETag that you were given, "7".'),
        )  # fmt: skip
    return int(found[1])


def dnr(request: Request) -> str | None:
    """Give the diary number that a document comes with. Raises Problem: 400."""
    given = request.headers.get("medverka-dnr")
    if given is not None and not DNR.fullmatch(given):
        raise Problem(
            400, "medverka-dnr-unreadable",
            Text("Medverka-Dnr ska ha 1–100 tecken.", "Medverka-Dnr must be 1–100 characters."),
        )  # fmt: skip
    return given


def after(request: Request) -> tuple[str, int] | None:
    """Give the place of an event that the answer must know of. Raises Problem: 400."""
    place = request.headers.get("medverka-after")
    if place is None:
        return None
    found = PLACE.fullmatch(place.strip())
    if found is None:
        raise Problem(
            400, "medverka-after-unreadable",
            Text(
                "Medverka-After ska vara värdet av en Medverka-Index, registry.events:7.",
                "Medverka-After must be the value of a Medverka-Index, registry.events:7.",
            ),
        )  # fmt: skip
    return found[1], int(found[2])
