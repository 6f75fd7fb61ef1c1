"""The page under `/docs`: every path in a table, without a script, and nothing loaded from anywhere."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import HTMLResponse

SWAGGER: Final = "/docs/swagger"
OWN: Final = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}
PAGE: Final = """<!doctype html>
<html lang="sv"><meta charset="utf-8"><title>{title}</title>
<style>body{{font:1rem/1.5 sans-serif;margin:2rem;max-width:70rem}}td,th{{text-align:left;vertical-align:top;padding:.2rem 1rem .2rem 0}}</style>
<h1>{title}</h1>
<p>Beskrivningen i sin helhet: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1). Läs in den i ett verktyg för OpenAPI för att
pröva anropen; token ges som <code>Authorization: Bearer …</code>. <a href="{swagger}">Swagger</a> hämtar sitt program från
cdn.jsdelivr.net och ser då den token som du anger.</p>
<p lang="en">The whole description: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1). Open it in a tool for OpenAPI to try the
calls; a token goes as <code>Authorization: Bearer …</code>. <a href="{swagger}">Swagger</a> loads its program from
cdn.jsdelivr.net, which then sees the token that you give.</p>
<table><tr><th>Metod</th><th>Sökväg</th><th>Vad den gör / what it does</th></tr>
{rows}
</table></html>
"""  # noqa: E501 - a line of the page's style


def overview(title: str, document: Mapping[str, Any]) -> HTMLResponse:
    """Give the page of an OpenAPI document."""
    page = PAGE.format(title=escape(title), swagger=SWAGGER, rows="\n".join(_rows(document["paths"])))
    return HTMLResponse(page, headers=OWN)


def _rows(paths: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for path, methods in paths.items():
        for method, row in methods.items():
            cells = (method.upper(), f"<code>{escape(path)}</code>", escape(row["summary"]))
            yield "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def swagger(title: str) -> HTMLResponse:
    """Give Swagger's page, for whoever chooses to load it: its own button asks for the token."""
    return get_swagger_ui_html(openapi_url="/openapi.json", title=title)
