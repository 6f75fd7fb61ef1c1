"""Whichever log is read first, the same duties stand in the end: the same ids, triggers and due days (GS-6).

A history is what was recorded, in the order of its time, half of it in procurement's log and half in registry's. It is read as
it was recorded, and then with one log lagging behind the other in every way that keeps each log's own order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.procurement.domain.rules import TENDERS
from shared.contracts.cloudevent import Event, Recorded
from shared.contracts.values import I18n
from shared.deciding import Command
from shared.policy.duty.life import DutyState
from shared.policy.stockholm import day_of
from tests.procurement.stories import (
    CARE,
    GARDENING,
    amend,
    cancel,
    closed,
    declares,
    lot,
    move,
    offers,
    plan,
    publish,
    recode,
    recognised,
    registered,
    restored,
    suspended,
    withdrawn,
)
from tests.procurement.world import World
from tests.spec import at, ids

BEGIN = at("2026-03-02")
LOTS = (
    lot("LOT-0001", "2026-04-15"),
    lot("LOT-0002", "2026-04-01", cpv=(CARE,)),
    lot("LOT-0003", "2026-03-25", reserved=("res-ws",)),
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """Something that was recorded: `days` after the one before it, and said to have happened `back` days earlier."""

    what: str
    days: int
    back: int


TENDER_FACTS: dict[str, Callable[[str, str], Command]] = {
    "plan": lambda on, _: plan(on, *LOTS, title=I18n(sv=f"Parker {on}")),
    "publish": lambda on, _: publish(on, *LOTS),
    "move-later": lambda on, later: move(later, on, "LOT-0001"),
    "move-earlier": lambda on, _: move("2026-03-30", on, "LOT-0001"),
    "move-all": lambda on, later: move(later, on),
    "narrow": lambda on, _: amend(on, recode(CARE)),
    "widen": lambda on, _: amend(on, recode(GARDENING, CARE)),
    "cancel-lot": lambda on, _: cancel(on, "LOT-0001"),
    "cancel": lambda on, _: cancel(on),
}
GROWING_TENDER = ("plan", "publish", "move-later", "move-earlier", "move-all", "widen")
REGISTRY_FACTS: dict[str, Callable[[str], Event]] = {
    "recognised": recognised,
    "offers-both": lambda on: offers(GARDENING, CARE, since=on),
    "reaches": lambda _: declares(reaches=True),
    "suspended": suspended,
    "offers-care": lambda on: offers(CARE, since=on),
    "below": lambda _: declares(reaches=False),
    "withdrawn": withdrawn,
    "restored": restored,
    "closed": closed,
}
GROWING_REGISTRY = ("recognised", "offers-both", "reaches", "suspended")


def histories(tender: Sequence[str], registry: Sequence[str]) -> st.SearchStrategy[list[Said]]:
    """Give histories of up to nine facts of these kinds."""
    kinds = st.sampled_from([*tender, *registry])
    said = st.builds(Said, kinds, st.integers(0, 6), st.integers(0, 8))
    return st.lists(said, min_size=2, max_size=9)


def recorded(history: Sequence[Said]) -> list[Recorded]:
    """Give what both logs hold of a history; what a rule refuses was never recorded, nor what registry's rules rule out."""
    writer, status = World(), "registered"
    written = [writer.of_registry(registered(), BEGIN - timedelta(days=9))]
    now = BEGIN
    for said in history:
        now += timedelta(days=said.days, minutes=1)
        on = day_of(now - timedelta(days=said.back)).isoformat()
        if said.what in TENDER_FACTS:
            later = (day_of(now) + timedelta(days=30)).isoformat()
            outcome = writer.decide(TENDER_FACTS[said.what](on, later).model_copy(update={"at": now}), now)
            entries = outcome if isinstance(outcome, list) else []
            written += [Recorded(TENDERS, next(writer.indexes), entry.envelope) for entry in entries]
        elif (following := _status(status, said.what)) is not None:
            status = following
            written.append(writer.of_registry(REGISTRY_FACTS[said.what](on), now))
    return written


def _status(status: str, what: str) -> str | None:
    """Give the enterprise's status after a fact; None where registry would refuse it."""
    if status == "closed" or (what == "recognised" and status != "registered"):
        return None
    needs = {"suspended": "recognised", "withdrawn": "recognised", "restored": "withdrawn"}
    if what in needs and status != needs[what]:
        return None
    return {"restored": "recognised"}.get(
        what, what if what in ("recognised", "suspended", "withdrawn", "closed") else status
    )


def read(order: Sequence[Recorded], *, ahead: bool) -> World:
    """Read a history in an order. `ahead`: the tender's own log is decided on in full before any of it is reacted to."""
    world = World()
    world.ids = ids(1_000_000)
    if ahead:
        for each in order:
            if each.log == TENDERS:
                world.past.learn(each.envelope)
    for each in order:
        if each.log == TENDERS and not ahead:
            world.past.learn(each.envelope)
        world.take(each)
    assert world.refusals == []
    return world


def merged(written: Sequence[Recorded], choices: Sequence[bool]) -> list[Recorded]:
    """Merge the two logs by choices, each in its own order."""
    queues = {
        True: [each for each in written if each.log == TENDERS],
        False: [each for each in written if each.log != TENDERS],
    }
    order = []
    for choice in [*choices, *([True] * len(written))]:
        queue = queues[choice] or queues[not choice]
        if queue:
            order.append(queue.pop(0))
    return order


def shown(duty: DutyState) -> tuple[date, date | None]:
    """Give what must be the same."""
    return duty.trigger_on, duty.due_on


@settings(max_examples=300, deadline=None)
@given(
    history=histories(GROWING_TENDER, GROWING_REGISTRY),
    choices=st.lists(st.booleans(), max_size=14),
    ahead=st.booleans(),
)
def test_whichever_log_is_read_first_the_same_duties_arise(
    history: list[Said], choices: list[bool], *, ahead: bool
) -> None:
    """Where nothing is taken back, what is owed is the same to the id: id, trigger and due day."""
    written = recorded(history)
    one, other = read(written, ahead=False), read(merged(written, choices), ahead=ahead)
    assert owed_by_id(one) == owed_by_id(other)


def owed_by_id(world: World) -> dict[str, tuple[date, date | None]]:
    """Give the duties that are open, by id; a plan that was published meanwhile is voided or never arose."""
    return {duty.id: shown(duty) for duty in world.duties.values() if duty.end is None}


@settings(max_examples=300, deadline=None)
@given(
    history=histories(tuple(TENDER_FACTS), tuple(REGISTRY_FACTS)),
    choices=st.lists(st.booleans(), max_size=14),
    ahead=st.booleans(),
)
@example(  # read late, an offering leaves other lots that fitted when it began: the due day is another one
    history=[Said("recognised", 0, 0), Said("offers-care", 0, 0), Said("publish", 3, 0)], choices=[False], ahead=False
)
@example(  # a withdrawal and its end, known before a changed plan that is older
    history=[
        Said("plan", 0, 0), Said("plan", 0, 1), Said("recognised", 0, 0), Said("withdrawn", 0, 0), Said("restored", 0, 0),
    ],
    choices=[False, False, False, False],
    ahead=False,
)  # fmt: skip
def test_whichever_log_is_read_first_the_same_duties_are_owed(
    history: list[Said], choices: list[bool], *, ahead: bool
) -> None:
    """Where something is taken back too, what is owed in the end is the same; what was never owed is voided."""
    written = recorded(history)
    one, other = read(written, ahead=False), read(merged(written, choices), ahead=ahead)
    assert owed(one) == owed(other)


def owed(world: World) -> set[tuple[str, date, date | None]]:
    """Give the duties that are open, without the number of one that arose anew."""
    return {(duty.base, *shown(duty)) for duty in world.duties.values() if duty.end is None}
