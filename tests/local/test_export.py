"""`./medverka export` and `verify`: a running suite's logs become files that hold, and an unexplained key is seen."""

import asyncio
import json
import uuid
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import asyncpg
import pytest

from deploy.local import export as exporting
from deploy.local import verify as verifying
from deploy.local.auditing.source import NotExported, export
from deploy.local.checking.suite import Addresses, NothingRuns, addresses
from deploy.local.stack import Servers
from deploy.local.suite import Suite
from shared.log.kafka import KafkaTopics
from shared.tlog.checkpoint import open_checkpoint
from shared.tlog.note import verifier_key
from tests.auditing.logs import contents
from tests.local.planting import record

WITHIN_S = 30.0
EVENTS = 7


@pytest.fixture(scope="module")
def told(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What `up --json` would print of a suite that has recorded and signed seven events, and still runs."""
    directory = tmp_path_factory.mktemp("suite")
    suite = Suite(servers, directory, prefix=f"export-{uuid.uuid4().hex[:8]}.", services=("registry",))
    asyncio.run(suite.prepare())
    with suite:
        asyncio.run(record(suite.url("registry")))
        asyncio.run(signed(suite.databases["registry"]))
        note = directory / "addresses.json"
        note.write_text(json.dumps(suite.addresses()))
        yield note


async def signed(url: str) -> None:
    """Wait until the leader has signed all events."""
    connection = await asyncpg.connect(url)
    async with asyncio.timeout(WITHIN_S):
        while await connection.fetchval("SELECT size FROM tree WHERE log = 'registry.events'") != EVENTS:  # noqa: ASYNC110 - another process signs
            await asyncio.sleep(0.1)
    await connection.close()


def test_what_is_exported_holds_and_comes_again_as_the_same_bytes(
    told: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both logs of the service; a second export changes nothing."""
    call = [str(tmp_path), "--addresses", str(told), "--json"]
    assert exporting.main(call) == 0
    assert json.loads(capsys.readouterr().out)["logs"] == {"registry.events": EVENTS, "registry.refused": 0}
    first = contents(tmp_path)
    assert exporting.main(call) == 0
    assert contents(tmp_path) == first
    capsys.readouterr()
    assert verifying.main([str(tmp_path), "--key", str(tmp_path / "verifier-keys"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["ok"]
    assert [(one["log"], one["size"]) for one in found["logs"]] == [
        ("registry.events", EVENTS),
        ("registry.refused", 0),
    ]


async def test_the_checkpoints_are_published(told: Path) -> None:
    """On the service's own topic, the last one the same as in the export."""
    where = addresses(told)
    connection = await asyncpg.connect(where.databases["registry"])
    note, keys = await connection.fetchrow(
        "SELECT checkpoint, verifier_keys FROM tree WHERE log = 'registry.events'"
    ) or (b"", [])
    await connection.close()
    records: list[bytes] = []
    topic = f"{where.prefix}registry.checkpoints"
    async with (
        KafkaTopics(where.kafka, "test") as topics, aclosing(topics.read(topic, 0)) as batches, asyncio.timeout(WITHIN_S)
    ):  # fmt: skip
        async for batch in batches:
            records += [each.value or b"" for each in batch if each.key == b"registry.events"]
            if note in records:
                break
    sizes = [open_checkpoint(each, [verifier_key(key) for key in keys]).size for each in records]
    assert sizes == sorted(sizes)


def test_one_log_is_exported_alone(told: Path, tmp_path: Path) -> None:
    """With its key, and nothing of the others; the rest can be added later."""
    assert exporting.main([str(tmp_path), "--addresses", str(told), "--log", "registry.refused"]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"README.md", "verifier-keys", "registry.refused"}
    assert exporting.main([str(tmp_path), "--addresses", str(told), "--log", "registry.events"]) == 0
    assert len((tmp_path / "verifier-keys").read_text().splitlines()) == 2
    assert verifying.main([str(tmp_path)]) == 0


async def test_what_cannot_be_exported_is_told(told: Path, tmp_path: Path) -> None:
    """A log that is none, and a suite that does not answer."""
    with pytest.raises(NotExported, match=r"registry\.gossip"):
        await export(tmp_path, addresses(told), ["registry.gossip", "registry.refused"])
    with pytest.raises(NothingRuns):
        await export(tmp_path, Addresses("127.0.0.1:1", {"registry": "postgresql://nobody@127.0.0.1:1/none"}, ""))
