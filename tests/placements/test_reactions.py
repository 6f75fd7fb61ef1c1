"""What a lost recognition means for places, and what other systems may report."""

from datetime import date
from typing import Any

import pytest

from services.placements.domain.course import CancelPlacement, ExtendPlacement, ReportEnd, StartPlacement
from services.placements.domain.purchase import ReportPurchase
from services.placements.domain.reactions import NOT_AN_ID, REACTIONS
from shared.contracts.cloudevent import Event
from shared.contracts.placements import (
    FollowUpCompleted,
    PlacementCancelled,
    PlacementEnded,
    PlacementExtended,
    PlacementPurchased,
    PlacementStarted,
)
from shared.contracts.values import Id
from shared.deciding import Command
from shared.log.tables import Working
from shared.reacting import Message
from tests.authorities import authority
from tests.contracts.test_placements import EXAMPLES
from tests.placements.stories import (
    FIRST,
    REVIEW,
    all_owed,
    anew,
    buy,
    cancel,
    end,
    has_arisen,
    owed,
    review,
    start,
)
from tests.placements.world import (
    SURVIVOR,
    World,
    closed,
    corrected,
    foreign_id,
    merged,
    recognised,
    registered,
    restored,
    suspended,
    withdrawn,
)
from tests.spec import at

OTHER = Id("01930000-0000-7000-8000-00000000e002")


def world() -> World:
    """Begin with a recognised enterprise."""
    return World().hear(registered()).hear(recognised())


def reviews(of: World) -> dict[str, tuple[date, date | None, str | None]]:
    """Give trigger, due day and end of all reviews."""
    duties = [d for d in all_owed(of.story).values() if d.kind == "review"]
    return {d.id: (d.trigger_on, d.due_on, d.end) for d in duties}


def once(trigger: str, due: str) -> dict[str, tuple[date, date | None, str | None]]:
    """Say that one review is owed."""
    return {REVIEW: (date.fromisoformat(trigger), date.fromisoformat(due), None)}


@pytest.mark.parametrize("lost", [withdrawn, closed])
def test_a_lost_enterprise_has_its_places_reviewed(lost: Any) -> None:
    """Withdrawn or closed: each place that is not over is reviewed, and followed up as before (edge rule 1)."""
    of = world().do(buy()).do(start()).hear(lost("2026-03-02"))
    assert reviews(of) == once("2026-03-02", "2026-03-16")
    assert owed(of.story, FIRST).end is None


def test_a_suspension_reviews_nothing() -> None:
    """The recognition rests and is not lost (edge rule 19)."""
    assert reviews(world().do(buy()).hear(suspended("2026-03-02"))) == {}


def test_places_elsewhere_are_left_alone() -> None:
    """Another enterprise's places are no concern."""
    assert reviews(world().do(buy(enterprise_id=OTHER)).hear(withdrawn("2026-03-02"))) == {}


def test_a_place_with_a_sealed_enterprise_is_not_found() -> None:
    """Where the person's identity is protected, only an officer who may open it can tell."""
    place = buy(enterprise_id=None, enterprise_id_enc="01930000-0000-7000-8000-00000000e001")
    assert reviews(world().do(place).hear(withdrawn("2026-03-02"))) == {}


def test_places_that_are_over_are_not_reviewed() -> None:
    """There is nothing left to decide (GS-4)."""
    assert reviews(world().do(buy()).do(start()).do(end("2026-02-02")).hear(withdrawn("2026-03-02"))) == {}
    assert reviews(world().do(buy()).do(cancel()).hear(withdrawn("2026-03-02"))) == {}


def test_a_place_recorded_after_the_loss_is_reviewed_all_the_same() -> None:
    """Bought on 5 January, lost on 2 March, recorded on 1 June: known late, with its lawful day (edge rule 6)."""
    of = world().hear(withdrawn("2026-03-02")).do(buy("2026-01-05", at=at("2026-06-01")))
    assert reviews(of) == once("2026-03-02", "2026-03-16")


def test_whichever_is_read_first_the_same_review_is_owed() -> None:
    """Both sides react, so the order of the logs does not matter (edge rule 9)."""
    late = buy("2026-01-05", at=at("2026-06-01"))
    assert reviews(world().do(late).hear(withdrawn("2026-03-02"))) == once("2026-03-02", "2026-03-16")
    assert reviews(world().hear(withdrawn("2026-03-02")).do(late)) == once("2026-03-02", "2026-03-16")


def test_a_place_bought_knowing_of_the_loss_is_not_reviewed() -> None:
    """The board decided on it as it is (GS-3)."""
    place = buy("2026-04-01", planned_start="2026-04-07", recognition_at_purchase="not-recognised")
    assert reviews(world().hear(withdrawn("2026-03-02")).do(place)) == {}


def test_a_place_bought_before_the_loss_was_known_is_reviewed() -> None:
    """Withdrawn from 2 March, told in May: a place of 1 April was bought in the belief, so it counts from its purchase."""
    place = buy("2026-04-01", planned_start="2026-04-07")
    of = world().do(place).hear(withdrawn("2026-03-02"), on="2026-05-04")
    assert reviews(of) == once("2026-04-01", "2026-04-17")  # Easter lies between


def test_a_place_bought_after_the_recognition_was_restored_is_not_reviewed() -> None:
    """It was a WISE again by then."""
    place = buy("2026-06-01", planned_start="2026-06-08")
    assert reviews(world().hear(withdrawn("2026-03-02")).hear(restored("2026-05-04")).do(place)) == {}


def test_a_restored_recognition_leaves_the_review_owed() -> None:
    """What was lost was lost; the board says what it means for the place (edge rule 1)."""
    of = world().do(buy()).hear(withdrawn("2026-03-02")).hear(restored("2026-03-09"))
    assert reviews(of) == once("2026-03-02", "2026-03-16")


def test_a_closure_after_a_withdrawal_calls_for_no_second_review_while_one_is_open() -> None:
    """None arises while one is open; after it was answered, the closure calls for another (timing rule 4)."""
    of = world().do(buy()).hear(withdrawn("2026-03-02")).hear(closed("2026-03-04"))
    assert set(reviews(of)) == {REVIEW}
    of = (
        world()
        .do(buy())
        .hear(withdrawn("2026-03-02"))
        .do(review(cause_event_id=Id(foreign_id(2))))
        .hear(closed("2026-03-20"))
    )
    assert set(reviews(of)) == {REVIEW, anew(REVIEW)}


def test_a_loss_that_never_happened_voids_the_review() -> None:
    """The registry corrected itself: it was never owed (GS-4)."""
    of = world().do(buy()).hear(withdrawn("2026-03-02")).hear(corrected(2))
    assert owed(of.story, REVIEW).void_reason == "trigger-corrected"
    assert not has_arisen(of.story, anew(REVIEW))


def test_a_loss_on_another_day_is_reviewed_by_that_day() -> None:
    """The review arises anew from the right day (GS-4)."""
    of = world().do(buy()).hear(withdrawn("2026-03-02")).hear(corrected(2, "/effectiveFrom", "2026-03-04"))
    assert owed(of.story, REVIEW).end == "voided"
    assert owed(of.story, anew(REVIEW)).due_on == date(2026, 3, 18)


def test_a_correction_that_keeps_the_day_keeps_the_review() -> None:
    """Other words in a decision change nothing here."""
    of = world().do(buy()).hear(withdrawn("2026-03-02")).hear(corrected(2, "/reasons", "Vinsten delades ut."))
    assert reviews(of) == once("2026-03-02", "2026-03-16")


def test_the_enterprise_s_row_tells_how_it_stands_and_since_when() -> None:
    """Recognised, suspended, withdrawn, restored, closed: each from its day (edge rule 1)."""
    of = world()
    for event, status in [
        (suspended("2026-02-02"), "suspended"), (withdrawn("2026-03-02"), "withdrawn"),
        (restored("2026-05-04"), "recognised"), (closed("2026-08-03"), "closed"),
    ]:  # fmt: skip
        of.hear(event)
        row = of.enterprise()
        assert (row.status, row.since) == (status, event.occurred_at(at("2026-12-01")).date())
    assert [(loss.on, loss.until) for loss in of.enterprise().losses] == [
        (date(2026, 3, 2), date(2026, 5, 4)), (date(2026, 8, 3), None),
    ]  # fmt: skip


def test_an_enterprise_whose_registration_never_happened_has_no_row() -> None:
    """Its later events say nothing of it then."""
    of = World().hear(registered()).hear(corrected(0))
    assert of.rows[type(world().enterprise())][f"enterprise/{world().enterprise().enterprise_id}"] is None


# What other systems report


def report(event: Event) -> Any:
    """Give what a report of another system asks for."""
    message = Message("care-system", "/care-system", "1", event, at("2026-12-01"))
    return REACTIONS.inbox[type(event)](message, Working([]), authority())


def plain(event: type[Event], **fields: Any) -> Event:
    """Give an example of an event without what is personal."""
    example = {
        name: value for name, value in EXAMPLES[event].items() if not isinstance(value, dict) or "keyRef" not in value
    }
    return event.model_validate(example | fields)


@pytest.mark.parametrize(
    ("event", "command"),
    [
        (PlacementPurchased, ReportPurchase),
        (PlacementStarted, StartPlacement),
        (PlacementExtended, ExtendPlacement),
        (PlacementEnded, ReportEnd),
        (PlacementCancelled, CancelPlacement),
    ],
)
def test_a_report_asks_for_its_command(event: type[Event], command: type[Command]) -> None:
    """Each event that may be reported asks for one command with the same fields."""
    told = plain(event)
    asked = report(told)
    assert type(asked) is command
    for name in command.model_fields.keys() & type(told).model_fields.keys():
        assert getattr(asked, name) == getattr(told, name)


def test_a_report_of_a_purchase_is_recorded_as_it_was_told() -> None:
    """Nothing is added to it (GS-3)."""
    told = plain(PlacementPurchased)
    World().story.when(report(told)).then(told)


def test_a_place_without_a_proper_id_is_not_taken() -> None:
    """A number or a name as an id would be personal data."""
    assert report(plain(PlacementStarted, placementId="19121212-1212")) == NOT_AN_ID


def test_follow_ups_are_not_reported() -> None:
    """Their evidence is sealed, so an officer records them (GS-4)."""
    assert FollowUpCompleted not in REACTIONS.inbox


# -- mergers (edge rule 16)


def beside() -> World:
    """Begin with two recognised enterprises."""
    return world().hear(registered("Kooperativet Viken"), of=SURVIVOR).hear(recognised(), of=SURVIVOR)


def absorbed(of: World, recognition: str = "kept", on: str = "2026-03-02") -> World:
    """Let the place's enterprise become part of the other, and be closed."""
    return of.hear(merged(on, recognition), of=SURVIVOR).hear(closed(on))


def test_a_place_goes_on_with_the_survivor() -> None:
    """The survivor keeps its recognition: the closure is no loss, and the follow-ups go on."""
    of = absorbed(beside().do(buy()).do(start()))
    assert reviews(of) == {}
    assert owed(of.story, FIRST).end is None


def test_a_survivor_whose_recognition_must_be_reviewed_calls_for_reviews() -> None:
    """As after any closure."""
    assert reviews(absorbed(beside().do(buy()).do(start()), "review-required")) == once("2026-03-02", "2026-03-16")


def test_a_review_for_a_closure_that_turns_out_to_be_a_merger_is_void() -> None:
    """The closure was reported first; once the merger is known there is nothing to review."""
    of = beside().do(buy()).do(start()).hear(closed("2026-03-02"))
    assert reviews(of) == once("2026-03-02", "2026-03-16")
    of.hear(merged("2026-03-02"), on="2026-03-06", of=SURVIVOR)
    assert reviews(of)[REVIEW][2] == "voided"
    assert owed(of.story, REVIEW).void_reason == "superseded"


def test_what_the_survivor_loses_later_is_lost_for_the_place() -> None:
    """Absorbed in March, the survivor withdrawn in May: reviewed from then on."""
    of = absorbed(beside().do(buy()).do(start())).hear(withdrawn("2026-05-04"), of=SURVIVOR)
    assert reviews(of) == once("2026-05-04", "2026-05-19")


def test_what_the_survivor_lost_before_the_merger_is_no_loss_of_the_place() -> None:
    """It was another's then."""
    of = beside().do(buy()).hear(withdrawn("2026-02-02"), of=SURVIVOR).hear(restored("2026-02-16"), of=SURVIVOR)
    assert reviews(absorbed(of)) == {}


def test_a_place_recorded_after_the_merger_follows_the_survivor_too() -> None:
    """Bought in January at the absorbed, recorded in June, after the survivor was lost."""
    of = absorbed(beside()).hear(withdrawn("2026-05-04"), of=SURVIVOR).do(buy("2026-01-05", at=at("2026-06-01")))
    assert reviews(of) == once("2026-05-04", "2026-05-19")


def test_a_merger_of_the_survivor_is_followed_on() -> None:
    """A becomes part of B, B of C: what C loses is lost for a place at A."""
    third = "01930000-0000-7000-8000-00000000e008"
    of = (
        absorbed(beside().do(buy()).do(start()))
        .hear(registered("Kooperativet Norr"), of=third)
        .hear(recognised(), of=third)
    )
    of.hear(merged("2026-04-07", "kept", SURVIVOR), of=third).hear(closed("2026-04-07"), of=SURVIVOR)
    assert reviews(of) == {}
    assert reviews(of.hear(withdrawn("2026-05-04"), of=third)) == once("2026-05-04", "2026-05-19")


def test_a_merger_that_never_was_leaves_the_closure() -> None:
    """Corrected away: the closure is a loss like any other, of its own day."""
    of = absorbed(beside().do(buy()).do(start()))
    n = 4
    assert reviews(of.hear(corrected(n), on="2026-03-04", of=SURVIVOR)) == once("2026-03-02", "2026-03-16")
