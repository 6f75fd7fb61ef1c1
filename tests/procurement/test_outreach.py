"""What an enterprise was told of a tender: what is accepted, refused and done only once."""

import pytest

from services.procurement.domain.outreach import (
    BEFORE_PUBLIC,
    BEFORE_SENT,
    CANCELLED,
    CLOSED,
    IN_FUTURE,
    NOT_ASSESSED,
    NOT_NOTED,
    NOT_RECOGNISED,
    NOT_SENT,
    NOT_SUITABLE,
    OTHER_STAGE,
)
from services.procurement.domain.record import CorrectOutreach, CorrectTender
from shared.contracts.cloudevent import Event
from shared.contracts.duty import Change, CorrectedRef, DutyVoided
from shared.contracts.procurement import (
    OutreachDelivered,
    OutreachFailed,
    OutreachSent,
    SuitabilityAssessed,
    TenderPublished,
)
from shared.contracts.values import Id
from shared.deciding import CORRECTION_UNFIT, Refused
from tests.procurement.stories import (
    CARE,
    GARDENING,
    PAIR,
    TENDER,
    WISE,
    amend,
    cancel,
    closed,
    delivered,
    failed,
    lot,
    offers,
    plan,
    publish,
    recode,
    recognised,
    registered,
    sent,
    suspended,
    withdrawn,
)
from tests.procurement.world import World
from tests.spec import at

SECOND = Id("01930000-0000-7000-8000-00000000c0c0")


def known() -> World:
    """Begin with a WISE that offers gardening."""
    return World().hears(registered(), offers(GARDENING), recognised())


def told() -> World:
    """Begin with a tender that the WISE was written to of."""
    return known().do(publish("2026-03-02"), sent("2026-03-03"))


def test_nobody_is_written_to_of_what_was_not_judged() -> None:
    """A plan that is not public, another's tender, an enterprise that is not recognised: no head start (edge rule 11)."""
    assert known().refused(sent("2026-03-03")) == NOT_ASSESSED
    assert known().do(plan(None, on="2026-03-02")).refused(sent("2026-03-03")) == NOT_ASSESSED
    assert World().do(publish("2026-03-02")).refused(sent("2026-03-03")) == NOT_ASSESSED


def test_a_publication_is_not_told_of_before_it_is_one() -> None:
    """Of a plan, only the plan."""
    assert known().do(plan("2026-03-02")).refused(sent("2026-03-03")) == OTHER_STAGE


@pytest.mark.parametrize(
    ("on", "refusal"),
    [("2026-03-01", BEFORE_PUBLIC), ("2026-03-02T08:59:59+01:00", BEFORE_PUBLIC), ("2026-03-02", None)],
)
@pytest.mark.parametrize("stage", ["planned", "published"])
def test_nobody_is_told_before_all_can_know(on: str, stage: str, refusal: Refused | None) -> None:
    """What was sent before the plan or the notice was public is refused: no head start (edge rule 11)."""
    world = known().do(plan("2026-03-02") if stage == "planned" else publish("2026-03-02"))
    command = sent(on, stage=stage, at=at("2026-03-05"))
    if refusal is None:
        assert len(world.do(command).told(OutreachSent)) == 1
    else:
        assert world.refused(command) == refusal


def test_a_plan_that_there_never_was_is_not_told_of() -> None:
    """A tender that was published without one has nothing public of that stage."""
    assert known().do(publish("2026-03-02")).refused(sent(stage="planned")) == BEFORE_PUBLIC


def test_an_enterprise_that_does_not_fit_is_not_informed() -> None:
    """What was judged not to suit is told to nobody; where the offering comes to fit, it is."""
    world = World().hears(registered(), offers(CARE), recognised()).do(publish("2026-03-02"))
    assert world.refused(sent("2026-03-03")) == NOT_SUITABLE
    world.hears(offers(GARDENING, since="2026-03-04"))
    assert world.refused(sent("2026-03-03", at=at("2026-03-04"))) == NOT_SUITABLE
    assert len(world.do(sent("2026-03-04")).told(OutreachSent)) == 1


def test_what_is_still_owed_may_be_told_though_the_offering_fits_no_more() -> None:
    """An offering ends no duty, so it must be possible to do it."""
    world = known().do(publish("2026-03-02")).hears(offers(CARE, since="2026-03-04")).do(sent("2026-03-05"))
    assert world.do(delivered("2026-03-05")).duty().end == "discharged"


GONE = [(withdrawn("2026-03-04"), NOT_RECOGNISED), (closed("2026-03-04"), NOT_RECOGNISED)]


@pytest.mark.parametrize(("event", "refusal"), GONE, ids=["withdrawn", "closed"])
def test_outreach_stops_with_the_recognition(event: Event, refusal: Refused) -> None:
    """From the day of a withdrawal or a closure nobody is informed; what was sent the day before may still be recorded."""
    world = known().do(publish("2026-03-02")).hears(event)
    assert world.refused(sent("2026-03-04")) == refusal
    assert len(world.do(sent("2026-03-03", at=at("2026-03-05"))).told(OutreachSent)) == 1


@pytest.mark.parametrize("lots", [(), ("LOT-0001",)], ids=["whole", "its only lot"])
def test_outreach_stops_with_a_cancellation(lots: tuple[str, ...]) -> None:
    """From then on nobody is informed; those who were are told of it, and what was sent before may be recorded."""
    world = known().do(publish("2026-03-02"), cancel("2026-03-04", *lots))
    assert world.refused(sent("2026-03-04")) == CANCELLED
    assert len(world.do(sent("2026-03-05", purpose="cancelled")).told(OutreachSent)) == 1
    before = sent("2026-03-04T08:59:59+01:00", at=at("2026-03-05"), outreach_id=SECOND)
    assert len(world.do(before).told(OutreachSent)) == 2


@pytest.mark.parametrize("over", [("2026-04-16T00:00:00+02:00", CLOSED), ("2026-04-15T23:59:59+02:00", None)])
def test_outreach_stops_when_the_last_lot_has_closed(over: tuple[str, Refused | None]) -> None:
    """Who is written to after the deadline can't bid; up to it one can."""
    on, refusal = over
    lots = (lot("LOT-0001", "2026-03-30"), lot("LOT-0002", "2026-04-15"))
    world = known().do(publish("2026-03-02", *lots))
    outcome = world.decide(sent(on), None)
    assert (outcome if isinstance(outcome, Refused) else None) == refusal


@pytest.mark.parametrize("purpose", ["amended", "deadline-moved", "cancelled"])
def test_a_change_is_told_to_those_informed_whatever_has_happened(purpose: str) -> None:
    """After a withdrawal or the deadline too: they know of the tender."""
    world = (
        known().do(publish("2026-03-02"), sent("2026-03-02"), delivered("2026-03-02")).hears(withdrawn("2026-03-04"))
    )
    world.do(sent("2026-04-20", purpose=purpose, outreach_id=SECOND))
    assert len(world.told(OutreachSent)) == 2


def test_a_letter_sent_before_the_enterprise_was_recognised_informs_nobody() -> None:
    """It is a WISE from a day on, and told of tenders from then on."""
    world = World().hears(registered(), offers(GARDENING)).do(publish("2026-03-02")).hears(recognised("2026-03-04"))
    assert world.refused(sent("2026-03-03", at=at("2026-03-05"))) == NOT_ASSESSED
    assert len(world.do(sent("2026-03-04")).told(OutreachSent)) == 1


def test_what_was_not_sent_can_neither_arrive_nor_come_back() -> None:
    """An outreach begins with its sending."""
    world = known().do(publish("2026-03-02"))
    assert world.refused(delivered()) == NOT_SENT
    assert world.refused(failed()) == NOT_SENT


@pytest.mark.parametrize("command", [delivered("2026-03-02"), failed("2026-03-02")], ids=["delivered", "failed"])
def test_nothing_arrives_before_it_was_sent(command: object) -> None:
    """Nor comes back."""
    assert told().refused(command) == BEFORE_SENT  # type: ignore[arg-type]  # a parameter's type


def test_what_has_not_been_is_not_recorded() -> None:
    """Sent, delivered or failed tomorrow."""
    world = told()
    later = "2026-03-05"
    assert (
        world.refused(sent(later, at=at("2026-03-04"), outreach_id=Id("01930000-0000-7000-8000-00000000c0c0")))
        == IN_FUTURE
    )
    assert world.refused(delivered(later, at=at("2026-03-04"))) == IN_FUTURE
    assert world.refused(failed(later, at=at("2026-03-04"))) == IN_FUTURE


def test_a_word_of_mouth_needs_whoever_noted_it() -> None:
    """A call leaves no receipt."""
    world = told()
    assert world.refused(delivered(proof="spoken-noted")) == NOT_NOTED
    world.do(delivered(proof="spoken-noted", noted_by="staff-1"))
    assert world.duty().end == "discharged"


def test_the_same_again_is_nothing_new() -> None:
    """Sent, delivered and failed once each."""
    world = told().do(sent("2026-03-03"), delivered(), delivered(), failed(), failed())
    assert [len(world.told(kind)) for kind in (OutreachSent, OutreachDelivered, OutreachFailed)] == [1, 1, 1]


def test_a_delivery_takes_over_what_was_sent() -> None:
    """Its stage and purpose, and the duty that it was sent for."""
    world = known().do(publish("2026-03-02"), sent(duty_id=f"gs-6.published/{PAIR}"), delivered())
    [event] = world.told(OutreachDelivered)
    assert (event.stage, event.purpose, event.duty_id) == ("published", "inform", f"gs-6.published/{PAIR}")


def test_a_verdict_that_comes_out_the_same_is_nothing_new() -> None:
    """An offering told again changes no verdict; a suspension is told, since a test shows another value."""
    world = known().do(publish("2026-03-02")).hears(offers(GARDENING, since="2026-03-04"))
    assert len(world.told(SuitabilityAssessed)) == 1
    world.hears(suspended("2026-03-05"))
    first, second = world.told(SuitabilityAssessed)
    assert second.supersedes_id == first.assessment_id
    assert first.assessment_id != second.assessment_id


# -- corrections


def correction(world: World, kind: type, *changes: Change, how: str = "wrong-value") -> dict[str, object]:
    """Cite the last event of a kind."""
    cited = [r for r in world.log if isinstance(r.event, kind)][-1]
    world.past.place(cited.envelope.id, cited.index)
    return {
        "at": at("2026-03-20"), "tender_id": TENDER, "kind": how, "changes": changes, "reason": "Fel",
        "corrects": CorrectedRef(event_id=cited.envelope.id, stream=cited.subject, index=cited.index),
        "corrected_by": "staff-1", "approved_by": "staff-2",
    }  # fmt: skip


def test_a_corrected_publication_is_judged_anew() -> None:
    """As if it had been recorded right: the duty has the trigger of the day that is now read."""
    world = known().do(publish("2026-03-02"))
    change = Change(pointer="/publishedAt", after="2026-03-04T09:00:00+01:00")
    world.do(CorrectTender(**correction(world, TenderPublished, change, how="wrong-date")))
    assert (world.duty().end, world.duty().void_reason) == ("voided", "trigger-corrected")
    assert world.duty(n=2).trigger_on.isoformat() == "2026-03-04"
    assert world.duty(n=2).due_on is not None
    assert world.duty(n=2).due_on.isoformat() == "2026-03-11"  # type: ignore[union-attr]  # asserted above


def test_a_correction_of_what_is_not_judged_changes_no_duty() -> None:
    """Another title, the same duty."""
    world = known().do(publish("2026-03-02"))
    world.do(CorrectTender(**correction(world, TenderPublished, Change(pointer="/title/sv", after="Parker"))))
    assert [duty.end for duty in world.duties.values()] == [None]


def test_a_publication_that_never_happened_was_owed_to_nobody() -> None:
    """The duty is voided as never owed."""
    world = known().do(publish("2026-03-02", tender_id=TENDER, closes="2026-04-15"))
    world.do(CorrectTender(**correction(world, TenderPublished, how="never-happened")))
    assert [each.reason_code for each in world.told(DutyVoided)] == ["trigger-corrected"]


def test_a_recognition_that_is_corrected_moves_the_trigger() -> None:
    """Registry's corrections are followed, too."""
    world = World().hears(registered()).do(publish("2026-03-02")).hears(recognised("2026-03-04"))
    cited = next(r for r in world.log if r.envelope.type.startswith("se.medverka.EnterpriseRecognised"))
    world.hears_correction(cited, Change(pointer="/effectiveFrom", after="2026-03-09"), on=at("2026-03-20"))
    assert world.duty(n=2).trigger_on.isoformat() == "2026-03-09"


def test_a_recognition_that_never_happened_was_owed_nothing() -> None:
    """What rested on it is voided."""
    world = known().do(publish("2026-03-02"))
    cited = next(r for r in world.log if r.envelope.type.startswith("se.medverka.EnterpriseRecognised"))
    world.hears_correction(cited, on=at("2026-03-20"))
    assert [each.reason_code for each in world.told(DutyVoided)] == ["trigger-corrected"]


def test_a_sending_that_was_answered_can_not_be_said_never_to_have_been() -> None:
    """The delivery would stand without its beginning."""
    world = told().do(delivered())
    command = CorrectOutreach(enterprise_id=WISE, **correction(world, OutreachSent, how="never-happened"))
    assert world.refused(command) == CORRECTION_UNFIT


def test_an_amendment_can_not_lose_what_it_points_at() -> None:
    """A correction that would leave it pointing at nothing is refused."""
    two = (lot("LOT-0001", "2026-04-15"), lot("LOT-0002", "2026-04-15"))
    world = known().do(publish("2026-03-02", *two), amend("2026-03-04", recode(CARE, index=1)))
    one = [lot("LOT-0001", "2026-04-15").model_dump(mode="json", by_alias=True)]
    command = CorrectTender(**correction(world, TenderPublished, Change(pointer="/lots", after=one)))
    assert world.refused(command) == CORRECTION_UNFIT
