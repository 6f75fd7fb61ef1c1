"""What makes a service this one: the values that its composition root puts together."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shared.deciding import Rules
from shared.http.operations import Operation, Query, Upload
from shared.led import Led
from shared.log.ticking import Boundaries
from shared.log.view import View
from shared.persons.keys import Keys
from shared.policy.role import Role
from shared.reacting import Reactions


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What makes a service this one: pure values from its `domain`, its views, and its two HTTP tables.

    `logs` are its logs of events (`registry.events`); the log of refusals is every service's. `duties_in` are the logs that
    its duties are in: each in that of what it is about. `role` is in whose name reactions and the clock act.
    """

    name: str
    role: Role
    logs: tuple[str, ...]
    duties_in: tuple[str, ...]
    rules: Rules
    views: tuple[View[Any], ...]
    reactions: Reactions
    operations: tuple[Operation, ...]
    queries: tuple[Query, ...]
    boundaries: tuple[Boundaries, ...] = ()
    opening: Callable[[Keys], tuple[Boundaries, ...]] = lambda _keys: ()
    """Boundaries that look into sealed fields of the service's own."""
    apart: str = ""
    """A pattern of streams, `^placement/([^/]+)`, whose group names what they are of where no duty follows from two of these:
    a replay runs them apart. What does not match, all of them look at. Python and Postgres read it alike. "": undivided."""
    duties_read_by: tuple[Role, ...] = ()
    audited_by: tuple[Role, ...] = ()
    """Who may ask for breaches, waivers and corrections."""
    reported_by: tuple[Role, ...] = ()
    """Who may ask what became of reports, and which duties they caused."""
    sealed: tuple[str, ...] = ()
    """Logs of which an audit names no stream and no duty (OSL 19:3 second paragraph)."""
    needs: Callable[[str], tuple[str, ...]] = lambda _object: ()
    uploads: tuple[Upload, ...] = ()
    led: tuple[Led, ...] = ()
