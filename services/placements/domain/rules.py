"""All that placements decides by."""

from functools import partial

from services.placements.domain import course, figures, follow_up, purchase, record
from services.placements.domain.duties import duties
from services.placements.domain.placement import EVENTS, evolve, initial
from shared.contracts.placements import FIGURES_EVENTS, PLACEMENT_EVENTS
from shared.deciding import Decider, Rules
from shared.policy.authority import Authority


def rules(authority: Authority) -> Rules:
    """Put the rules together for an authority."""
    decider = Decider(
        category="placement",
        log=EVENTS,
        initial=initial,
        evolve=evolve,
        decides={
            purchase.PurchasePlacement: purchase.purchase,
            purchase.ReportPurchase: purchase.purchase,
            course.StartPlacement: course.start,
            course.ExtendPlacement: course.extend,
            course.EndPlacement: course.end,
            course.ReportEnd: course.end,
            course.CancelPlacement: course.cancel,
            course.DeclineParticipation: course.decline,
            follow_up.PlanFollowUp: follow_up.plan,
            follow_up.CompleteFollowUp: partial(follow_up.complete, authority),
            follow_up.ReviewPlacement: follow_up.review,
            record.AddPersonalDetails: record.add_details,
            record.CorrectPlacement: record.correct_placement,
        },
        events=PLACEMENT_EVENTS,
    )
    published = Decider(
        category="figures",
        log=figures.FIGURES,
        initial="",
        evolve=figures.evolve,
        decides={figures.PublishFigures: figures.publish},
        events=FIGURES_EVENTS,
    )
    source = f"/{authority.code}/placements"
    return Rules(source=source, authority=authority, deciders=(decider, published), duties=duties(authority))
