"""A procedure has one open tender, whoever reads its notices at the same time: the claim is taken under the append's lock."""

from dataclasses import replace

import pytest

from services.procurement.domain.from_notice import DIFFERS
from services.procurement.domain.rules import rules
from services.procurement.domain.tender import claims
from services.procurement.domain.tender_commands import PROCEDURE_TAKEN
from services.procurement.notice.model import Kind
from shared.deciding import Command, Submission
from shared.log.append import Accepted, Answer, Logs
from shared.log.memory import MemoryStore
from shared.policy.role import PROCUREMENT_OFFICE
from tests.authorities import authority
from tests.procurement.stories import OTHER_TENDER, TENDER, cancel, publish
from tests.procurement.test_from_notice import NOTICE, PART, begin, changed, read


class Office:
    """Procurement's logs, in memory: two groups are two processes."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.logs = Logs(self.store, rules(authority()), ["procurement.events", "procurement.outreach"])
        self.asked = 0

    async def do(self, command: Command) -> Answer:
        """Have a command decided."""
        self.asked += 1
        [answer] = await self.logs.append([
            Submission(
                command=command, key=f"key-{self.asked}", actor="staff-1", role=PROCUREMENT_OFFICE, recorded_at=command.at,
                correlation_id="correlation",
            )
        ])  # fmt: skip
        return answer


ANOTHER = replace(NOTICE, notice_id="n-2")


async def test_two_notices_of_a_procedure_never_make_two_tenders() -> None:
    """Each was read before the other was known: the second is refused, and made again on the tender that is there."""
    office = Office()
    assert isinstance(await office.do(read(NOTICE)), Accepted)
    assert await office.do(read(ANOTHER, tender=OTHER_TENDER)) == PROCEDURE_TAKEN
    assert isinstance(await office.do(read(ANOTHER, tender=TENDER)), Accepted)


@pytest.mark.parametrize(
    "fields", [{"procedure_id": "bt-04"}, {"upphandlings_id": "UH-1"}], ids=["BT-04", "Upphandlings-ID"]
)
async def test_an_officer_s_tender_is_the_procedure_s_too(fields: dict[str, str]) -> None:
    """One tender from two sources is one (edge rule 5)."""
    office = Office()
    assert isinstance(await office.do(publish(**fields)), Accepted)
    other = publish(**fields).model_copy(update={"tender_id": OTHER_TENDER})
    assert await office.do(other) == PROCEDURE_TAKEN


@pytest.mark.parametrize("by_notice", [True, False], ids=["by notice", "by officer"])
async def test_cancelled_and_published_again_is_a_new_tender(*, by_notice: bool) -> None:
    """The tender that was given up gives the procedure back (edge rule 15)."""
    office = Office()
    await office.do(read(NOTICE))
    given_up = read(changed(reasons=("cancel",), on="2026-03-05")) if by_notice else cancel("2026-03-05")
    assert isinstance(await office.do(given_up), Accepted)
    again = replace(NOTICE, notice_id="n-3", dispatched_on="2026-03-06")
    assert isinstance(await office.do(read(again, tender=OTHER_TENDER)), Accepted)
    assert await office.do(read(replace(again, notice_id="n-4"), tender=TENDER)) != PROCEDURE_TAKEN


def test_the_event_itself_says_what_is_claimed() -> None:
    """After a restore the claims are made anew of the events."""
    command = read(NOTICE)
    event, *_ = begin().when(command).own()
    assert set(claims(event)) == set(command.claims) == {"notice:n-1/01", "procedure:bt-04"}


async def test_a_tender_with_a_lot_left_keeps_its_procedure() -> None:
    """Giving up one of two lots ends nothing."""
    office = Office()
    await office.do(read(replace(NOTICE, lots=(PART, replace(PART, id="LOT-0002")))))
    await office.do(cancel("2026-03-05", "LOT-0002"))
    assert await office.do(read(ANOTHER, tender=OTHER_TENDER)) == PROCEDURE_TAKEN


def test_the_same_notice_again_says_nothing() -> None:
    """Read once; whoever sends it again is answered as the first time."""
    begin().given(read(NOTICE)).when(read(NOTICE)).then()


def test_another_notice_under_the_same_id_and_version_is_refused() -> None:
    """Its sender thinks that it was read."""
    other = read(replace(NOTICE, title={"SWE": "Andra parker"})).model_copy(update={"notice_digest": "cd" * 32})
    begin().given(read(NOTICE)).when(other).refused(DIFFERS)


def test_another_plan_under_the_same_id_and_version_is_refused() -> None:
    """A plan has no digest: what it says is compared."""
    planned = replace(NOTICE, kind=Kind.PLANNED, form_type="planning", subtype="4", lots=(), parts=(PART,))
    past = begin().given(read(planned))
    past.when(read(planned)).then()
    past.when(read(replace(planned, title={"SWE": "Andra parker"}))).refused(DIFFERS)
