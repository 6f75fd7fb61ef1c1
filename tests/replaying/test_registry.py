"""DF review and mergers replayed: what a recognition owes, and what a survivor takes over, follows from the facts alone."""

from datetime import date

import pytest

from services.registry.domain.assessment import CRITERIA
from services.registry.domain.merger import MergeEnterprises
from shared.replaying.comparing import differences
from tests.registry.stories import (
    ENTERPRISE,
    decision,
    document,
    met,
    recognise,
    register,
    restore,
    suspend,
    withdraw,
)
from tests.registry.test_merger import OTHER
from tests.replaying.living import Living
from tests.spec import at


def recognised() -> Living:
    """Begin with a WISE since 1 April 2026."""
    service = Living("registry").do(register(at=at("2026-01-12")))
    service.do(*(met(criterion, at=at("2026-03-02")) for criterion in CRITERIA))
    return service.do(recognise(at=at("2026-04-01")))


@pytest.mark.parametrize("until", ["2026-04-01", "2027-04-02", "2027-06-01"])
def test_a_review_that_nobody_made_is_sound(until: str) -> None:
    """Reminded, overdue, brought to the unit's head."""
    service = recognised().until(date.fromisoformat(until))
    assert differences(service.parts, service.logs, date.fromisoformat(until)) == []


def test_a_review_that_was_made_is_sound() -> None:
    """Suspended, restored, assessed anew, decided on, then withdrawn."""
    service = recognised().do(suspend(at=at("2026-06-01")), restore(at=at("2026-10-01")))
    service.do(*(met(c, n=5, at=at("2027-02-01"), assessed_on="2027-02-01") for c in CRITERIA))
    service.do(
        recognise(at=at("2027-03-01"), decision=decision("2027-03-01", "RS 2027/3"), effective_from="2027-03-01")
    )
    own = {"reason_code": "own-request", "criteria_failed": (), "communicated_on": "2027-06-01"}
    on = {"at": at("2027-06-01"), "decision": decision("2027-06-01", "RS 2027/4"), "effective_from": "2027-06-01"}
    day = date(2027, 7, 1)
    service.do(withdraw(**own | on)).until(day)
    assert differences(service.parts, service.logs, day) == []
    assert {state.end for state in service.states().values()} == {"discharged", "voided"}


def test_a_merger_is_sound() -> None:
    """The absorbed enterprise is closed by the reaction, and its review is a double of the survivor's."""
    service, own = recognised(), {"enterprise_id": OTHER}
    service.do(register("556016-0680", at=at("2026-04-07"), **own))
    service.do(*(met(criterion, n=7, at=at("2026-04-07"), **own) for criterion in CRITERIA))
    service.do(recognise(at=at("2026-05-04"), effective_from="2026-05-04", **own))
    service.do(MergeEnterprises(
        at=at("2026-11-02"), enterprise_id=ENTERPRISE, absorbed_ids=(OTHER,), merged_on=date(2026, 11, 2),
        survivor_recognition="kept", successor_duties=True, evidence=document(),
    ))  # fmt: skip
    day = date(2027, 5, 4)
    service.until(day)
    assert differences(service.parts, service.logs, day) == []
    assert sorted(str(state.void_reason) for state in service.states().values()) == ["None", "duplicate"]
