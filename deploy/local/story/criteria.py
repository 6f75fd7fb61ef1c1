"""Eighth chapter: each procurement of services has social criteria, or its board says why not (GS-8); SHOULD is no breach."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from deploy.local.story.ledger import working_days_after
from deploy.local.story.procurement import Procurement
from deploy.local.story.world import Act, World, act

AFTERWARDS = 5
"""Working days after a publication that states nothing; local, as is the working day before a planned one."""
BOARDS = {
    "grounds": "education",
    "bicycles": "technical",
    "lunches": "social",
    "programmes": "culture",
    "printing": "culture",
}
"""Who plans what; a notice without a plan is the executive board's."""
PLANNED_FOR = {"grounds": date(2026, 1, 26), "lunches": date(2026, 7, 1), "programmes": date(2026, 10, 1)}
"""When a plan is to be published; bicycles has no day."""
BY_THEMSELVES = {"reserved", "service", "offices", "courses"}
"""Notices that have criteria: reserved (BT-71), reserved execution (BT-736), social objectives (BT-775)."""
SUPPLIES = {"beds"}


def acts(c: "Criteria") -> Iterable[Act]:
    """Say what is done on which day."""
    return (
        act("2026-01-20", "Nämnden för barn och utbildning ställer sociala krav på skolgårdarna, före annonsen (GS-8).",
            "The board for education sets social criteria for the school grounds, before the notice (GS-8).",
            lambda: c.apply("grounds", "LOT-0000")),
        act("2026-02-11", "Databaserna: krav passar inte, och det förklaras i ett beslut.",
            "The databases: criteria are not appropriate, and a decision explains it.",
            lambda: c.explain("data", "LOT-0000")),
        act("2026-02-18", "Omsorgen får sociala krav i avtalet.", "The care contract gets social terms.",
            lambda: c.apply("care", "LOT-0000")),
        act("2026-03-19", "Provningen förklaras för sent; lönerna förklaras aldrig.",
            "The testing is explained too late; the payroll never is.", lambda: c.explain("testing", "LOT-0000")),
        act("2026-04-22", "Skanningen får krav, i efterhand men i tid.",
            "The scanning gets criteria, after the notice and in time.", lambda: c.apply("scanning", "LOT-0000")),
        act("2026-09-14", "Matlådorna förklaras i efterhand.", "The meals are explained afterwards.",
            lambda: c.explain("meals", "LOT-0000")),
    )  # fmt: skip


class Criteria:
    """What the buying boards state, and what each procurement asks for."""

    def __init__(self, world: World, tenders: Procurement) -> None:
        self.world, self.tenders = world, tenders
        world.when_tender.append(self._owe)

    # -- what is owed

    def _owe(self, key: str, what: str) -> None:
        """A plan or notice with services asks once; a notice without a statement gives it another day."""
        if key in SUPPLIES:
            return
        ledger, today, duty = self.world.ledger, self.world.today, self._duty(key)
        if what == "cancelled":
            ledger.void(duty, today)
            return
        if duty not in ledger.owed:
            ledger.arise(duty, today, self._due(key, what), binding=False)
        elif what == "published" and ledger.owed[duty].end is None and not ledger.owed[duty].is_past(today):
            ledger.owed[duty].due = working_days_after(today, AFTERWARDS)
        if key in BY_THEMSELVES:
            ledger.done(duty, today, today)

    def _due(self, key: str, what: str) -> date | None:
        if what == "published":
            return working_days_after(self.world.today, AFTERWARDS)
        planned = PLANNED_FOR.get(key)
        return working_days_after(planned, -1) if planned else None

    def _duty(self, key: str) -> str:
        return f"gs-8.criteria/{self.tenders.tenders[key].id}"

    # -- what is done

    def apply(self, key: str, *lots: str) -> None:
        """State the criteria."""
        criteria = [{"kind": "opp", "where": "contract-term", "text": "Praktikplatser under avtalstiden."}]
        self._state(key, "social-criteria", {"criteria": criteria}, lots)

    def explain(self, key: str, *lots: str) -> None:
        """Decide that they are not appropriate."""
        w = self.world
        reasons = {
            "reasonCode": "no-link-to-subject", "decision": w.decision("TN", self._board(key), paragraph="§ 12"),
            "reasons": "Uppdraget utförs av en enda specialist och saknar koppling till sociala krav.",
        }  # fmt: skip
        self._state(key, "social-criteria-reasons", reasons, lots)

    def _state(self, key: str, path: str, what: dict[str, Any], lots: tuple[str, ...]) -> None:
        w = self.world
        dnr = w.dnr("TN")
        said = {"board": self._board(key), "lotIds": lots, "statedOn": w.today.isoformat(), "dnr": dnr} | what
        where = f"/v1/tenders/{self.tenders.tenders[key].id}/{path}"
        w.office.post("procurement", where, said, role=self._board(key))
        w.ledger.done(self._duty(key), w.today, w.today, dnr)

    def _board(self, key: str) -> str:
        return f"buying-board:{BOARDS.get(key, 'executive')}"
