"""The rows that consultation's views fold into and its reactions read."""

from dataclasses import dataclass
from datetime import date

from shared.contracts.values import Enc


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRow:
    """An action as it stands; `year` is the one in which it is open, or was when it was closed."""

    action_id: str
    description: str
    owner: str
    agreed_year: int
    agreed_on: date
    due_on: date | None
    clause: str | None
    year: int
    closed_on: date | None = None
    outcome: str | None = None
    reason: str | None = None

    @property
    def is_open(self) -> bool:
        """It is neither done nor dropped."""
        return self.outcome in (None, "carried-over")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRow:
    """A frozen version of the year's evidence pack; `pack_id` is the event that called for it."""

    pack_id: str
    version: int
    cause: str
    as_of: date
    manifest_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationRow:
    """One year: when it was initiated and what that covered, and when it was held, followed up or declined."""

    key: str
    year: int
    initiated_on: date | None = None
    """The first invitation that covers both, else the first of any."""
    initiated_event_id: str | None = None
    covers: tuple[str, ...] = ()
    invitation_dnr: str | None = None
    held_on: date | None = None
    followed_up_on: date | None = None
    declined_on: date | None = None
    declined_as: str | None = None
    actions: tuple[ActionRow, ...] = ()
    packs: tuple[PackRow, ...] = ()

    @property
    def covers_both(self) -> bool:
        """Whether the initiative is one that GS-7 asks for."""
        return set(self.covers) >= {"samrad", "uppfoljning"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What a body was to the authority for a time; `to` is None until the next begins."""

    name: str
    region_role: str
    support_sv: str
    support_en: str | None
    limits_sv: str
    limits_en: str | None
    since: date
    to: date | None
    dnr: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """The authority's share of a body for a time."""

    share: str
    votes: str | None
    since: date
    to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """A year's contribution: all that was decided, all that was paid, as decimal strings of one currency."""

    year: int
    decided: str
    paid: str
    currency: str
    vat: str
    decisions: tuple[str, ...]
    reason: str | None = None
    """Why it is nothing, where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """An enterprise, a starter or a company sent to a body; `starter` and a sole trader's number and name are sealed."""

    referral_id: str
    kind: str
    topic: str | None
    made_on: date
    enterprise_id: str | None = None
    starter: Enc | None = None
    consent_on: date | None = None
    organisation_number: str | None = None
    organisation_number_enc: Enc | None = None
    organisation_name: str | None = None
    organisation_name_enc: Enc | None = None
    cpv: tuple[str, ...] = ()
    outcome: str | None = None
    outcome_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerRow:
    """One outside body, and all that is recorded of it."""

    key: str
    partner_id: str
    roles: tuple[Role, ...] = ()
    owned: tuple[Owned, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    referrals: tuple[Referral, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WiseRow:
    """An enterprise's number, and the times in which it was a WISE: from recognition to withdrawal or closure."""

    key: str
    number: str | None
    """None for a person's: it is sealed, and nobody compares it."""
    times: tuple[tuple[date, date | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedEvent:
    """An event that evidence may cite, as it stands in its log: its index, and the CloudEvent's JSON."""

    index: int
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedRow:
    """The events of one stream that evidence may cite, corrections among them, in their order."""

    key: str
    events: tuple[CitedEvent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedOfConsultation(CitedRow):
    """Of a stream of our own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedOfRegistry(CitedRow):
    """Of a stream of registry's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedOfProcurement(CitedRow):
    """Of a stream of procurement's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedOfFigures(CitedRow):
    """Of a period of what placements has published: all of placements that may be cited."""
