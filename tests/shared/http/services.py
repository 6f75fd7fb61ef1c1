"""Every service's HTTP over nothing, or over logs in memory: what its tables promise is tried without a server."""

import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from typing_extensions import override

from deploy.local.replaying.parts import parts_of
from shared.deciding import Rules, Submission
from shared.http.app import Outside, build
from shared.http.commanding import Append
from shared.http.every_service import reckonings_of
from shared.http.operations import Operation, Query, Reckoning, Upload
from shared.http.reading import Reading, Signed
from shared.http.reckoning import reckonings as rows
from shared.http.rights import Row
from shared.log.append import Answer, Busy, Logs
from shared.log.memory import MemoryStore
from shared.log.store import Stored
from shared.log.view import View
from shared.persons.memory import MemoryKeys
from shared.persons.recording import sealed
from shared.policy.role import AUDITOR, REGISTRY_OFFICER
from tests.shared.http import inn
from tests.shared.http.inn import AUTHORITY, At, Direct, Still, accepting
from tests.shared.http.trees import Trees

GOTLAND = Path(__file__).parents[3] / "deploy/authority/gotland.toml"
SERVICES: Sequence[str] = (
    "inn", *sorted(path.parent.name for path in Path(__file__).parents[3].glob("services/*/app.py"))
)  # fmt: skip


def tables(service: str) -> Sequence[Row]:
    """Give a service's rows."""
    api = inn if service == "inn" else import_module(f"services.{service}.api")
    return (*api.OPERATIONS, *getattr(api, "UPLOADS", ()), *api.QUERIES, *reckonings(service))


def reckonings(service: str) -> Sequence[Reckoning]:
    """Give what is asked of a service's whole logs; the inn owes nothing, and is asked as if it did."""
    if service == "inn":
        return rows((REGISTRY_OFFICER,), (AUDITOR,))
    return reckonings_of(parts_of(service, GOTLAND))


def rules(service: str) -> Rules:
    """Give what a service decides by."""
    if service == "inn":
        return inn.RULES
    made: Rules = import_module(f"services.{service}.domain.rules").rules(AUTHORITY)
    return made


class OfStore(Reading):
    """Reads the streams of a memory store; its views have no rows."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self.trees = Trees(store.log)

    @override
    async def stream(self, subject: str) -> Sequence[Stored]:
        return [Stored(e.log, e.index, None, e.bytes) for e in self._store.events if e.subject == subject]

    @override
    async def streams(self, subjects: Sequence[str]) -> Iterable[bytes]:
        return [e.bytes for e in self._store.events if e.subject in subjects]

    @override
    async def events(self, ids: Sequence[str]) -> Sequence[Stored]:
        wanted = {id_.encode() for id_ in ids}
        return [Stored(e.log, e.index, None, e.bytes) for e in self._store.events if e.bytes[27:63] in wanted]

    @override
    async def ask(self, view: View[Any], name: str, *arguments: object) -> list[dict[str, Any]]:
        return []

    @override
    async def seen_version(self, subject: str) -> int | None:
        return None

    @override
    async def positions(self) -> Mapping[str, int]:
        return {}

    @override
    async def end(self, log: str) -> int:
        return 0

    @override
    async def tree(self, log: str) -> Signed | None:
        return self.trees.signed(log)

    @override
    async def tiles(self, log: str, wanted: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        return self.trees.tiles(log, wanted)


class Nowhere:
    """An append that appends nothing."""

    async def submit(self, _submission: Submission) -> Answer:
        """Say so."""
        return Busy("a test")


def remembering(service: str) -> FastAPI:
    """Build a service's HTTP over logs in memory."""
    made, store = rules(service), MemoryStore()
    source = Path(__file__).parents[3] / f"services/{service}/app.py"
    names = re.findall(r'"([a-z]+\.[a-z]+)"', source.read_text()) if source.exists() else [inn.LOG]
    logs = Logs(store, made, sorted({*names, *(decider.log for decider in made.deciders)}), seal=sealed)
    return app(service, Direct(logs), OfStore(store))


def app(service: str, append: Append | None = None, reading: Reading | None = None, clock: At | None = None) -> FastAPI:
    """Build a service's HTTP."""
    table, clock = tables(service), clock or At()
    outside = Outside(
        append=append or Nowhere(), reading=reading or OfStore(MemoryStore()), keys=MemoryKeys(),
        tokens=accepting(clock), clock=clock, checks={}, asyncapi={}, reckons=Still(), patience_s=0,
    )  # fmt: skip
    return build(
        service, rules(service), [r for r in table if isinstance(r, Operation)], [r for r in table if isinstance(r, Query)],
        outside, [r for r in table if isinstance(r, Upload)], [r for r in table if isinstance(r, Reckoning)],
    )  # fmt: skip
