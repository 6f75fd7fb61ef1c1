"""Enterprises that merge: what can be recorded, and what follows for the absorbed and for the review (edge rule 16)."""

from datetime import date
from typing import Any

import pytest

from services.registry.domain.assessment import CRITERIA
from services.registry.domain.enterprise import CLOSED, IN_FUTURE, UNKNOWN
from services.registry.domain.merger import (
    ABSORBED_CLOSED,
    ABSORBED_UNKNOWN,
    ABSORBS_ITSELF,
    SURVIVOR_NOT_RECOGNISED,
    MergeEnterprises,
)
from services.registry.domain.reactions import REACTIONS
from services.registry.views.enterprise import ENTERPRISE as VIEW
from shared.contracts.cloudevent import Recorded
from shared.contracts.duty import DutyArose, DutyVoided
from shared.contracts.registry import EnterpriseClosed, EnterprisesMerged
from shared.contracts.values import DutyId, Id
from shared.log.duty_view import DutyRow, duty_view
from shared.log.tables import Table, Working
from shared.policy.duty.duties import Duties
from tests.authorities import authority
from tests.registry.stories import (
    ENTERPRISE,
    NOW,
    REVIEW,
    close,
    decision,
    document,
    known,
    met,
    owed,
    recognise,
    recognised,
    register,
    registry,
    row_of,
    waive,
)
from tests.spec import Story, at

OTHER = Id("01930000-0000-7000-8000-00000000e002")
THIRD = Id("01930000-0000-7000-8000-00000000e003")
OF_OTHER = DutyId(f"df-0.df-review/{OTHER}")
DAY = date.fromisoformat


def merge(*absorbed: Id, **fields: Any) -> MergeEnterprises:
    """Let others become part of the enterprise on 2 November 2026."""
    return MergeEnterprises.model_validate({
        "at": NOW, "enterprise_id": ENTERPRISE, "absorbed_ids": absorbed or (OTHER,), "merged_on": "2026-11-02",
        "survivor_recognition": "kept", "successor_duties": True, "evidence": document(), **fields,
    })  # fmt: skip


def beside(story: Story, id_: Id = OTHER, number: str = "556016-0680", **fields: Any) -> Story:
    """Let another enterprise be recognised from 4 May 2026."""
    own = {"enterprise_id": id_}
    story.given(register(number, **own), *(met(c, n=7, **own) for c in CRITERIA))
    return story.given(recognise(**own | {"effective_from": "2026-05-04"} | fields))


def both() -> Story:
    """Begin with two WISEs."""
    return beside(recognised())


def followed(story: Story) -> Story:
    """Let what follows from the last merger be done, twice: the second time nothing comes of it."""
    n = next(n for n in reversed(range(len(story.told))) if isinstance(story.told[n].data, EnterprisesMerged))
    merged = Recorded("registry.events", n, story.told[n])
    commands = list(REACTIONS.to[EnterprisesMerged][0](merged, duties_of(story), authority()))
    story.given(*commands, on=NOW)
    before = len(story.told)
    story.given(*commands, on=NOW)
    assert len(story.told) == before
    return story


def duties_of(story: Story) -> Working:
    """Give the open duties as reactions see them."""
    duties = story.rules.duties
    assert isinstance(duties, Duties)
    view = duty_view(duties, "registry.events")
    table = Table(view)
    working = Working([table])
    rows: dict[str, DutyRow | None] = {}
    for n, envelope in enumerate(story.told):
        if view.takes(envelope.subject):
            rows[envelope.subject] = view.fold(rows.get(envelope.subject), Recorded("registry.events", n, envelope))
            working.put(table, envelope.subject, rows[envelope.subject])
    return working


# -- what can be recorded


def test_a_merger_is_recorded_of_the_survivor() -> None:
    """Who became part of whom, since when, and what becomes of recognition and duties."""
    both().when(merge()).then(
        EnterprisesMerged(
            survivor_id=ENTERPRISE,
            absorbed_ids=(OTHER,),
            merged_on=DAY("2026-11-02"),
            survivor_recognition="kept",
            successor_duties=True,
            evidence=document(),
        )
    )


def test_the_same_merger_again_changes_nothing() -> None:
    """It is recorded once; a further enterprise is a further merger."""
    story = beside(both(), THIRD, "769999-9996").given(merge())
    story.when(merge()).then()
    assert story.when(merge(THIRD)).events()


def test_what_is_no_merger_is_refused() -> None:
    """With itself, with nobody that is registered, of tomorrow, or of an enterprise that is gone for another reason."""
    both().when(merge(ENTERPRISE)).refused(ABSORBS_ITSELF)
    recognised().when(merge()).refused(ABSORBED_UNKNOWN)
    both().when(merge(merged_on="2026-12-02")).refused(IN_FUTURE)
    both().given(close(enterprise_id=OTHER)).when(merge()).refused(ABSORBED_CLOSED)
    both().given(close()).when(merge()).refused(CLOSED)
    registry().when(merge()).refused(UNKNOWN)


def test_only_a_wise_keeps_a_recognition_or_takes_over_duties() -> None:
    """Who is not recognised has nothing to keep, and no duties follow to it; the merger itself can be recorded."""
    story = beside(known())
    story.when(merge()).refused(SURVIVOR_NOT_RECOGNISED)
    story.when(merge(successor_duties=False)).refused(SURVIVOR_NOT_RECOGNISED)
    story.when(merge(survivor_recognition="review-required")).refused(SURVIVOR_NOT_RECOGNISED)
    assert story.when(merge(survivor_recognition="review-required", successor_duties=False)).events()


def test_one_that_was_reported_as_merged_is_absorbed_all_the_same() -> None:
    """Its closure came first, from another system."""
    assert both().given(close(enterprise_id=OTHER, reason_code="merged")).when(merge()).events()


# -- what follows


def test_each_absorbed_enterprise_is_closed() -> None:
    """In its own stream, as merged, on the day of the merger; following twice changes nothing."""
    story = followed(beside(both(), THIRD, "769999-9996").given(merge(OTHER, THIRD)))
    closed = [(e.subject, e.data) for e in story.told if isinstance(e.data, EnterpriseClosed)]
    assert [(subject, event.reason_code, event.closed_on) for subject, event in closed] == [
        (f"enterprise/{OTHER}", "merged", DAY("2026-11-02")), (f"enterprise/{THIRD}", "merged", DAY("2026-11-02")),
    ]  # fmt: skip
    assert story.state(f"enterprise/{ENTERPRISE}").status == "recognised"


@pytest.mark.parametrize("passed", [False, True])
def test_a_review_that_is_owed_twice_is_void_as_a_double(*, passed: bool) -> None:
    """The survivor's own review stands; the absorbed one's is void, overdue or not."""
    story = beside(recognised(), review_due_on="2026-06-01" if passed else None)
    followed(story.given(merge()))
    assert (owed(story).end, owed(story).due_on) == (None, DAY("2027-04-01"))
    assert (owed(story, OF_OTHER).end, owed(story, OF_OTHER).void_reason) == ("voided", "duplicate")


def early() -> Story:
    """Begin with a survivor whose recognition is from before the duties began, so no review is owed."""
    story = known().given(*(met(c, assessed_on="2019-03-04") for c in CRITERIA))
    story.given(recognise(decision=decision("2019-04-01"), effective_from="2019-04-01"))
    return beside(story, review_due_on="2026-10-05")


def test_the_survivor_takes_over_a_review_with_its_day() -> None:
    """None is owed of the survivor: the absorbed one's follows, with its trigger, its sum and its due day, though passed."""
    story = followed(early().given(merge()))
    first = next(e.data for e in story.told if isinstance(e.data, DutyArose))
    arose = next(e.data for e in story.told if isinstance(e.data, DutyArose) and e.data.duty_id == REVIEW)
    assert (arose.object.id, arose.due_on, arose.trigger_on) == (ENTERPRISE, DAY("2026-10-05"), DAY("2026-05-04"))
    assert (arose.trigger_event_id, arose.terms) == (first.trigger_event_id, first.terms)
    void = next(e.data for e in story.told if isinstance(e.data, DutyVoided))
    assert (void.duty_id, void.reason_code, void.voided_on) == (OF_OTHER, "duplicate", DAY("2026-11-02"))


def test_of_two_absorbed_one_review_is_taken_over() -> None:
    """The first one's; the second is then a double."""
    story = followed(beside(early(), THIRD, "769999-9996").given(merge(OTHER, THIRD)))
    ends = {d: owed(story, DutyId(f"df-0.df-review/{d}")).void_reason for d in (ENTERPRISE, OTHER, THIRD)}
    assert ends == {ENTERPRISE: None, OTHER: "duplicate", THIRD: "duplicate"}


def test_what_was_let_go_for_the_survivor_is_not_owed_again() -> None:
    """Its review was waived: the absorbed one's ends by the closure."""
    story = followed(both().given(waive(), merge()))
    assert (owed(story).end, owed(story, OF_OTHER).void_reason) == ("waived", "enterprise-closed")


def test_without_succession_the_duties_end_with_the_absorbed() -> None:
    """A merger after which nothing follows is a closure to them."""
    story = followed(early().given(merge(successor_duties=False)))
    assert owed(story) is None
    assert owed(story, OF_OTHER).end is None  # overdue since October: what was owed stays owed


def test_the_page_names_the_absorbed() -> None:
    """The survivor's row has their ids."""
    story = recognised()
    row = row_of(VIEW, story)
    merged = beside(story).given(merge()).told[-1]
    row = VIEW.fold(row, Recorded("registry.events", 99, merged))  # type: ignore[assignment]
    assert row.absorbed_ids == (OTHER,)
    assert at("2026-11-02", 0) == merged.occurredat
