"""The rows that registry's views fold into. What names a person is ciphertext here too, opened for those who may read it."""

from dataclasses import dataclass, field
from datetime import date

from shared.contracts.registry import Aspects, Capacity
from shared.contracts.values import Enc, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The newest assessment of one criterion."""

    assessment_id: str
    outcome: str
    assessed_on: date
    interpretation_id: str
    aspects: Aspects | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the enterprise stands from a day on."""

    status: str
    effective_from: date
    criteria_version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An application that no decision has answered."""

    application_id: str
    received_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """What it offers, as last stated."""

    cpv: tuple[str, ...]
    nuts: tuple[str, ...]
    valid_from: date
    stated_by: str
    capacity: Capacity | None = None
    place_kinds: tuple[str, ...] | None = None
    as_subcontractor: bool | None = None
    in_consortium: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseRow:
    """An enterprise as it stands now, and how it stood before. The counts behind its target share are not here."""

    key: str
    enterprise_id: str
    status: str
    since: date
    name: str | None
    name_enc: Enc | None
    is_sole_trader: bool
    identity_kind: str
    organisation_number: str | None
    number_enc: Enc | None
    is_incomplete: bool
    legal_form: str
    municipality_code: str
    registered_on: date
    business_started_on: date | None
    is_social_work_cooperative: bool | None
    website: str | None
    ownership_check: str | None
    """`open` from a number that starts with 2 until the ownership was assessed (DF-4), then `closed`; None: never opened."""
    criteria: dict[str, Outcome] = field(default_factory=dict)
    criteria_version: str | None = None
    review_due_on: date | None = None
    standings: tuple[Standing, ...] = ()
    pending: tuple[Pending, ...] = ()
    offering: Offering | None = None
    reaches_30_percent: bool | None = None
    share_as_of: date | None = None
    share_valid_until: date | None = None
    closed_because: str | None = None
    suspended_until: date | None = None
    """The day until which its recognition was said to rest; it rests until it is restored or withdrawn all the same."""
    absorbed_ids: tuple[str, ...] = ()
    """The enterprises that have become part of it."""


class Contact(Value):
    """One way to reach an enterprise. A `Value`, so that what is sealed in it is found when the row is shown."""

    contact_id: str
    purpose: str
    channel: str
    address: str | None
    address_enc: Enc | None
    person_name: Enc | None
    function_title: str | None
    language: str | None
    valid_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """The contacts of an enterprise that are in use, by their ids."""

    key: str
    enterprise_id: str
    contacts: dict[str, Contact] = field(default_factory=dict)
