"""The rows of what is written to enterprises: what the letters tell, which were approved, sent and answered, and to whom.

No address stands in an event of procurement; the view of contacts alone has them, from registry's log.
"""

from dataclasses import dataclass
from datetime import date, datetime

from shared.contracts.procurement import Lot
from shared.contracts.values import Enc


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Facts that letters tell, since when they are public, and by which event. `facts` are as in `facts.py`."""

    event_id: str
    at: datetime
    digest: str
    facts: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRow:
    """What the letters tell of one of the authority's own tenders: its plan, its publication, and each change since."""

    key: str
    tender_id: str
    planned: Told | None
    published: Told | None
    changes: tuple[Told, ...]
    changed_at: datetime | None
    now: dict[str, object]
    """The public facts as they stand."""
    lots: tuple[Lot, ...]
    given_up: tuple[str, ...]
    """Ids of lots that were given up."""
    cancelled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter, or another outreach that somebody noted, and what became of it. `event_id`: of what asked for it."""

    outreach_id: str
    event_id: str
    stage: str | None = None
    purpose: str | None = None
    channel: str | None = None
    contact_id: str | None = None
    language: str | None = None
    facts_digest: str | None = None
    duty_id: str | None = None
    approved_by: str | None = None
    asked_at: datetime | None = None
    """None: the post was not asked; somebody wrote or called."""
    tries: int = 0
    """How often a mail server put it off."""
    tried_at: datetime | None = None
    next_at: datetime | None = None
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    delayed_at: datetime | None = None
    """When it was told that it is on its way longer than usual."""
    failed_at: datetime | None = None
    reason: str | None = None
    smtp_status: str | None = None

    @property
    def waits(self) -> bool:
        """Tell whether the post has yet to send it."""
        return self.asked_at is not None and self.sent_at is None and self.failed_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRow:
    """The letters of a tender to an enterprise. Sealed while the tender is open."""

    key: str
    tender_id: str
    enterprise_id: str
    letters: tuple[Letter, ...]
    informed: bool
    next_at: datetime | None
    """When the post is to send one; None: none waits."""
    tried_at: datetime | None
    """When the post last spoke with a mail server of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Letters that an officer approved: those with these facts."""

    digest: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRow:
    """What was approved of a tender's letters."""

    key: str
    tender_id: str
    approvals: tuple[Approval, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A way to write to an enterprise. A person's address is sealed; `event_id` and `source` are where it was sealed."""

    contact_id: str
    purpose: str
    channel: str
    language: str | None
    valid_from: date
    event_id: str
    source: str
    address: str | None = None
    address_enc: Enc | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedAt:
    """Where a value was sealed that a correction put in another's place: the correction, and the pointer into it."""

    event_id: str
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResealedRow:
    """The sealed values of an enterprise that came by a correction, by their ciphertext."""

    key: str
    places: dict[str, SealedAt]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """The contacts in use of an enterprise."""

    key: str
    enterprise_id: str
    contacts: tuple[Mailbox, ...]
