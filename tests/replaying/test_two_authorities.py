"""A replay and an assumption over the second authority: what each file calls for is told of the same facts."""

from datetime import date

import pytest

from deploy.local.replaying.parts import parts_of
from shared.replaying.comparing import differences
from shared.replaying.counting import Counted, counted
from shared.replaying.running import run
from tests.authorities import FILES
from tests.placements import stories
from tests.placements.stories import ENTERPRISE as WISE
from tests.placements.world import recognised, registered
from tests.replaying.living import Living
from tests.spec import at

AS_OF = date(2026, 6, 30)


def living(code: str) -> Living:
    """Give placements of an authority with one place, followed up on 26 March: in time by 90 days, and late by 60."""
    service = Living("placements", FILES / f"{code}.toml")
    for event in (registered(), recognised()):
        service.hear("registry.events", f"enterprise/{WISE}", event, at("2025-12-01"))
    return service.do(stories.buy(), stories.start(), stories.follow_up("2026-03-26")).until(AS_OF)


@pytest.mark.parametrize("code", ["gotland", "norrvinge"])
def test_a_replay_by_its_own_file_finds_nothing(code: str) -> None:
    """What each authority's suite opened is what its own file calls for."""
    service = living(code)
    assert service.states()
    assert differences(service.parts, service.logs, AS_OF) == []


def what_if(service: Living, code: str) -> Counted:
    """Count an authority's duties under its own file and another's."""
    now, then = (run(p, service.logs, AS_OF) for p in (service.parts, parts_of("placements", FILES / f"{code}.toml")))
    own, other = ({duty_id: each.state for duty_id, each in derived.items()} for derived in (now, then))
    return counted(own, other, AS_OF, shown_singly=True)


@pytest.mark.parametrize(
    ("own", "other", "now", "then"),
    [("gotland", "norrvinge", "done", "done-late"), ("norrvinge", "gotland", "done-late", "done")],
)
def test_what_was_in_time_by_one_file_is_late_by_the_other(own: str, other: str, now: str, then: str) -> None:
    """The assumption goes both ways, and the log is the same."""
    changed = {each.duty_id: (each.now, each.then) for each in what_if(living(own), other).changed or ()}
    assert changed[stories.FIRST] == (now, then)
