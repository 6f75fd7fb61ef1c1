"""Every enterprise: what it is, how it stands and stood, which criteria it met, what it offers."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from services.registry.domain.duties import EVENTS
from services.registry.domain.enterprise import is_personal
from services.registry.domain.rows import EnterpriseRow, Offering, Outcome, Pending, Standing
from shared.contracts.cloudevent import Recorded
from shared.contracts.personal_details import PersonalDetailsAdded
from shared.contracts.registry import (
    ContactChanged,
    CriterionAssessed,
    EnterpriseClosed,
    EnterpriseRecognised,
    EnterpriseRegistered,
    EnterprisesMerged,
    OfferingUpdated,
    RecognitionApplied,
    RecognitionRefused,
    RecognitionRestored,
    RecognitionSuspended,
    RecognitionWithdrawn,
    TargetShareDeclared,
)
from shared.contracts.values import Enc, Personal
from shared.log.view import View, nothing
from shared.policy.organisation_number import OrganisationNumber


def fold(row: EnterpriseRow | None, recorded: Recorded) -> EnterpriseRow | None:
    """Fold one event of an enterprise."""
    event = recorded.event
    if isinstance(event, EnterpriseRegistered):
        return _registered(recorded.subject, event)
    if row is None:
        return None  # its registration never happened, as a correction says
    match event:
        case RecognitionApplied(application_id=id_, received_on=day):
            return replace(row, pending=(*row.pending, Pending(application_id=id_, received_on=day)))
        case CriterionAssessed():
            return _assessed(row, event)
        case OfferingUpdated():
            return _offering(row, event)
        case TargetShareDeclared():
            return _share(row, event)
        case PersonalDetailsAdded():
            return _completed(row, event)
        case ContactChanged():
            return row  # `contact.py`
        case _:
            return _decided(row, recorded)


def _decided(row: EnterpriseRow, recorded: Recorded) -> EnterpriseRow:
    """Fold a decision on the recognition, or the closure."""
    match recorded.event:
        case EnterpriseRecognised(effective_from=day, criteria_version=version, review_due_on=review):
            known = replace(row, pending=(), criteria_version=version, review_due_on=review, suspended_until=None)
            return _stands(known, "recognised", day)
        case RecognitionRestored(effective_from=day, review_due_on=review):
            known = replace(row, pending=(), review_due_on=review, suspended_until=None)
            return _stands(known, "recognised", day)
        case RecognitionSuspended(effective_from=day, until=until):
            return _stands(replace(row, suspended_until=until), "suspended", day)
        case RecognitionWithdrawn(effective_from=day):
            return _stands(replace(row, review_due_on=None, suspended_until=None), "withdrawn", day)
        case RecognitionRefused(application_id=id_):
            return replace(row, pending=tuple(p for p in row.pending if p.application_id != id_))
        case EnterpriseClosed(closed_on=day, reason_code=reason):
            known = replace(row, pending=(), review_due_on=None, suspended_until=None, closed_because=reason)
            return _stands(known, "closed", day)
        case EnterprisesMerged(absorbed_ids=ids):
            return replace(row, absorbed_ids=tuple(dict.fromkeys((*row.absorbed_ids, *ids))))
        case _:
            raise ValueError(f"{recorded.subject}: {recorded.envelope.type} is no event of an enterprise")


def _stands(row: EnterpriseRow, status: str, since: date) -> EnterpriseRow:
    standing = Standing(status=status, effective_from=since, criteria_version=row.criteria_version)
    return replace(row, status=status, since=since, standings=(*row.standings, standing))


def _registered(key: str, event: EnterpriseRegistered) -> EnterpriseRow:
    identity = event.identity
    number = OrganisationNumber(identity.kind, identity.value) if identity.kind == "orgnr" and identity.value else None
    number_lacks = identity.kind != "orgnr" and identity.value_enc is None
    row = EnterpriseRow(
        key=key,
        enterprise_id=event.enterprise_id,
        status="registered",
        since=event.registered_on,
        name=event.name,
        name_enc=_sealed(event.name_enc),
        is_sole_trader=is_personal(event),
        identity_kind=identity.kind,
        organisation_number=identity.value,
        number_enc=_sealed(identity.value_enc),
        is_incomplete=number_lacks or (is_personal(event) and event.name_enc is None),
        legal_form=event.legal_form,
        municipality_code=event.municipality_code,
        registered_on=event.registered_on,
        business_started_on=event.business_started_on,
        is_social_work_cooperative=event.is_social_work_cooperative,
        website=event.website,
        ownership_check="open" if number and number.may_be_public else None,
    )
    return _stands(row, "registered", event.registered_on)


def _completed(row: EnterpriseRow, event: PersonalDetailsAdded) -> EnterpriseRow:
    name_enc = _sealed(event.fields.get("nameEnc")) or row.name_enc
    number_enc = _sealed(event.fields.get("identity/valueEnc")) or row.number_enc
    lacks = (row.is_sole_trader and name_enc is None) or (row.identity_kind != "orgnr" and number_enc is None)
    return replace(row, name_enc=name_enc, number_enc=number_enc, is_incomplete=lacks)


def _sealed(value: Personal | None) -> Enc | None:
    """A recorded personal field is sealed; anything else has no place in a view."""
    if value is not None and not isinstance(value, Enc):
        raise TypeError("a personal field reached a view in clear text")
    return value


def _assessed(row: EnterpriseRow, event: CriterionAssessed) -> EnterpriseRow:
    former = row.criteria.get(event.criterion)
    if former is not None and former.assessed_on > event.assessed_on:
        return row
    outcome = Outcome(
        assessment_id=event.assessment_id, outcome=event.outcome, assessed_on=event.assessed_on,
        interpretation_id=event.interpretation_id, aspects=event.aspects,
    )  # fmt: skip
    looked_into = event.criterion == "DF-4" and event.public_ownership_share is not None and bool(event.evidence)
    check = "closed" if row.ownership_check == "open" and looked_into else row.ownership_check
    return replace(row, criteria={**row.criteria, event.criterion: outcome}, ownership_check=check)


def _share(row: EnterpriseRow, event: TargetShareDeclared) -> EnterpriseRow:
    return replace(
        row, reaches_30_percent=event.reaches_30_percent, share_as_of=event.as_of, share_valid_until=event.valid_until
    )


def _offering(row: EnterpriseRow, event: OfferingUpdated) -> EnterpriseRow:
    return replace(row, offering=Offering(
        cpv=event.cpv, nuts=event.nuts, valid_from=event.valid_from, stated_by=event.stated_by,
        capacity=event.capacity, place_kinds=event.place_kinds, as_subcontractor=event.as_subcontractor,
        in_consortium=event.in_consortium,
    ))  # fmt: skip


ENTERPRISE = View(
    name="enterprise", log=EVENTS, category="enterprise", row=EnterpriseRow, fold=fold,
    sql=Path(__file__).with_suffix(".sql"), working=nothing,
)  # fmt: skip
