"""What a service commits to: the Merkle tree of each log, kept by its leader, and the checkpoints that it signs.

A checkpoint covers what Kafka has acknowledged, is stored before it is published, and is never taken back: it is the promise
that auditors compare with what they are shown later. At most one a second and log, and one when the log comes to rest.
"""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog

from shared.log.postgres import SQL as LOG_SQL
from shared.log.postgres import Connection
from shared.log.relay import Succeeded
from shared.log.sql import query
from shared.log.topic import Sending, Topics
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.merkle import leaf
from shared.tlog.note import Signer
from shared.tlog.tiles import WIDTH, Tile, Tiles, split, widths

SQL = Path(__file__).with_name("proving.sql")
EVERY_S = 1.0
TOGETHER = 1_000
MOST = 50_000
"""Events between two checkpoints, so that a log which was never signed does not keep one transaction's memory for minutes."""

log = structlog.get_logger()


class Proving:
    """Grows the trees of a service's logs and signs them: `signers` are each log's keys, one or, in a rotation, more."""

    def __init__(
        self, connection: Connection, topics: Topics, topic: str, signers: Mapping[str, Sequence[Signer]], epoch: int
    ) -> None:
        self._connection, self._topics, self._topic = connection, topics, topic
        self._signers, self._epoch = dict(signers), epoch
        self._trees: dict[str, Tiles] = {}
        self._unsent: dict[str, bytes] = {}

    async def run(self) -> None:
        """Sign until cancelled. Raises Succeeded, and what Postgres raises."""
        await self.begin()
        while True:
            await self.round()
            await asyncio.sleep(EVERY_S)

    async def begin(self) -> None:
        """Take over the trees. Their checkpoints are published again: whoever signed them may have come no further."""
        await self._connection.execute(query(SQL, "begin_trees"), list(self._signers))
        for row in await self._connection.fetch(query(SQL, "trees"), list(self._signers)):
            name = row["log"]
            self._trees[name] = await self._edge(name, row["size"])
            if row["checkpoint"] == self._note(name):
                self._unsent[name] = row["checkpoint"]
            else:  # never signed, or with other keys: in a rotation both sign where the old one ends
                await self._sign(name, row["size"], [])

    async def _edge(self, name: str, size: int) -> Tiles:
        """Give the tree from its last tiles. They were stored together with its size."""
        last = {level: full for level, full, width in widths(size) if width}
        rows = await self._connection.fetch(query(SQL, "tiles"), name, list(last), list(last.values()))
        held = {row["level"]: split(row["hashes"]) for row in rows}
        return Tiles(size, [held.get(level, []) for level, _, _ in widths(size)])

    async def round(self) -> None:
        """Sign what has been published since, and send what is signed."""
        for name, published in await self._connection.fetch(query(SQL, "published_of"), list(self._signers)):
            before = self._trees[name].size
            if published > before:
                full = await self._grow(name, min(published, before + MOST))
                await self._sign(name, before, [*full, *self._trees[name].partial()])
        await self._send()

    async def _grow(self, name: str, upto: int) -> list[Tile]:
        """Take in what was published, and give the tiles that became full."""
        tree, full = self._trees[name], list[Tile]()
        while tree.size < upto:
            most = min(TOGETHER, upto - tree.size)
            rows = await self._connection.fetch(query(LOG_SQL, "read_log"), name, tree.size, most)
            if [row["index"] for row in rows] != list(range(tree.size, tree.size + most)):
                raise RuntimeError(f"{name}: the log has a gap after {tree.size}; run ./medverka check")
            leaves = [leaf(row["bytes"]) for row in rows]
            while leaves:
                ends = WIDTH - tree.size % WIDTH
                full += tree.add(leaves[:ends])
                leaves = leaves[ends:]
        return full

    def _note(self, name: str) -> bytes:
        """Give the signed checkpoint of a tree as it is; the same tree and keys give the same bytes."""
        tree, signers = self._trees[name], self._signers[name]
        return Checkpoint(signers[0].name, tree.size, tree.root()).signed(signers)

    async def _sign(self, name: str, before: int, tiles: Sequence[Tile]) -> None:
        """Store the tree with its checkpoint, if we still lead."""
        note = self._note(name)
        grown = await self._connection.fetchval(
            query(SQL, "grow_tree"), name, before, self._trees[name].size, note,
            [str(signer.key) for signer in self._signers[name]], self._epoch,
            [tile.level for tile in tiles], [tile.number for tile in tiles], [tile.data for tile in tiles],
        )  # fmt: skip
        if grown is None:
            raise Succeeded(self._epoch)
        self._unsent[name] = note

    async def _send(self) -> None:
        """Publish what is stored. Kafka may get one twice, and none that is not stored."""
        if not self._unsent:
            return
        records = [Sending(name, note, None, self._epoch) for name, note in self._unsent.items()]
        try:
            await self._topics.send(self._topic, records)
            self._unsent = {}
        except ConnectionError as error:
            log.warning("checkpoints wait for Kafka", why=str(error))
