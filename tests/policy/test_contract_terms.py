"""Contract terms (GS-8, LOCAL): the buying board follows up each social term of a contract that it awarded.

The contract of the stories was awarded on 2026-05-04, a Monday, and runs from 2026-06-01 to 2027-11-30.
"""

from datetime import date
from typing import Any

import pytest

from services.procurement.domain.awards import (
    CONTRACT_TAKEN,
    DAYS_REVERSED,
    LOT_AWARDED,
    LOT_CLOSED,
    NO_SUCH_CONTRACT,
    NOT_A_NUMBER,
    TERMS_ALIKE,
    TOO_SOON,
    WINNERS_AMISS,
    AwardContract,
    EndContract,
    SaidWinner,
)
from services.procurement.domain.criteria import NOT_OWN, OTHER_BOARD
from services.procurement.domain.record import CorrectTender
from services.procurement.domain.rules import rules
from services.procurement.domain.seal import is_sealed
from services.procurement.domain.tender_commands import CANCELLED, IN_FUTURE, LOT_UNKNOWN, UNKNOWN, TenderCommand
from services.procurement.domain.term_follow_up import (
    BEFORE_CONTRACT,
    DUTY_ENDED,
    DUTY_UNKNOWN,
    OTHER_TERM,
    OUTSIDE_CONTRACT,
    PERIOD_NOT_OVER,
    FollowUpTerm,
)
from shared.contracts.awards import ContractAwarded, Period, SocialTerm
from shared.contracts.cloudevent import encode
from shared.contracts.duty import Change, CorrectedRef, DutyArose, DutyVoided
from shared.contracts.values import DocumentRef, DutyId, Id, Plain
from shared.deciding import Entry
from shared.persons.memory import MemoryKeys
from shared.persons.preparing import prepare
from shared.persons.recording import sealed
from shared.policy.duty.commands import NEXT, NOT_APPROVED, TakeStep
from shared.policy.duty.life import DutyState, classify, is_breach
from shared.policy.role import PROCUREMENT_OFFICE, Role
from tests.authorities import GOTLAND, authority, here
from tests.procurement.stories import OUTSIDER, TENDER, cancel, document, lot, publish
from tests.spec import Story, at, story

DAY = date.fromisoformat
CONTRACT = Id("01930000-0000-7000-8000-00000000c001")
OTHER = Id("01930000-0000-7000-8000-00000000c002")
COMPANY = SaidWinner(organisation_number=Plain('"556036-0793"'), name=Plain('"Exempelbolaget AB"'))
TRADER = SaidWinner(organisation_number=Plain('"811218-9876"'), name=Plain('"Exempel"'))


def ours() -> Role:
    """Give the board that answers for the authority's own tenders."""
    return authority().buyers[0].board


def term(term_id: str = "T1", every: int | None = None) -> SocialTerm:
    """Two places for people far from work; where the authority looks more often, this contract agrees on its own 180 days."""
    days = every or here(None, 180)
    return SocialTerm(term_id=term_id, kind="opp", text="Två praktikplatser", follow_up_every_days=days)


def award(*terms: SocialTerm, **fields: Any) -> AwardContract:
    """Award the contract."""
    told: dict[str, Any] = {
        "at": at("2026-05-04"), "tender_id": TENDER, "board": ours(), "contract_id": CONTRACT, "lot_ids": ("LOT-0001",),
        "award_decided_on": DAY("2026-05-04"), "outcome": "selec-w", "winners": (COMPANY,),
        "social_terms": terms or (term(),), "from_": DAY("2026-06-01"), "to": DAY("2027-11-30"),
    }  # fmt: skip
    return AwardContract(**(told | fields))


def named(n: int = 1, term_id: str = "T1", contract: Id = CONTRACT) -> DutyId:
    """Give a duty's id."""
    return DutyId(f"gs-8.contract-term/{contract}/{term_id}/{n}")


def mine(command: TenderCommand) -> TenderCommand:
    """Give a command of Gotland's board as one of the board at hand."""
    is_gotlands = getattr(command, "board", None) == GOTLAND.buyers[0].board
    return command.model_copy(update={"board": ours()}) if is_gotlands else command


def followed(on: str, n: int = 1, said: str | None = None, **fields: Any) -> FollowUpTerm:
    """Follow a term up."""
    told: dict[str, Any] = {
        "at": at(said or on), "tender_id": TENDER, "board": ours(), "contract_id": CONTRACT, "term_id": "T1",
        "duty_id": named(n), "period": Period.model_validate({"from": "2026-06-01", "to": on}),
        "followed_up_on": DAY(on), "result": "met", "document": document(said or on), "officer": "staff-3",
    }  # fmt: skip
    return FollowUpTerm(**(told | fields))


def period(first: str, last: str) -> Period:
    """Give a period, both days in it."""
    return Period.model_validate({"from": first, "to": last})


def ended(on: str, contract: Id = CONTRACT, said: str | None = None) -> EndContract:
    """End the contract."""
    return EndContract(at=at(said or on), tender_id=TENDER, board=ours(), contract_id=contract, ended_on=DAY(on))


def begin(*commands: TenderCommand) -> Story:
    """Begin with a tender of two lots that is published."""
    goods = lot("LOT-0002").model_copy(update={"nature": "supplies"})
    return story(rules(authority()), PROCUREMENT_OFFICE).given(publish("2026-03-02", lot("LOT-0001"), goods), *commands)


def owed(told: Story, n: int = 1, term_id: str = "T1") -> DutyState | None:
    """Give a duty."""
    state: DutyState | None = told.state(f"duty/{named(n, term_id)}")
    return state


def due(told: Story, n: int = 1, term_id: str = "T1") -> date | None:
    """Give its due day."""
    state = owed(told, n, term_id)
    assert state is not None
    return state.due_on


def next_of(told: Story, n: int, said: str | None = None) -> Story:
    """Let the clock come to the day on which the n-th is due."""
    on = due(told, n)
    assert on is not None
    step = TakeStep(at=at(said or on.isoformat()), duty_id=named(n), object_id=TENDER, step=NEXT, on=on, due=on)
    return told.given(step)


def took(told: Story, kind: type[Any]) -> list[Any]:
    """Give what was recorded of a kind about contracts."""
    return [e.data for e in told.told if isinstance(e.data, kind) and getattr(e.data, "kind", "") != "criteria"]


# -- when they arise, and when they are due


def test_the_first_arises_on_the_award_and_is_owed_by_the_board_that_buys() -> None:
    """LOCAL under GS-8, named by contract, term and number; its number is its ordinal."""
    [arose] = took(begin(award()), DutyArose)
    assert (arose.clause, arose.kind, arose.modality, arose.owed_by) == ("GS-8", "contract-term", "local", ours())
    assert (arose.duty_id, arose.ordinal, arose.trigger_on) == (named(1), 1, DAY("2026-05-04"))
    assert (arose.object.type, arose.object.id) == ("tender", TENDER)


def test_each_term_has_its_own() -> None:
    """Two terms, two duties; a contract without terms has none."""
    assert [a.duty_id for a in took(begin(award(term("T1"), term("T2"))), DutyArose)] == [named(1), named(1, "T2")]
    assert took(begin(award(social_terms=())), DutyArose) == []


def test_it_is_due_some_days_after_the_contract_s_start() -> None:
    """By the authority's own count, rolled: 2026-11-28 is a Saturday, 2026-08-30 a Sunday."""
    unsaid = SocialTerm(term_id="T1", kind="opp", text="Två praktikplatser")
    assert due(begin(award(unsaid))) == DAY(here("2026-11-30", "2026-08-31"))


def test_the_start_is_the_first_day_else_the_conclusion_else_the_award() -> None:
    """What is not stated is not guessed."""
    assert due(begin(award(from_=None, concluded_on=DAY("2026-05-04")))) == DAY("2026-11-02")
    assert due(begin(award(from_=None))) == DAY("2026-11-02")


def test_the_term_s_own_interval_wins() -> None:
    """A hundred and twenty days of the term against 180 or 90 of the authority's file."""
    assert due(begin(award(term(every=120)))) == DAY("2026-09-29")


def test_the_next_arises_on_the_day_on_which_one_is_due_done_or_not() -> None:
    """And is counted from the start: a late follow-up moves nothing."""
    told = next_of(begin(award(), followed("2026-11-20")), 1)
    second = owed(told, 2)
    assert second is not None
    assert (second.ordinal, second.trigger_on, second.due_on) == (2, DAY("2026-11-30"), DAY("2027-05-27"))
    assert owed(next_of(begin(award()), 1), 2) is not None


def test_the_last_is_due_at_the_contract_s_end_and_none_follows() -> None:
    """540 days after the start would be 2027-11-23; 720 lie after the end."""
    told = next_of(next_of(next_of(begin(award()), 1), 2), 3)
    assert (due(told, 3), due(told, 4)) == (DAY("2027-11-23"), DAY("2027-11-30"))
    assert owed(next_of(told, 4), 5) is None


def test_a_short_contract_is_followed_up_once_at_its_end() -> None:
    """Shorter than one interval."""
    told = begin(award(to=DAY("2026-08-31")))
    assert due(told) == DAY("2026-08-31")
    assert owed(next_of(told, 1), 2) is None


def test_a_contract_without_an_end_goes_on() -> None:
    """Until it is said to have ended."""
    told = begin(award(to=None))
    for n in range(1, 6):
        next_of(told, n)
    assert due(told, 6) == DAY("2029-05-16")


# -- doing it


def test_a_follow_up_answers_the_duty_that_it_names() -> None:
    """And no other."""
    told = next_of(begin(award()), 1).given(followed("2026-12-07", 1))
    first, second = owed(told, 1), owed(told, 2)
    assert first is not None
    assert second is not None
    assert (first.end, first.acted_on, second.end) == ("discharged", DAY("2026-12-07"), None)
    assert classify(first, DAY("2026-12-31")) == "done-late"


def test_what_was_not_followed_up_is_no_breach() -> None:
    """A local duty can be late and breaks no clause."""
    state = owed(begin(award()))
    assert state is not None
    assert (classify(state, DAY("2027-01-01")), is_breach(state, DAY("2027-01-01"))) == ("not-done", False)


def test_what_is_said_afterwards_to_have_been_in_time_needs_proof() -> None:
    """A document of that time, or a second person."""
    shown = DocumentRef(dnr="TN 2026/9", sha256="ab" * 32, diarised_on=DAY("2027-01-11"), secrecy="none")
    begin(award()).when(followed("2026-11-27", said="2027-01-11", document=shown)).refused(NOT_APPROVED)
    told = begin(award()).given(followed("2026-11-27", said="2027-01-11", document=shown, approved_by="staff-9"))
    state = owed(told)
    assert state is not None
    assert classify(state, DAY("2027-02-01")) == "done-recorded-late"


# -- ending early


def test_an_early_end_voids_what_is_not_due_yet() -> None:
    """Of all its terms, and of no other contract."""
    other = award(contract_id=OTHER)
    told = begin(award(term("T1"), term("T2")), other, ended("2026-09-30"))
    assert [(v.duty_id, v.reason_code) for v in took(told, DutyVoided)] == [
        (named(1), "contract-ended"), (named(1, "T2"), "contract-ended"),
    ]  # fmt: skip
    assert told.state(f"duty/{named(1, contract=OTHER)}").end is None


def test_what_is_overdue_when_the_contract_ends_goes_on() -> None:
    """It can still be done, late."""
    told = begin(award(), ended("2026-12-15"))
    state = owed(told)
    assert state is not None
    assert state.end is None
    late = followed("2026-12-21", period=period("2026-06-01", "2026-12-15"))
    assert owed(told.given(late)).end == "discharged"  # type: ignore[union-attr]


def test_a_contract_that_ends_on_its_day_owes_its_last_follow_up() -> None:
    """Only what falls after the end is void; the day itself counts, also where it is rolled (2026-08-30 is a Sunday)."""
    told = begin(award(to=DAY("2026-08-30")), ended("2026-08-30"))
    state = owed(told)
    assert state is not None
    assert (state.end, state.due_on) == (None, DAY("2026-08-31"))


def test_none_follows_once_the_contract_has_ended() -> None:
    """Its first goes on, overdue, and no second arises."""
    assert owed(next_of(begin(award(to=None), ended("2026-11-29", said="2026-11-30")), 1), 2) is None


def test_where_the_contract_ended_before_the_clock_came_the_next_arises_and_ends_by_that() -> None:
    """The day decides, not when the clock comes to it."""
    told = next_of(begin(award(), ended("2027-02-01")), 1, said="2027-02-02")
    second = owed(told, 2)
    assert second is not None
    assert (second.end, second.void_reason, second.ended_on) == ("voided", "contract-ended", DAY("2027-02-01"))


# -- correcting


def correct(told: Story, *changes: Change, kind: str = "wrong-value", on: str = "2026-06-15") -> Story:
    """Correct the award."""
    envelope = next(e for e in told.told if isinstance(e.data, ContractAwarded))
    ref = CorrectedRef(event_id=envelope.id, stream=envelope.subject, index=told.past.index(envelope.id))
    return told.given(CorrectTender.model_validate({
        "at": at(on), "tenderId": TENDER, "corrects": ref, "kind": kind, "changes": changes, "reason": "Fel i underlaget",
        "correctedBy": "staff-1", "approvedBy": "staff-9",
    }))  # fmt: skip


def test_a_corrected_start_moves_the_follow_up() -> None:
    """It is read as corrected from the beginning."""
    assert due(correct(begin(award()), Change(pointer="/from", after="2026-07-01"))) == DAY("2026-12-28")


def test_an_award_that_never_was_owes_nothing() -> None:
    """What it triggered is void."""
    told = correct(begin(award()), kind="never-happened")
    assert [v.reason_code for v in took(told, DutyVoided)] == ["trigger-corrected"]


def test_an_award_of_another_day_owes_it_anew() -> None:
    """The former is void, the next number is owed from the right day."""
    told = correct(begin(award()), Change(pointer="/awardDecidedOn", after="2026-04-30"))
    anew = told.state(f"duty/{named(1)}/2")
    assert (owed(told).end, anew.end, anew.ordinal, anew.trigger_on) == ("voided", None, 1, DAY("2026-04-30"))  # type: ignore[union-attr]
    assert anew.base == named(1)


def test_a_later_follow_up_of_a_corrected_award_is_owed_anew() -> None:
    """Its first was done and stands; the second is void and arises again, on the same day and with the same number."""
    told = next_of(begin(award(), followed("2026-11-20")), 1)
    told = correct(told, Change(pointer="/awardDecidedOn", after="2026-04-30"), on="2027-01-15")
    anew = told.state(f"duty/{named(2)}/2")
    assert (owed(told).end, owed(told, 2).void_reason) == ("discharged", "trigger-corrected")  # type: ignore[union-attr]
    assert (anew.end, anew.ordinal, anew.trigger_on, anew.due_on) == (None, 2, DAY("2026-11-30"), DAY("2027-05-27"))


def test_where_the_one_before_arises_anew_the_next_follows_it_again() -> None:
    """Neither was done: only the first arises in the correction, and the second on its day."""
    told = correct(next_of(begin(award()), 1), Change(pointer="/awardDecidedOn", after="2026-04-30"), on="2027-01-15")
    assert (told.state(f"duty/{named(1)}/2").end, told.state(f"duty/{named(2)}/2")) == (None, None)
    day = DAY("2026-11-30")
    told.given(TakeStep(
        at=at("2027-01-15"), duty_id=DutyId(f"{named(1)}/2"), object_id=TENDER, step=NEXT, on=day, due=day,
    ))  # fmt: skip
    assert told.state(f"duty/{named(2)}/2").due_on == DAY("2027-05-27")


# -- what an award does besides, and when it is refused


def test_the_seal_opens_with_the_last_lot_that_is_decided() -> None:
    """A lot without a decision keeps it; one closed without a winner does not."""
    told = begin(award())
    assert is_sealed(told.state(f"tender/{TENDER}"))
    nobody = {"winners": (), "social_terms": (), "contract_id": OTHER, "lot_ids": ("LOT-0002",)}
    assert is_sealed(told.given(award(outcome="open-nw", **nobody)).state(f"tender/{TENDER}"))
    assert not is_sealed(begin(award(), award(outcome="clos-nw", **nobody)).state(f"tender/{TENDER}"))


def test_nothing_is_decided_before_the_deadline_s_day() -> None:
    """It would open the seal while the lot can be answered; each lot of the award counts, and no other."""
    goods = lot("LOT-0002", closes="2026-05-20").model_copy(update={"nature": "supplies"})
    services = lot("LOT-0001", closes="2026-04-15")
    told = story(rules(authority()), PROCUREMENT_OFFICE).given(publish("2026-03-02", services, goods))
    both = ("LOT-0001", "LOT-0002")
    told.when(award(award_decided_on=DAY("2026-04-14"))).refused(TOO_SOON)
    told.when(award(lot_ids=both)).refused(TOO_SOON)
    nobody = {"winners": (), "social_terms": (), "outcome": "clos-nw"}
    told.when(award(award_decided_on=DAY("2026-04-14"), **nobody)).refused(TOO_SOON)
    assert not is_sealed(told.given(award(award_decided_on=DAY("2026-04-15"))).given(
        award(at=at("2026-05-20"), award_decided_on=DAY("2026-05-20"), contract_id=OTHER, lot_ids=("LOT-0002",))
    ).state(f"tender/{TENDER}"))  # fmt: skip


def test_a_sole_trader_s_number_and_name_are_stored_sealed_only() -> None:
    """A company's stand in clear (edge rule 20)."""
    [awarded] = took(begin(award(winners=(TRADER, COMPANY))), ContractAwarded)
    trader, company = awarded.winners
    assert (trader.identity.kind, trader.identity.value, trader.name) == ("personnummer", None, None)
    assert isinstance(trader.identity.value_enc, Plain)
    assert isinstance(trader.name_enc, Plain)
    assert (company.identity.value, company.name, company.name_enc) == ("5560360793", "Exempelbolaget AB", None)


async def test_what_is_stored_of_a_sole_trader_is_ciphertext() -> None:
    """Neither number nor name stands in the bytes; a company's do, and the key is the contract's."""
    keys = MemoryKeys()
    command = await prepare(award(winners=(TRADER, COMPANY)), keys, "procurement")
    [awarded] = [e for e in begin(command).told if isinstance(e.data, ContractAwarded)]
    stored = encode(sealed(Entry("procurement.events", awarded)).envelope).decode()
    assert "8112189876" not in stored
    assert '"Exempel"' not in stored
    assert ("5560360793" in stored, "Exempelbolaget AB" in stored) == (True, True)
    key = await keys.key_for("winner", CONTRACT)
    assert stored.count(key.ref) == 3  # number, name, and the envelope's keyid


def test_only_a_person_needs_a_key() -> None:
    """A company's number makes none."""
    assert award(winners=(COMPANY, TRADER)).names_person
    assert not award().names_person


@pytest.mark.parametrize(
    ("command", "because"),
    [
        (award(board=Role("buying-board:education")), OTHER_BOARD),
        (award(award_decided_on=DAY("2026-05-05")), IN_FUTURE),
        (award(lot_ids=("LOT-0009",)), LOT_UNKNOWN),
        (award(winners=()), WINNERS_AMISS),
        (award(outcome="clos-nw"), WINNERS_AMISS),
        (award(outcome="clos-nw", winners=()), WINNERS_AMISS),
        (award(term(), term()), TERMS_ALIKE),
        (award(to=DAY("2026-05-31")), DAYS_REVERSED),
        (award(winners=(SaidWinner(organisation_number=Plain('"0000000000"')),)), NOT_A_NUMBER),
        (followed("2026-11-27"), NO_SUCH_CONTRACT),
        (ended("2026-11-27"), NO_SUCH_CONTRACT),
    ],
)
def test_an_award_fits_its_tender(command: TenderCommand, because: Any) -> None:
    """The board's own, a day that has come, lots that are open, winners where there are, terms told apart."""
    begin().when(mine(command)).refused(because)


@pytest.mark.parametrize(
    ("command", "because"),
    [
        (award(), CONTRACT_TAKEN),
        (followed("2026-11-27", term_id="T2"), OTHER_TERM),
        (followed("2026-11-27", duty_id=named(1, "T2")), OTHER_TERM),
        (followed("2026-11-27", duty_id=named(1, "T9"), term_id="T9"), OTHER_TERM),
        (followed("2026-11-28", said="2026-11-27"), IN_FUTURE),
        (
            followed("2026-11-27", period=Period.model_validate({"from": "2026-11-02", "to": "2026-11-01"})),
            DAYS_REVERSED,
        ),
        (followed("2026-05-31", period=period("2026-05-31", "2026-05-31")), BEFORE_CONTRACT),
        (followed("2026-11-27", period=period("2026-05-31", "2026-11-27")), OUTSIDE_CONTRACT),
        (followed("2027-12-01"), OUTSIDE_CONTRACT),
        (followed("2026-11-26", said="2026-11-27", period=period("2026-06-01", "2026-11-27")), PERIOD_NOT_OVER),
        (followed("2026-11-27", 9), DUTY_UNKNOWN),
        (ended("2026-11-28", said="2026-11-27"), IN_FUTURE),
        (ended("2026-05-03", said="2026-11-27"), DAYS_REVERSED),
    ],
)
def test_what_is_done_with_a_contract_fits_it(command: TenderCommand, because: Any) -> None:
    """Its own terms and duties, days in order."""
    begin(award()).when(mine(command)).refused(because)


def test_a_contract_that_began_before_its_award_is_followed_up_from_the_award_on() -> None:
    """Until then nobody had it."""
    told = begin(award(from_=DAY("2026-04-20")))
    told.when(followed("2026-05-03", period=period("2026-04-20", "2026-05-03"), said="2026-05-04")).refused(
        BEFORE_CONTRACT
    )
    assert told.when(followed("2026-05-04", period=period("2026-04-20", "2026-05-04"))).events()


def test_a_period_ends_with_the_contract() -> None:
    """Also where that ended before its last day."""
    told = begin(award(), ended("2026-12-15"))
    told.when(followed("2026-12-21", period=period("2026-06-01", "2026-12-16"))).refused(OUTSIDE_CONTRACT)


def test_a_duty_is_answered_once() -> None:
    """One that was done or fell away takes no follow-up; the open one is named."""
    begin(award(), followed("2026-11-20")).when(followed("2026-11-27")).refused(DUTY_ENDED)
    gone = followed("2026-10-01", period=period("2026-06-01", "2026-09-30"))
    begin(award(), ended("2026-09-30")).when(gone).refused(DUTY_ENDED)


def test_a_lot_is_not_both_awarded_and_closed_without_a_winner() -> None:
    """Two contracts of one lot are a framework agreement; a lot without a winner has none, and is closed once."""
    nobody: dict[str, Any] = {"outcome": "clos-nw", "winners": (), "social_terms": ()}
    begin(award()).when(award(contract_id=OTHER, **nobody)).refused(LOT_AWARDED)
    begin(award(**nobody)).when(award(contract_id=OTHER)).refused(LOT_CLOSED)
    begin(award(**nobody)).when(award(contract_id=OTHER, **nobody)).refused(LOT_CLOSED)
    assert begin(award()).when(award(contract_id=OTHER)).events()
    assert begin(award(**(nobody | {"outcome": "open-nw"}))).when(award(contract_id=OTHER)).events()
    assert begin(award()).when(award(contract_id=OTHER, lot_ids=("LOT-0002",), **nobody)).events()


def test_only_an_own_tender_that_stands_is_awarded() -> None:
    """Not an unknown one, another buyer's, or one that was cancelled."""
    story(rules(authority()), PROCUREMENT_OFFICE).when(award()).refused(UNKNOWN)
    story(rules(authority()), PROCUREMENT_OFFICE).given(publish("2026-03-02", buyers=(OUTSIDER,))).when(
        award()
    ).refused(NOT_OWN)
    begin(cancel("2026-04-01")).when(award()).refused(CANCELLED)


def test_a_contract_ends_once() -> None:
    """Said again it is nothing new."""
    begin(award(), ended("2026-09-30")).when(ended("2026-10-01")).then()
