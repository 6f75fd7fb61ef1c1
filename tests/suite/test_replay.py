"""The replay of a running suite: it finds what is missing, has it opened over HTTP, and then finds nothing."""

import asyncio
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import Any

import httpx
import pytest

from deploy.local import issuer, replay, what_if
from deploy.local.places import ROOT
from deploy.local.stack import Servers
from deploy.local.suite import SERVICES, Suite
from shared.log.postgres import connection
from shared.policy.role import AUDITOR, SOCIAL_BOARD
from tests.suite.running import at, running

GOTLAND = ROOT / "deploy/authority/gotland.toml"


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """Run `replay` with JSON."""
    code = replay.main([*arguments, "--patience", "30", "--json"])
    return code, json.loads(capsys.readouterr().out)


def asked_over_http(suite: Suite, earlier: str) -> None:
    """Ask each service as well: each answers of its own duties alone, by the logs that it has."""
    now = datetime.fromtimestamp(time(), UTC)
    with httpx.Client(timeout=60) as client:

        def answer(service: str, role: str, method: str, path: str, **content: Any) -> tuple[int, Any]:
            headers = {"authorization": f"Bearer {issuer.token('reader', [role], now, issuer.private_key())}"}
            given = client.request(method, f"{suite.url(service)}{path}", headers=headers, **content)
            return given.status_code, given.json()

        ends = {service: asyncio.run(stored(suite, service)) for service in SERVICES}
        for service in SERVICES:
            reader = SOCIAL_BOARD if service == "placements" else AUDITOR
            status, found = answer(service, reader, "GET", "/v1/replays/2026-06-01")
            assert (status, found["ok"], found["service"]) == (200, True, service), found
        assert answer("placements", AUDITOR, "GET", "/v1/replays/2026-06-01")[0] == 403
        status, found = answer("consultation", AUDITOR, "POST", "/v1/what-ifs", json={"authority": earlier})
        assert (status, found["kind"], found["files"]["now"] == found["files"]["then"]) == (
            200, "antagande / assumption", False,
        )  # fmt: skip
        assert [(each["dutyId"], each["now"], each["then"]) for each in found["changed"]] == [
            ("gs-7.initiative/2025", None, "lapsed")
        ]
        status, found = answer("procurement", AUDITOR, "POST", "/v1/what-ifs", json={"authority": GOTLAND.read_text()})
        assert (status, found["changed"], found["until"]) == (200, None, "2026-03-31")
        assert ends == {service: asyncio.run(stored(suite, service)) for service in SERVICES}


async def stored(suite: Suite, service: str) -> int:
    """Give how many events a service has stored."""
    async with connection(suite.databases[service], "counting") as database:
        return int(await database.fetchval("SELECT count(*) FROM event"))


def test_what_a_suite_missed_is_opened_and_then_it_is_whole(
    servers: Servers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The suite began with 2026; under a file that begins a year earlier, that year's initiative is missing, and has lapsed."""
    earlier = tmp_path / "earlier.toml"
    text = GOTLAND.read_text(encoding="utf-8")
    earlier.write_text(re.sub(r"(?m)^duties-from = \d+$", "duties-from = 2025", text), encoding="utf-8")
    with running(servers, tmp_path / "suite", at("2026-06-01")) as suite:
        note = tmp_path / "suite.json"
        note.write_text(json.dumps(suite.addresses()), encoding="utf-8")
        of_suite = ("--addresses", str(note))
        assert told(capsys, *of_suite)[0] == 0
        asked_over_http(suite, earlier.read_text(encoding="utf-8"))
        code, found = told(capsys, *of_suite, "--authority", str(earlier), "--patience", "0")
        missing = [each["dutyId"] for service in found["services"] for each in service.get("differences", ())]
        assert (code, missing) == (1, ["gs-7.initiative/2025"])
        assert (
            replay.main([*of_suite, "--authority", str(earlier), "--open", "--dnr", "LK 2026/17", "--patience", "0"])
            == 0
        )
        assert capsys.readouterr().out.startswith("1 öppnade")
        assert told(capsys, *of_suite, "--authority", str(earlier))[0] == 0
        what_if.main([*of_suite, "--authority", str(earlier), "--json"])
        assumed = json.loads(capsys.readouterr().out)
        [consultation] = [each for each in assumed["services"] if each["service"] == "consultation"]
        assert [(each["dutyId"], each["now"], each["then"]) for each in consultation["changed"]] == [
            ("gs-7.initiative/2025", None, "lapsed")
        ]
