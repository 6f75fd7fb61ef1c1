"""All that procurement decides by."""

from functools import partial
from typing import Final

from services.procurement.domain import (
    awards,
    carrying,
    criteria,
    duplicates,
    from_notice,
    guidance_letter,
    letter_commands,
    outreach,
    overrides,
    tender,
    term_follow_up,
)
from services.procurement.domain import tender_commands as commands
from services.procurement.domain.duties import LOG as OUTREACH
from services.procurement.domain.duties import duties
from services.procurement.domain.knowledge_record import KNOWLEDGE_ITEM
from services.procurement.domain.reach_figures import FIGURES
from services.procurement.domain.record import CorrectOutreach, CorrectTender
from shared.contracts.awards import AWARD_EVENTS
from shared.contracts.criteria import CRITERIA_EVENTS
from shared.contracts.knowledge import GUIDANCE_LETTER_EVENTS
from shared.contracts.letters import LettersApproved, OutreachRequested
from shared.contracts.procurement import OUTREACH_EVENTS, TENDER_EVENTS, TenderCancelled
from shared.correction import correct
from shared.deciding import Decider, Rules
from shared.policy.authority import Authority

TENDERS: Final = "procurement.events"

PAIR: Final[Decider[outreach.State]] = Decider(
    category="outreach",
    log=OUTREACH,
    initial=outreach.initial,
    evolve=outreach.evolve,
    decides={
        outreach.AssessSuitability: outreach.assess,
        overrides.OverrideSuitability: overrides.override,
        letter_commands.RequestLetter: letter_commands.request,
        carrying.CarryOver: carrying.carry_over,
        outreach.RecordSent: outreach.send,
        outreach.RecordDelivered: outreach.deliver,
        outreach.RecordFailed: outreach.fail,
        CorrectOutreach: correct,
    },
    events=(*OUTREACH_EVENTS, OutreachRequested),
)

LETTERS: Final[Decider[letter_commands.Approved]] = Decider(
    category="letters",
    log=OUTREACH,
    initial=letter_commands.initial,
    evolve=letter_commands.evolve,
    decides={letter_commands.ApproveLetters: letter_commands.approve},
    events=(LettersApproved,),
)

GUIDANCE_LETTER: Final[Decider[guidance_letter.State]] = Decider(
    category="guidance",
    log=TENDERS,
    initial=guidance_letter.initial,
    evolve=guidance_letter.evolve,
    decides={
        guidance_letter.WriteGuidanceLetter: guidance_letter.write,
        guidance_letter.ApproveGuidanceLetter: guidance_letter.approve,
    },
    events=GUIDANCE_LETTER_EVENTS,
)


def of_tender(authority: Authority) -> Decider[tender.State]:
    """Give the decider of tenders; who is an own buyer stands in the authority's file."""
    return Decider(
        category="tender",
        log=TENDERS,
        initial=tender.initial,
        evolve=tender.evolve,
        decides={
            commands.PlanProcurement: partial(commands.plan, authority),
            commands.PublishTender: partial(commands.publish, authority),
            commands.AmendTender: commands.amend,
            commands.MoveDeadline: commands.move,
            commands.SuspendTender: commands.suspend,
            commands.ResumeTender: commands.resume,
            commands.CancelTender: commands.cancel,
            from_notice.TakeNotice: partial(from_notice.take, authority),
            criteria.ApplySocialCriteria: criteria.apply_criteria,
            criteria.ExplainSocialCriteria: criteria.explain,
            awards.AwardContract: awards.award,
            term_follow_up.FollowUpTerm: term_follow_up.follow_up,
            awards.EndContract: awards.end,
            duplicates.LinkDuplicate: partial(duplicates.link, authority),
            duplicates.StateNoneSuitable: duplicates.none_suits,
            CorrectTender: correct,
        },
        events=(*TENDER_EVENTS, *CRITERIA_EVENTS, *AWARD_EVENTS),
        claims=tender.claims,
        releases={TenderCancelled: tender.gives_back},
        taken={
            "notice": commands.NOTICE_TAKEN,
            "procedure": commands.PROCEDURE_TAKEN,
            "upphandling": commands.PROCEDURE_TAKEN,
            "contract": awards.CONTRACT_TAKEN,
        },
    )


def rules(authority: Authority) -> Rules:
    """Give procurement's rules under one authority's file."""
    return Rules(
        source=f"/{authority.code}/procurement",
        authority=authority,
        deciders=(of_tender(authority), PAIR, LETTERS, KNOWLEDGE_ITEM, GUIDANCE_LETTER, FIGURES),
        duties=duties(authority),
    )
