"""What may be done with an enterprise and what may be asked of the registry, each with the roles that may."""

from collections.abc import Mapping
from typing import Any, Final

from services.registry.domain.application import ApplyForRecognition, RefuseRecognition
from services.registry.domain.assessment import AssessCriterion
from services.registry.domain.contact import ChangeContact
from services.registry.domain.loss import SuspendRecognition, WithdrawRecognition
from services.registry.domain.merger import MergeEnterprises
from services.registry.domain.offering import DeclareTargetShare, UpdateOffering
from services.registry.domain.recognition import RecogniseEnterprise, RestoreRecognition
from services.registry.domain.record import CorrectEnterprise
from services.registry.domain.registration import AddPersonalDetails, CloseEnterprise, RegisterEnterprise
from services.registry.views.contact import CONTACT
from services.registry.views.enterprise import ENTERPRISE
from shared.http.language import Text
from shared.http.operations import NotUnderstood, OfPerson, Operation, Query
from shared.policy.duty.commands import WaiveDuty
from shared.policy.organisation_number import read
from shared.policy.role import EXECUTIVE_BOARD, PROCUREMENT_OFFICE, PUBLISHER, REGISTRY_OFFICER, WITHIN

WRITE: Final = (REGISTRY_OFFICER,)


def looked_up(said: Mapping[str, Any]) -> tuple[Any, ...]:
    """Give whom a number names, and the day. A person's number, or a foreign one, is found by its claim."""
    written = said["organisation_number"]
    if not written:
        raise NotUnderstood("organisation-number-missing", NO_NUMBER.sv, NO_NUMBER.en)
    number = read(written)
    if number is None:
        return None, OfPerson(f"foreign:{written.strip()}"), said["on"]
    return (number.digits, None, said["on"]) if number.kind == "orgnr" else (None, OfPerson(number.digits), said["on"])


NO_NUMBER: Final = Text(
    "Ange organisationNumber i begärans kropp.",
    "Give organisationNumber in the request's body.",
)
OPERATIONS: Final = (
    Operation(
        path="/v1/enterprises",
        command=RegisterEnterprise,
        roles=WRITE,
        view=ENTERPRISE,
        fresh=("enterprise_id",),
        sv="Registrera ett företag",
        en="Register an enterprise",
    ),
    Operation(
        path="/v1/enterprises/{enterpriseId}/personal-details",
        command=AddPersonalDetails,
        roles=WRITE,
        view=ENTERPRISE,
        sv="Lägg till personuppgifter som en rapport saknade",
        en="Add personal details that a report lacked",
    ),
    Operation(
        path="/v1/enterprises/{enterpriseId}/applications",
        command=ApplyForRecognition,
        roles=WRITE,
        view=ENTERPRISE,
        fresh=("application_id",),
        sv="Registrera en ansökan om erkännande",
        en="Enter an application for recognition",
    ),
    Operation(
        path="/v1/enterprises/{enterpriseId}/assessments",
        command=AssessCriterion,
        roles=WRITE,
        view=ENTERPRISE,
        fresh=("assessment_id",),
        sv="Pröva ett kriterium (DF-0–DF-4)",
        en="Assess a criterion (DF-0–DF-4)",
    ),
    Operation(
        path="/v1/enterprises/{enterpriseId}/recognitions",
        command=RecogniseEnterprise,
        roles=WRITE,
        view=ENTERPRISE,
        sv="Erkänn företaget som socialt företag",
        en="Recognise the enterprise as a WISE",
    ),
    Operation(
        path="/v1/enterprises/{enterpriseId}/applications/{applicationId}/refusals",
        command=RefuseRecognition,
        roles=WRITE,
        view=ENTERPRISE,
        sv="Avslå en ansökan",
        en="Refuse an application",
    ),
    Operation(
        path="/v1/enterprises/{enterpriseId}/suspensions",
        command=SuspendRecognition,
        roles=WRITE,
        view=ENTERPRISE,
        sv="Låt erkännandet vila",
        en="Suspend the recognition",
    ),
    Operation(
        path="/v1/enterprises/{enterpriseId}/withdrawals",
        command=WithdrawRecognition,
        roles=WRITE,
        view=ENTERPRISE,
        sv="Återkalla erkännandet",
        en="Withdraw the recognition",
    ),
    Operation(
        path="/v1/enterprises/{enterpriseId}/restorations",
        command=RestoreRecognition,
        roles=WRITE,
        view=ENTERPRISE,
        sv="Återställ erkännandet",
        en="Restore the recognition",
    ),
    Operation(
        path="/v1/enterprises/{enterpriseId}/offerings",
        command=UpdateOffering,
        roles=WRITE,
        view=ENTERPRISE,
        sv="Ange vad företaget erbjuder",
        en="Say what the enterprise offers",
    ),
    Operation(
        path="/v1/enterprises/{enterpriseId}/target-shares",
        command=DeclareTargetShare,
        roles=WRITE,
        view=ENTERPRISE,
        sv="Ange målgruppens andel av de sysselsatta",
        en="Declare the target group's share of those occupied",
    ),
    Operation(
        path="/v1/enterprises/{enterpriseId}/contacts",
        command=ChangeContact,
        roles=WRITE,
        view=CONTACT,
        fresh=("contact_id",),
        sv="Lägg till en kontakt",
        en="Enter a contact",
    ),
    Operation(
        path="/v1/enterprises/{enterpriseId}/contacts/{contactId}/changes",
        command=ChangeContact,
        roles=WRITE,
        view=CONTACT,
        sv="Ändra en kontakt eller ta den ur bruk",
        en="Change a contact or take it out of use",
    ),
    Operation(
        path="/v1/enterprises/{enterpriseId}/closures",
        command=CloseEnterprise,
        roles=WRITE,
        view=ENTERPRISE,
        sv="Avsluta företaget i registret",
        en="Close the enterprise in the registry",
    ),
    Operation(
        path="/v1/enterprises/{enterpriseId}/mergers",
        command=MergeEnterprises,
        roles=WRITE,
        view=ENTERPRISE,
        sv="Registrera att andra företag har gått upp i detta",
        en="Record that other enterprises have become part of this one",
    ),
    Operation(
        path="/v1/enterprises/{objectId}/waivers",
        command=WaiveDuty,
        roles=(REGISTRY_OFFICER, EXECUTIVE_BOARD),
        view=ENTERPRISE,
        sv="Befria från en omprövning av erkännandet",
        en="Waive a review of the recognition",
    ),
    Operation(
        path="/v1/enterprises/{enterpriseId}/corrections",
        command=CorrectEnterprise,
        roles=WRITE,
        view=ENTERPRISE,
        sv="Rätta en händelse",
        en="Correct an event",
    ),
)

REVIEWED: Final = ("df-review", "since")
"""The reading by which a recognition's review is due, of the day since when it holds."""

QUERIES: Final = (
    Query(
        path="/v1/enterprises",
        reads=REVIEWED,
        view=ENTERPRISE,
        query="page",
        roles=WITHIN,
        filters={
            "status": "text",
            "municipality_code": "text",
            "legal_form": "text",
            "is_incomplete": "bool",
            "ownership_check": "text",
            "review_due_by": "date",
        },
        sv="Företagen i registret",
        en="The enterprises in the registry",
    ),
    Query(
        path="/v1/enterprises/{enterpriseId}",
        reads=REVIEWED,
        view=ENTERPRISE,
        query="one",
        roles=WITHIN,
        one=True,
        key="enterprise/{enterpriseId}",
        sv="Ett företag: status, kriterier, form, utbud (DF-0–DF-9)",
        en="One enterprise: status, criteria, form, offering (DF-0–DF-9)",
    ),
    Query(
        path="/v1/enterprises/{enterpriseId}/personal-details",
        view=ENTERPRISE,
        query="personal",
        roles=WRITE,
        one=True,
        key="enterprise/{enterpriseId}",
        sv="En enskild näringsidkares namn och nummer",
        en="A sole trader's name and number",
    ),
    Query(
        path="/v1/enterprises/{enterpriseId}/contacts",
        view=CONTACT,
        query="of_enterprise",
        roles=(REGISTRY_OFFICER, PROCUREMENT_OFFICE),
        in_clear=(REGISTRY_OFFICER, PROCUREMENT_OFFICE),  # who writes to an enterprise must see where to
        one=True,
        key="enterprise/{enterpriseId}",
        sv="Ett företags kontakter",
        en="An enterprise's contacts",
    ),
    Query(
        path="/v1/recognitions",
        view=ENTERPRISE,
        query="recognitions",
        roles=(*WITHIN, PUBLISHER),
        filters={"on": "date", "enterprise_id": "text", "status": "text"},
        sv="Vilka organisationer är erkända sociala företag en viss dag?",
        en="Which organisations are recognised WISEs on a day?",
    ),
    Query(
        path="/v1/recognitions/lookups",
        view=ENTERPRISE,
        query="looked_up",
        roles=(*WITHIN, PUBLISHER),
        filters={"organisation_number": "text", "on": "date"},
        asked=looked_up,
        sv="Är organisationen med detta nummer ett erkänt socialt företag en viss dag?",
        en="Is the organisation with this number a recognised WISE on a day?",
    ),
    Query(
        path="/v1/start-years",
        view=ENTERPRISE,
        query="by_start_year",
        roles=WITHIN,
        filters={"on": "date"},
        sv="Sociala företag efter det år då de startade (IN-2)",
        en="WISEs by the year in which they started (IN-2)",
    ),
    Query(
        path="/v1/applications",
        view=ENTERPRISE,
        query="applications",
        roles=WITHIN,
        filters={"received_by": "date"},
        sv="Ansökningar som väntar på beslut",
        en="Applications that wait for a decision",
    ),
)
