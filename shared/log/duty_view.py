"""Every duty of a service, a row each, with the next boundary at which the clock must look at it."""

from dataclasses import dataclass, fields
from datetime import date
from hashlib import sha256
from pathlib import Path
from types import FunctionType

from shared.contracts.cloudevent import Recorded
from shared.log.view import View
from shared.policy.duty.duties import Duties
from shared.policy.duty.life import DutyState, evolve


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRow(DutyState):
    """A duty's state; `next_on` and `next_step` are its next boundary, `follows_on` the day the next of its kind arises."""

    key: str
    next_on: date | None
    next_step: str | None
    follows_on: date | None


STATE = tuple(field.name for field in fields(DutyState))


def duty_view(duties: Duties, log: str, *also: str) -> View[DutyRow]:
    """Give the view of the duties whose streams are in `log`, and in others."""

    def fold(row: DutyRow | None, recorded: Recorded) -> DutyRow:
        state = evolve(row, recorded.envelope)
        known = {name: getattr(state, name) for name in STATE}
        on, step = duties.next_step(state) or (None, None)
        follows_on = duties.follows_on(state)
        return DutyRow(key=recorded.subject, next_on=on, next_step=step, follows_on=follows_on, **known)

    return View(
        name="duty", log=log, category="duty", row=DutyRow, fold=fold, sql=Path(__file__).with_suffix(".sql"),
        working=lambda row: row.end is None, depends=_made_by(duties), also=also,
    )  # fmt: skip


def _made_by(duties: Duties) -> str:
    """Give the digest of what a row's boundaries follow from: the authority's file, the arithmetic, and the definitions."""
    functions = [getattr(definition, field.name) for definition in duties.all for field in fields(definition)]
    files = {function.__code__.co_filename for function in functions if isinstance(function, FunctionType)}
    files |= {evolve.__code__.co_filename, Duties.steps.__code__.co_filename}
    made_by = [duties.authority.digest.encode(), *(Path(file).read_bytes() for file in sorted(files))]
    return sha256(b"".join(made_by)).hexdigest()
