"""Fifth chapter: each year every enterprise is to be contacted and offered something to learn of procurement (GS-5)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from deploy.local.story.ledger import DAY, days_after
from deploy.local.story.world import Act, World, act

ROLE = "procurement-office"
ON_RECOGNITION = 30
"""Days, local: the first year's, from the recognition on."""
ACTS = {"guidance", "offer"}
"""One does not do for the other."""


@dataclass
class Year:
    """What one enterprise has had of one year: of each act the day, and the diary number of the last."""

    acts: dict[str, date] = field(default_factory=dict)


def acts(k: "Knowledge") -> Iterable[Act]:
    """Say what is done on which day."""
    return (
        act("2025-11-17", "Tre av de nya företagen får en personlig vägledning om att lämna anbud; Lagningsverkstan bara "
            "nyhetsbrevet, som inte räcker.",
            "Three of the new enterprises get personal guidance on bidding; the repair workshop only the newsletter, which "
            "does not suffice.",
            lambda: k.guide("garden", "kitchen", "text", year=2025),
            lambda: k.guide("repair", year=2025, kind="newsletter")),
        act("2025-11-24", "Alla fem utom Lärande Arbete erbjuds en kurs i upphandling.",
            "All five but Lärande Arbete are offered a course on procurement.",
            lambda: k.offer("garden", "kitchen", "text", "repair", year=2025)),
        act("2026-01-20", "Lagningsverkstan får sin vägledning för 2025, för sent.",
            "The repair workshop gets its guidance for 2025, too late.", lambda: k.guide("repair", year=2025)),
        act("2026-03-09", "Årets kurs erbjuds alla.", "The year's course is offered to all.",
            lambda: k.offer("garden", "kitchen", "text", "learning", "repair", year=2026)),
        act("2026-03-12", "Tre får årets vägledning. Ett av breven kommer tillbaka.",
            "Three get the year's guidance. One of the letters comes back.",
            lambda: k.guide("garden", "kitchen", year=2026), lambda: k.lose("learning", year=2026)),
        act("2026-03-16", "Lärande Arbete nås per telefon.", "Lärande Arbete is reached by phone.",
            lambda: k.guide("learning", year=2026)),
        act("2026-04-01", "Lärande Arbetes skyldighet för 2025 förfaller; ingen hörde av sig, och bristen kvarstår.",
            "The duty to Lärande Arbete for 2025 lapses; nobody was in touch, and the breach stays."),
        act("2026-06-09", "Sadelmakeriet får vägledning och en plats på höstens kurs.",
            "The saddler gets guidance and a place on the autumn course.",
            lambda: k.guide("saddler", year=2026), lambda: k.offer("saddler", year=2026)),
        act("2026-11-30", "Text och Data får årets vägledning, en månad före årets slut.",
            "The text enterprise gets the year's guidance, a month before the year ends.",
            lambda: k.guide("text", year=2026)),
    )  # fmt: skip


class Knowledge:
    """What the procurement office does to raise knowledge, and what each year asks for."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.recognised: set[str] = set()
        self.years: dict[str, Year] = {}
        world.when_recognised.append(self._owe_to)
        world.when_withdrawn.append(self._owe_no_more_to)
        world.ledger.on(date(2026, 1, 1), self._new_year)

    # -- what is owed

    def _owe_to(self, enterprise: str) -> None:
        """The first year begins with the recognition."""
        self.recognised.add(enterprise)
        today = self.world.today
        self._arise(enterprise, today, days_after(today, ON_RECOGNITION))

    def _new_year(self) -> None:
        """Each year from its first day to its last, which never rolls."""
        for enterprise in sorted(self.recognised):
            self._arise(enterprise, date(2026, 1, 1), date(2026, 12, 31))

    def _arise(self, enterprise: str, on: date, due: date) -> None:
        """One that is overdue can be made good until the end of March."""
        ledger, duty = self.world.ledger, self._duty(enterprise, on.year)
        self.years[duty] = Year()
        ledger.arise(duty, on, due)
        lapsed = date(on.year + 1, 3, 31) + DAY
        ledger.on(lapsed, lambda: ledger.lapse(duty, lapsed))

    def _owe_no_more_to(self, enterprise: str) -> None:
        self.recognised.discard(enterprise)
        self.world.ledger.void(self._duty(enterprise, self.world.today.year), self.world.today)

    def _duty(self, enterprise: str, year: int) -> str:
        return f"gs-5.knowledge/{self.world.enterprises[enterprise]}/{year}"

    def _acted(self, enterprise: str, year: int, what: str, dnr: str) -> None:
        """Both acts together discharge the year, on the day of the later."""
        w, duty = self.world, self._duty(enterprise, year)
        done = self.years[duty].acts
        done[what] = w.today
        if done.keys() == ACTS:
            w.ledger.done(duty, max(done.values()), w.today, dnr)

    # -- what is done

    def guide(self, *names: str, year: int, kind: str = "direct") -> None:
        """Give guidance, and note that it arrived."""
        for name in names:
            guidance, about = self._send(name, year, kind)
            dnr = self.world.dnr("RS")
            said = {"deliveredAt": self.world.now.isoformat(), "proof": "portal-opened", "dnr": dnr}
            self._post(f"/v1/guidance/{guidance}/deliveries", said | about)
            if kind == "direct":
                self._acted(name, year, "guidance", dnr)

    def lose(self, name: str, year: int) -> None:
        """Send a letter that does not arrive."""
        guidance, about = self._send(name, year, "direct")
        said = {"failedAt": self.world.now.isoformat(), "reasonCode": "returned", "dnr": self.world.dnr("RS")}
        self._post(f"/v1/guidance/{guidance}/failures", said | about)

    def offer(self, *names: str, year: int) -> None:
        """Offer a course."""
        w, dnr = self.world, self.world.dnr("RS")
        said = {
            "forYear": year, "offeredTo": [w.enterprises[name] for name in names], "offeredOn": w.today.isoformat(),
            "plannedFor": (w.today + timedelta(days=21)).isoformat(), "kind": "course", "topics": ["how-to-tender"],
            "channel": "email", "places": 12, "dnr": dnr,
        }  # fmt: skip
        self._post("/v1/activities", said)
        for name in names:
            self._acted(name, year, "offer", dnr)

    def _send(self, name: str, year: int, kind: str) -> tuple[str, dict[str, Any]]:
        """Give the guidance's id, and what it is about."""
        w = self.world
        about = {"enterpriseId": w.enterprises[name], "forYear": year}
        said = {
            "kind": kind, "channel": "email", "contactId": w.contacts[name], "sentAt": w.now.isoformat(),
            "messageDigest": sha256(f"{name} {year} {kind}".encode()).hexdigest(), "topics": ["how-to-tender"],
            "dnr": w.dnr("RS"),
        }  # fmt: skip
        return self._post("/v1/guidance", said | about)["knowledgeId"], about

    def _post(self, path: str, said: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.world.office.post("procurement", path, said, role=ROLE).body
        return answer
