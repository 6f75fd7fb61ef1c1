"""Third chapter: plans of four boards and real notices, whom they may suit, and who was told in time (GS-6)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from deploy.local.sdk import example_notices
from deploy.local.story.ledger import DAY, working_days_after
from deploy.local.story.notices import NAME, OURS, PLACE, Address, form_of, readdressed
from deploy.local.story.office import OK, XML, Answer
from deploy.local.story.others import PURCHASING
from deploy.local.story.registry import called
from deploy.local.story.world import Act, World, act
from shared.http.language import Text

ROLE = "procurement-office"
SOON, BEFORE = 5, 10
"""Working days: after a plan or notice, and before the last day for tenders (local deadlines)."""
MIDNIGHT = re.compile(r"T00:00:00[+-]\d\d:\d\d")
"""The hour of an instant that is the beginning of a day."""
LATER_PAGE_2026 = date(2027, 3, 1)


@dataclass(slots=True)
class Tender:
    """One of the authority's tenders: its notice in the SDK, and whom it may suit; `learning` has not said what it offers."""

    title: str
    notice: str
    suits: tuple[str, ...]
    closes: date | None = None
    cpv: str = ""
    """Of a plan that the office enters itself, or another system reports."""
    id: str = ""
    procedure_id: str = ""
    stage: str = ""
    sent: dict[str, str] = field(default_factory=dict)


def _tender(title: str, notice: str, suits: str, closes: str = "", cpv: str = "") -> Tender:
    return Tender(title, notice, tuple(suits.split()), date.fromisoformat(closes) if closes else None, cpv)


def _tenders() -> dict[str, Tender]:
    return {
        "grounds": _tender("Skötsel av skolgårdar", "cn_24_FRA_comments", "garden learning", "2026-03-02", "77310000"),
        "bicycles": _tender("Lagning av cyklar", "", "repair saddler learning", cpv="50800000"),
        "lunches": _tender("Luncher på träffpunkter", "", "kitchen learning", cpv="55300000"),
        "programmes": _tender("Tryck av kulturprogram", "", "text learning", cpv="79800000"),
        "data": _tender("Stöd för databaser", "cn_24_minimal", "text learning", "2026-03-13"),
        "care": _tender("Trygg omsorg", "cn-social_24", "kitchen learning", "2026-03-20"),
        "testing": _tender("Provning av elutrustning", "cn_24_open", "repair learning", "2026-03-18"),
        "payroll": _tender("Löner i skolan", "cn_24_cumbria", "text learning", "2026-04-30"),
        "systems": _tender("Drift av system", "cn_24_multilingual", "text learning", "2026-05-12"),
        "scanning": _tender("Skanning, skyndsam", "cn_24_nego_accel", "text learning", "2026-05-04"),
        "reserved": _tender("Sociala tjänster, förbehållen", "pin-cfc-social_24", "learning", "2026-09-30"),
        "service": _tender("Underhåll av solceller", "cn_25", "repair saddler learning", "2026-06-12"),
        "offices": _tender("Administration", "cn_24_maximal", "learning", "2026-09-30"),
        "meals": _tender("Matlådor", "", "kitchen learning", "2026-10-09", "55500000"),
        "beds": _tender("Möbler till boenden", "cn_24_open_accel", "learning", "2026-10-26"),
        "printing": _tender("Tryck av kalendrar", "", "text learning", cpv="79800000"),
        "courses": _tender("Kurser, förhandsannons", "pin-rtl_24", "learning"),
    }


ELSEWHERE = (
    ("2026-01-20", "pin-buyer_24", "E1_minimal", "can_24_minimal"),
    ("2026-03-10", "cn-desg_24", "can_25_ENG", "can-modif_24_duration"),
    ("2026-05-06", "veat_24", "E5_minimal", "pin-rtl_25"),
    ("2026-09-02", "E3_minimal", "can-social_23", "X01_EEIG", "t02_ESP"),
)
"""Notices of other buyers, and such that ask for nothing: read all the same."""


def acts(p: "Procurement") -> Iterable[Act]:
    """Say what is done on which day."""
    return (
        act("2026-01-14", "Nämnden för barn och utbildning planerar skötsel av skolgårdar. Planen är offentlig.",
            "The board for education plans the care of school grounds. The plan is public.",
            lambda: p.plan("grounds", "education", date(2026, 1, 26))),
        act("2026-01-19", "Två företag får veta om planen, i tid.", "Two enterprises are told of the plan, in time.",
            lambda: p.inform("grounds", "garden", "learning")),
        act("2026-01-20", "", "", lambda: p.read_elsewhere(*ELSEWHERE[0][1:])),
        act("2026-01-26", "Skolgårdarna annonseras (CPV 77). Trädgårdslaget passar; Lärande Arbete passar om.",
            "The school grounds are published (CPV 77). The garden team is suitable, Lärande Arbete suitable-if.",
            lambda: p.publish("grounds")),
        act("2026-01-29", "Båda får veta i tid.", "Both are told in time.",
            lambda: p.inform("grounds", "garden", "learning")),
        act("2026-02-03", "En annonsfil kommer fram avbruten och nekas; en annan är daterad i morgon och nekas.",
            "A notice arrives cut off and is refused; another is dated tomorrow and is refused.", p.send_unfit),
        act("2026-02-09", "Stöd för databaser annonseras (CPV 72).", "Support for databases is published (CPV 72).",
            lambda: p.publish("data")),
        act("2026-02-10", "Tekniska nämnden planerar lagning av cyklar.", "The technical board plans the repair of bicycles.",
            lambda: p.plan("bicycles", "technical")),
        act("2026-02-12", "Text och Data och Lagningsverkstan får veta i tid.",
            "The text and the repair enterprises are told in time.",
            lambda: p.inform("data", "text"), lambda: p.inform("bicycles", "repair")),
        act("2026-02-16", "Trygg omsorg annonseras (CPV 85).", "Secure care is published (CPV 85).",
            lambda: p.publish("care")),
        act("2026-02-19", "Köket och Omsorgen får veta i tid.", "The kitchen is told in time.",
            lambda: p.inform("care", "kitchen")),
        act("2026-02-20", "Lärande Arbete får veta om databaserna, fyra dagar för sent.",
            "Lärande Arbete is told of the databases, four days late.", lambda: p.inform("data", "learning")),
        act("2026-03-02", "Provning av elutrustning annonseras med kort tid.",
            "Testing of electrical equipment is published with little time.", lambda: p.publish("testing")),
        act("2026-03-03", "Sista anbudsdag flyttas från den 18 mars till den 10 april; fristen för beskedet flyttas med.",
            "The deadline is moved from 18 March to 10 April; the day by which to inform moves along.",
            lambda: p.move("testing", "change-cn_24_open_dates", date(2026, 4, 10))),
        act("2026-03-05", "Båda får veta om provningen, i tid.", "Both are told of the testing, in time.",
            lambda: p.inform("testing", "repair", "learning")),
        act("2026-03-10", "", "", lambda: p.read_elsewhere(*ELSEWHERE[1][1:])),
        act("2026-03-16", "Löner i skolan annonseras (CPV 79).", "School payroll is published (CPV 79).",
            lambda: p.publish("payroll")),
        act("2026-03-18", "Båda som passar får veta i tid.", "Both that are suitable are told in time.",
            lambda: p.inform("payroll", "text", "learning")),
        act("2026-03-19", "Dagen före sista anbudsdag skickas ett brev om omsorgen till Lärande Arbete.",
            "On the day before the deadline a letter on the care tender is sent to Lärande Arbete.",
            lambda: p.send("care", "learning", "post")),
        act("2026-03-23", "Brevet kommer fram: för sent för att lämna anbud. Skyldigheten har förfallit, bristen kvarstår.",
            "The letter arrives: too late to bid. The duty has lapsed, the breach stays.",
            lambda: p.arrive("care", "learning", "letter-presumed")),
        act("2026-03-25", "Annonsen om löner rättas.", "The payroll notice is corrected.",
            lambda: p.amend("payroll", "change-cn_24_cumbria_suppliers")),
        act("2026-04-07", "Drift av system annonseras (CPV 72).", "The running of systems is published (CPV 72).",
            lambda: p.publish("systems")),
        act("2026-04-09", "Text och Data får veta i tid.", "The text enterprise is told in time.",
            lambda: p.inform("systems", "text")),
        act("2026-04-13", "Upphandlingen avbryts. Den som inte hunnit få veta behöver inte få veta.",
            "The tender is cancelled. Who was not told yet need not be told.",
            lambda: p.cancel_by_notice("systems", "change-cn_24_void")),
        act("2026-04-20", "Socialnämnden planerar luncher. Skanning annonseras skyndsamt: besked redan i morgon.",
            "The social board plans lunches. Scanning is published in haste: word is due tomorrow already.",
            lambda: p.plan("lunches", "social", date(2026, 7, 1)), lambda: p.publish("scanning")),
        act("2026-04-21", "Text och Data får veta i sista stund.", "The text enterprise is told just in time.",
            lambda: p.inform("scanning", "text")),
        act("2026-04-22", "Båda får veta om luncherna.", "Both are told of the lunches.",
            lambda: p.inform("lunches", "kitchen", "learning")),
        act("2026-04-28", "Lärande Arbete får veta om skanningen, en vecka för sent.",
            "Lärande Arbete is told of the scanning, a week late.", lambda: p.inform("scanning", "learning")),
        act("2026-05-04", "Sociala tjänster annonseras, förbehållna verkstäder med minst 30 procent i målgruppen (LOU 4:18).",
            "Social services are published, reserved for workshops with 30 per cent in the target group (LOU 4:18).",
            lambda: p.publish("reserved")),
        act("2026-05-04", "", "", lambda: p.say_why_not("reserved", "kitchen")),
        act("2026-05-06", "", "", lambda: p.read_elsewhere(*ELSEWHERE[2][1:])),
        act("2026-05-08", "Lärande Arbete får veta: ingen vet andelen där, så den passar om den når 30 procent.",
            "Lärande Arbete is told: nobody knows its share, so it is suitable if that reaches 30 per cent.",
            lambda: p.inform("reserved", "learning")),
        act("2026-05-11", "Underhåll av solceller annonseras (CPV 50).", "Service of solar panels is published (CPV 50).",
            lambda: p.publish("service")),
        act("2026-05-15", "Båda som passar får veta i tid.", "Both that are suitable are told in time.",
            lambda: p.inform("service", "repair", "learning")),
        act("2026-05-18", "", "", lambda: p.say_why_not("testing", "saddler")),
        act("2026-05-22", "Sadelmakeriet, erkänt efter annonsen men före sista dagen, får veta i tid om solceller och cyklar.",
            "The saddler, recognised after the notice and before its deadline, is told in time of panels and bicycles.",
            lambda: p.inform("service", "saddler"), lambda: p.inform("bicycles", "saddler")),
        act("2026-06-15", "Socialnämnden avstår från att upphandla luncher.", "The social board gives up the lunches.",
            lambda: p.cancel("lunches")),
        act("2026-08-24", "Administration annonseras, den ena delen förbehållen (LOU 19:25).",
            "Administration is published, one lot reserved (LOU 19:25).", lambda: p.publish("offices")),
        act("2026-08-27", "Lärande Arbete får veta i tid.", "Lärande Arbete is told in time.",
            lambda: p.inform("offices", "learning")),
        act("2026-09-02", "", "", lambda: p.read_elsewhere(*ELSEWHERE[3][1:])),
        act("2026-09-07", "Inköpssystemet rapporterar en upphandling av matlådor med fel slags id och nekas.",
            "The purchasing system reports a tender of meals with the wrong kind of id and is refused.",
            lambda: p.report("meals", broken=True)),
        act("2026-09-08", "Det skickar samma meddelande rättat, och det tas emot.",
            "It sends the same message mended, and that is accepted.", lambda: p.report("meals")),
        act("2026-09-10", "Båda som passar får veta i tid.", "Both that are suitable are told in time.",
            lambda: p.inform("meals", "kitchen", "learning")),
        act("2026-09-14", "Kulturnämnden planerar tryck av program.", "The board for culture plans the printing of programmes.",
            lambda: p.plan("programmes", "culture", date(2026, 10, 1))),
        act("2026-09-18", "Den ändrar sig innan någon fått veta.", "It changes its mind before anybody was told.",
            lambda: p.cancel("programmes")),
        act("2026-10-05", "Möbler annonseras (varor). Ingen får veta.", "Furniture is published (supplies). Nobody is told.",
            lambda: p.publish("beds")),
        act("2026-10-27", "Tiden för möblerna är ute utan att Lärande Arbete fått veta: bristen lyfts för andra gången.",
            "Time is up for the furniture and Lärande Arbete was not told: the breach is raised a second time."),
        act("2026-11-02", "Kurser förhandsannonseras.", "Courses are announced in advance.",
            lambda: p.publish("courses", stage="planned")),
    )  # fmt: skip


class Procurement:
    """What the procurement office does, and what each tender asks for."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.tenders = _tenders()
        self.recognised: set[str] = set()
        self.forms: list[tuple[str, str]] = []
        """Form type and subtype of each notice that was read."""
        self.refused = 0
        world.when_recognised.append(self._owe_to)
        world.when_withdrawn.append(self._owe_no_more_to)

    # -- what is owed

    def _owe(self, tender: Tender, enterprise: str) -> None:
        """Inform it within some days; of a notice also some days before the last day for tenders, if there is time."""
        w, today = self.world, self.world.today
        due = working_days_after(today, SOON)
        if tender.stage == "published" and tender.closes:
            due = _by(today, due, tender.closes)
        duty = self.duty(tender, enterprise)
        w.ledger.arise(duty, today, due)
        if tender.stage == "published" and tender.closes:
            self._lapses(tender, duty)

    def _lapses(self, tender: Tender, duty: str) -> None:
        """Who was not told when the time was up cannot be told in time."""
        ledger, closes = self.world.ledger, tender.closes
        if closes is None:
            return
        lapsed = max(closes, (ledger.owed[duty].due or closes) + DAY) + DAY
        ledger.on(lapsed, lambda: ledger.lapse(duty, lapsed) if tender.closes == closes else None)

    def _owe_to(self, enterprise: str) -> None:
        """One that is recognised is told of what is open."""
        self.recognised.add(enterprise)
        for tender in self.tenders.values():
            is_open = tender.closes is None or tender.closes >= self.world.today
            if tender.id and tender.stage in ("planned", "published") and is_open and enterprise in tender.suits:
                self._owe(tender, enterprise)

    def _owe_no_more_to(self, enterprise: str) -> None:
        self.recognised.discard(enterprise)
        for tender in self.tenders.values():
            self._owe_no_more(tender, enterprise)

    def _owe_no_more(self, tender: Tender, enterprise: str) -> None:
        """What can no longer come about is voided, or lapses if it is overdue."""
        ledger, duty = self.world.ledger, self.duty(tender, enterprise)
        if duty in ledger.owed:
            ledger.void(duty, self.world.today)
            ledger.lapse(duty, self.world.today)

    def duty(self, tender: Tender, enterprise: str) -> str:
        """Give the id of what is owed to an enterprise of a tender in its stage."""
        return f"gs-6.{tender.stage}/{tender.id}/{self.world.enterprises[enterprise]}"

    def _suited(self, tender: Tender) -> list[str]:
        return [name for name in tender.suits if name in self.recognised]

    # -- tenders

    def plan(self, key: str, board: str, on: date | None = None) -> None:
        """Enter a board's plan, public from today."""
        w, tender = self.world, self.tenders[key]
        tender.procedure_id = w.new_id()
        said = {
            "title": {"sv": tender.title}, "buyers": [{"organisationNumber": OURS, "name": {"sv": NAME}}],
            "lots": [_lot(tender)], "source": "procurement-plan", "procedureKind": "open", "dnr": w.dnr("RS"),
            "publicSince": w.now.isoformat(), "procedureId": tender.procedure_id, "buyingRole": f"buying-board:{board}",
        }  # fmt: skip
        if on is not None:
            said["plannedPublication"] = {"date": on.isoformat(), "precision": "day"}
        tender.id = w.office.post("procurement", "/v1/plans", said, role=ROLE).body["tenderId"]
        tender.stage = "planned"
        for name in self._suited(tender):
            self._owe(tender, name)
        self._tell(key, "planned")

    def _tell(self, key: str, what: str) -> None:
        for hear in self.world.when_tender:
            hear(key, what)

    def publish(self, key: str, stage: str = "published") -> None:
        """Send a notice of our own."""
        tender = self.tenders[key]
        for name in self._suited(tender) if tender.id else ():
            self._owe_no_more(tender, name)  # of the plan: the notice supersedes it
        tender.procedure_id = tender.procedure_id or self.world.new_id()
        tender.id = self._notice(tender.notice, tender).body["tenderId"]
        tender.stage = stage
        for name in self._suited(tender):
            self._owe(tender, name)
        self._tell(key, stage)

    def move(self, key: str, notice: str, closes: date) -> None:
        """Send the notice by which the last day is another one; later never brings the due day forward."""
        w, tender = self.world, self.tenders[key]
        tender.closes = closes
        self._notice(notice, tender)
        for name in self._suited(tender):
            owed = w.ledger.owed[self.duty(tender, name)]
            if owed.end is None and owed.due is not None and w.today <= owed.due:
                owed.due = max(owed.due, _by(owed.arises, working_days_after(owed.arises, SOON), closes))
            self._lapses(tender, owed.duty_id)

    def amend(self, key: str, notice: str) -> None:
        """Send the notice that changes another one's words."""
        self._notice(notice, self.tenders[key])

    def cancel_by_notice(self, key: str, notice: str) -> None:
        """Send the notice by which a tender is given up."""
        self._notice(notice, self.tenders[key])
        self._give_up(key)

    def cancel(self, key: str) -> None:
        """Record that a plan was given up."""
        w, tender = self.world, self.tenders[key]
        said = {"cancelledAt": w.now.isoformat(), "reasonCode": "no-need", "dnr": w.dnr("RS")}
        w.office.post("procurement", f"/v1/tenders/{tender.id}/cancellations", said, role=ROLE)
        self._give_up(key)

    def _give_up(self, key: str) -> None:
        tender = self.tenders[key]
        self._tell(key, "cancelled")
        for name in self._suited(tender):
            self._owe_no_more(tender, name)
        tender.stage = "cancelled"

    def report(self, key: str, *, broken: bool = False) -> None:
        """Let the purchasing system report a publication; its id must be a UUIDv7."""
        w, tender = self.world, self.tenders[key]
        tender_id = "UPP-2026-77" if broken else w.new_id()
        data = {
            "tenderId": tender_id, "publishedAt": w.at(w.today, "00:00"), "title": {"sv": tender.title},
            "buyers": [{"organisationNumber": OURS, "name": {"sv": NAME}}], "isOwn": True, "buyersVersion": "1",
            "lots": [_lot(tender)], "procedureType": "open", "regime": "lou-19", "source": "internal",
            "noticeDigest": _digest(tender.title),
        }  # fmt: skip
        w.others.report(PURCHASING, "purchasing-1", "TenderPublished", data, w.now.isoformat())
        w.reported.append("purchasing-1")
        if broken:
            w.wait_for("the refusal of purchasing-1", lambda: w.others.events("procurement.refused"))
            return
        tender.id, tender.stage = tender_id, "published"
        for name in self._suited(tender):
            self._owe(tender, name)
        self._tell(key, "published")

    # -- notices

    def read_elsewhere(self, *notices: str) -> None:
        """Read notices that are not ours: they stay as they are but for their days and ids."""
        for notice in notices:
            self._notice(notice)

    def send_unfit(self) -> None:
        """Send half a file, and a notice of a day to come."""
        w = self.world
        whole = readdressed(example_notices()["cn_81.xml"], self._address())
        tomorrow = readdressed(
            whole, Address(sent_on=w.today + DAY, notice_id=w.new_id(), procedure_id=w.new_id(), ours=True)
        )
        for unfit in (whole[: len(whole) // 2], tomorrow):
            answer = w.office.attempt("procurement", "/v1/notices", unfit, role=ROLE, media=XML)
            self.refused += answer.status not in OK

    def _notice(self, name: str, tender: Tender | None = None) -> Answer:
        data = readdressed(example_notices()[f"{name}.xml"], self._address(tender))
        answer = self.world.office.post("procurement", "/v1/notices", data, role=ROLE, media=XML)
        self.forms.append(form_of(data))
        return answer

    def _address(self, tender: Tender | None = None) -> Address:
        w = self.world
        if tender is None:
            closes = min(working_days_after(w.today, 30), LATER_PAGE_2026)
            return Address(sent_on=w.today, notice_id=w.new_id(), procedure_id=w.new_id(), closes_on=closes)
        return Address(
            sent_on=w.today, notice_id=w.new_id(), procedure_id=tender.procedure_id, closes_on=tender.closes, ours=True
        )

    # -- informing

    def inform(self, key: str, *names: str) -> None:
        """Write to enterprises; the message arrives at once."""
        for name in names:
            self.send(key, name, "email")
            self.arrive(key, name, "smtp-accepted")

    def send(self, key: str, name: str, channel: str) -> None:
        """Record that a message went out; everybody gets the same facts."""
        w, tender = self.world, self.tenders[key]
        said = {
            "stage": tender.stage, "purpose": "inform", "channel": channel, "contactId": w.contacts[name],
            "sentAt": w.now.isoformat(), "factsDigest": _digest(f"{tender.id} {tender.stage}"),
            "messageDigest": _digest(f"{tender.id} {name}"), "language": "sv", "sentBy": "staff-2002",
            "dnr": w.dnr("RS"),
        }  # fmt: skip
        answer = w.office.post("procurement", f"{self.pair(tender, name)}/outreaches", said, role=ROLE)
        tender.sent[name] = answer.body["sent"][-1]["outreachId"]

    def arrive(self, key: str, name: str, proof: str) -> None:
        """Record that a message has arrived: now the enterprise is informed."""
        w, tender = self.world, self.tenders[key]
        duty = self.duty(tender, name)
        said = {"deliveredAt": w.now.isoformat(), "proof": proof, "dnr": w.dnr("RS")}
        path = f"{self.pair(tender, name)}/outreaches/{tender.sent[name]}/deliveries"
        w.office.post("procurement", path, said, role=ROLE)
        w.ledger.done(duty, w.today, w.today, said["dnr"])

    def say_why_not(self, key: str, name: str) -> None:
        """Tell what the suite says of a pair that does not match, in its own words."""
        w, tender = self.world, self.tenders[key]
        explained = w.wait_for(f"why {name} does not match {key}", lambda: self._failed(key, name))
        for test in explained:
            turns = MIDNIGHT.sub("", test["turnsIf"])
            said = Text(
                f"«{tender.title}» passar inte {called(name)}. {test['asks']} Svar: {test['says']}. "
                f"Det vänder: {turns}.",
                f"«{tender.title}» does not suit {called(name)}. {test['asks']} Answer: {test['says']}. "
                f"It would turn {turns}.",
            )
            w.tell(w.today, said.said(w.language))

    def _failed(self, key: str, name: str) -> list[dict[str, Any]]:
        """Ask for the tests of a pair that failed."""
        w = self.world
        asked = {"tenderId": self.tenders[key].id, "enterpriseId": w.enterprises[name]}
        rows = w.office.all("procurement", "/v1/outreaches", role=ROLE, **asked)
        return [test for row in rows for test in row["tests"] if test["outcome"] == "fail"]

    def pair(self, tender: Tender, name: str) -> str:
        """Give the path of a tender and an enterprise."""
        return f"/v1/tenders/{tender.id}/enterprises/{self.world.enterprises[name]}"


def _by(trigger: date, soon: date, closes: date) -> date:
    """The day by which to inform: soon, but some days before the last day if there is time, and never after it."""
    due = max(min(soon, working_days_after(closes, -BEFORE)), working_days_after(trigger, 1))
    return min(due, closes)


def _lot(tender: Tender) -> dict[str, Any]:
    lot: dict[str, Any] = {
        "lotId": "LOT-0000", "nature": "services", "cpv": [tender.cpv], "nuts": [PLACE], "deadlineKind": "none",
    }  # fmt: skip
    if not tender.notice and tender.closes:
        lot |= {"deadline": tender.closes.isoformat(), "deadlineKind": "tenders"}
    return lot


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
