"""Before every request: its correlation and its principal. After it: its time, and a problem instead of a trace.

Plain ASGI: a middleware class of the framework would start a task for each request.
"""

from time import perf_counter
from typing import Final

import structlog
import uuid_utils
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.diagnostics import CORRELATION, HTTP_SECONDS
from shared.http import calendar, problem
from shared.http.language import preferred
from shared.http.overview import SWAGGER
from shared.http.principal import Tokens
from shared.http.problem import Problem
from shared.log.postgres import is_lost

log = structlog.get_logger()

PUBLIC: Final = ("/health/live", "/health/ready", "/openapi.json", "/api-info", "/docs", SWAGGER)
"""What is answered without a token. The pages have no data of their own."""


class Guard:
    """Wraps an application."""

    def __init__(self, app: ASGIApp, tokens: Tokens) -> None:
        self._app, self._tokens = app, tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with a problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        correlation = str(uuid_utils.uuid7())
        token = CORRELATION.set(correlation)
        headers = Headers(scope=scope)
        sending = _Sending(send)
        began = perf_counter()
        try:
            if scope["path"] not in PUBLIC:
                scope["medverka.principal"] = await self._tokens.principal(
                    headers.get("authorization"), as_password=scope["path"] == calendar.PATH
                )
            await self._app(scope, receive, sending)
        except Exception as error:
            if sending.status:
                raise  # half an answer is sent: the server must cut the connection
            response = _problem(error).response(preferred(headers.get("accept-language", "")), correlation)
            await response(scope, receive, sending)
        finally:
            path = scope.get("medverka.path", "-")  # the table's path: an id would make a label of its own
            HTTP_SECONDS.labels(scope["method"], path, sending.status).observe(perf_counter() - began)
            CORRELATION.reset(token)


class _Sending:
    """Remembers the status that was sent."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self._send(message)


def _problem(error: Exception) -> Problem:
    """Say what went wrong. What nobody foresaw is logged with its trace, and the asker gets its number."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        return problem.of_status(error.status_code, error.headers)
    if is_lost(error):
        log.warning("store lost", error=str(error))
        return problem.busy(
            "store-lost", "Databasen svarar inte just nu; försök igen med samma Idempotency-Key.",
            "The database does not answer; try again with the same Idempotency-Key.",
        )  # fmt: skip
    log.error("request failed", exc_info=error)
    return problem.FAILED
