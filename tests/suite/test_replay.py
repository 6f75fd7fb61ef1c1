"""The replay of a running suite: it finds what is missing, has it opened over HTTP, and then finds nothing."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from deploy.local import replay, what_if
from deploy.local.places import ROOT
from deploy.local.stack import Servers
from tests.suite.running import at, running

GOTLAND = ROOT / "deploy/authority/gotland.toml"


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """Run `replay` with JSON."""
    code = replay.main([*arguments, "--patience", "30", "--json"])
    return code, json.loads(capsys.readouterr().out)


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
