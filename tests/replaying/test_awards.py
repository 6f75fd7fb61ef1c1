"""Contract terms, linked duplicates and overrides replayed: a sound log has no difference, and what was left out is found."""

from datetime import date

from services.procurement.domain.rules import TENDERS
from shared.contracts.duty import DutyArose
from shared.contracts.values import DutyId
from shared.replaying.opening import opens
from tests.policy.test_contract_terms import award, ended, followed, named, term
from tests.policy.test_gs_6_overrides import override
from tests.procurement.stories import OTHER_TENDER, TENDER, WISE, amend, cancel, move, offers, publish, recode
from tests.procurement.test_duplicates import link
from tests.replaying.living import Living
from tests.replaying.test_procurement import hear, living, replayed
from tests.spec import at

LATER = date(2028, 1, 31)


def contracted() -> Living:
    """Two terms of a contract, one followed up once, and one that ended early."""
    return living().do(publish("2026-03-02"), award(term("T1"), term("T2", every=90)), followed("2026-11-20"))


def test_a_contract_s_follow_ups_are_replayed_to_its_end() -> None:
    """Each number under its recorded id, the last at the end."""
    service = contracted()
    assert replayed(service, LATER) == []
    assert service.states()[named(4)].due_on == date(2027, 11, 30)


def test_a_contract_that_ended_early_is_replayed_so() -> None:
    """What was not due yet is void in both."""
    service = contracted().do(ended("2027-01-29"))
    assert replayed(service, LATER) == []
    assert service.states()[named(2)].void_reason == "contract-ended"


def test_a_term_s_duty_that_is_missing_is_found_and_opened() -> None:
    """It is named by contract and term, and is about the tender."""
    service = living().do(publish("2026-03-02"), award())
    lost = [r for r in service.logs[TENDERS] if isinstance(r.event, DutyArose) and r.event.kind == "contract-term"]
    service.logs[TENDERS] = [r for r in service.logs[TENDERS] if r.subject != lost[0].subject]
    [missing] = replayed(service, date(2026, 6, 30))
    assert (missing.wrong, missing.duty.id, missing.duty.object_id) == ("missing", named(1), TENDER)
    opening = opens(missing, at("2026-07-01"))
    assert opening is not None
    again = living().do(publish("2026-03-02"), opening)
    assert again.states()[named(1)].ordinal == 1


def test_a_linked_duplicate_is_replayed_so() -> None:
    """Nothing is missing on it, whatever happened to it afterwards."""
    service = living().do(publish("2026-03-02"), publish("2026-03-02", tender_id=OTHER_TENDER), link())
    service.do(amend("2026-03-09", recode("85312000"), tender_id=OTHER_TENDER))
    assert replayed(service) == []
    assert {state.void_reason for state in service.states().values()} >= {"duplicate"}


def test_an_override_is_a_fact_that_is_replayed() -> None:
    """What it opened moves and ends by the tender's facts in both."""
    service = living()
    hear(service, offers("85312000", since="2026-02-10"), "2026-02-10", WISE)
    service.do(publish("2026-03-02"), override("2026-03-05"), move("2026-03-23", "2026-03-06"))
    assert replayed(service, date(2026, 3, 8)) == []
    assert replayed(service.do(cancel("2026-03-09")), date(2026, 3, 31)) == []
    assert service.states()[DutyId(f"gs-6.published/{TENDER}/{WISE}")].end == "voided"
