"""All that consultation decides by."""

from services.consultation.domain import partner
from services.consultation.domain.action import AgreeAction, CloseAction, agree, close
from services.consultation.domain.consultation import (
    EVENTS,
    CompleteJointFollowUp,
    CorrectConsultation,
    DeclineConsultation,
    HoldConsultation,
    InitiateConsultation,
    correct_consultation,
    decline,
    evolve,
    follow_up,
    hold,
    initial,
    initiate,
)
from services.consultation.domain.duties import duties
from services.consultation.domain.freezing import FreezePack, freeze
from services.consultation.domain.referral import (
    FollowUpReferral,
    ReferForSubcontracting,
    ReferToSupport,
    follow_up_referral,
    refer_for_subcontracting,
    refer_to_support,
)
from shared.contracts.consultation import CONSULTATION_EVENTS
from shared.contracts.partners import PARTNER_EVENTS
from shared.correction import correct
from shared.deciding import Decider, Rules
from shared.policy.authority import Authority

CONSULTATION = Decider(
    category="consultation",
    log=EVENTS,
    initial=initial,
    evolve=evolve,
    decides={
        InitiateConsultation: initiate,
        HoldConsultation: hold,
        CompleteJointFollowUp: follow_up,
        DeclineConsultation: decline,
        AgreeAction: agree,
        CloseAction: close,
        FreezePack: freeze,
        CorrectConsultation: correct_consultation,
    },
    events=CONSULTATION_EVENTS,
)
PARTNER = Decider(
    category="partner",
    log=EVENTS,
    initial=partner.initial,
    evolve=partner.evolve,
    decides={
        partner.RecordPartnerRole: partner.record_role,
        partner.RecordOwnership: partner.record_ownership,
        partner.DecideContribution: partner.decide_contribution,
        partner.PayContribution: partner.pay_contribution,
        ReferToSupport: refer_to_support,
        FollowUpReferral: follow_up_referral,
        ReferForSubcontracting: refer_for_subcontracting,
        partner.CorrectPartner: correct,
    },
    events=PARTNER_EVENTS,
)


def rules(authority: Authority) -> Rules:
    """Put the rules together for an authority."""
    return Rules(
        source=f"/{authority.code}/consultation",
        authority=authority,
        deciders=(CONSULTATION, PARTNER),
        duties=duties(authority),
    )
