"""Postgres gives each part of a replay its events: together all of them, and what all parts look at to each."""

from deploy.local.checking.suite import Addresses
from deploy.local.replaying.parting import WHOLE, Part
from deploy.local.replaying.reading import from_databases
from shared.contracts.cloudevent import encode
from shared.log.migrating import migrate
from shared.log.postgres import connect
from tests.replaying.living import Living
from tests.replaying.test_parting import OF, places

LOG = "placements.events"


async def stored(database: str) -> Living:
    """Store a service's log where a running one has it."""
    service = places(known=6)
    connection = await connect(database, "test")
    try:
        await migrate(connection)
        records = [
            (LOG, each.index, each.subject, each.envelope.streamversion, None, encode(each.envelope))
            for each in service.logs[LOG]
        ]
        columns = ["log", "index", "subject", "version", "object", "bytes"]
        await connection.copy_records_to_table("event", records=records, columns=columns)
    finally:
        await connection.close()
    return service


async def test_the_parts_of_a_log_are_all_of_it(database: str) -> None:
    """Each event lies in one part, with all of its place."""
    service = await stored(database)
    where = Addresses("", dict.fromkeys(("placements", "registry"), database), "")
    whole = await from_databases(where, service.parts, WHOLE)
    parts = [await from_databases(where, service.parts, Part(n, OF)) for n in range(OF)]
    assert len(whole[LOG]) == len(service.logs[LOG])
    assert sorted(each.index for part in parts for each in part[LOG]) == [each.index for each in whole[LOG]]
    of = [
        {place for each in part[LOG] for place in each.subject.split("/") if place.startswith("0193")} for part in parts
    ]
    assert sum(map(len, of)) == len(set().union(*of)) == 6
