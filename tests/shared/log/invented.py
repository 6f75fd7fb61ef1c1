"""An invented service to try the logs with: allotment plots, and seeds that a market elsewhere lists for their crops.

It has what a real one has and nothing more: an aggregate with a unique name and a personal field, duties that arise from its
own events, and a duty that joins two sources: a plot and a seed for its crop.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic_core import from_json
from typing_extensions import override

from deploy.local.places import ROOT
from shared.contracts.cloudevent import Event, Recorded
from shared.contracts.duty import Change, CorrectedRef, EventCorrected
from shared.contracts.values import Day, DutyId, Id, Personal, Plain
from shared.deciding import Command, Decider, Decision, Happening, Past, Refused, Rules, Submission
from shared.log.duty_view import DutyRow, duty_view
from shared.log.refusing import refusing
from shared.log.view import View
from shared.policy.authority import Authority, load
from shared.policy.clause import GS_4, GS_6
from shared.policy.duty.commands import OpenDuty
from shared.policy.duty.definition import Following, duty
from shared.policy.duty.due import Due, after
from shared.policy.duty.duties import Duties
from shared.policy.duty.life import DutyState
from shared.policy.role import PROCUREMENT_OFFICE, SOCIAL_BOARD
from shared.policy.stockholm import start_of
from shared.reacting import Message, Reactions, Rows

PLOTS, DUTIES, REFUSED, MARKET = "garden.events", "garden.duties", "garden.refused", "market.events"
OWN = (PLOTS, DUTIES, REFUSED)
AUTHORITY = load(ROOT / "deploy" / "authority" / "gotland.toml")
HERE = Path(__file__).parent

# -- events


class PlotLet(Event):
    """A plot got a tenant."""

    TYPE = "se.medverka.PlotLet.v1"
    OCCURS = "let_on"

    plot_id: str
    name: str
    crop: str
    let_on: Day
    tenant_enc: Personal | None = None


class PlotTended(Event):
    """Somebody looked after it; `dutyId` says which duty that was."""

    TYPE = "se.medverka.PlotTended.v1"
    OCCURS = "tended_on"

    plot_id: str
    tended_on: Day
    duty_id: DutyId | None = None
    note: str = ""


class PlotGivenUp(Event):
    """The tenant left, and the name is free again."""

    TYPE = "se.medverka.PlotGivenUp.v1"
    OCCURS = "given_up_on"

    plot_id: str
    name: str
    given_up_on: Day


class SeedListed(Event):
    """The market has a seed."""

    TYPE = "se.medverka.SeedListed.v1"
    OCCURS = "listed_on"

    seed_id: str
    crop: str
    listed_on: Day


class MarketClosed(Event):
    """An event of the market that the garden does not read."""

    TYPE = "se.medverka.MarketClosed.v1"


PlotEvent: TypeAlias = PlotLet | PlotTended | PlotGivenUp | EventCorrected

# -- the aggregate


@dataclass(frozen=True, slots=True)
class Plot:
    """What the decisions need to know."""

    phase: Literal["free", "let", "given-up"] = "free"
    name: str = ""


def evolve(state: Plot, event: PlotEvent) -> Plot:
    """Fold."""
    match event:
        case PlotLet(name=name):
            return Plot("let", name)
        case PlotGivenUp():
            return replace(state, phase="given-up")
        case PlotTended() | EventCorrected():
            return state


class PlotCommand(Command):
    """A command on one plot."""

    plot_id: str

    @property
    @override
    def subject(self) -> str:
        """The plot's stream."""
        return f"plot/{self.plot_id}"


TENANT = "tenant:"


class LetPlot(PlotCommand):
    """Let it; the name is its own among all plots, and so is the tenant where the edge knows them by their MAC."""

    KEY_OF = ("sole-trader", "plot_id")

    name: str
    crop: str = "beans"
    let_on: Day
    tenant: Personal | None = None
    tenant_mac: str | None = None

    @property
    @override
    def to_mac(self) -> Mapping[str, str]:
        """A tenant's name."""
        return {"tenant_mac": from_json(self.tenant.json)} if isinstance(self.tenant, Plain) else {}

    @property
    @override
    def claims(self) -> tuple[str, ...]:
        """One plot a name, and a tenant."""
        return (f"name:{self.name}", *([f"{TENANT}{self.tenant_mac}"] if self.tenant_mac else []))


class TendPlot(PlotCommand):
    """Look after it. A note that says so makes the decision itself break."""

    tended_on: Day
    duty_id: DutyId | None = None
    note: str = ""


class GiveUpPlot(PlotCommand):
    """Leave it."""

    given_up_on: Day


class CorrectPlot(PlotCommand):
    """Say that an event was recorded wrong."""

    event_id: str
    kind: Literal["never-happened", "wrong-value", "wrong-date"] = "wrong-value"
    changes: tuple[Change, ...] = ()


NAME_TAKEN = Refused("name-taken", None, "Namnet är upptaget.", "The name is taken.")
NOT_LET = Refused("plot-not-let", GS_4, "Lotten är inte uthyrd.", "The plot is not let.")
ALREADY_LET = Refused("plot-already-let", GS_4, "Lotten är redan uthyrd.", "The plot is let already.")
BREAKS = "break"
UNDECIDABLE = "break after an event"


def let(command: LetPlot, state: Plot) -> Decision:
    """A free plot, once."""
    if state.phase != "free":
        return ALREADY_LET
    return [
        PlotLet(
            plot_id=command.plot_id,
            name=command.name,
            crop=command.crop,
            let_on=command.let_on,
            tenant_enc=command.tenant,
        )
    ]


def tend(command: TendPlot, state: Plot) -> Decision:
    """A plot that is let."""
    if command.note == BREAKS:
        raise ZeroDivisionError(command.note)
    if state.phase != "let":
        return NOT_LET
    return [
        PlotTended(
            plot_id=command.plot_id, tended_on=command.tended_on, duty_id=command.duty_id, note=command.note
        )
    ]  # fmt: skip


def give_up(command: GiveUpPlot, state: Plot) -> Decision:
    """Once."""
    if state.phase == "given-up":
        return []
    if state.phase == "free":
        return NOT_LET
    return [PlotGivenUp(plot_id=command.plot_id, name=state.name, given_up_on=command.given_up_on)]


def correct(command: CorrectPlot, _state: Plot) -> Decision:
    """Anything that was recorded."""
    return [
        EventCorrected(
            corrects=CorrectedRef(event_id=command.event_id, stream=command.subject, index=0),
            kind=command.kind, changes=command.changes, reason="misread", corrected_by="staff-1",
        )
    ]  # fmt: skip


PLOT = Decider(
    category="plot",
    log=PLOTS,
    initial=Plot(),
    evolve=evolve,
    decides={LetPlot: let, TendPlot: tend, GiveUpPlot: give_up, CorrectPlot: correct},
    events=(PlotLet, PlotTended, PlotGivenUp),
    claims=lambda event: (f"name:{event.name}",) if isinstance(event, PlotLet) else (),
    releases={PlotGivenUp: lambda state: (f"name:{state.name}",)},
    sealed_claims=lambda event: [(TENANT, event.tenant_enc)] if isinstance(event, PlotLet) and event.tenant_enc else (),
    taken={"name": NAME_TAKEN, "tenant": NAME_TAKEN},
)

# -- duties


def tended_due(happening: Happening, trigger: date, authority: Authority) -> Due:
    """Some days after it was let. A plot of a certain crop breaks the reckoning, after its event has been decided."""
    if isinstance(happening.event, PlotLet) and happening.event.crop == UNDECIDABLE:
        raise ZeroDivisionError(UNDECIDABLE)
    return after(trigger, "follow-up.first", authority)


def tended_again(owed: DutyState, past: Past, authority: Authority) -> Following | None:
    """As long as it is let."""
    state = past.state(f"plot/{owed.object_id}")
    if state.phase != "let" or owed.due_on is None:
        return None
    ordinal = (owed.ordinal or 0) + 1
    due = after(owed.due_on, "follow-up.recurring", authority)
    return Following(RECURRING, str(ordinal), ordinal, owed.trigger_event_id, due)


FIRST = duty(
    clause=GS_4, kind="first", owed_by=SOCIAL_BOARD, object="plot", log=DUTIES, arises_on=(PlotLet,), due=tended_due,
    discharged_by=(PlotTended,), voided_by={PlotGivenUp: "placement-ended"}, followed_by=tended_again,
)  # fmt: skip
RECURRING = duty(
    clause=GS_4, kind="recurring", owed_by=SOCIAL_BOARD, object="plot", log=DUTIES, due=tended_due,
    discharged_by=(PlotTended,), voided_by={PlotGivenUp: "placement-ended"}, followed_by=tended_again,
)  # fmt: skip
SEED = duty(
    clause=GS_6, kind="published", owed_by=PROCUREMENT_OFFICE, object="plot", log=DUTIES,
    due=lambda _happening, trigger, authority: after(trigger, "outreach.after-notice", authority),
    discharged_by=(PlotTended,), voided_by={PlotGivenUp: "enterprise-closed"},
)  # fmt: skip

# -- views and reactions


@dataclass(frozen=True, slots=True)
class PlotRow:
    """A plot as it is shown."""

    key: str
    name: str
    crop: str
    let_on: date
    let_by: str
    tended: int
    notes: tuple[str, ...]
    kinds: frozenset[str]
    given_up_on: date | None


@dataclass(frozen=True, slots=True)
class SeedRow:
    """A seed of the market."""

    key: str
    crop: str
    listed_on: date
    listed_by: str


def fold_plot(row: PlotRow | None, recorded: Recorded) -> PlotRow | None:
    """Give the plot's row; one that was given up stays."""
    event = recorded.event
    if isinstance(event, PlotLet):
        return PlotRow(
            recorded.subject, event.name, event.crop, event.let_on, recorded.envelope.id, 0, (), frozenset(), None
        )
    if row is None:
        return None
    if isinstance(event, PlotTended):
        kinds = row.kinds | {event.duty_id.partition("/")[0]} if event.duty_id else row.kinds
        return replace(row, tended=row.tended + 1, notes=(*row.notes, event.note)[-5:], kinds=kinds)
    return replace(row, given_up_on=event.given_up_on) if isinstance(event, PlotGivenUp) else row


def fold_seed(row: SeedRow | None, recorded: Recorded) -> SeedRow | None:
    """Give the seed's row."""
    event = recorded.event
    if isinstance(event, SeedListed):
        return SeedRow(recorded.subject, event.crop, event.listed_on, recorded.envelope.id)
    return row


PLOT_VIEW: View[PlotRow] = View(
    name="plot", log=PLOTS, category="plot", row=PlotRow, fold=fold_plot, sql=HERE / "views" / "plot.sql",
    working=lambda row: row.given_up_on is None,
)  # fmt: skip
SEED_VIEW: View[SeedRow] = View(
    name="seed", log=MARKET, category="seed", row=SeedRow, fold=fold_seed, sql=HERE / "views" / "seed.sql",
    working=lambda _row: True,
)  # fmt: skip


def _seed_for(plot: PlotRow, seed: SeedRow) -> OpenDuty:
    """What arises when both are there: its trigger is the later of the two, whichever was read first."""
    on, by = max((plot.let_on, plot.let_by), (seed.listed_on, seed.listed_by))
    plot_id, seed_id = plot.key.partition("/")[2], seed.key.partition("/")[2]
    return OpenDuty(
        at=start_of(on), duty_id=DutyId(f"gs-6.published/{plot_id}/{seed_id}"), object_id=plot_id, kind="gs-6.published",
        trigger_event_id=by, trigger_on=on,
    )  # fmt: skip


def on_seed_listed(recorded: Recorded, rows: Rows, _authority: Authority) -> Iterable[Command]:
    """The seed sees the plots."""
    seed = rows.get(SeedRow, recorded.subject)
    assert seed is not None
    return [_seed_for(plot, seed) for plot in rows.all(PlotRow).values() if plot.crop == seed.crop]


def on_plot_let(recorded: Recorded, rows: Rows, _authority: Authority) -> Iterable[Command]:
    """The plot sees the seeds."""
    plot = rows.get(PlotRow, recorded.subject)
    if plot is None:
        return []
    return [_seed_for(plot, seed) for seed in rows.all(SeedRow).values() if seed.crop == plot.crop]


def reported_plot_let(message: Message, _rows: Rows, _authority: Authority) -> Command | Refused:
    """Another system lets plots, too; one of its crops breaks our reading."""
    event = message.event
    assert isinstance(event, PlotLet)
    if event.crop == BREAKS:
        raise ZeroDivisionError(event.crop)
    return LetPlot(at=message.occurred_at, plot_id=event.plot_id, name=event.name, crop=event.crop, let_on=event.let_on)


def reported_plot_tended(message: Message, _rows: Rows, _authority: Authority) -> Command | Refused:
    """Another system's people look after plots."""
    event = message.event
    assert isinstance(event, PlotTended)
    return TendPlot(at=message.occurred_at, plot_id=event.plot_id, tended_on=event.tended_on, note=event.note)


REACTIONS = Reactions(
    to={PlotLet: (on_plot_let,), SeedListed: (on_seed_listed,)},
    follows={MARKET: (SeedListed,)},
    inbox={PlotLet: reported_plot_let, PlotTended: reported_plot_tended},
)


def rules() -> Rules:
    """Give all that the garden decides by."""
    return Rules(
        source="/gotland/garden",
        authority=AUTHORITY,
        deciders=(PLOT, refusing("garden")),
        duties=Duties((FIRST, RECURRING, SEED), AUTHORITY),
    )


@cache
def views() -> Sequence[View[PlotRow] | View[SeedRow] | View[DutyRow]]:
    """Give all its views."""
    return (PLOT_VIEW, SEED_VIEW, duty_view(Duties((FIRST, RECURRING, SEED), AUTHORITY), DUTIES))


# -- builders


def at(day: str, hour: int = 9) -> datetime:
    """Give an hour of a Stockholm day."""
    return start_of(date.fromisoformat(day)).replace(hour=hour)


def let_plot(plot: str, name: str = "", *, day: str = "2026-03-02", crop: str = "beans") -> LetPlot:
    """Build a letting."""
    return LetPlot(
        at=at(day), plot_id=Id(plot), name=name or f"name of {plot}", crop=crop, let_on=date.fromisoformat(day)
    )


def tend_plot(plot: str, *, day: str = "2026-03-03", note: str = "", duty_id: str | None = None) -> TendPlot:
    """Build a visit."""
    owed = DutyId(duty_id) if duty_id else None
    return TendPlot(at=at(day), plot_id=plot, tended_on=date.fromisoformat(day), note=note, duty_id=owed)


def give_up_plot(plot: str, *, day: str = "2026-03-04") -> GiveUpPlot:
    """Build an end."""
    return GiveUpPlot(at=at(day), plot_id=plot, given_up_on=date.fromisoformat(day))


def correct_plot(
    plot: str, event_id: str, kind: Literal["never-happened", "wrong-value", "wrong-date"], **changes: object
) -> CorrectPlot:
    """Build a correction: field in JSON = new value."""
    new = tuple(Change(pointer=f"/{name}", after=value) for name, value in changes.items())
    return CorrectPlot(at=at("2026-03-05"), plot_id=plot, event_id=event_id, kind=kind, changes=new)


def submission(
    command: Command, key: str, *, digest: bytes = b"", expected_version: int | None = None, at_: datetime | None = None
) -> Submission:
    """Have an officer ask for it."""
    return Submission(
        command=command, key=key, actor="staff-1", role=SOCIAL_BOARD, recorded_at=at_ or command.at,
        correlation_id="correlation", digest=digest, expected_version=expected_version,
    )  # fmt: skip


def market(seeds: Iterable[Mapping[str, str]]) -> list[Event]:
    """Give what the market says."""
    return [SeedListed(seed_id=s["id"], crop=s["crop"], listed_on=date.fromisoformat(s["on"])) for s in seeds]
