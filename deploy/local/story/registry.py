"""First chapter: six enterprises ask to be recognised; one comes late, and one loses its recognition."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from deploy.local.story.ledger import DAYS
from deploy.local.story.others import REGISTER
from deploy.local.story.world import Act, World, act

ROLE = "registry-officer"
CANARY = "Kanariefågel"
"""Stands in everything that is personal; checks look for it where it must not be."""
SOLE_TRADERS_NUMBER = "121212-1212"  # nobody's: the example that everybody uses


@dataclass(frozen=True, slots=True)
class Enterprise:
    """An invented WISE. `cpv` empty: it has not said what it offers. `target`: of how many occupied, how many in the group."""

    name: str
    number: str
    legal_form: str
    cpv: tuple[str, ...] = ()
    target: tuple[int, int] | None = None


ENTERPRISES = {
    "garden": Enterprise("Exempel Trädgårdslaget", "769999-0003", "ekonomisk-forening", ("77",), (20, 14)),
    "kitchen": Enterprise("Exempel Köket och Omsorgen", "802999-0002", "ideell-forening", ("55", "85"), (40, 8)),
    "text": Enterprise("Exempel Text och Data", "559999-0008", "aktiebolag-svb", ("72", "79")),
    "repair": Enterprise("Exempel Lagningsverkstan", "769999-0102", "ekonomisk-forening", ("50",), (12, 6)),
    "learning": Enterprise("Exempel Lärande Arbete", "802999-0101", "ideell-forening"),
    "saddler": Enterprise(f"Exempel Sadelmakeri {CANARY}", SOLE_TRADERS_NUMBER, "enskild-firma", ("50", "18")),
}
FIRST_FIVE = ("garden", "kitchen", "text", "repair", "learning")
SHOWN: dict[str, dict[str, Any]] = {
    "DF-0": {"financialYear": "2024"},
    "DF-1": {},
    "DF-2": {"participationForm": "ownership", "aspects": {"ownProcess": True, "workOrganisation": True}},
    "DF-3": {"financialYear": "2024", "reinvestedShare": "0.9"},
    "DF-4": {"publicOwnershipShare": "0"},
}
"""The five criteria and what shows each of them."""


def called(name: str) -> str:
    """Give an enterprise's name; a sole trader's is personal, and is not told."""
    return ENTERPRISES[name].name.partition(f" {CANARY}")[0]


def acts(w: "Registry") -> Iterable[Act]:
    """Say what is done on which day."""
    return (
        act("2025-10-06",
            "Fyra påhittade sociala företag registreras och ansöker om erkännande. Ett femte rapporterar registersystemet.",
            "Four invented social enterprises are registered and apply for recognition. A register system reports a fifth.",
            lambda: w.register("garden", "kitchen", "text", "repair")),
        act("2025-10-06",
            "Registersystemets rapport nekas: organisationsnumret har fel kontrollsiffra.",
            "The register system's report is refused: the organisation number has a wrong check digit.",
            lambda: w.report("learning", number="8029990100")),
        act("2025-10-07", "Registersystemet skickar samma meddelande rättat. Det tas emot.",
            "The register system sends the same message, mended. It is accepted.",
            lambda: w.report("learning", number="8029990101")),
        act("2025-11-03", "De fem kriterierna (DF-0–DF-4) är prövade på handlingar. Fem företag erkänns.",
            "The five criteria (DF-0–DF-4) are assessed on documents. Five enterprises are recognised.",
            lambda: w.recognise(*FIRST_FIVE)),
        act("2025-11-04",
            "Fyra av dem säger vad de erbjuder; ett gör det inte, och det talar inte emot det.",
            "Four of them say what they offer; one does not, and that does not speak against it.",
            lambda: w.offer(*FIRST_FIVE)),
        act("2026-04-20", "En enskild firma registreras. Namn och nummer är personuppgifter och krypteras.",
            "A sole trader is registered. Name and number are personal and encrypted.",
            lambda: w.register("saddler")),
        act("2026-05-18", "Den enskilda firman erkänns, mitt i året.",
            "The sole trader is recognised, in the middle of the year.",
            lambda: w.offer("saddler"), lambda: w.recognise("saddler")),
        act("2026-05-25", "Lagningsverkstans räkenskaper visar att vinsten mest delas ut (DF-3). Företaget får yttra sig.",
            "The repair workshop's accounts show that most profit is paid out (DF-3). The enterprise is heard.",
            lambda: w.doubt("repair")),
        act("2026-06-08", "Erkännandet återkallas. Företagets platser går vidare men ska omprövas.",
            "The recognition is withdrawn. The enterprise's places go on, but are to be reviewed.",
            lambda: w.withdraw("repair", communicated=date(2026, 5, 25))),
        act("2026-10-20", "Godkännandena är ett år: Trädgårdslaget och Köket prövas på nytt och erkänns igen, i tid.",
            "The recognitions are a year old: the garden team and the kitchen are assessed anew and recognised again, in time.",
            lambda: w.review("garden", "kitchen")),
        act("2026-11-17", "Text och Data prövas två veckor för sent, Lärande Arbete inte alls. Fristen är lokal: ingen brist.",
            "The text enterprise is assessed two weeks late, Lärande Arbete not at all. That deadline is local: no breach.",
            lambda: w.review("text")),
    )  # fmt: skip


class Registry:
    """What the registry officer does."""

    def __init__(self, world: World) -> None:
        self.world = world

    def register(self, *names: str) -> None:
        """Enter enterprises, their applications and a mailbox for tenders."""
        w = self.world
        for name in names:
            made = ENTERPRISES[name]
            said = {
                "organisationNumber": made.number, "name": made.name, "legalForm": made.legal_form,
                "municipalityCode": "0980", "registeredOn": w.today.isoformat(), "dnr": w.dnr("RS"),
            }  # fmt: skip
            answer = w.office.post("registry", "/v1/enterprises", said, role=ROLE)
            w.enterprises[name] = answer.body["enterpriseId"]
            self._apply(name)

    def report(self, name: str, number: str) -> None:
        """Let the register system report one: it is refused or taken, and then applies like the others."""
        w, made = self.world, ENTERPRISES[name]
        mended = name in w.enterprises
        w.enterprises.setdefault(name, w.new_id())
        data = {
            "enterpriseId": w.enterprises[name], "name": made.name, "identity": {"kind": "orgnr", "value": number},
            "legalForm": made.legal_form, "municipalityCode": "0980", "registeredOn": w.today.isoformat(),
        }  # fmt: skip
        w.others.report(REGISTER, "register-1", "EnterpriseRegistered", data, w.now.isoformat())
        w.reported.append("register-1")
        if not mended:
            w.wait_for("the refusal of register-1", lambda: w.others.events("registry.refused"))
            return
        listed = lambda: [  # noqa: E731 - looked at again and again
            row for row in w.office.all("registry", "/v1/enterprises", role=ROLE)
            if row["enterpriseId"] == w.enterprises[name]
        ]  # fmt: skip
        w.wait_for("the enterprise that was reported", listed)
        self._apply(name)

    def _apply(self, name: str) -> None:
        w = self.world
        path = f"/v1/enterprises/{w.enterprises[name]}"
        w.office.post(
            "registry", f"{path}/applications",
            {"receivedOn": w.today.isoformat(), "documents": [w.document("ansökan")], "dnr": w.dnr("RS")}, role=ROLE,
        )  # fmt: skip
        contact = {
            "purpose": "procurement", "channel": "email", "address": f"anbud@{name}.example",
            "validFrom": w.today.isoformat(), "language": "sv", "dnr": w.dnr("RS"),
        }  # fmt: skip
        answer = w.office.post("registry", f"{path}/contacts", contact, role=ROLE)
        [w.contacts[name]] = answer.body["contacts"]

    def recognise(self, *names: str) -> None:
        """Assess the criteria, and decide."""
        for name in names:
            self._decide(name)
            self._owe_review(name)
            for hear in self.world.when_recognised:
                hear(name)

    def review(self, *names: str) -> None:
        """Do the same a year later: the review is done, and the next one begins."""
        w = self.world
        for name in names:
            owed = next(
                o for o in w.ledger.of_kind("DF-0", "df-review") if o.end is None and self._is_of(o.duty_id, name)
            )
            dnr = self._decide(name)
            w.ledger.done(owed.duty_id, w.today, w.today, dnr)
            self._owe_review(name, "/2")

    def _decide(self, name: str) -> str:
        w = self.world
        path = f"/v1/enterprises/{w.enterprises[name]}"
        for criterion, shown in SHOWN.items():
            self._assess(path, criterion, "met", "Handlingarna visar det.", **shown)
        decision = w.decision("RS", ROLE, delegationPoint="4.2")
        said = {"decision": decision, "effectiveFrom": w.today.isoformat()}
        w.office.post("registry", f"{path}/recognitions", said, role=ROLE)
        return decision["dnr"]

    def _owe_review(self, name: str, anew: str = "") -> None:
        """Twelve months later the criteria are assessed again; a local deadline."""
        w = self.world
        due = DAYS.roll(w.today.replace(year=w.today.year + 1))
        w.ledger.arise(f"df-0.df-review/{w.enterprises[name]}{anew}", w.today, due, binding=False)

    def _is_of(self, duty_id: str, name: str) -> bool:
        return duty_id.split("/")[1] == self.world.enterprises[name]

    def offer(self, *names: str) -> None:
        """Enter what enterprises say of themselves; one says nothing."""
        w = self.world
        for name in names:
            made = ENTERPRISES[name]
            path = f"/v1/enterprises/{w.enterprises[name]}"
            if made.cpv:
                offering = {
                    "cpv": made.cpv, "nuts": ["SE214"], "validFrom": w.today.isoformat(), "statedBy": "enterprise",
                    "capacity": {"quantity": "8000000", "unit": "SEK-per-year"}, "dnr": w.dnr("RS"),
                }  # fmt: skip
                w.office.post("registry", f"{path}/offerings", offering, role=ROLE)
            if made.target:
                total, group = made.target
                share = {
                    "asOf": w.today.isoformat(), "occupiedTotal": total, "occupiedTargetGroup": group,
                    "declaredBy": "enterprise", "dnr": w.dnr("RS"),
                }  # fmt: skip
                w.office.post("registry", f"{path}/target-shares", share, role=ROLE)

    def doubt(self, name: str) -> None:
        """Assess that profits are mainly paid out."""
        w = self.world
        path = f"/v1/enterprises/{w.enterprises[name]}"
        reasons = "Större delen av vinsten delades ut."
        self._assess(path, "DF-3", "not-met", reasons, financialYear="2025", reinvestedShare="0.2")

    def withdraw(self, name: str, communicated: date) -> None:
        """Take a recognition back."""
        w = self.world
        body = {
            "decision": w.decision("RS", ROLE, delegationPoint="4.3"), "effectiveFrom": w.today.isoformat(),
            "reasonCode": "criterion-not-met", "criteriaFailed": ["DF-3"], "communicatedOn": communicated.isoformat(),
            "reasons": "Vinsten återinvesteras inte huvudsakligen.", "appealInformationGiven": True,
        }  # fmt: skip
        w.office.post("registry", f"/v1/enterprises/{w.enterprises[name]}/withdrawals", body, role=ROLE)
        w.ledger.void(f"df-0.df-review/{w.enterprises[name]}", w.today)
        for hear in w.when_withdrawn:
            hear(name)

    def _assess(self, path: str, criterion: str, outcome: str, reasons: str, **shown: Any) -> None:
        w = self.world
        body = {
            "criterion": criterion, "outcome": outcome, "assessedOn": w.today.isoformat(),
            "evidence": [w.document("underlag")], "reasons": reasons, "assessedBy": "staff-4711", "dnr": w.dnr("RS"),
            **shown,
        }  # fmt: skip
        w.office.post("registry", f"{path}/assessments", body, role=ROLE)
