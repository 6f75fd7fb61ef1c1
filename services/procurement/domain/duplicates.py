"""One tender told by two sources, and an own tender that suits nobody: what an officer says of them.

Of two that are one, a person says which is kept; the other owes nothing any more, as if it never had (edge rule 5).
"""

from collections.abc import Iterable
from typing import ClassVar, Final, cast

from typing_extensions import override

from services.procurement.domain.criteria import NOT_OWN
from services.procurement.domain.pairs import STAGES
from services.procurement.domain.rows import EnterpriseRow
from services.procurement.domain.tender import State, tender_in
from services.procurement.domain.tender_commands import CANCELLED, IN_FUTURE, UNKNOWN, TenderCommand
from shared.contracts.awards import DuplicateLinked, MatchedBy, NoSuitableEnterprise
from shared.contracts.cloudevent import Recorded
from shared.contracts.values import Day, DutyId, Id, Reason, StaffRef
from shared.deciding import Command, Decision, Past, Refused
from shared.policy.authority import Authority
from shared.policy.clause import GS_6
from shared.policy.duty.commands import VoidDuty
from shared.policy.stockholm import day_of
from shared.reacting import Rows


class LinkDuplicate(TenderCommand):
    """Say that `duplicateTenderId` is the same tender as `tenderId`, which is kept."""

    ON_PAST: ClassVar[bool] = True

    duplicate_tender_id: Id
    matched_by: MatchedBy
    linked_on: Day
    linked_by: StaffRef

    @property
    @override
    def subject(self) -> str:
        """The duplicate's stream: it is what ends."""
        return f"tender/{self.duplicate_tender_id}"

    @property
    @override
    def reads(self) -> tuple[str, ...]:
        """The tender that is kept."""
        return (f"tender/{self.tender_id}",)


class StateNoneSuitable(TenderCommand):
    """Say, having looked at the assessments, why an own tender suits no enterprise."""

    reasons: Reason
    assessment_ids: tuple[Id, ...] = ()
    decided_by: StaffRef
    stated_on: Day


SAME: Final = Refused(
    "duplicate-of-itself", GS_6,
    "En upphandling är ingen dubblett av sig själv; ange två.",
    "A tender is no duplicate of itself; name two.",
)  # fmt: skip
IS_DUPLICATE: Final = Refused(
    "tender-is-duplicate", GS_6,
    "Upphandlingen är en dubblett; registrera uppgiften på den som är kvar.",
    "The tender is a duplicate; record it on the one that is kept.",
)  # fmt: skip
HAS_CONTRACTS: Final = Refused(
    "duplicate-has-contracts", GS_6,
    "Upphandlingen har avtal; låt den vara kvar och gör den andra till dubblett.",
    "The tender has contracts; keep it, and link the other one as the duplicate.",
)  # fmt: skip


def link(command: LinkDuplicate, past: Past) -> Decision:
    """Record which of two tenders is kept; the same link again is nothing new."""
    kept, duplicate = tender_in(past, command.tender_id), cast("State", past.state(command.subject))
    if command.tender_id == command.duplicate_tender_id:
        return SAME
    if "unknown" in (kept.phase, duplicate.phase):
        return UNKNOWN
    if command.linked_on > day_of(command.at):
        return IN_FUTURE
    if duplicate.duplicate_of == command.tender_id:
        return []
    if kept.duplicate_of is not None or duplicate.duplicate_of is not None:
        return IS_DUPLICATE
    return HAS_CONTRACTS if duplicate.contracts else [DuplicateLinked(**command.model_dump(exclude={"at"}))]


def none_suits(command: StateNoneSuitable, state: State) -> Decision:
    """Record that an officer has signed that an own tender suits nobody."""
    if state.phase == "unknown":
        return UNKNOWN
    if not state.own:
        return NOT_OWN
    if state.phase == "cancelled":
        return CANCELLED
    if state.duplicate_of is not None:
        return IS_DUPLICATE
    if command.stated_on > day_of(command.at):
        return IN_FUTURE
    return [NoSuitableEnterprise(**command.model_dump(exclude={"at"}))]


def on_duplicate(recorded: Recorded, rows: Rows, _authority: Authority) -> Iterable[Command]:
    """Void what the duplicate owes to each enterprise, overdue or not; its own statement on criteria ends in its append."""
    event = recorded.event
    if not isinstance(event, DuplicateLinked):
        return
    at = recorded.envelope.occurredat
    for _, enterprise in sorted(rows.all(EnterpriseRow).items()):
        pair = f"{event.duplicate_tender_id}/{enterprise.enterprise_id}"
        for stage in STAGES:
            yield VoidDuty(
                at=at, duty_id=DutyId(f"gs-6.{stage}/{pair}"), object_id=pair, reason_code="duplicate",
                cause_event_id=recorded.envelope.id, on=day_of(at),
            )  # fmt: skip
