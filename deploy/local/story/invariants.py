"""What `medverka check` finds of the suite that played the year: Postgres, Kafka and views say the same, and nothing is left.

It needs the services' databases; against compose, whose databases nobody outside reaches, the story's own look at Kafka is all.
"""

import asyncio
from collections.abc import Iterator

from deploy.local.checking.found import Checked
from deploy.local.checking.run import check
from deploy.local.checking.suite import Addresses
from deploy.local.story.checks import SHOWN, Check
from deploy.local.story.stage import Stage
from shared.http.language import Text

REST_WITHIN_S = 60.0
NAMES = {
    "streams": Text("Strömmar och index i Postgres är utan luckor", "Streams and indexes in Postgres have no gaps"),
    "claims": Text("Varje kommando är utfört en gång", "Each command was carried out once"),
    "Kafka": Text("Kafka har samma händelser som Postgres, byte för byte", "Kafka has Postgres' events, byte for byte"),
    "view": Text("Varje vy är loggarnas summa, byggd på nytt", "Each view is the fold of its log, built anew"),
    "duties": Text(
        "Varje skyldighet som reglerna kräver har uppstått en gång", "Each duty that the rules call for arose once"
    ),
    "at rest": Text(
        "Alla har läst allt, inget väntar på att publiceras", "All have read all, nothing waits to be published"
    ),
}


def invariants(stage: Stage) -> Iterator[Check]:
    """Give one check an invariant, over all four services."""
    if stage.authority is None:
        return
    where = Addresses(stage.kafka, stage.databases, stage.prefix, stage.clock)
    found = asyncio.run(check(where, authority=stage.authority, patience_s=REST_WITHIN_S))
    for name, text in NAMES.items():
        yield _together(text, [one for one in found if one.name.startswith(name)])


def _together(name: Text, found: list[Checked]) -> Check:
    wrong = [one.detail for one in found if not one.ok]
    seen = "; ".join(f"{one.service} {one.name}: {one.seen}" for one in found)
    return Check(name, bool(found) and not wrong, "; ".join(wrong[:SHOWN]) or seen)
