"""What procurement publishes of the letters that it writes itself: which were approved, and which are to be sent.

Both are in `procurement.outreach`. What became of a letter is told by `OutreachSent`, `OutreachDelivered` and `OutreachFailed`.
"""

from typing import Literal

from shared.contracts.cloudevent import Event
from shared.contracts.procurement import Channel, Purpose, Stage
from shared.contracts.values import DutyId, Id, Sha256, StaffRef


class LettersApproved(Event):
    """An officer approved that everybody concerned is written to with exactly these public facts (GS-6, edge rule 11)."""

    TYPE = "se.medverka.LettersApproved.v1"

    tender_id: Id
    stage: Stage
    purpose: Purpose
    facts_digest: Sha256


class OutreachRequested(Event):
    """A letter is to go to one enterprise; its Message-ID is made of this event's id (GS-6).

    `approvedBy` is the officer, or `rule` where the authority's file approves letters of this kind.
    """

    TYPE = "se.medverka.OutreachRequested.v1"

    outreach_id: Id
    stage: Stage
    purpose: Purpose
    channel: Channel
    contact_id: Id
    facts_digest: Sha256
    language: Literal["sv", "en"]
    approved_by: StaffRef
    duty_id: DutyId | None = None


LETTER_EVENTS: tuple[type[Event], ...] = (LettersApproved, OutreachRequested)
