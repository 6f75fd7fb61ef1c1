"""A command that was cut by a restore, derived again from what is there: pure, on the services' own rules."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from shared.contracts.cloudevent import Envelope
from shared.contracts.duty import DutyDischarged
from shared.contracts.values import Enc
from shared.deciding import Command, Entry, Past, Rules
from shared.log.completing import Placed, missing
from tests.consultation import stories as years
from tests.placements import stories as places
from tests.procurement import stories as tenders
from tests.procurement.world import World
from tests.spec import Story, at, ids

Told: TypeAlias = tuple[Rules, Past, list[Entry]]
"""The rules, what was there before the command, and what it came to."""
NOTHING_SHOWS_IT = "2026-12-01"


def of_story(begun: Callable[[], Story], claim: Command) -> Told:
    """Have a claim accepted in a story."""
    decided = begun().when(claim).outcome
    assert isinstance(decided, list), decided
    then = begun()
    return then.rules, then.past, decided


def a_follow_up(**fields: Any) -> Told:
    """A conversation of April, recorded in December or in the rebuttal's window."""
    recorded = fields.pop("recorded", NOTHING_SHOWS_IT)
    claim = places.follow_up("2026-04-10", at=at(recorded), **fields)
    return of_story(lambda: places.let_pass(places.running(), recorded), claim)


def a_delivery() -> Told:
    """A letter that arrived in March, recorded in December."""

    def known() -> World:
        world = World().hears(tenders.registered(), tenders.offers(tenders.GARDENING), tenders.recognised("2026-02-02"))
        return world.do(tenders.publish("2026-03-02"), tenders.sent("2026-03-03")).until(NOTHING_SHOWS_IT)

    claim = tenders.delivered(
        "2026-03-05", at=at(NOTHING_SHOWS_IT), duty_id=f"gs-6.published/{tenders.PAIR}", approved_by="staff-9"
    )
    decided = known().decide(claim, None)
    assert isinstance(decided, list), decided
    then = known()
    return then.rules, then.past, decided


def an_initiative() -> Told:
    """An invitation of May, recorded the year after."""
    claim = years.initiate("2026-05-04", invitation=years.document(on="2026-05-04"), approved_by="staff-9")
    return of_story(years.begun, claim.model_copy(update={"at": at("2027-03-10")}))


LATE = {
    "follow-up approved by a second person": lambda: a_follow_up(approved_by="staff-9"),
    "follow-up shown by a document": lambda: a_follow_up(recorded="2026-04-14", document=places.document("2026-04-10")),
    "delivery": a_delivery,
    "initiative": an_initiative,
}


@pytest.mark.parametrize("told", LATE.values(), ids=LATE)
def test_a_late_claim_that_was_cut_is_completed(told: Callable[[], Told]) -> None:
    """Only its own event came back, with its document sealed: the duty is discharged as it was, by the same approver."""
    rules, before, decided = told()
    own = next(entry for entry in decided if entry.object_id is None)
    rest = [entry.envelope.data for entry in decided if entry is not own]
    assert any(isinstance(event, DutyDischarged) for event in rest)
    there = Placed(own.log, 0, _sealed(own.envelope))
    assert [entry.envelope.data for entry in missing([there], before, rules, ids(900))] == rest


def _sealed(envelope: Envelope) -> Envelope:
    """Give the event as it is stored where its document is personal."""
    event = envelope.data
    if envelope.type != "se.medverka.FollowUpCompleted.v1":
        return envelope
    enc = Enc(key_ref="subject/1", nonce="bm9uY2U=", ciphertext="c2VhbGVk")
    return envelope.model_copy(update={"data": event.model_copy(update={"document": enc})})
