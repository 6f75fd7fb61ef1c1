"""Whether each duty that the clauses call for arose once and ended once, not early (invariant 5): a replay finds none else."""

import asyncio
from collections.abc import Collection
from pathlib import Path
from time import monotonic

from deploy.local.checking.found import Checked, Difference
from deploy.local.checking.suite import Addresses
from deploy.local.explained import WrongCall
from deploy.local.replaying.asking import Replayed, replay_one, today
from deploy.local.replaying.parts import parts_of
from deploy.local.replaying.reading import from_databases

NAME = "duties"
LOOK_S = 0.5
SEE = "see ./medverka replay, which names each"
UPGRADE = "see that ./medverka check is of the service's own release"


async def compare(where: Addresses, authority: Path, patience_s: float, broken: Collection[str]) -> list[Checked]:
    """Replay each service whose logs, and those that it follows, are all here and whole.

    What differs is looked at again for a while: the clock may be at work on the boundaries of the day that has begun.
    """
    services = [parts_of(name, authority) for name in where.databases]
    here = {log for parts in services for log in parts.logs} - set(broken)
    whole = [parts for parts in services if {*parts.logs, *parts.reactions.follows} <= here]
    until = monotonic() + patience_s
    try:
        while True:
            found = [replay_one(parts, await from_databases(where, parts), today(where)) for parts in whole]
            if not any(each.differences for each in found) or monotonic() > until:
                return [checked(each) for each in found]
            await asyncio.sleep(LOOK_S)
    except WrongCall as error:  # an event that this release does not read
        return [Checked(NAME, parts.name, "", Difference(NAME, None, str(error), UPGRADE)) for parts in whole]


def checked(each: Replayed) -> Checked:
    """Name no duty: who may know of it is the service's to say."""
    difference = None
    if each.differences:
        kinds = sorted({f"{one.wrong} {one.duty.clause}" for one in each.differences})
        difference = Difference(f"{NAME} of {each.parts.name}", None, ", ".join(kinds), SEE)
    return Checked(NAME, each.parts.name, f"{each.duties} duties as the logs call for them", difference)
