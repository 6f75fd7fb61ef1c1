"""Which letters a tender and an enterprise are due now, to which contact, approved by whom; and why the others do not go.

One function decides it for the post, which asks for them, and for the dry run, which shows them. It looks at rows alone, so
that a restart changes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, Protocol, TypeAlias, cast

from services.procurement.domain.ids import derived
from services.procurement.domain.letter_rows import Approval, Letter, Mailbox, SealedAt, Told
from services.procurement.domain.retries import is_over
from shared.contracts.procurement import Purpose, Stage
from shared.contracts.values import Id
from shared.policy.authority import Authority
from shared.policy.stockholm import day_of

Why: TypeAlias = Literal[
    "not-public", "closed", "not-approved", "no-contact", "waits", "sent", "failed", "stopped", "overtaken"
]
BY_RULE: Final = "rule"
WRITTEN_TO: Final = ("recognised", "suspended")
"""Withdrawal and closure stop outreach, suspension does not (edge rule 19)."""
PURPOSES: Final = ("procurement", "general")
"""The contacts to whom tenders are told, the first choice first."""


class WrittenTo(Protocol):
    """Somebody to whom letters were written, and what was approved of those."""

    @property
    def letters(self) -> Sequence[Letter]:
        """All that were written."""
        ...

    @property
    def approvals(self) -> Sequence[Approval]:
        """All approvals of the letters that may be theirs."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """A pair to which something may be told: with an open duty, or told before of a tender that has changed since."""

    tender_id: str
    enterprise_id: str
    status: str | None
    closes_on: date | None
    duty_id: str | None
    duty_kind: str | None
    planned: Told | None
    published: Told | None
    changes: tuple[Told, ...]
    cancelled: bool
    contacts: tuple[Mailbox, ...]
    letters: tuple[Letter, ...]
    approvals: tuple[Approval, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A letter that is to go, or does not: then `why` says it. Without a contact it is not to go but to be told of."""

    outreach_id: Id
    stage: Stage
    purpose: Purpose
    told: Told
    contact: Mailbox | None
    duty_id: str | None
    approved_by: str | None
    why: Why | None

    @property
    def language(self) -> Literal["sv", "en"]:
        """The letter's language."""
        return language_of(self.contact)


def due(pair: Concerned, now: datetime, authority: Authority) -> Iterator[Due]:
    """Give the letters of a pair that nobody has got yet."""
    if pair.duty_id is not None and pair.duty_kind is not None:
        told = pair.planned if pair.duty_kind == "planned" else pair.published
        if told is not None:
            yield _informing(pair, told, now, authority)
    for change in pair.changes:
        telling = _change(pair, change, now, authority)
        if telling is not None:
            yield telling


def language_of(contact: Mailbox | None) -> Literal["sv", "en"]:
    """Swedish, unless the contact asked for English."""
    return "en" if contact is not None and contact.language == "en" else "sv"


def mailbox(contacts: Sequence[Mailbox], on: date) -> Mailbox | None:
    """Give where tenders are told by e-mail: a contact for them, else a general one; of several the newest."""
    usable = [
        (-PURPOSES.index(contact.purpose), contact.valid_from, place)
        for place, contact in enumerate(contacts)
        if contact.channel == "email" and contact.purpose in PURPOSES and contact.valid_from <= on
    ]
    return contacts[max(usable)[-1]] if usable else None


def _informing(pair: Concerned, told: Told, now: datetime, authority: Authority) -> Due:
    """Tell of the tender itself, for its duty."""
    own = [each for each in pair.letters if each.purpose == "inform" and _is_for(each, pair, told)]
    why: Why | None = None
    if pair.closes_on is not None and pair.closes_on < day_of(now):
        why = "closed"
    return _due(pair, told, own, now, authority, why=why, duty_id=pair.duty_id)


def _is_for(letter: Letter, pair: Concerned, told: Told) -> bool:
    """Tell whether a letter counts for this duty: one for it or for none that was named, and one of a former that failed."""
    of_stage = letter.stage == told.facts["stage"]
    return letter.duty_id == pair.duty_id or (of_stage and (letter.duty_id is None or letter.failed_at is not None))


def _change(pair: Concerned, change: Told, now: datetime, authority: Authority) -> Due | None:
    """Tell a change to whoever had been told; None: it does not concern them."""
    purpose, stage = change.facts["purpose"], change.facts["stage"]
    informed = [each for each in pair.letters if each.purpose == "inform" and each.sent_at]
    if not any(purpose == "cancelled" or each.stage == stage for each in informed):
        return None
    own = [each for each in pair.letters if each.facts_digest == change.digest]
    why: Why | None = "overtaken" if _is_overtaken(pair, change) else None
    return _due(pair, change, own, now, authority, why=why, duty_id=None)


def _is_overtaken(pair: Concerned, change: Told) -> bool:
    """Tell whether something later made a change not worth telling: a suspension that is over, anything before the end."""
    purpose = change.facts["purpose"]
    later = [each for each in pair.changes if each.at > change.at]
    if any(each.facts["purpose"] == "cancelled" for each in later) and pair.cancelled:
        return True
    if purpose == "resumed":
        before = [each for each in pair.changes if each.at < change.at]
        suspended = {each.digest for each in before if each.facts["purpose"] == "suspended"}
        return not any(letter.facts_digest in suspended and letter.sent_at for letter in pair.letters)
    return purpose == "suspended" and any(each.facts["purpose"] == "resumed" for each in later)


def _due(
    pair: Concerned, told: Told, own: Sequence[Letter], now: datetime, authority: Authority, *, why: Why | None,
    duty_id: str | None,
) -> Due:  # fmt: skip
    contact = mailbox(pair.contacts, day_of(now))
    kind = str(told.facts["stage"]) if told.facts["purpose"] == "inform" else "changes"
    approver = approved_by(told.digest, kind, pair.approvals, now, authority)
    failed = [each for each in own if each.failed_at]
    outreach_id = derived(
        told.event_id, pair.enterprise_id, duty_id or "", contact.contact_id if contact else "",
        failed[-1].outreach_id if failed else "",
    )  # fmt: skip
    if contact is None:  # its record has no duty, contact or facts: it is known by its id alone
        outreach_id = derived(told.event_id, pair.enterprise_id, duty_id or "", "no-contact")
    return Due(
        outreach_id=outreach_id, stage=cast("Stage", told.facts["stage"]), purpose=cast("Purpose", told.facts["purpose"]),
        told=told, contact=contact, duty_id=duty_id, approved_by=approver,
        why=settled(own) or why or _stopped(pair, told, now)
        or blocked(pair, contact, own, approver, outreach_id, told.digest),
    )  # fmt: skip


def settled(own: Sequence[Letter]) -> Literal["waits", "sent"] | None:
    """Say what became of a letter that is on its way or has gone."""
    alive = [each for each in own if not each.failed_at]
    if not alive:
        return None
    return "waits" if alive[-1].waits else "sent"


def _stopped(pair: Concerned, told: Told, now: datetime) -> Why | None:
    if told.at > now:
        return "not-public"
    return None if pair.status in WRITTEN_TO else "stopped"


def blocked(
    known: WrittenTo, contact: Mailbox | None, own: Sequence[Letter], approver: str | None, outreach_id: Id, digest: str
) -> Literal["not-approved", "no-contact", "failed"] | None:  # fmt: skip
    """Say what somebody must do first: approve it, find a contact, or approve that it goes to one where it failed."""
    if approver is None:
        return "not-approved"
    if contact is None:
        return "no-contact" if any(each.outreach_id == outreach_id for each in known.letters) else None
    failed = [each for each in own if each.failed_at and each.contact_id == contact.contact_id]
    if not failed:
        return None
    since = max(each.failed_at for each in failed if each.failed_at)
    again = any(each.at > since and each.digest == digest for each in known.approvals)
    return None if again else "failed"


def approved_by(
    digest: str, kind: str, approvals: Sequence[Approval], now: datetime, authority: Authority
) -> str | None:  # fmt: skip
    """Say who approved a letter: an officer who saw these facts, or the authority's standing rule for letters of its kind."""
    by_officer = [each for each in approvals if each.digest == digest]
    if by_officer:
        return by_officer[-1].by
    return BY_RULE if authority.approves_letters(kind, day_of(now)) else None


# -- what waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A pair with letters that wait, as it is when they are to go."""

    key: str
    tender_id: str
    enterprise_id: str
    status: str | None
    closes_on: date | None
    planned: Told | None
    published: Told | None
    changes: tuple[Told, ...]
    cancelled: bool
    contacts: tuple[Mailbox, ...]
    resealed: dict[str, SealedAt]
    letters: tuple[Letter, ...]
    open_duties: tuple[str, ...]

    def told(self, digest: str | None) -> Told | None:
        """Give what a letter tells; None: it was corrected since."""
        return next(
            (each for each in (self.planned, self.published, *self.changes) if each and each.digest == digest), None
        )

    def contact(self, contact_id: str | None) -> Mailbox | None:
        """Give a letter's contact while it is in use."""
        return next((each for each in self.contacts if each.contact_id == contact_id), None)


def given_up(pair: Waiting, letter: Letter, now: datetime) -> Literal["expired", "no-contact"] | None:
    """Say why a letter that waits is not to go any more; None: it is.

    Its time is over, its facts were corrected, its duty has ended or the tender has, or outreach to the enterprise has stopped;
    or its contact is not in use any more.
    """
    if letter.asked_at is None or is_over(letter.asked_at, letter.tries, now) or pair.told(letter.facts_digest) is None:
        return "expired"
    if pair.status not in WRITTEN_TO or (letter.duty_id is not None and letter.duty_id not in pair.open_duties):
        return "expired"
    closed = pair.closes_on is not None and pair.closes_on < day_of(now)
    if letter.purpose == "inform" and (pair.cancelled or closed):
        return "expired"
    return "no-contact" if pair.contact(letter.contact_id) is None else None
