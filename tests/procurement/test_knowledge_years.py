"""Whatever the order in which a WISE's facts, what was done for it and the clock come: a year is owed once at a time (GS-5).

A history is recorded in the order of its time. It is read as it was recorded, and with registry's facts read late, so that the
clock and the office act before they are known.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.contracts.cloudevent import Event, Recorded
from shared.contracts.duty import DutyArose, DutyDischarged, DutyLapsed, DutyVoided, DutyWaived, EventCorrected
from shared.contracts.values import Id
from shared.deciding import Command
from shared.policy.duty.life import DutyState
from tests.procurement.knowledge_stories import LETTER, SECOND_LETTER, bounces, course, letter, told
from tests.procurement.stories import closed, recognised, registered, restored, suspended, withdrawn
from tests.procurement.world import World
from tests.spec import at

BEGIN = date(2026, 10, 1)
ENDS = (DutyDischarged, DutyVoided, DutyLapsed, DutyWaived)
FACTS: dict[str, Callable[[str], Event]] = {
    "recognised": recognised, "suspended": suspended, "restored": restored, "withdrawn": withdrawn, "closed": closed,
}  # fmt: skip
AFTER: dict[str, tuple[str, ...]] = {
    "registered": ("recognised",),
    "recognised": ("suspended", "withdrawn", "closed"),
    "suspended": ("restored", "withdrawn", "closed"),
    "restored": ("suspended", "withdrawn", "closed"),
    "withdrawn": ("restored", "closed"),
    "closed": (),
}
"""What registry allows after what."""


@dataclass(frozen=True)
class Step:
    """Something that happens `days` after the one before it; a fact of registry is read `lag` steps later."""

    what: str
    days: int
    lag: int = 0
    year: int = 0


STEPS = st.lists(
    st.builds(
        Step,
        what=st.sampled_from(
            ("fact", "fact", "letter", "newsletter", "course", "bounce", "second", "bounce-second", "tick")
        ),
        days=st.sampled_from((0, 1, 3, 20, 31, 60)),
        lag=st.sampled_from((0, 0, 0, 1, 3)),
        year=st.sampled_from((0, 0, 0, -1, 1)),
    ),
    min_size=3,
    max_size=24,
)
CHOICES = st.lists(st.integers(0, 2), min_size=24, max_size=24)


def _acts(step: Step, on: str, n: int) -> tuple[Command, ...]:
    year = int(on[:4]) + step.year
    id_ = Id(f"01930000-0000-7000-8000-0000000ac{n:03x}")
    match step.what:
        case "letter":
            return told(on, year)
        case "second":
            return told(on, year, guidance_id=SECOND_LETTER)
        case "newsletter":
            return told(on, year, kind="newsletter", guidance_id=id_)
        case "course":
            return (course(on, year, activity_id=id_),)
        case "bounce":
            return (bounces(on, year),)
        case "bounce-second":
            return (bounces(on, year, guidance_id=SECOND_LETTER),)
        case _:
            return ()


def play(steps: list[Step], choices: list[int], *, lagging: bool) -> World:
    """Let everything happen; what a rule refuses is not done."""
    world, day, last = World(clause="GS-5").hears(registered()), BEGIN, "registered"
    unread: list[tuple[int, Recorded]] = []
    for n, (step, choice) in enumerate(zip(steps, choices, strict=False)):
        day += timedelta(days=step.days)
        on = day.isoformat()
        while unread and unread[0][0] <= n:
            world.take(unread.pop(0)[1])
        if step.what == "fact" and AFTER[last]:
            last = AFTER[last][choice % len(AFTER[last])]
            recorded = world.of_registry(FACTS[last](on), at(on))
            if lagging and (step.lag or unread):
                unread.append((n + step.lag, recorded))
            else:
                world.take(recorded)
        elif step.what == "tick" and not unread:  # the clock waits for what was recorded before the day
            world.until(on)
        for command in _acts(step, on, n):
            outcome = world.decide(command, None)
            if isinstance(outcome, list):
                world.read(outcome)
    for _, recorded in unread:
        world.take(recorded)
    return world.until((day + timedelta(days=500)).isoformat())


def _years(duties: list[DutyState]) -> dict[str, list[DutyState]]:
    found: dict[str, list[DutyState]] = {}
    for duty in duties:
        found.setdefault(duty.base, []).append(duty)
    return found


def see_one_at_a_time(world: World) -> None:
    """Walk the log: of each year at most one duty is open at any time, and each ends once; a lapsed one may be proven."""
    open_now: Counter[str] = Counter()
    ended: set[str] = set()
    for recorded in world.log:
        if not recorded.subject.startswith("duty/gs-5."):
            continue
        assert not isinstance(recorded.event, EventCorrected)
        year = "/".join(recorded.subject.split("/")[:4])
        if isinstance(recorded.event, DutyArose):
            open_now[year] += 1
            assert open_now[year] == 1, f"{recorded.subject} arose while another one was open"
        elif isinstance(recorded.event, ENDS):
            proves = isinstance(recorded.event, DutyDischarged) and recorded.event.rebuts
            assert recorded.subject not in ended or proves, f"{recorded.subject} ended twice"
            if recorded.subject not in ended:
                open_now[year] -= 1
            ended.add(recorded.subject)
    ends = max(r.envelope.occurredat for r in world.log).year
    assert all(int(year[-4:]) >= ends - 1 for year in +open_now), "a year that is over long since has not ended"


def see_what_it_rests_on(world: World) -> None:
    """Each discharge rests on both acts, for its year, not before its trigger; each year's numbers follow one another."""
    kinds = {r.envelope.id: r for r in world.log}
    for base, duties in _years(list(world.duties.values())).items():
        assert [duty.id for duty in duties] == [base, *(f"{base}/{n}" for n in range(2, len(duties) + 1))]
        for duty in duties:
            if duty.end == "discharged":
                direct, offered = (kinds[id_].event for id_ in duty.evidence)
                assert (direct.kind, direct.for_year, offered.for_year) == ("direct", int(base[-4:]), int(base[-4:]))  # type: ignore[attr-defined]
                assert duty.acted_on is not None
                assert duty.acted_on >= duty.trigger_on


@settings(max_examples=150, deadline=None)
@given(STEPS, CHOICES)
@example(
    [Step("fact", 1), Step("course", 1), Step("letter", 1), Step("fact", 1), Step("bounce", 0), Step("fact", 1)],
    [0, 1, 1] * 8,
)
@example(
    [
        Step("fact", 1),
        Step("letter", 1),
        Step("course", 1),
        Step("bounce", 1),
        Step("second", 1),
        Step("bounce-second", 1),
    ],
    [0] * 24,
)
@example(
    [Step("fact", 60), Step("fact", 31, 3), Step("tick", 20), Step("fact", 1), Step("tick", 1)], [0, 1, 0, 0, 0] * 5
)
def test_of_each_year_one_duty_is_owed_at_a_time(steps: list[Step], choices: list[int]) -> None:
    """At most one open, each ended once, each discharge by both acts; with and without registry's facts being late."""
    for lagging in (False, True):
        world = play(steps, choices, lagging=lagging)
        see_one_at_a_time(world)
        see_what_it_rests_on(world)
        assert world.refusals == []


@settings(max_examples=100, deadline=None)
@given(STEPS, CHOICES)
def test_settling_again_does_nothing(steps: list[Step], choices: list[int]) -> None:
    """Every event's reactions, run once more, add no event to any duty."""
    world = play(steps, choices, lagging=False)
    before = len(world.log)
    for recorded in [r for r in world.log if r.subject == f"knowledge/{LETTER}" or r.event.TYPE.endswith("Arose.v1")]:
        for command in world.reactions(recorded):
            outcome = world.decide(command, recorded.envelope.time)
            assert outcome == [], f"{type(command).__name__} gave {outcome}"
    assert len(world.log) == before


def test_a_letter_of_another_year_has_an_id_of_its_own() -> None:
    """The same letter cannot be for two years."""
    world = World(clause="GS-5").do(letter("2026-12-30"))
    assert world.refused(letter("2026-12-30", 2027)).reason == "guidance-differs"
