"""The two authorities whose files the policy's tests run over, and which of them a test runs over now."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest

from shared.policy.authority import Authority, load

FILES: Final = Path(__file__).parents[1] / "deploy/authority"
GOTLAND: Final = load(FILES / "gotland.toml")
NORRVINGE: Final = load(FILES / "norrvinge.toml")
"""The invented one: other units, boards, numbers and day counts, some of them changed in 2025 and 2026."""

T = TypeVar("T")

_in_force = [GOTLAND]


def authority() -> Authority:
    """Give the authority that the test at hand runs over: Gotland, unless the test is run over both."""
    return _in_force[-1]


def here(gotland: T, norrvinge: T) -> T:
    """Give what is right for the authority at hand: the day or number that its own file leads to, worked out by hand."""
    return gotland if authority() is GOTLAND else norrvinge


@contextmanager
def run_over(one: Authority) -> Iterator[None]:
    """Let a test run over an authority."""
    _in_force.append(one)
    try:
        yield
    finally:
        _in_force.pop()


def rows(names: str, gotland: Sequence[tuple[Any, ...]], norrvinge: Sequence[tuple[Any, ...]]) -> pytest.MarkDecorator:
    """Parametrise a test whose rows rest on the day counts: each is tried over the authority that it is about."""
    table = [
        pytest.param(one, *row, id="-".join([one.code, *map(str, row)]))
        for one, own in ((GOTLAND, gotland), (NORRVINGE, norrvinge))
        for row in own
    ]
    return pytest.mark.parametrize(
        ("in_force", *(name.strip() for name in names.split(","))), table, indirect=["in_force"]
    )
