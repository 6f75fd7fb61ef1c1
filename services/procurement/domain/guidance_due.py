"""To whom the year's letter of guidance is due now, at which contact, approved by whom; and why others do not get it (GS-5).

As with the letters of tenders, one function decides it for the post and for the dry run, on rows alone. A letter is due to
whoever has an open duty of the year and no direct contact since that arose.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, TypeAlias

from services.procurement.domain.guidance_rows import YearLetter
from services.procurement.domain.ids import derived
from services.procurement.domain.letter_rows import Approval, Letter, Mailbox, SealedAt
from services.procurement.domain.letters import Language
from services.procurement.domain.letters_due import (
    WRITTEN_TO,
    approved_by,
    blocked,
    language_of,
    mailbox,
    settled,
)
from services.procurement.domain.retries import is_over
from shared.contracts.values import Id
from shared.policy.authority import Authority
from shared.policy.stockholm import day_of

KIND: Final = "guidance"
Why: TypeAlias = Literal["not-approved", "no-contact", "waits", "sent", "delivered", "failed", "stopped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """An enterprise with an open duty of a year, and all direct guidance to it for that year. `written` None: no letter yet."""

    key: str
    enterprise_id: str
    for_year: int
    duty_id: str
    since: date
    """When the duty arose."""
    status: str | None
    contacts: tuple[Mailbox, ...]
    letters: tuple[Letter, ...]
    written: YearLetter | None
    approvals: tuple[Approval, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A year's letter that is to go, or does not: then `why` says it. Without a contact it is not to go but to be told of."""

    guidance_id: Id
    letter: YearLetter
    contact: Mailbox | None
    approved_by: str | None
    why: Why | None

    @property
    def language(self) -> Language:
        """The letter's language."""
        return language_of(self.contact)


def due(year: Year, now: datetime, authority: Authority) -> Due | None:
    """Give an enterprise's letter of a year; None: nobody has written one."""
    letter = year.written
    if letter is None:
        return None
    own = [each for each in year.letters if not _counted_before(each, year.since)]
    contact = mailbox(year.contacts, day_of(now))
    approver = approved_by(letter.digest, KIND, year.approvals, now, authority)
    of_words = [each for each in own if each.failed_at is None or each.facts_digest == letter.digest]
    failed = [each for each in own if each.failed_at]
    guidance_id = derived(
        letter.event_id, year.enterprise_id, year.duty_id, contact.contact_id if contact else "no-contact",
        failed[-1].outreach_id if contact and failed else "",
    )  # fmt: skip
    why: Why | None = _settled(own) or (None if year.status in WRITTEN_TO else "stopped")
    return Due(
        guidance_id=guidance_id, letter=letter, contact=contact, approved_by=approver,
        why=why or blocked(year, contact, of_words, approver, guidance_id, letter.digest),
    )  # fmt: skip


def _counted_before(letter: Letter, since: date) -> bool:
    """Tell whether a letter arrived, for good, before the duty arose."""
    return letter.failed_at is None and letter.delivered_at is not None and day_of(letter.delivered_at) < since


def _settled(own: list[Letter]) -> Why | None:
    arrived = any(each.delivered_at and not each.failed_at for each in own)
    return "delivered" if arrived else settled(own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Guidance that waits, as it is when it is to go. `written` is the year's letter as it stands now."""

    key: str
    enterprise_id: str
    for_year: int
    topics: tuple[str, ...]
    letter: Letter
    status: str | None
    contacts: tuple[Mailbox, ...]
    resealed: dict[str, SealedAt]
    written: YearLetter | None
    is_owed: bool

    @property
    def contact(self) -> Mailbox | None:
        """The letter's contact while it is in use."""
        return next((each for each in self.contacts if each.contact_id == self.letter.contact_id), None)


def given_up(waiting: Waiting, now: datetime) -> Literal["expired", "no-contact"] | None:
    """Say why a letter that waits is not to go any more: its time is over, it reads otherwise now, or nobody is owed it."""
    asked_at, written = waiting.letter.asked_at, waiting.written
    if (
        asked_at is None
        or is_over(asked_at, waiting.letter.tries, now)
        or written is None
        or written.digest != waiting.letter.facts_digest
    ):
        return "expired"
    if waiting.status not in WRITTEN_TO or not waiting.is_owed:
        return "expired"
    return "no-contact" if waiting.contact is None else None
