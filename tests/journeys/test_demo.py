"""The demo, whole and once: it is how a newcomer meets the suite, and its checks are those of the year."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from deploy.local.places import ROOT

WITHIN_S = 280
CLASSES = ("done", "done-recorded-late", "done-late", "not-done", "lapsed", "waived", "voided", "open")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as the launcher does, on embedded servers."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MEDVERKA_")}
    return subprocess.run(
        [sys.executable, "-P", "-m", "deploy.local", *arguments],
        cwd=ROOT, env=environment | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=WITHIN_S,
        check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def played() -> subprocess.CompletedProcess[str]:
    """One whole demo."""
    return run("demo", "--json", "--lang", "en")


@pytest.fixture(scope="module")
def found(played: subprocess.CompletedProcess[str]) -> Mapping[str, Any]:
    """What its last line on stdout says."""
    assert played.stdout, played.stderr[-3000:]
    said: Mapping[str, Any] = json.loads(played.stdout.splitlines()[-1])
    return said


def test_every_check_of_the_year_holds(played: subprocess.CompletedProcess[str], found: Mapping[str, Any]) -> None:
    """The demo ends well only if every one of its checks held."""
    assert [check for check in found["checks"] if not check["ok"]] == []
    assert found["ok"] is True
    assert played.returncode == 0


def test_the_year_has_enough_of_everything(found: Mapping[str, Any]) -> None:
    """Twenty notices of six form types and more were read, unfit ones refused, and other systems were refused, too."""
    assert found["notices"]["read"] >= 20
    assert found["notices"]["forms"] >= 6
    assert found["notices"]["refused"] == 2
    assert {name: service["refused"] for name, service in found["services"].items()} == {
        "registry": 1, "placements": 0, "procurement": 1, "consultation": 0,
    }  # fmt: skip
    assert all(service["events"] > 0 for service in found["services"].values())


def test_each_duty_is_in_one_class(found: Mapping[str, Any]) -> None:
    """Whatever arose is counted once, by clause and kind (features, item 2)."""
    for row in found["duties"]:
        assert row["arose"] == sum(row[name] for name in CLASSES) > 0
    kinds = {(row["clause"], row["kind"]) for row in found["duties"]}
    assert kinds == {
        ("GS-4", "first"), ("GS-4", "recurring"), ("GS-4", "final"), ("GS-4", "review"),
        ("GS-6", "planned"), ("GS-6", "published"), ("GS-7", "initiative"), ("GS-7", "held"), ("GS-5", "knowledge"),
        ("GS-8", "criteria"), ("GS-8", "contract-term"), ("DF-0", "df-review"),
    }  # fmt: skip


def test_the_year_as_the_story_tells_it(found: Mapping[str, Any]) -> None:
    """GS-4 and GS-7 come out as their chapters say: one place never followed up, one year without an initiative."""
    rows = {(row["clause"], row["kind"]): row for row in found["duties"]}
    first, initiative = rows["GS-4", "first"], rows["GS-7", "initiative"]
    assert (first["not-done"], first["done-late"], first["done-recorded-late"]) == (1, 1, 1)
    assert (initiative["done"], initiative["lapsed"], initiative["breach"]) == (1, 1, 1)


def test_each_broken_promise_is_accounted_for(
    found: Mapping[str, Any], played: subprocess.CompletedProcess[str]
) -> None:
    """One by one: as many as the table counts, each with its owner, its days, and what shows an act; and in the text, too."""
    listed = found["breaches"]
    counted = Counter((one["clause"], one["kind"]) for one in listed if one["breach"])
    assert counted == {
        (row["clause"], row["kind"]): row["breach"] for row in found["duties"] if row["breach"]
    }  # fmt: skip
    assert all(one["owedByUnit"] and one["dueOn"] and one["about"] for one in listed)
    assert all(one["evidence"] for one in listed if one["actedOn"])
    [late] = [one for one in listed if one["class"] == "done-late" and one["kind"] == "first"]
    assert (late["about"], late["owedByUnit"]) == ("place 4, Exempel Text och Data", "Socialnämnden")
    assert (late["dueOn"], late["actedOn"]) == ("2026-04-13", "2026-04-22")
    for one in listed:
        [line] = [line for line in played.stderr.splitlines() if one["about"] in line and f"due {one['dueOn']}" in line]
        assert (one["evidence"] or "") in line
        assert ("BREACH" in line) is one["breach"]


def test_codes_are_told_in_words(played: subprocess.CompletedProcess[str]) -> None:
    """Whoever reads why an enterprise does not match reads sentences: no field, no operator, no instant."""
    [line] = [line for line in " ".join(played.stderr.split()).split("2026-05-") if "Sadelmakeri. Was there" in line]
    assert "Was there time left to bid? Answer: no." in line
    assert ">=" not in played.stderr
    assert "T00:00" not in played.stderr


def test_what_is_sent_again_counts_once(found: Mapping[str, Any]) -> None:
    """What other systems sent was accepted, repeated or refused, and the story has some of each."""
    [check] = [check for check in found["checks"] if check["name"].startswith("Received from other systems")]
    assert check["detail"] == "11 received, 8 accepted, 1 repeated, 2 refused"


def test_the_story_is_told_in_the_language_that_was_asked_for(played: subprocess.CompletedProcess[str]) -> None:
    """With --json the story goes to stderr: dated lines, a table, the checks; stdout has the one line."""
    assert len(played.stdout.splitlines()) == 1
    assert "2026-04-28  Place 5 has still not been followed up." in played.stderr
    assert "Duties on 2026-12-31, by clause" in played.stderr
    assert "Checked" in played.stderr
