"""One tender told by two sources, and an own tender that suits nobody: what an officer says of them.

Of two that are one, a person says which is kept; the other owes nothing any more, as if it never had (edge rule 5).
"""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Final, cast

from typing_extensions import override

from services.procurement.domain.carrying import CarryOver
from services.procurement.domain.criteria import NOT_OWN
from services.procurement.domain.outreach_due import published_due, standings
from services.procurement.domain.pairs import STAGES
from services.procurement.domain.rows import EnterpriseRow
from services.procurement.domain.tender import State, tender_in
from services.procurement.domain.tender_commands import CANCELLED, IN_FUTURE, UNKNOWN, TenderCommand
from shared.contracts.awards import DuplicateLinked, MatchedBy, NoSuitableEnterprise
from shared.contracts.cloudevent import Recorded
from shared.contracts.values import Day, DutyId, Id, Reason, StaffRef, is_same
from shared.correcting import as_corrected
from shared.deciding import Command, Decision, Past, Refused
from shared.policy.authority import Authority
from shared.policy.clause import GS_6
from shared.policy.duty.commands import APPROVED_BY_ACTOR, VoidDuty
from shared.policy.duty.due import after
from shared.policy.stockholm import day_of
from shared.reacting import Rows


class LinkDuplicate(TenderCommand):
    """Say that `duplicateTenderId` is the same tender as `tenderId`, which is kept.

    Where something may be overdue that it makes void, it needs `approvedBy`: a second person, who neither records nor links.
    """

    ON_PAST: ClassVar[bool] = True
    BY_ANOTHER: ClassVar[Refused | None] = APPROVED_BY_ACTOR

    duplicate_tender_id: Id
    matched_by: MatchedBy
    linked_on: Day
    linked_by: StaffRef
    approved_by: StaffRef | None = None

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
KEPT_NOT_OWN: Final = Refused(
    "duplicate-kept-not-own", GS_6,
    "Upphandlingen som ska vara kvar görs av en annan köpare; låt den egna vara kvar, för där ligger skyldigheterna.",
    "The tender to be kept is another buyer's; keep the own one, since it is there that something is owed.",
)  # fmt: skip
KEPT_CANCELLED: Final = Refused(
    "duplicate-kept-cancelled", GS_6,
    "Upphandlingen som ska vara kvar är avbruten; låt den som pågår vara kvar, annars är ingenting skyldigt någonstans.",
    "The tender to be kept was cancelled; keep the one that goes on, or nothing would be owed anywhere.",
)  # fmt: skip
LINK_NOT_APPROVED: Final = Refused(
    "duplicate-overdue-not-approved", GS_6,
    "Dubbletten har varit offentlig så länge att något kan vara försenat; ange en andra person som godkänner kopplingen.",
    "The duplicate has been public for so long that something may be overdue; name a second person who approves the link.",
)  # fmt: skip


def link(authority: Authority, command: LinkDuplicate, past: Past) -> Decision:
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
    refused = _unkept(kept, duplicate) or _unapproved(authority, command, duplicate, past)
    return refused or [DuplicateLinked(**command.model_dump(exclude={"at"}))]


def _unkept(kept: State, duplicate: State) -> Refused | None:
    if not kept.own:
        return KEPT_NOT_OWN
    if not kept.open_lots:
        return KEPT_CANCELLED
    return HAS_CONTRACTS if duplicate.contracts else None


def _unapproved(authority: Authority, command: LinkDuplicate, duplicate: State, past: Past) -> Refused | None:
    if is_same(command.approved_by, command.linked_by):
        return APPROVED_BY_ACTOR
    today = day_of(command.at)
    owed = past.duties(command.duplicate_tender_id)  # the statement on criteria
    is_late = any(duty.end is None and duty.is_past(today) for duty in owed)
    if command.approved_by is None and (is_late or _may_be_late(duplicate, command.subject, past, today, authority)):
        return LINK_NOT_APPROVED
    return None


def _may_be_late(duplicate: State, stream: str, past: Past, today: date, authority: Authority) -> bool:
    """Tell whether an enterprise that it suited from the first day would have to be told by now.

    Which ones it suits lies in streams that no command on a tender can name, so the earliest day is taken that any could have.
    """
    since = duplicate.published_at or duplicate.public_since("planned")
    if not duplicate.own or since is None:
        return False
    if duplicate.published_at is None:
        due = after(day_of(since), "outreach.planned", authority).on
        return due is not None and due < today
    stood = standings(as_corrected(past.history(stream)))
    ids = [lot.lot_id for lot in duplicate.lots]
    dues = [published_due(day_of(since), lots, stood, authority).on for lots in (ids, *([id_] for id_ in ids))]
    return any(due is not None and due < today for due in dues)


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
    """Carry over what the duplicate told each enterprise, and void what it owes; its own criteria end with the link."""
    event = recorded.event
    if not isinstance(event, DuplicateLinked):
        return
    at = recorded.envelope.occurredat
    for _, enterprise in sorted(rows.all(EnterpriseRow).items()):
        yield CarryOver(
            at=at, tender_id=event.tender_id, enterprise_id=Id(enterprise.enterprise_id),
            duplicate_tender_id=event.duplicate_tender_id, approved_by=event.approved_by,
        )  # fmt: skip
        pair = f"{event.duplicate_tender_id}/{enterprise.enterprise_id}"
        for stage in STAGES:
            yield VoidDuty(
                at=at, duty_id=DutyId(f"gs-6.{stage}/{pair}"), object_id=pair, reason_code="duplicate",
                cause_event_id=recorded.envelope.id, on=day_of(at),
            )  # fmt: skip
