"""Applications and decisions on recognition: in which order they can come, and what must come before a decision."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from services.registry.domain.application import NO_APPLICATION
from services.registry.domain.assessment import CRITERIA
from services.registry.domain.decided import (
    ALREADY_RECOGNISED,
    ASSESSED_LATER,
    BACKDATED,
    BEFORE_LOSS,
    BEFORE_RECOGNITION,
    MET,
    NO_CRITERION,
    NOT_COMMUNICATED,
    NOT_MET,
    NOT_RECOGNISED,
)
from services.registry.domain.enterprise import IN_FUTURE
from services.registry.domain.loss import ENDS_BEFORE_IT_BEGINS
from services.registry.domain.recognition import NOT_SUSPENDED, NOT_WITHDRAWN, REVIEW_INCOMPLETE
from shared.contracts.registry import (
    EnterpriseRecognised,
    RecognitionApplied,
    RecognitionRefused,
    RecognitionRestored,
    RecognitionSuspended,
    RecognitionWithdrawn,
)
from shared.deciding import Refused
from tests.registry.stories import (
    APPLICATION,
    ENTERPRISE,
    apply,
    assessed,
    assessment_id,
    decision,
    document,
    known,
    met,
    recognise,
    recognised,
    refuse,
    restore,
    suspend,
    suspended,
    withdraw,
    withdrawn,
)
from tests.spec import Story, at

DAY = date.fromisoformat


# -- applications


def test_an_application_is_entered_with_its_documents() -> None:
    """An enterprise applies with what it wants to show."""
    known().when(apply()).then(
        RecognitionApplied(
            enterprise_id=ENTERPRISE,
            application_id=APPLICATION,
            received_on=DAY("2026-02-16"),
            documents=(document(),),
        )
    )


def test_the_same_application_again_changes_nothing() -> None:
    """It is entered once, also after it was answered."""
    story = known().given(apply())
    story.when(apply()).then()
    story.given(met("DF-3", outcome="not-met"), refuse("DF-3")).when(apply()).then()


def test_a_wise_does_not_apply() -> None:
    """Who is recognised, or whose recognition rests, has nothing to apply for; after a withdrawal there is."""
    recognised().when(apply()).refused(ALREADY_RECOGNISED)
    suspended().when(apply()).refused(ALREADY_RECOGNISED)
    assert withdrawn().when(apply()).events()


def test_an_application_is_not_received_tomorrow() -> None:
    """What comes tomorrow is entered tomorrow."""
    known().when(apply(received_on="2026-12-02")).refused(IN_FUTURE)


# -- refusal


def applied() -> Story:
    """Begin with an application of an enterprise that takes its profit out."""
    return known().given(apply(), met("DF-3", outcome="not-met"))


def test_a_refusal_gives_its_reasons() -> None:
    """It names the criteria that failed and the reasons, and was communicated before."""
    applied().when(refuse("DF-3")).then(
        RecognitionRefused(
            enterprise_id=ENTERPRISE,
            application_id=APPLICATION,
            decision=decision(),
            criteria_failed=("DF-3",),
            reasons="Vinsten delas ut.",
            communicated_on=DAY("2026-03-16"),
            appeal_information_given=True,
        )
    )


def test_a_refusal_answers_an_application() -> None:
    """Without an application there is nothing to refuse; an answered one is answered."""
    known().given(met("DF-3", outcome="not-met")).when(refuse("DF-3")).refused(NO_APPLICATION)
    applied().given(refuse("DF-3")).when(refuse("DF-3")).then()


def test_a_recognition_answers_all_applications() -> None:
    """After the recognition an application that waited can't be refused any more."""
    recognised_ = known().given(apply(), *(met(c) for c in CRITERIA), recognise())
    recognised_.when(refuse("DF-3")).then()


@pytest.mark.parametrize("communicated_on", ["2026-04-01", "2026-04-02"])
def test_a_refusal_is_communicated_before_it_is_decided(communicated_on: str) -> None:
    """The enterprise hears of the grounds before the day of the decision (FL 25 §)."""
    applied().when(refuse("DF-3", communicated_on=communicated_on)).refused(NOT_COMMUNICATED)
    assert applied().when(refuse("DF-3", communicated_on="2026-03-31")).events()


# -- recognition


def test_the_same_decision_again_changes_nothing() -> None:
    """A recognition that is recorded twice is recorded once; another one is refused."""
    recognised().when(recognise()).then()
    recognised().when(recognise(decision=decision(dnr="RS 2026/99"))).refused(REVIEW_INCOMPLETE)
    suspended().when(recognise(decision=decision(dnr="RS 2026/99"))).refused(ALREADY_RECOGNISED)


@pytest.mark.parametrize("late", [{"effective_from": "2026-12-02"}, {"decision": decision("2026-12-02")}])
def test_a_recognition_is_not_of_tomorrow(late: dict[str, Any]) -> None:
    """Neither the decision nor the day from which it holds can be to come."""
    assessed().when(recognise(**late)).refused(IN_FUTURE)


def test_a_withdrawn_enterprise_can_be_recognised_anew() -> None:
    """A new recognition after a withdrawal takes five criteria that are met."""
    anew = recognise(decision=decision("2026-11-02", "RS 2026/60"), effective_from="2026-11-02")
    withdrawn().when(anew).refused(NOT_MET["DF-3"])
    (event,) = withdrawn().given(met("DF-3", n=9, assessed_on="2026-10-12")).when(anew).own()
    assert isinstance(event, EnterpriseRecognised)


@pytest.mark.parametrize(
    "command", [withdraw, lambda **said: refuse("DF-3", **said), lambda **said: met("DF-3", **said)]
)
def test_blanks_are_no_reasons(command: Callable[..., Any]) -> None:
    """A decision against an enterprise, and an assessment, says why."""
    with pytest.raises(ValueError, match="reasons"):
        command(reasons=" \n ")


# -- suspension


def test_a_recognition_can_rest() -> None:
    """A recognition is suspended from a day on, for a reason."""
    recognised().when(suspend(until="2026-09-30")).then(
        RecognitionSuspended(
            enterprise_id=ENTERPRISE,
            decision=decision("2026-06-01", "RS 2026/31"),
            effective_from=DAY("2026-06-01"),
            reason_code="evidence-expired",
            criteria=(),
            communicated_on=DAY("2026-05-18"),
            until=DAY("2026-09-30"),
        )
    )
    suspended().when(suspend()).then()


def test_a_suspension_ends_after_it_begins() -> None:
    """The day until which it rests comes after the day from which it does."""
    recognised().when(suspend(until="2026-06-01")).refused(ENDS_BEFORE_IT_BEGINS)
    assert recognised().when(suspend(until="2026-06-02")).events()


def test_a_suspension_in_doubt_names_the_criterion() -> None:
    """Which criterion is in doubt must be said."""
    recognised().when(suspend(reason_code="criterion-in-doubt")).refused(NO_CRITERION)
    assert recognised().when(suspend(reason_code="criterion-in-doubt", criteria=("DF-2",))).events()


# -- withdrawal


@pytest.mark.parametrize("begin", [recognised, suspended])
def test_a_recognition_is_taken_back(begin: Callable[[], Story]) -> None:
    """A recognition, resting or not, is withdrawn for a criterion that was assessed anew and failed."""
    begin().given(met("DF-3", n=8, outcome="not-met", assessed_on="2026-08-03")).when(withdraw()).then_of_its_own(
        RecognitionWithdrawn(
            enterprise_id=ENTERPRISE,
            decision=decision("2026-09-01", "RS 2026/44"),
            effective_from=DAY("2026-09-01"),
            reason_code="criterion-not-met",
            criteria_failed=("DF-3",),
            communicated_on=DAY("2026-08-17"),
            reasons="Vinsten delas ut.",
            appeal_information_given=True,
        )
    )


def test_a_withdrawal_rests_on_an_assessment() -> None:
    """A criterion that is met, as far as anybody assessed, can't be what a withdrawal rests on."""
    recognised().when(withdraw()).refused(MET["DF-3"])
    recognised().when(withdraw(criteria_failed=())).refused(NO_CRITERION)
    assert recognised().when(withdraw(criteria_failed=(), reason_code="review-unanswered")).events()


def test_a_decision_against_it_rests_on_what_was_assessed_before() -> None:
    """An assessment of after the day of the decision can't have been its ground."""
    later = met("DF-3", n=8, outcome="not-met", assessed_on="2026-09-02")
    recognised().given(later).when(withdraw()).refused(ASSESSED_LATER)
    known().given(apply(), met("DF-3", outcome="not-met", assessed_on="2026-04-02")).when(refuse("DF-3")).refused(
        ASSESSED_LATER
    )


@pytest.mark.parametrize("communicated_on", ["2026-09-01", "2026-09-02"])
def test_a_withdrawal_is_communicated_before_it_is_decided(communicated_on: str) -> None:
    """The enterprise hears of the grounds before the day of the decision (FL 25 §), unless it asked for it itself."""
    story = recognised().given(met("DF-3", n=8, outcome="not-met", assessed_on="2026-08-03"))
    story.when(withdraw(communicated_on=communicated_on)).refused(NOT_COMMUNICATED)
    own = withdraw(communicated_on=communicated_on, reason_code="own-request", criteria_failed=())
    assert story.when(own).events()


def test_a_suspension_is_communicated_before_it_is_decided() -> None:
    """The same holds for letting a recognition rest."""
    recognised().when(suspend(communicated_on="2026-06-01")).refused(NOT_COMMUNICATED)
    assert recognised().when(suspend(communicated_on="2026-06-01", reason_code="own-request")).events()


def test_the_same_withdrawal_again_changes_nothing() -> None:
    """It is recorded once."""
    withdrawn().when(withdraw()).then()


@pytest.mark.parametrize("begin", [known, assessed])
@pytest.mark.parametrize("command", [suspend, withdraw])
def test_only_a_recognition_can_be_changed(begin: Callable[[], Story], command: Callable[[], Any]) -> None:
    """Who is not recognised has no recognition to suspend or withdraw."""
    begin().when(command()).refused(NOT_RECOGNISED)


@pytest.mark.parametrize("command", [suspend, withdraw])
def test_a_loss_takes_effect_with_its_decision_at_the_earliest(command: Callable[..., Any]) -> None:
    """An earlier day would undo what was owed and broken meanwhile; recording it late is allowed (edge rule 6)."""
    reason = {"reason_code": "own-request", "criteria_failed": (), "effective_from": "2026-09-01"}
    story = recognised()
    story.when(command(**reason, decision=decision("2026-09-02", "RS 2026/44"))).refused(BACKDATED)
    assert story.when(command(**reason, decision=decision("2026-09-01", "RS 2026/44"))).events()


@pytest.mark.parametrize("command", [suspend, withdraw])
def test_a_loss_takes_effect_while_the_recognition_holds(command: Callable[..., Any]) -> None:
    """There is nothing to lose before the day from which it holds."""
    said = {"reason_code": "own-request", "criteria_failed": (), "decision": decision("2026-04-20", "RS 2026/44")}
    story = assessed().given(recognise(effective_from="2026-05-04"))
    story.when(command(**said, effective_from="2026-05-03")).refused(BEFORE_RECOGNITION)
    assert story.when(command(**said, effective_from="2026-05-04")).events()


# -- restoration


def test_what_was_lost_comes_back_after_the_loss() -> None:
    """Neither a restoration nor a new recognition takes effect before the day of the loss."""
    suspended().when(restore(effective_from="2026-05-31")).refused(BEFORE_LOSS)
    assert suspended().when(restore(effective_from="2026-06-01")).events()
    lost = withdrawn().given(met("DF-3", n=9, assessed_on="2026-09-14"))
    lost.when(restore("withdrawal", effective_from="2026-08-31")).refused(BEFORE_LOSS)
    anew = decision("2026-11-02", "RS 2026/60")
    lost.when(recognise(decision=anew, effective_from="2026-08-31")).refused(BEFORE_LOSS)
    assert lost.when(recognise(decision=anew, effective_from="2026-09-01")).events()


def test_after_a_suspension_the_review_stays_due_when_it_was() -> None:
    """A suspension does not put the review off."""
    suspended().when(restore()).then(
        RecognitionRestored(
            enterprise_id=ENTERPRISE,
            decision=decision("2026-10-01", "RS 2026/52"),
            effective_from=DAY("2026-10-01"),
            restores="suspension",
            review_due_on=DAY("2027-04-01"),
        )
    )


def test_after_a_withdrawal_all_criteria_are_met_anew() -> None:
    """A withdrawn recognition comes back when the five are met, with a new year until the review."""
    withdrawn().when(restore("withdrawal")).refused(NOT_MET["DF-3"])
    withdrawn().given(met("DF-3", n=9, assessed_on="2026-09-14")).when(restore("withdrawal")).then_of_its_own(
        RecognitionRestored(
            enterprise_id=ENTERPRISE,
            decision=decision("2026-10-01", "RS 2026/52"),
            effective_from=DAY("2026-10-01"),
            restores="withdrawal",
            assessment_ids=tuple(assessment_id(c, 9 if c == "DF-3" else 0) for c in CRITERIA),
            review_due_on=DAY("2027-10-01"),
        )
    )


@pytest.mark.parametrize(
    ("begin", "restores", "because"),
    [
        (suspended, "withdrawal", NOT_WITHDRAWN),
        (withdrawn, "suspension", NOT_SUSPENDED),
        (recognised, "suspension", NOT_SUSPENDED),
        (recognised, "withdrawal", NOT_WITHDRAWN),
        (known, "withdrawal", NOT_WITHDRAWN),
    ],
)
def test_what_is_restored_was_there(begin: Callable[[], Story], restores: str, because: Refused) -> None:
    """A suspension is restored after a suspension, a withdrawal after a withdrawal."""
    begin().when(restore(restores)).refused(because)


def test_the_same_restoration_again_changes_nothing() -> None:
    """It is recorded once."""
    suspended().given(restore()).when(restore()).then()


def test_the_events_happen_when_they_take_effect() -> None:
    """A decision's event occurs at 00:00 of the day from which it holds, not on the day of the decision."""
    story = assessed().given(recognise(effective_from="2026-05-04"))
    assert story.told[-1].occurredat == at("2026-05-04", hour=0)
