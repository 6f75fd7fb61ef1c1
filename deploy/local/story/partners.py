"""Seventh chapter: what the Region does with Coompanion Gotland, Almi Gotland and Leader Gute (GS-1, GS-2, BG, IN-4)."""

from collections.abc import Iterable
from typing import Any

from deploy.local.story.world import Act, World, act

ROLE = "executive-office"
BODIES = (
    ("coompanion", "Coompanion Gotland", "funder", "råd och stöd till kooperativa företag", "ingen myndighetsutövning"),
    ("almi", "Almi Gotland", "owner", "lån och råd till livskraftiga företag", "ingen upphandling"),
    ("leader", "Leader Gute", "partner", "projektstöd till landsbygden", "ingen skyldighet enligt policyn"),
)
"""Id, name, what the Region is to it, its support and its limits."""


def acts(p: "Partners") -> Iterable[Act]:
    """Say what is done on which day."""
    return (
        act("2025-01-20", "Rollerna gentemot Coompanion, Almi och Leader Gute antecknas (IN-4), och ägandet i Almi (GS-2).",
            "The roles towards Coompanion, Almi and Leader Gute are recorded (IN-4), and the share in Almi (GS-2).",
            p.know, p.own),
        act("2025-12-31", "Inget bidrag till Coompanion beslutades 2025: en avvikelse (GS-1), ingen brist.",
            "No contribution to Coompanion was decided in 2025: a deviation (GS-1), no breach."),
        act("2026-02-10", "Årets bidrag till Coompanion beslutas (GS-1).",
            "The year's contribution to Coompanion is decided (GS-1).", p.decide),
        act("2026-03-03", "Bidraget betalas ut.", "The contribution is paid.", p.pay),
        act("2026-04-14", "Trädgårdslaget hänvisas till Coompanion för stöd i upphandling (BG-4). Det ersätter inte GS-5.",
            "The garden team is referred to Coompanion for support with tenders (BG-4). That does not replace GS-5.", p.refer),
        act("2026-10-21", "", "", p.agree),
        act("2026-12-01", "Åtgärden från samrådet är klar.", "The action from the consultation is done.", p.close),
    )  # fmt: skip


class Partners:
    """What the executive office does with the partner bodies; nothing of it is a duty."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.decided = ""
        self.action = ""

    def know(self) -> None:
        """Record what the Region is to each body."""
        w = self.world
        for body, name, role, support, limits in BODIES:
            said = {
                "name": name, "regionRole": role, "support": {"sv": support}, "limits": {"sv": limits},
                "from": w.today.isoformat(), "dnr": w.dnr("LK"),
            }  # fmt: skip
            self._post(f"/v1/partners/{body}/roles", said)

    def own(self) -> None:
        """Record the share in Almi."""
        w = self.world
        said = {"share": "0.49", "from": w.today.isoformat(), "source": w.document("ägaravtal"), "dnr": w.dnr("LK")}
        self._post("/v1/partners/almi/ownerships", said)

    def decide(self) -> None:
        """Decide the year's contribution."""
        w = self.world
        decision = w.decision("RS", "executive-board", paragraph="§ 41")
        self.decided = decision["dnr"]
        said = {"forYear": w.today.year, "amount": _money("400000"), "decision": decision, "purpose": "rådgivning"}
        self._post("/v1/partners/coompanion/contributions", said)

    def pay(self) -> None:
        """Pay it."""
        w = self.world
        said = {
            "forYear": w.today.year, "amount": _money("400000"), "paidOn": w.today.isoformat(),
            "paymentRef": "EXEMPEL-1", "decisionDnr": self.decided, "dnr": w.dnr("LK"),
        }  # fmt: skip
        self._post("/v1/partners/coompanion/payments", said)

    def refer(self) -> None:
        """Send an enterprise to who can support it."""
        w = self.world
        said = {
            "about": "enterprise", "topic": "procurement", "madeOn": w.today.isoformat(),
            "enterpriseId": w.enterprises["garden"], "dnr": w.dnr("LK"),
        }  # fmt: skip
        self._post("/v1/partners/coompanion/support-referrals", said)

    def agree(self) -> None:
        """Agree on an action at the consultation."""
        w = self.world
        said = {
            "agreedOn": w.today.isoformat(), "description": "Upphandlingskalendern skickas varje kvartal.",
            "owner": "procurement-office", "dueOn": "2026-12-15", "clause": "GS-6", "dnr": w.dnr("LK"),
        }  # fmt: skip
        made = self._post(f"/v1/consultations/{w.today.year}/actions", said)
        [self.action] = [each["actionId"] for each in made["actions"]]

    def close(self) -> None:
        """Say that it is done."""
        w = self.world
        said = {
            "closedOn": w.today.isoformat(), "outcome": "done", "document": w.document("kalender"), "dnr": w.dnr("LK"),
        }  # fmt: skip
        self._post(f"/v1/consultations/{w.today.year}/actions/{self.action}/closings", said)

    def _post(self, path: str, said: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.world.office.post("consultation", path, said, role=ROLE).body
        return answer


def _money(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "SEK", "vat": "excluded"}
