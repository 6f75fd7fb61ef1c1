"""Who may import whom: every contract of import-linter refuses an offence, and every name in it exists.

import-linter says KEPT when a source or a forbidden package is misspelt, so the names are tried on their own.
"""

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from importlib.util import find_spec
from pathlib import Path

import pytest

from deploy.local.places import ROOT

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")
PACKAGES = ("deploy", "services", "shared")
SERVICES = {package.parent.name for package in (ROOT / "services").glob("*/__init__.py")}
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in SETTINGS["contracts"]}

# contract → a file that is put into the tree, and the one line in it.
OFFENCES = [
    ("one-way", "shared/planted.py", "import services.registry"),
    ("one-way", "services/registry/planted.py", "import deploy.local.places"),
    ("one-way", "shared/policy/planted.py", "import deploy.local.places"),
    ("service-layers", "services/registry/domain/planted.py", "import services.registry.views"),
    ("service-layers", "services/placements/views/planted.py", "import services.placements.api"),
    ("service-layers", "services/consultation/views/planted.py", "import services.consultation.app"),
    ("service-layers", "services/procurement/notice/planted.py", "import services.procurement.domain"),
    ("service-layers", "services/registry/helpers.py", "import services.registry.domain"),
    ("independent-services", "services/placements/domain/planted.py", "import services.registry.domain"),
    ("independent-services", "services/consultation/planted.py", "import services.procurement.notice.model"),
    ("pure", "services/registry/domain/planted.py", "import asyncpg"),
    ("pure", "services/procurement/domain/planted.py", "from services.procurement.notice import parsing"),
    ("pure", "services/consultation/domain/planted.py", "from shared.log import postgres"),
    ("pure", "shared/policy/planted.py", "import ssl"),
    ("pure", "shared/contracts/planted.py", "from urllib.request import urlopen"),
    ("given-not-taken", "services/placements/domain/planted.py", "from time import monotonic"),
    ("given-not-taken", "shared/policy/planted.py", "import logging"),
    ("contracts-are-data", "shared/contracts/planted.py", "import random"),
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree to plant in."""
    copy = tmp_path_factory.mktemp("house")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def lint(house: Path, contract: str) -> subprocess.CompletedProcess[str]:
    """Ask import-linter about one contract."""
    argv = [str(LINT_IMPORTS), "--no-cache", "--no-logo", "--contract", contract]
    return subprocess.run(argv, cwd=house, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_tree_keeps_every_contract(house: Path, contract: str) -> None:
    """Without an offence each contract is kept, so that what a planted one breaks was whole before."""
    told = lint(house, contract)
    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize(("contract", "file", "line"), OFFENCES, ids=lambda value: value.replace("/planted.py", ""))
def test_a_planted_offence_is_refused(house: Path, contract: str, file: str, line: str) -> None:
    """One forbidden import, directly or through a chain, breaks the contract that forbids it."""
    planted = house / file
    planted.write_text(f'"""Planted."""\n\n{line}\n')
    told = lint(house, contract)
    planted.unlink()
    assert told.returncode == 1
    assert "BROKEN" in told.stdout or "not listed" in told.stdout, told.stdout


def test_every_contract_has_a_planted_offence() -> None:
    """A new contract comes with its offence."""
    assert {contract for contract, _, _ in OFFENCES} == set(CONTRACTS)


def modules() -> Iterator[str]:
    """Every module of the tree, by its dotted name."""
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            yield ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_every_name_in_a_contract_exists(contract: dict[str, list[str]]) -> None:
    """A source matches a module of ours, a layer is there in one container at least, and what is forbidden can be imported."""
    ours = set(modules())
    for pattern in (*contract.get("source_modules", []), *contract.get("modules", []), *contract.get("containers", [])):
        assert any(fnmatchcase(module, pattern) for module in ours), pattern
    for name in contract.get("forbidden_modules", []):
        assert find_spec(name), name
    places = [f"{container}." for container in contract.get("containers", [])] or [""]
    for layer in contract.get("layers", []):
        assert ours & {place + layer.strip("()") for place in places}, layer


def test_every_service_is_in_the_layers() -> None:
    """A fifth service is held to the same layers as the four."""
    listed = {container.removeprefix("services.") for container in CONTRACTS["service-layers"]["containers"]}
    assert listed == SERVICES
