"""Ninth chapter: contracts with social terms, which are followed up at intervals (GS-8, local), and a duty that is let go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from deploy.local.story.ledger import days_after
from deploy.local.story.procurement import ROLE, Procurement
from deploy.local.story.registry import ENTERPRISES
from deploy.local.story.world import Act, World, act

BOARD = "buying-board:executive"
INTERVAL = 180
"""Days from one follow-up to the next, local, where the term says nothing."""


@dataclass(slots=True)
class Contract:
    """A contract of a tender: its id, how often its one term is followed up, and how often it was."""

    tender: str
    starts: date
    every: int
    id: str = ""
    done: int = 0


def acts(c: "Contracts") -> Iterable[Act]:
    """Say what is done on which day."""
    return (
        act("2026-03-10", "Serviceförvaltningen befrias genom beslut från beskedet om cyklarna; bristen kvarstår.",
            "The procurement office is relieved by a decision of the word on the bicycles; the breach stays.",
            lambda: c.waive("bicycles", "learning")),
        act("2026-04-15", "Köket får omsorgsavtalet. Villkoret om praktikplatser följs upp var nittionde dag.",
            "The kitchen gets the care contract. Its term on traineeships is followed up every ninety days.",
            lambda: c.award("care", "kitchen", date(2026, 5, 1), every=90)),
        act("2026-05-20", "Text och Data får skanningen, med ett villkor som följs upp varje halvår.",
            "The text enterprise gets the scanning, with a term that is followed up each half-year.",
            lambda: c.award("scanning", "text", date(2026, 6, 1))),
        act("2026-07-20", "Praktikplatserna i omsorgen följs upp i tid.", "The traineeships in care are followed up in time.",
            lambda: c.follow_up("care")),
        act("2026-09-30", "Skanningsavtalet upphör i förtid; uppföljningen bortfaller.",
            "The scanning contract ends early; its follow-up is void.", lambda: c.end("scanning")),
        act("2026-11-10", "Den andra uppföljningen i omsorgen kommer för sent. Fristen är lokal: ingen brist.",
            "The second follow-up in care is late. The deadline is local: no breach.", lambda: c.follow_up("care")),
    )  # fmt: skip


class Contracts:
    """What the board does about its contracts."""

    def __init__(self, world: World, tenders: Procurement) -> None:
        self.world, self.tenders = world, tenders
        self.contracts: dict[str, Contract] = {}

    def award(self, key: str, winner: str, starts: date, every: int = INTERVAL) -> None:
        """Say who gets the contract."""
        w = self.world
        contract = self.contracts[key] = Contract(key, starts, every)
        term: dict[str, Any] = {"termId": "praktik", "kind": "opp", "text": "Två praktikplatser under avtalstiden."}
        said = {
            "board": BOARD, "lotIds": ["LOT-0000"], "awardDecidedOn": w.today.isoformat(),
            "outcome": "selec-w", "winners": [{
                "organisationNumber": ENTERPRISES[winner].number, "name": ENTERPRISES[winner].name,
                "enterpriseId": w.enterprises[winner],
            }],
            "socialTerms": [term | ({"followUpEveryDays": every} if every != INTERVAL else {})],
            "from": starts.isoformat(), "to": (starts.replace(year=starts.year + 1) - timedelta(days=1)).isoformat(),
            "dnr": w.dnr("RS"),
        }  # fmt: skip
        [contract.id] = self._post(contract, "", said)["contracts"]
        self._owe(contract, 1, w.today)

    def _owe(self, contract: Contract, n: int, arises: date) -> None:
        """The n-th follow-up, so many intervals after the start; on its day the next one arises."""
        ledger, due = self.world.ledger, days_after(contract.starts, contract.every * n)
        ledger.arise(self._duty(contract, n), arises, due, binding=False)
        ledger.on(
            due,
            lambda: None if ledger.owed[self._duty(contract, n)].end == "voided" else self._owe(contract, n + 1, due),
        )

    def _duty(self, contract: Contract, n: int) -> str:
        return f"gs-8.contract-term/{contract.id}/praktik/{n}"

    def follow_up(self, key: str) -> None:
        """Look whether the term is kept."""
        w, contract = self.world, self.contracts[key]
        contract.done += 1
        duty, document = self._duty(contract, contract.done), w.document("uppföljning av avtal")
        said = {
            "board": BOARD, "dutyId": duty, "termId": "praktik", "followedUpOn": w.today.isoformat(), "result": "met",
            "period": {"from": contract.starts.isoformat(), "to": w.today.isoformat()}, "document": document,
            "officer": "staff-3003", "dnr": w.dnr("RS"),
        }  # fmt: skip
        self._post(contract, f"/{contract.id}/follow-ups", said)
        w.ledger.done(duty, w.today, w.today, document["dnr"])

    def end(self, key: str) -> None:
        """Record that it is over before its time."""
        w, contract = self.world, self.contracts[key]
        said = {"board": BOARD, "endedOn": w.today.isoformat(), "reasonCode": "terminated", "dnr": w.dnr("RS")}
        self._post(contract, f"/{contract.id}/ends", said)
        w.ledger.void(self._duty(contract, contract.done + 1), w.today)

    def waive(self, key: str, name: str) -> None:
        """Let a duty go: two persons and a decision; what was broken stays so."""
        w, tender = self.world, self.tenders.tenders[key]
        object_, duty = f"{tender.id}/{w.enterprises[name]}", self.tenders.duty(tender, name)
        said = {
            "dutyId": duty, "waivedOn": w.today.isoformat(), "reasonCode": "other", "reasons": "Företaget har sagt nej.",
            "authority": w.decision("RS", ROLE, delegationPoint="5.1"), "proposedBy": "staff-2002", "approvedBy": "staff-2003",
            "dnr": w.dnr("RS"),
        }  # fmt: skip
        w.office.post("procurement", f"/v1/outreaches/{object_}/waivers", said, role=ROLE)
        w.ledger.waive(duty, w.today)

    def _post(self, contract: Contract, path: str, said: dict[str, Any]) -> dict[str, Any]:
        where = f"/v1/tenders/{self.tenders.tenders[contract.tender].id}/contracts{path}"
        answer: dict[str, Any] = self.world.office.post("procurement", where, said, role=BOARD).body
        return answer
