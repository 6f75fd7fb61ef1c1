"""Guidance and learning activities: what is refused, and why."""

from datetime import date

import pytest

from services.procurement.domain.activity import NOT_OFFERED, PLANNED_BEFORE_OFFERED, TOO_FEW
from services.procurement.domain.guidance import BEFORE_SENT, NOT_NOTED, NOT_SENT
from services.procurement.domain.knowledge import GUIDANCE_TAKEN, IN_FUTURE, OTHER_DUTY, OTHER_YEAR
from shared.contracts.knowledge import (
    GuidanceDelivered,
    GuidanceFailed,
    KnowledgeActivityHeld,
    KnowledgeActivityOffered,
)
from shared.contracts.values import DutyId
from shared.deciding import Command, Refused
from tests.procurement.knowledge_stories import COURSE, LETTER, OTHER, arrives, bounces, course, held, letter, told
from tests.procurement.stories import WISE
from tests.procurement.world import World
from tests.spec import at

LATER = at("2026-02-09")


def begun() -> World:
    """A letter that was sent on the 10th and a course that was offered on the 11th."""
    return World(clause="GS-5").do(letter("2026-02-10"), course("2026-02-11"))


@pytest.mark.parametrize(
    ("command", "because"),
    [
        (letter("2026-02-10", guidance_id=OTHER, at=LATER), IN_FUTURE),
        (letter("2026-02-12"), GUIDANCE_TAKEN),
        (letter("2026-02-12", guidance_id=COURSE), GUIDANCE_TAKEN),
        (letter("2026-02-12", 2024, guidance_id=OTHER), OTHER_YEAR),
        (letter("2026-02-12", 2028, guidance_id=OTHER), OTHER_YEAR),
        (arrives("2026-02-12", guidance_id=OTHER), NOT_SENT),
        (arrives("2026-02-12", enterprise_id=OTHER), NOT_SENT),
        (arrives("2026-02-12", 2027), NOT_SENT),
        (arrives("2026-02-12", at=LATER), IN_FUTURE),
        (arrives("2026-02-09"), BEFORE_SENT),
        (arrives("2026-02-12", proof="spoken-noted"), NOT_NOTED),
        (arrives("2026-02-12", duty_id=DutyId(f"gs-5.knowledge/{WISE}/2025")), OTHER_DUTY),
        (arrives("2026-02-12", duty_id=DutyId(f"gs-5.knowledge/{OTHER}/2026")), OTHER_DUTY),
        (bounces("2026-02-12", guidance_id=OTHER), NOT_SENT),
        (bounces("2026-02-12", at=LATER), IN_FUTURE),
        (bounces("2026-02-09"), BEFORE_SENT),
        (course("2026-02-12", activity_id=LETTER), GUIDANCE_TAKEN),
        (course("2026-02-12", None, OTHER, at=LATER), IN_FUTURE),
        (course("2026-02-12", None, OTHER, planned_for=date(2026, 2, 11)), PLANNED_BEFORE_OFFERED),
        (course("2026-02-12", 2028, OTHER), OTHER_YEAR),
        (course("2026-02-12", None, OTHER, duty_ids=(DutyId(f"gs-5.knowledge/{WISE}/2026"),)), OTHER_DUTY),
        (held("2026-02-10"), NOT_OFFERED),
        (held("2026-02-12", activity_id=OTHER), NOT_OFFERED),
        (held("2026-02-12", at=LATER), IN_FUTURE),
        (held("2026-02-12", WISE, OTHER, attendee_count=1), TOO_FEW),
    ],
)
def test_what_cannot_be_so_is_refused(command: Command, because: Refused) -> None:
    """With the sentence that says what to do."""
    assert begun().refused(command) == because


def test_an_act_may_name_its_duty() -> None:
    """The year's, or the one that arose anew."""
    world = begun().do(arrives("2026-02-12", duty_id=DutyId(f"gs-5.knowledge/{WISE}/2026/2")))
    assert world.told(GuidanceDelivered)[0].duty_id == f"gs-5.knowledge/{WISE}/2026/2"
    world.do(course("2026-02-12", None, OTHER, duty_ids=(DutyId(f"gs-5.knowledge/{OTHER}/2026"),)))
    assert len(world.told(KnowledgeActivityOffered)) == 2


def test_a_late_effort_and_one_for_the_year_to_come_can_be_recorded() -> None:
    """What it counts for is another matter."""
    World(clause="GS-5").do(*told("2026-02-10", 2025), course("2026-12-30", 2027))


def test_a_letter_that_failed_once_may_arrive_after_all() -> None:
    """A second try of the same letter; a failure that is told twice is one."""
    world = begun().do(bounces("2026-02-11"), bounces("2026-02-12"), arrives("2026-02-13"))
    assert len(world.told(GuidanceFailed)) == len(world.told(GuidanceDelivered)) == 1
    assert world.rows.histories[f"knowledge/{LETTER}"][-1].type == GuidanceDelivered.TYPE


def test_a_session_that_is_told_twice_is_one() -> None:
    """Two sessions of one course are two."""
    world = begun().do(held("2026-03-02", WISE), held("2026-03-02", WISE), held("2026-03-03", WISE))
    assert [event.held_on for event in world.told(KnowledgeActivityHeld)] == [date(2026, 3, 2), date(2026, 3, 3)]
