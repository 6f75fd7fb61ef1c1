"""What of the software is at work for each clause: its duties, events, tests and questions, found where they name it.

An event's docstring, a question's text and a test's docstring (or else its file's) name the clauses they are about: `GS-4`,
`BG-1 to BG-3`, `DF-0–DF-9`. Where a part is empty, the reason stands beside the clause (`Clause.without`).
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from deploy.local.referencing.markdown import ROOT
from deploy.local.referencing.suite import duties, published, services
from shared.http.duties import PATH
from shared.policy.clause import CLAUSES, NO_DUTY, Clause, Without
from shared.policy.duty.definition import Duty

SPAN = re.compile(r"\b([A-Z]{2})-(\d)(?:\s*(?:to|–|…)\s*\1-(\d))?(?![\w-])")


@dataclass(frozen=True, slots=True)
class AtWork:
    """What is at work for a clause. `events` and `duties` by name, `tests` by file, `views` as `service path`."""

    duties: tuple[Duty, ...]
    events: tuple[str, ...]
    tests: Mapping[str, tuple[str, ...]]
    views: tuple[str, ...]


def named(text: str | None) -> set[str]:
    """Give the ids of the clauses that a text names, those too that lie within a span."""
    found: set[str] = set()
    for family, first, last in SPAN.findall(text or ""):
        found |= {f"{family}-{n}" for n in range(int(first), int(last or first) + 1)}
    return found & {clause.id for clause in CLAUSES}


def at_work(clause: Clause) -> AtWork:
    """Give all that is at work for a clause."""
    owed = tuple(duty for parts in services().values() for duty in duties(parts) if duty.clause is clause)
    ends = {event.__name__ for duty in owed for event in (*duty.arises_on, *duty.discharged_by)}
    of_clause = {event.__name__ for *_, event in published() if clause.id in named(event.__doc__)}
    tests = {path: tuple(name for name, ids in tried if clause.id in ids) for path, tried in _tests().items()}
    return AtWork(
        duties=owed,
        events=tuple(sorted(ends | of_clause)),
        tests={path: names for path, names in tests.items() if names},
        views=tuple(_views(clause)),
    )


def missing(clause: Clause) -> list[str]:
    """Name the parts of a clause that are empty though no reason is stated."""
    said = {reason.part for reason in reasons(clause)}
    found = at_work(clause)
    return [part for part in ("duties", "events", "tests", "views") if not getattr(found, part) and part not in said]


def reasons(clause: Clause) -> list[Without]:
    """Give why a clause has none of something; what its modality says and what stands beside it."""
    by_modality = NO_DUTY.get(clause.modality)
    return [*clause.without, *([by_modality] if by_modality else [])]


def _views(clause: Clause) -> Iterator[str]:
    for service, parts in services().items():
        yield from (f"{service} {query.path}" for query in parts.queries if clause.id in named(query.sv))
        if any(duty.clause is clause for duty in duties(parts)):
            yield f"{service} {PATH}?clause={clause.id}"


@cache
def _tests() -> dict[str, list[tuple[str, set[str]]]]:
    """Read every test of the policy with the clauses that it is about."""
    return {
        path.relative_to(ROOT).as_posix(): list(_tried(path)) for path in sorted(ROOT.glob("tests/policy/test_*.py"))
    }


def _tried(path: Path) -> Iterator[tuple[str, set[str]]]:
    module = ast.parse(path.read_text(encoding="utf-8"))
    of_file = named(ast.get_docstring(module))
    for each in module.body:
        if isinstance(each, ast.FunctionDef) and each.name.startswith("test_"):
            yield each.name, named(ast.get_docstring(each)) or of_file
