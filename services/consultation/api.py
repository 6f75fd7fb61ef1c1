"""What may be done with a year's consultation and what may be asked of it, each with the roles that may."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from services.consultation.domain.action import AgreeAction, CloseAction
from services.consultation.domain.consultation import (
    CompleteJointFollowUp,
    CorrectConsultation,
    DeclineConsultation,
    HoldConsultation,
    InitiateConsultation,
)
from services.consultation.domain.duties import WaiveMeeting
from services.consultation.domain.partner import (
    CorrectPartner,
    DecideContribution,
    PayContribution,
    RecordOwnership,
    RecordPartnerRole,
)
from services.consultation.domain.referral import FollowUpReferral, ReferForSubcontracting, ReferToSupport
from services.consultation.views.consultation import CONSULTATION, as_of, with_overdue
from services.consultation.views.evidence import as_escalation, as_figures, as_pack
from services.consultation.views.partner import PARTNER, with_deviation, with_roles
from services.consultation.views.wise import WISE
from shared.http.operations import Edge, LookUp, Operation, Query
from shared.policy import organisation_number
from shared.policy.duty.commands import WaiveDuty
from shared.policy.role import (
    AUDITOR,
    EXECUTIVE_BOARD,
    EXECUTIVE_OFFICE,
    PROCUREMENT_OFFICE,
    REGISTRY_OFFICER,
    SOCIAL_BOARD,
)

WRITE: Final = (EXECUTIVE_OFFICE,)
READ: Final = (EXECUTIVE_OFFICE, EXECUTIVE_BOARD, AUDITOR, PROCUREMENT_OFFICE, SOCIAL_BOARD, REGISTRY_OFFICER)
WAIVE: Final = (EXECUTIVE_BOARD,)
"""Who may let the year's initiative go; the domain asks for the board's own paragraph, too."""


async def _recognised(body: Mapping[str, Any], edge: Edge) -> Mapping[str, Any]:
    """Look up whether a company is a WISE on the day of the referral. A person's number is sealed there: nobody compares it."""
    written, made_on = body.get("organisationNumber"), body.get("madeOn")
    number = organisation_number.read(written) if isinstance(written, str) else None
    try:
        on = date.fromisoformat(str(made_on))
    except ValueError:
        return {"recognised": False}  # the command says what is wrong with the day
    known = await edge.ask(WISE, "at", number.digits, on) if number and number.kind == "orgnr" else []
    return {"recognised": bool(known)}


OPERATIONS: Final = (
    Operation(
        path="/v1/consultations/{year}/initiatives",
        command=InitiateConsultation,
        roles=WRITE,
        view=CONSULTATION,
        sv="Registrera årets inbjudan till samråd och uppföljning",
        en="Record the year's invitation to consultation and follow-up",
    ),
    Operation(
        path="/v1/consultations/{year}/meetings",
        command=HoldConsultation,
        roles=WRITE,
        view=CONSULTATION,
        sv="Registrera att samrådet har hållits",
        en="Record that the consultation was held",
    ),
    Operation(
        path="/v1/consultations/{year}/follow-ups",
        command=CompleteJointFollowUp,
        roles=WRITE,
        view=CONSULTATION,
        sv="Registrera den gemensamma uppföljningen",
        en="Record the joint follow-up",
    ),
    Operation(
        path="/v1/consultations/{year}/declines",
        command=DeclineConsultation,
        roles=WRITE,
        view=CONSULTATION,
        sv="Registrera att parten har tackat nej eller inte svarat",
        en="Record that the partner declined or did not answer",
    ),
    Operation(
        path="/v1/consultations/{objectId}/waivers",
        command=WaiveDuty,
        roles=WAIVE,
        view=CONSULTATION,
        sv="Befria från årets initiativ genom styrelsens beslut (GS-7)",
        en="Waive the year's initiative by a decision of the executive board (GS-7)",
    ),
    Operation(
        path="/v1/consultations/{objectId}/meeting-waivers",
        command=WaiveMeeting,
        roles=WRITE,
        view=CONSULTATION,
        sv="Befria från att samrådet hålls, genom beslut (lokal regel, GS-7)",
        en="Waive that the consultation is held, by a decision (local rule, GS-7)",
    ),
    Operation(
        path="/v1/consultations/{year}/corrections",
        command=CorrectConsultation,
        roles=WRITE,
        view=CONSULTATION,
        sv="Rätta en händelse",
        en="Correct an event",
    ),
    Operation(
        path="/v1/consultations/{year}/actions",
        command=AgreeAction,
        roles=WRITE,
        view=CONSULTATION,
        fresh=("action_id",),
        sv="Registrera en åtgärd som parterna har bestämt",
        en="Record an action that the two bodies agreed on",
    ),
    Operation(
        path="/v1/consultations/{year}/actions/{actionId}/closings",
        command=CloseAction,
        roles=WRITE,
        view=CONSULTATION,
        sv="Avsluta en åtgärd, eller för över den till ett senare år",
        en="Close an action, or carry it over to a later year",
    ),
    Operation(
        path="/v1/partners/{partnerId}/roles",
        command=RecordPartnerRole,
        roles=WRITE,
        view=PARTNER,
        sv="Registrera en parts roll, stöd och gränser från en dag (IN-4)",
        en="Record a partner's role, support and limits from a day on (IN-4)",
    ),
    Operation(
        path="/v1/partners/{partnerId}/ownerships",
        command=RecordOwnership,
        roles=WRITE,
        view=PARTNER,
        sv="Registrera en ägarandel från en dag (GS-2)",
        en="Record a share of ownership from a day on (GS-2)",
    ),
    Operation(
        path="/v1/partners/{partnerId}/contributions",
        command=DecideContribution,
        roles=WRITE,
        view=PARTNER,
        sv="Registrera beslut om ett års bidrag (GS-1)",
        en="Record a decision on a year's contribution (GS-1)",
    ),
    Operation(
        path="/v1/partners/{partnerId}/payments",
        command=PayContribution,
        roles=WRITE,
        view=PARTNER,
        sv="Registrera en utbetalning av bidraget (GS-1)",
        en="Record a payment of the contribution (GS-1)",
    ),
    Operation(
        path="/v1/partners/{partnerId}/support-referrals",
        command=ReferToSupport,
        roles=WRITE,
        view=PARTNER,
        fresh=("referral_id",),
        sv="Hänvisa ett företag eller någon som vill starta till stöd (BG-4, BG-6)",
        en="Refer an enterprise, or somebody who wants to start one, to support (BG-4, BG-6)",
    ),
    Operation(
        path="/v1/partners/{partnerId}/support-referrals/{referralId}/outcomes",
        command=FollowUpReferral,
        roles=WRITE,
        view=PARTNER,
        sv="Registrera vad hänvisningen ledde till",
        en="Record what came of a referral",
    ),
    Operation(
        path="/v1/partners/{partnerId}/subcontracting-referrals",
        command=ReferForSubcontracting,
        roles=WRITE,
        view=PARTNER,
        fresh=("referral_id",),
        looked_up=LookUp(fields=("recognised",), find=_recognised),
        sv="Hänvisa ett företag som söker sociala företag som underleverantörer (BG-5)",
        en="Refer a company that looks for WISEs as subcontractors (BG-5)",
    ),
    Operation(
        path="/v1/partners/{partnerId}/corrections",
        command=CorrectPartner,
        roles=WRITE,
        view=PARTNER,
        sv="Rätta en händelse om en part",
        en="Correct an event of a partner",
    ),
)

QUERIES: Final = (
    Query(
        path="/v1/consultations",
        view=CONSULTATION,
        query="page",
        roles=READ,
        computed=as_of,
        sv="Alla års samråd: initiativ, möte, uppföljning och om det blev i tid",
        en="Every year's consultation: initiative, meeting, follow-up, and whether in time",
    ),
    Query(
        path="/v1/consultations/{year}",
        view=CONSULTATION,
        query="one",
        roles=READ,
        one=True,
        key="consultation/{year}",
        computed=as_of,
        sv="Ett års samråd",
        en="One year's consultation",
    ),
    Query(
        path="/v1/packs",
        view=CONSULTATION,
        query="packs",
        roles=READ,
        filters={"year": "int"},
        sv="Frysta underlag för samråden: version, dag och kontrollsumma",
        en="The consultations' frozen evidence packs: version, day and digest",
    ),
    Query(
        path="/v1/consultations/{year}/packs/{version}",
        view=CONSULTATION,
        query="pack",
        roles=READ,
        one=True,
        key="consultation/{year}/{version}",
        computed=as_pack,
        sv="Ett års underlag: en fryst version, eller current för det som är känt nu",
        en="A year's evidence pack: a frozen version, or current for what is known now",
    ),
    Query(
        path="/v1/evidence-figures",
        view=CONSULTATION,
        query="figures",
        roles=READ,
        filters={"year": "int", "clause": "text"},
        computed=as_figures,
        sv="Underlagets siffror: skyldigheter per år, paragraf och slag, som de står i dag (GS-4 och GS-6 bara publicerade)",
        en="The evidence's figures: duties by year, clause and kind, as they stand today (GS-4 and GS-6 as published only)",
    ),
    Query(
        path="/v1/escalations",
        view=CONSULTATION,
        query="escalations",
        roles=READ,
        filters={"clause": "text"},
        computed=as_escalation,
        sv="Skyldigheter som har gått till nämnd eller styrelse, i de loggar som ledningsstaben får läsa",
        en="Duties that were brought to a board, in the logs that the executive office may read",
    ),
    Query(
        path="/v1/actions",
        view=CONSULTATION,
        query="actions",
        roles=READ,
        filters={"owner": "text", "year": "int", "open": "bool"},
        computed=with_overdue,
        sv="Åtgärder som parterna har bestämt, per ansvarig och år; försening räknas lokalt och bara för myndighetens egna",
        en="Actions that the bodies agreed on, by owner and year; lateness is local, and only of the authority's own",
    ),
    Query(
        path="/v1/partners",
        view=PARTNER,
        query="page",
        roles=READ,
        computed=with_roles,
        sv="Parterna: roller, ägande och bidrag (IN-4, BG-1–BG-7)",
        en="The partners: roles, ownership and contributions (IN-4, BG-1–BG-7)",
    ),
    Query(
        path="/v1/partners/{partnerId}",
        view=PARTNER,
        query="one",
        roles=READ,
        one=True,
        key="partner/{partnerId}",
        computed=with_roles,
        sv="En part, med hänvisningar",
        en="One partner, with its referrals",
    ),
    Query(
        path="/v1/contributions",
        view=PARTNER,
        query="contributions",
        roles=READ,
        filters={"year": "int", "partner": "text"},
        computed=with_deviation,
        sv="Bidrag och ägande per år; ett år utan beslut visas som avvikelse från den 31 december (GS-1, GS-2)",
        en="Contributions and ownership by year; a year without a decision shows as a deviation from 31 December (GS-1, GS-2)",
    ),
)
