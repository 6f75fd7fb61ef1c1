"""Second chapter: twenty places that the social board buys (GS-3), and how it follows them up (GS-4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from deploy.local.story.ledger import DAYS, days_after, working_days_after
from deploy.local.story.others import CARE
from deploy.local.story.registry import CANARY
from deploy.local.story.world import Act, World, act

ROLE = "social-board"
FIRST, RECURRING, FINAL, REVIEW = 90, 180, 30, 10
"""The local deadlines, in days, and for the review in working days."""


@dataclass(slots=True)
class Place:
    """A place: where, from when, until when (None: until further notice)."""

    enterprise: str
    starts: date
    last_day: date | None
    id: str = ""
    subject_ref: str = ""
    is_running: bool = False


def _place(enterprise: str, starts: str, last_day: str | None) -> Place:
    return Place(enterprise, date.fromisoformat(starts), date.fromisoformat(last_day) if last_day else None)


def _places() -> dict[int, Place]:
    groups = (
        ("2026-01-12", "2026-06-30", "garden", "garden", "kitchen", "text", "kitchen"),
        ("2026-02-02", "2026-09-30", "learning", "learning", "kitchen", "garden"),
        ("2026-03-02", None, "text", "garden", "learning"),
        ("2026-04-13", "2026-10-31", "repair", "repair", "repair"),
        ("2026-08-17", "2026-12-18", "kitchen", "text", "garden"),
        ("2026-11-02", None, "learning", "saddler"),
    )
    places = (_place(str(at), str(starts), last_day) for starts, last_day, *enterprises in groups for at in enterprises)
    return dict(enumerate(places, 1))


NEVER_FOLLOWED_UP = 5
LATE = 4


def acts(p: "Placements") -> Iterable[Act]:
    """Say what is done on which day."""
    return (
        act("2025-12-15", "Socialnämnden köper nio platser hos fyra av företagen.",
            "The social board buys nine places at four of the enterprises.", lambda: p.buy(*range(1, 10))),
        act("2026-01-12", "De fem första platserna börjar. Den första uppföljningen ska göras inom 90 dagar (lokal frist).",
            "The first five places begin. The first follow-up is due within 90 days (local deadline).",
            lambda: p.start(1, 2, 3, 4, 5)),
        act("2026-02-02", "Fyra platser till börjar; två av dem rapporterar socialtjänstens system.",
            "Four more places begin; the care system reports two of them.",
            lambda: p.start(6, 7), lambda: p.start(8, 9, reported=True)),
        act("2026-02-03",
            "Socialtjänstens system skickar sitt meddelande om plats 8 en gång till. Det känns igen och räknas en gång.",
            "The care system sends its message on place 8 once more. It is recognised and counts once.",
            lambda: p.report_again("PlacementStarted-8")),
        act("2026-02-16", "Tre platser köps tills vidare.", "Three places are bought until further notice.",
            lambda: p.buy(10, 11, 12)),
        act("2026-03-02", "Plats 10, 11 och 12 börjar.", "Places 10, 11 and 12 begin.", lambda: p.start(10, 11, 12)),
        act("2026-03-30", "Plats 1, 2 och 3 följs upp i god tid.", "Places 1, 2 and 3 are followed up in good time.",
            lambda: p.follow_up("first", 1, 2, 3)),
        act("2026-03-30", "Tre platser köps hos Lagningsverkstan.", "Three places are bought at the repair workshop.",
            lambda: p.buy(13, 14, 15)),
        act("2026-04-13", "Plats 13, 14 och 15 börjar.", "Places 13, 14 and 15 begin.", lambda: p.start(13, 14, 15)),
        act("2026-04-14", "Plats 4 och 5 är inte uppföljda i tid. Enhetschefen får veta.",
            "Places 4 and 5 were not followed up in time. The unit's head is told."),
        act("2026-04-20", "Plats 6 och 7 följs upp. Den som har plats 8 avstår; den följs upp med företaget ensamt.",
            "Places 6 and 7 are followed up. The person in place 8 declines: the enterprise alone is asked.",
            lambda: p.follow_up("first", 6, 7), lambda: p.decline(8), lambda: p.follow_up("first", 8, alone=True)),
        act("2026-04-22", "Plats 4 följs upp, nio dagar för sent.", "Place 4 is followed up, nine days late.",
            lambda: p.follow_up("first", 4)),
        act("2026-04-28", "Plats 5 är fortfarande inte uppföljd. Nämnden får veta: andra gången det lyfts.",
            "Place 5 has still not been followed up. The board is told: it is raised a second time."),
        act("2026-05-11", "Plats 10, 11 och 12 följs upp.", "Places 10, 11 and 12 are followed up.",
            lambda: p.follow_up("first", 10, 11, 12)),
        act("2026-05-20", "Plats 9 följdes upp den 29 april, vilket registreras nu. En handling från dagen efter visar det.",
            "Place 9 was followed up on 29 April, which is recorded only now. A document of the day after shows it.",
            lambda: p.follow_up("first", 9, held=date(2026, 4, 29))),
        act("2026-06-01", "Plats 2 förlängs till den 30 september; bara slutuppföljningen flyttas.",
            "Place 2 is extended to 30 September; only the final follow-up moves.",
            lambda: p.extend(2, date(2026, 9, 30))),
        act("2026-06-17", "Två av platserna hos Lagningsverkstan omprövas: en går vidare, en flyttas.",
            "Two of the places at the repair workshop are reviewed: one goes on, one is moved.",
            lambda: p.review(13, "continue"), lambda: p.review(15, "move")),
        act("2026-06-24", "Slutuppföljning av plats 1, 3, 4 och 5.", "Final follow-up of places 1, 3, 4 and 5.",
            lambda: p.follow_up("final", 1, 3, 4, 5)),
        act("2026-06-29", "Den tredje platsen hos Lagningsverkstan omprövas, för sent.",
            "The third place at the repair workshop is reviewed, too late.", lambda: p.review(14, "continue")),
        act("2026-06-30", "Fem platser tar slut: fyra som planerat, en flyttas.",
            "Five places end: four as planned, one is moved.",
            lambda: p.end(1, 3, 4, 5), lambda: p.end(15, end_class="early")),
        act("2026-07-06", "De två som är kvar hos Lagningsverkstan följs upp.",
            "The two that remain at the repair workshop are followed up.", lambda: p.follow_up("first", 13, 14)),
        act("2026-07-08", "Slutuppföljning av den flyttade platsen.", "Final follow-up of the place that was moved.",
            lambda: p.follow_up("final", 15)),
        act("2026-08-03", "Tre platser köps.", "Three places are bought.", lambda: p.buy(16, 17, 18)),
        act("2026-08-17", "Plats 16, 17 och 18 börjar.", "Places 16, 17 and 18 begin.", lambda: p.start(16, 17, 18)),
        act("2026-09-24", "Slutuppföljning av plats 2.", "Final follow-up of place 2.",
            lambda: p.follow_up("final", 2)),
        act("2026-09-30", "Fem platser tar slut; socialtjänstens system rapporterar fyra av dem.",
            "Five places end; the care system reports four of them.",
            lambda: p.end(2), lambda: p.end(6, 7, 8, 9, reported=True)),
        act("2026-10-14", "Slutuppföljning av plats 6, 7 och 8.", "Final follow-up of places 6, 7 and 8.",
            lambda: p.follow_up("final", 6, 7), lambda: p.follow_up("final", 8, alone=True)),
        act("2026-10-19", "Två platser köps.", "Two places are bought.", lambda: p.buy(19, 20)),
        act("2026-10-26", "Plats 16, 17 och 18 följs upp. Plats 19 ställs in innan den börjar.",
            "Places 16, 17 and 18 are followed up. Place 19 is called off before it begins.",
            lambda: p.follow_up("first", 16, 17, 18), lambda: p.cancel(19)),
        act("2026-11-02", "Plats 20 börjar. Plats 13 och 14 tog slut i lördags.",
            "Place 20 begins. Places 13 and 14 ended last Saturday.",
            lambda: p.start(20), lambda: p.end(13, 14, on=date(2026, 10, 31))),
        act("2026-11-09", "Slutuppföljning av plats 9, för sent.", "Final follow-up of place 9, too late.",
            lambda: p.follow_up("final", 9)),
        act("2026-11-16", "Slutuppföljning av plats 13 och 14, återkommande uppföljning av plats 10 och 11.",
            "Final follow-up of places 13 and 14, recurring follow-up of places 10 and 11.",
            lambda: p.follow_up("final", 13, 14), lambda: p.follow_up("recurring", 10, 11)),
        act("2026-12-18", "De tre sista tidsbestämda platserna tar slut.", "The last three places with an end are over.",
            lambda: p.end(16, 17, 18)),
    )  # fmt: skip


class Placements:
    """What the social board does, and what each place asks for."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.places = _places()
        world.when_withdrawn.append(self._owe_reviews)

    # -- what is owed

    def _owe_from_start(self, place: Place) -> None:
        ledger, first_due = self.world.ledger, days_after(place.starts, FIRST)
        ledger.arise(f"gs-4.first/{place.id}", place.starts, first_due)
        ledger.on(first_due, lambda: self._owe_recurring(place, 1))
        if place.last_day:
            ledger.arise(f"gs-4.final/{place.id}", place.starts, days_after(place.last_day, FINAL))

    def _owe_recurring(self, place: Place, n: int) -> None:
        """On the day a follow-up is due the next one arises, counted from the start, while the place is running."""
        if place.is_running:
            due = DAYS.roll(place.starts + timedelta(days=FIRST + RECURRING * n))
            self.world.ledger.arise(f"gs-4.recurring/{place.id}/{n}", self.world.today, due)
            self.world.ledger.on(due, lambda: self._owe_recurring(place, n + 1))

    def _owe_reviews(self, enterprise: str) -> None:
        """Each place that is not over when its enterprise loses its recognition."""
        w = self.world
        for place in self.places.values():
            if place.enterprise == enterprise and place.id:
                w.ledger.arise(f"gs-4.review/{place.id}", w.today, working_days_after(w.today, REVIEW))

    # -- what is done

    def buy(self, *numbers: int) -> None:
        """Buy places for needs that were decided."""
        w = self.world
        for number in numbers:
            place = self.places[number]
            purchase: dict[str, Any] = {
                "enterpriseId": w.enterprises[place.enterprise], "placeKind": "arbetstraning", "basis": "lou-direct",
                "purchasedOn": w.today.isoformat(), "plannedStart": place.starts.isoformat(),
                "decision": w.decision("SON", ROLE, delegationPoint="7.1"), "legalGround": "sol",
                "price": {"money": {"amount": "9800", "currency": "SEK", "vat": "excluded"}, "per": "month"},
                "need": w.document("behov", secrecy="osl-26-1"), "goal": f"{CANARY} {number} vill prova ett arbete.",
            }  # fmt: skip
            if place.last_day:
                purchase["plannedEnd"] = place.last_day.isoformat()
            bought = w.office.post("placements", "/v1/placements", purchase, role=ROLE).body
            place.id, place.subject_ref = bought["placementId"], bought["subjectRef"]

    def start(self, *numbers: int, reported: bool = False) -> None:
        """Record, or have reported, the first day."""
        w = self.world
        for number in numbers:
            place = self.places[number]
            started = {"startedOn": place.starts.isoformat()}
            if reported:
                self._report("PlacementStarted", number, started)
            else:
                self._post(number, "starts", started)
            place.is_running = True
            self._owe_from_start(place)
        w.settle()

    def follow_up(self, kind: str, *numbers: int, held: date | None = None, alone: bool = False) -> None:
        """Record conversations that were held today, or on another day and recorded today."""
        w = self.world
        on = held or w.today
        for number in numbers:
            place = self.places[number]
            duty = f"gs-4.{kind}/{place.id}" + ("/1" if kind == "recurring" else "")
            said: dict[str, Any] = {
                "kind": kind, "method": "three-party-meeting", "dutyId": duty, "officer": "staff-1001",
                "heldOn": on.isoformat(), "with": ["provider"] if alone else ["user", "provider"],
                "subjects": ["place-delivered", "goal"], "result": "as-agreed", "nextStep": "continue",
                "document": w.document("uppföljning", on + timedelta(days=1) if held else on, "osl-26-1"),
                "notes": f"{CANARY} {number} berättade hur det går.", "subjectRef": place.subject_ref,
            }  # fmt: skip
            if alone:
                said["providerOnlyReason"] = "declined"
            self._post(number, "held-follow-ups", said)
            w.ledger.done(duty, on, w.today, said["document"]["dnr"])

    def decline(self, number: int) -> None:
        """Record that somebody would rather not."""
        said = {"declinedOn": self.world.today.isoformat(), "scope": "follow-up", "statedBy": "user"}
        self._post(number, "declines", said)

    def extend(self, number: int, last_day: date) -> None:
        """Give a place a later last day."""
        w, place = self.world, self.places[number]
        place.last_day = last_day
        decision = w.decision("SON", ROLE, delegationPoint="7.1")
        said = {"newEnd": last_day.isoformat(), "decision": decision, "decidedOn": w.today.isoformat()}
        self._post(number, "extensions", said)
        w.ledger.owed[f"gs-4.final/{place.id}"].due = days_after(last_day, FINAL)

    def end(self, *numbers: int, on: date | None = None, end_class: str = "as-planned", reported: bool = False) -> None:
        """Record, or have reported, the last day: today, or an earlier one."""
        w = self.world
        last = on or w.today
        for number in numbers:
            place = self.places[number]
            ended = {"endedOn": last.isoformat(), "endClass": end_class}
            if reported:
                self._report("PlacementEnded", number, ended)
            else:
                personal = {"endReason": "completed", "outcome": "studies", "subjectRef": place.subject_ref}
                self._post(number, "ends", ended | personal)
            place.is_running = False
            self._owe_no_more(place, last)

    def _owe_no_more(self, place: Place, last: date) -> None:
        """The end voids what is not overdue; the final follow-up is counted from it."""
        ledger = self.world.ledger
        for owed in list(ledger.owed.values()):
            _, kind, id_ = (*owed.duty_id.partition("/")[0].split(".", 1), owed.duty_id.split("/")[1])
            if id_ == place.id and kind in ("first", "recurring", "review"):
                ledger.void(owed.duty_id, last)
        final = ledger.owed[f"gs-4.final/{place.id}"]
        if final.end is None and not final.is_past(last):
            final.due = days_after(last, FINAL)

    def cancel(self, number: int) -> None:
        """Call a place off."""
        cancelled = {"cancelledOn": self.world.today.isoformat(), "cancelClass": "by-provider"}
        self._post(number, "cancellations", cancelled)

    def review(self, number: int, outcome: str) -> None:
        """Decide what becomes of a place whose enterprise lost its recognition."""
        w, place = self.world, self.places[number]
        duty = f"gs-4.review/{place.id}"
        [withdrawn] = [e for e in w.others.events("registry.events") if e["type"].endswith("RecognitionWithdrawn.v1")]
        said = {
            "reviewedOn": w.today.isoformat(), "cause": "recognition-withdrawn", "causeEventId": withdrawn["id"],
            "outcome": outcome, "decision": w.decision("SON", ROLE, delegationPoint="7.4"),
            "reasons": f"{CANARY} {number} trivs.", "subjectRef": place.subject_ref,
        }  # fmt: skip
        self._post(number, "reviews", said)
        w.ledger.done(duty, w.today, w.today, said["decision"]["dnr"])

    def _post(self, number: int, what: str, said: dict[str, Any]) -> None:
        w = self.world
        dnr = {} if "decision" in said else {"dnr": w.dnr("SON")}
        w.office.post("placements", f"/v1/placements/{self.places[number].id}/{what}", said | dnr, role=ROLE)

    def report_again(self, message_id: str) -> None:
        """Have a message repeated; the reports of later days lie behind it in the same inbox, so it will have been read."""
        self.world.others.repeat(CARE, message_id)
        self.world.reported.append(message_id)

    def _report(self, kind: str, number: int, data: dict[str, Any]) -> None:
        w = self.world
        message_id = f"{kind}-{number}"
        said = {"placementId": self.places[number].id, **data}
        w.others.report(CARE, message_id, kind, said, w.now.isoformat())
        w.reported.append(message_id)
