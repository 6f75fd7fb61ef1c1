"""Sixth chapter: the yearly initiative towards Coompanion (GS-7), not taken in 2025 and taken in 2026."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from deploy.local.story.ledger import DAY, DAYS, days_after
from deploy.local.story.world import Act, World, act

ROLE = "executive-office"
LAPSES_AFTER = timedelta(days=30)


def acts(c: "Consultation") -> Iterable[Act]:
    """Say what is done on which day."""
    return (
        act("2025-01-01", "Sviten tas i bruk. Årets initiativ till samråd ska tas (GS-7).",
            "The suite is taken into use. The year's initiative to consultation is to be taken (GS-7)."),
        act("2025-10-01", "Den lokala fristen för årets inbjudan har gått ut. Ledningskontorets chef får veta.",
            "The local deadline for the year's invitation has passed. The head of the executive office is told."),
        act("2026-01-01", "2025 är slut utan initiativ: bestämmelsen är bruten. Ett nytt år, en ny skyldighet.",
            "2025 is over without an initiative: the clause is broken. A new year, a new duty."),
        act("2026-01-31", "Initiativet för 2025 kan inte längre tas; bristen kvarstår.",
            "The initiative of 2025 can no longer be taken; the breach stays."),
        act("2026-09-07", "Inbjudan till samråd och uppföljning går till Coompanion Gotland, diarieförd.",
            "The invitation to consultation and follow-up goes to Coompanion Gotland, diarised.", c.initiate),
        act("2026-10-21", "Samrådet hålls.", "The consultation is held.", c.hold),
        act("2026-11-04", "Den gemensamma uppföljningen är klar.", "The joint follow-up is completed.", c.follow_up),
    )  # fmt: skip


class Consultation:
    """What the executive office does, and what each year asks for."""

    def __init__(self, world: World) -> None:
        self.world = world
        for year in (2025, 2026):
            world.ledger.on(date(year, 1, 1), lambda year=year: self._owe(year))  # type: ignore[misc]  # mypy #4226: a default

    def _owe(self, year: int) -> None:
        """Each year from its first day: by 30 September locally, by 31 December as the clause has it."""
        ledger, limit = self.world.ledger, date(year, 12, 31)
        duty = f"gs-7.initiative/{year}"
        ledger.arise(duty, date(year, 1, 1), DAYS.roll(date(year, 9, 30)), limit=limit)
        lapsed = limit + LAPSES_AFTER + DAY
        ledger.on(lapsed, lambda: ledger.lapse(duty, lapsed))

    def initiate(self) -> None:
        """Send the invitation."""
        w = self.world
        year = w.today.year
        invitation: dict[str, Any] = {
            "initiatedOn": w.today.isoformat(), "covers": ["samrad", "uppfoljning"],
            "invitation": w.document("inbjudan"), "channel": "email", "dnr": w.dnr("LK"),
        }  # fmt: skip
        w.office.post("consultation", f"/v1/consultations/{year}/initiatives", invitation, role=ROLE)
        w.ledger.done(f"gs-7.initiative/{year}", w.today, w.today, invitation["invitation"]["dnr"])
        due = max(date(year, 12, 31), days_after(w.today, 90))
        w.ledger.arise(f"gs-7.held/{year}", w.today, due, binding=False)

    def hold(self) -> None:
        """Record the meeting."""
        w = self.world
        meeting = {
            "heldOn": w.today.isoformat(), "form": "meeting", "minutes": w.document("protokoll"),
            "participants": [{"body": "coompanion", "count": 2}, {"body": ROLE, "count": 3}], "dnr": w.dnr("LK"),
        }  # fmt: skip
        w.office.post("consultation", f"/v1/consultations/{w.today.year}/meetings", meeting, role=ROLE)

    def follow_up(self) -> None:
        """Record what both agreed on."""
        w = self.world
        year = w.today.year
        agreed: dict[str, Any] = {
            "completedOn": w.today.isoformat(), "period": {"from": f"{year}-01-01", "to": f"{year}-10-31"},
            "subjects": ["use-of-contribution", "procurement-information"], "document": w.document("uppföljning"),
            "conclusion": "Utskicken om upphandlingar når fram; de ska komma tidigare.",
            "agreedBy": ["coompanion", ROLE], "dnr": w.dnr("LK"),
        }  # fmt: skip
        w.office.post("consultation", f"/v1/consultations/{year}/follow-ups", agreed, role=ROLE)
        w.ledger.done(f"gs-7.held/{year}", w.today, w.today, agreed["document"]["dnr"])
