"""A view against the fold of its log, made anew beside it and compared byte for byte; the live table stays (invariant 4)."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from deploy.local.checking.found import Difference
from deploy.local.checking.positions import Member
from shared.log.follow import Followed
from shared.log.postgres import Connection, pool
from shared.log.rebuild import NotInReach, rebuild
from shared.log.sources import OwnLog, Poisoned, Source
from shared.log.topic import Topics
from shared.log.view import View

ANEW = "restart the service after deleting the view's row from the table `view`: it is then rebuilt; and report it"
UPGRADE = "see that ./medverka check is of the service's own release"


class Comparing:
    """Looks at the new table while the reactor waits at the same position."""

    def __init__(self) -> None:
        self.key: str | None = None
        self.columns: tuple[str, ...] = ()
        self.rows = 0

    async def __call__(self, connection: Connection, schema: str, view: View[Any]) -> None:
        """Find the first row that is not the same in both."""
        live, new = f'public."{view.name}"', f'"{schema}"."{view.name}"'
        self.rows = await connection.fetchval(f"SELECT count(*) FROM {live}")  # noqa: S608 - our own name
        row = await connection.fetchrow(
            f"SELECT coalesce(live.key, new.key) AS key, to_jsonb(live) AS live, to_jsonb(new) AS new"  # noqa: S608 - our own names
            f" FROM {live} AS live FULL JOIN {new} AS new USING (key)"
            ' WHERE live::text IS DISTINCT FROM new::text ORDER BY key COLLATE "C" LIMIT 1'
        )
        if row is not None:
            self.key = row["key"]
            ours, theirs = row["live"] or {}, row["new"] or {}
            self.columns = tuple(name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name))


async def compare(member: Member, topics: Topics, view: View[Any]) -> tuple[int, Difference | None]:
    """Give the number of rows and the first stream whose row differs."""
    comparing, process = Comparing(), member.process
    url = process.settings.database_url.get_secret_value()
    async with AsyncExitStack() as stack:
        sources = [await stack.enter_async_context(_source(member, topics, log, url)) for log in view.logs]
        (source, catalogue), *others = [(source, process.catalogues[source.name]) for source in sources]
        try:
            upto = await rebuild(member.connection, view, source, catalogue, finish=comparing, others=others)
        except NotInReach as error:
            return 0, Difference(f"view {view.name}", None, str(error), ANEW)
        except Poisoned as error:
            return 0, Difference(error.log, error.index, f"{view.name} cannot be folded of it: {error.why}", UPGRADE)
        if comparing.key is None:
            return comparing.rows, None
        history = await source.history(comparing.key, upto - 1) if upto else []  # none: its stream is in another log
    # The columns' names are all that is told: what stands in them may be about a person.
    what = f"{comparing.key} in view {view.name} is no fold of {view.log} ({', '.join(comparing.columns)} differ)"
    return comparing.rows, Difference(view.log, history[-1][0] if history else None, what, ANEW)


@asynccontextmanager
async def _source(member: Member, topics: Topics, log: str, url: str) -> AsyncIterator[Source]:
    """Give an own log from Postgres and a foreign one from Kafka, as the service itself has them."""
    if log not in member.logs:
        yield Followed(log, topics, member.process.topic(log))
        return
    async with await pool(url, "check", size=2) as questions:
        yield OwnLog(log, questions)
