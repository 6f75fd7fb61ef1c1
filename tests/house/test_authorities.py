"""Nothing of one authority is left in code: what it calls itself, its units, numbers and place stand in its file alone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.places import ROOT
from tests.authorities import GOTLAND, NORRVINGE

CODE = ("shared", "services", "deploy")
STORY = ("deploy/local/story", "deploy/local/demo.py")
"""The demo is told of one authority, by its names."""
DEFAULT = "deploy/local/places.py"
"""The one place that says which file a command reads when none is named."""
LAWFUL = {"Socialnämnden"}
"""What the Social Services Act itself calls the board of any municipality."""


def words() -> list[str]:
    """Give all by which one would know Gotland: names of units and partners, numbers, region, the municipality's code."""
    units = {row.name for rows in GOTLAND.holders.values() for row in rows}
    partners = {row.name for rows in GOTLAND.partners.values() for row in rows}
    numbers = {number for b in GOTLAND.buyers for number in (b.number, f"{b.number[:6]}-{b.number[6:]}")}
    regions = {rule.region for rule in GOTLAND.rules}
    return sorted({"Gotland", "Gute", "Visby", "0980", *units, *partners, *numbers, *regions} - LAWFUL)


def found(text: str) -> Iterator[str]:
    """Yield those words that stand in a text, in whatever case."""
    for word in words():
        if re.search(rf"(?<![0-9a-zåäö]){re.escape(word)}", text, re.IGNORECASE):
            yield word


def code() -> list[Path]:
    """Give the files of code, but for the demo's story and the default."""
    files = [path for folder in CODE for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".sql", ".sh"}]
    return [path for path in files if not str(path.relative_to(ROOT)).startswith((*STORY, DEFAULT))]


def test_no_code_names_an_authority() -> None:
    """A word of Gotland's in code would be wrong for everybody else."""
    assert len(code()) > 300
    named = {str(path.relative_to(ROOT)): [*found(path.read_text(encoding="utf-8"))] for path in code()}
    assert {path: words for path, words in named.items() if words} == {}


def test_only_the_default_s_path_is_named() -> None:
    """And that by one line."""
    lines = (ROOT / DEFAULT).read_text(encoding="utf-8").splitlines()
    assert [line.partition(" = ")[0] for line in lines if [*found(line)]] == ["AUTHORITY"]


@pytest.mark.parametrize("planted", ["SE214", "til 212000-0803", "Region gotland", "LEDNINGSKONTORET", "'0980'"])
def test_a_planted_word_is_found(planted: str) -> None:
    """In whatever case, and inside a string."""
    assert [*found(f'X = "{planted}"')]


def test_the_second_authority_has_none_of_them() -> None:
    """Its file was written for itself."""
    text = (ROOT / "deploy/authority" / f"{NORRVINGE.code}.toml").read_text(encoding="utf-8")
    assert [*found(text)] == []
