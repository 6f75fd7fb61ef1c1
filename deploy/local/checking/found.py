"""What a check finds: the first place that differs, and what to do about it."""

from dataclasses import dataclass

from typing_extensions import override

FORK = "stop that service and follow docs/operators/fork.md"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two things that must be the same are not."""

    where: str
    """A log, a view or a position."""
    index: int | None
    what: str
    todo: str

    @override
    def __str__(self) -> str:
        at = "" if self.index is None else f" index {self.index}"
        return f"{self.where}{at}: {self.what}; {self.todo}"


@dataclass(frozen=True, slots=True)
class Checked:
    """One check of one service. `seen` tells how much was compared."""

    name: str
    service: str
    seen: str
    difference: Difference | None

    @property
    def ok(self) -> bool:
        """Whether all was as it must be."""
        return self.difference is None

    @property
    def detail(self) -> str:
        """What was compared, or the first place that differs."""
        return str(self.difference or self.seen)
