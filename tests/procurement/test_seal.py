"""The seal on who is named beside a tender (OSL 19:3, second paragraph): for whom it holds, and when it opens."""

from dataclasses import replace

from services.procurement.domain.rules import rules
from services.procurement.domain.seal import is_sealed, kept_by
from services.procurement.domain.tender import State
from services.procurement.domain.tender_commands import TenderCommand
from shared.policy.role import PROCUREMENT_OFFICE
from tests.authorities import authority
from tests.procurement.stories import OTHER_TENDER, TENDER, cancel, lot, plan, publish
from tests.spec import story


def sealed_after(*commands: TenderCommand) -> bool:
    """Tell whether a tender is sealed after what was done with it."""
    state: State = story(rules(authority()), PROCUREMENT_OFFICE).given(*commands).state(f"tender/{TENDER}")
    return is_sealed(state)


def test_what_nothing_is_known_of_is_sealed() -> None:
    """Neither a row that is not there nor a stream without events opens anything."""
    assert is_sealed(None)
    assert is_sealed(State())


def test_a_plan_and_an_open_tender_are_sealed() -> None:
    """Also after the deadline: it has not been awarded."""
    assert sealed_after(plan())
    assert sealed_after(publish("2026-03-02", closes="2026-03-20"))


def test_a_duplicate_says_nothing_by_itself() -> None:
    """Its kept tender's stream does; cancelled or not, alone it is sealed."""
    own = State(lots=(lot(),), cancelled=frozenset({"LOT-0001"}))
    assert (is_sealed(own), kept_by(own)) == (False, None)
    copy = replace(own, duplicate_of=OTHER_TENDER)
    assert (is_sealed(copy), kept_by(copy)) == (True, f"tender/{OTHER_TENDER}")


def test_a_cancelled_tender_is_open() -> None:
    """The whole of it, or its last lot."""
    assert not sealed_after(publish("2026-03-02"), cancel("2026-03-10"))
    two = publish("2026-03-02", lot("LOT-0001"), lot("LOT-0002"))
    assert sealed_after(two, cancel("2026-03-10", "LOT-0001"))
    assert not sealed_after(two, cancel("2026-03-10", "LOT-0001"), cancel("2026-03-11", "LOT-0002"))
