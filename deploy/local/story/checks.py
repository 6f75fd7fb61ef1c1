"""Whether the year came out as the policy has it, and whether each thing that the story tells of really happened."""

import asyncio
import json
import mailbox
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import asyncpg

from deploy.local.story.ledger import Owed
from deploy.local.story.others import PUBLISHERS
from deploy.local.story.placements import LATE, NEVER_FOLLOWED_UP
from deploy.local.story.playing import LAST_DAY, Played
from deploy.local.story.procurement import ROLE
from deploy.local.story.stage import Stage
from shared.http.language import Text

NOTICES, FORMS = 20, 6
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what should hold, whether it does, and what was seen."""

    name: Text
    ok: bool
    detail: str


def checks(played: Played) -> Iterator[Check]:
    """Give all checks of the story, in the order in which it is told."""
    yield duties_as_the_policy_has_them(played)
    for name, happened in STORY:
        seen = happened(played)
        yield Check(name, bool(seen), str(seen or "not seen"))
    yield logs_are_whole(played)
    yield nothing_vanished(played)
    yield enough_notices(played)


def duties_as_the_policy_has_them(played: Played) -> Check:
    """Compare each duty with the ledger: that it arose, on which day, due when, in which class, whether it is a breach."""
    owed, found = played.world.ledger.owed, played.duties
    wrong = [f"missing {id_}" for id_ in sorted(owed.keys() - found.keys())]
    wrong += [f"not owed {id_}" for id_ in sorted(found.keys() - owed.keys())]
    for id_ in sorted(owed.keys() & found.keys()):
        wanted, seen = _wanted(owed[id_]), _seen(found[id_])
        if wanted != seen:
            wrong.append(f"{id_}: {seen}, should be {wanted}")
    name = Text(
        "Varje skyldighet uppstod, förföll och slutade som policyn säger, räknat ur berättelsens egna dagar",
        "Every duty arose, fell due and ended as the policy has it, counted from the story's own days",
    )
    detail = f"{len(found)} duties" if not wrong else f"{len(wrong)} differ: " + "; ".join(wrong[:SHOWN])
    return Check(name, not wrong, detail)


def _wanted(owed: Owed) -> tuple[str, str | None, str, bool]:
    due = owed.due.isoformat() if owed.due else None
    return owed.arises.isoformat(), due, owed.class_on(LAST_DAY), owed.is_breach_on(LAST_DAY)


def _seen(duty: Any) -> tuple[str, str | None, str, bool]:
    return duty["triggerOn"], duty["dueOn"], duty["class"], duty["breach"]


# -- what the story tells of


def in_time(played: Played) -> object:
    """A place was followed up in time."""
    return _class(played, f"gs-4.first/{played.placements.places[1].id}", "done")


def late(played: Played) -> object:
    """A place was followed up late."""
    return _class(played, f"gs-4.first/{played.placements.places[LATE].id}", "done-late")


def never(played: Played) -> object:
    """A place was never followed up, which was brought to the unit's head and then to the board, on the right days."""
    id_ = f"gs-4.first/{played.placements.places[NEVER_FOLLOWED_UP].id}"
    head, board = played.world.ledger.owed[id_].escalations
    raised = _of_duty(played, "placements.events", id_, "DutyEscalated")
    levels = [(event["level"], event["escalatedOn"]) for event in raised]
    as_told = levels == [("unit-head", head.isoformat()), ("board", board.isoformat())]
    return _class(played, id_, "not-done") and as_told and f"{id_}: {levels}"


def informed(played: Played) -> object:
    """An enterprise was informed of a tender in time."""
    return _class(played, _pair(played, "grounds", "garden"), "done")


def too_late(played: Played) -> object:
    """One learned of a tender when it was too late to bid."""
    return _class(played, _pair(played, "care", "learning"), "lapsed")


def suitable_if(played: Played) -> object:
    """One that has not said what it offers is suitable-if, and it is owed to it all the same."""
    verdict = _outreach(played, "grounds", "learning")["verdict"]
    return verdict == "suitable-if" and _class(played, _pair(played, "grounds", "learning"), "done") and verdict


def not_matched(played: Played) -> object:
    """One did not match: the failed test, both values, and what would turn it."""
    [test] = [t for t in _outreach(played, "reserved", "kitchen")["tests"] if t["test"] == "reservation"]
    explained = test["outcome"] == "fail" and test["tenderHas"] and test["enterpriseHas"] and test["flipsIf"]
    return explained and f"{test['tenderHas']} / {test['enterpriseHas']} → {test['flipsIf']}"


def recognised_too_late(played: Played) -> object:
    """One was recognised when a tender had closed; the reason is kept."""
    [test] = [t for t in _outreach(played, "testing", "saddler")["tests"] if t["test"] == "time-left"]
    return test["outcome"] == "fail" and f"{test['tenderHas']} / {test['enterpriseHas']}"


def moved(played: Played) -> object:
    """A tender's deadline moved, and with it the day by which to inform."""
    id_ = _pair(played, "testing", "repair")
    steps = _of_duty(played, "procurement.outreach", id_, "DutyRescheduled")
    days = [(step["previousDueOn"], step["newDueOn"]) for step in steps]
    return days and _class(played, id_, "done") and f"{days[0][0]} → {days[0][1]}"


def cancelled(played: Played) -> object:
    """A tender was cancelled: whoever had not been told need not be."""
    return _class(played, _pair(played, "systems", "learning"), "voided")


def recognition_lost(played: Played) -> object:
    """An enterprise lost its recognition: its places were reviewed, and their follow-ups went on."""
    places = [played.placements.places[number] for number in (13, 14, 15)]
    reviews = [played.duties[f"gs-4.review/{place.id}"]["class"] for place in places]
    went_on = _class(played, f"gs-4.first/{places[0].id}", "done")
    return reviews == ["done", "done-late", "done"] and went_on and f"reviews {', '.join(reviews)}"


def letters_arrived(played: Played) -> object:
    """The mail server has each letter once, with text and HTML; the one that bounced made a new duty."""
    mail, wrote = played.world.stage.mail, played.letters.written
    held = list(mailbox.Maildir(str(mail / "letters"), create=False)) if mail else []
    kinds = (
        {part.get_content_type() for letter in held for part in letter.walk()} if held else {"text/plain", "text/html"}
    )
    ids = {letter["Message-ID"] for letter in held}
    anew = _class(played, f"{_pair(played, 'printing', 'text', 'planned')}/2", "done")
    as_sent = mail is None or len(held) == len(ids) == wrote
    return as_sent and {"text/plain", "text/html"} <= kinds and anew and f"{wrote} letters"


def knowledge_raised(played: Played) -> object:
    """Guidance and an offer discharged a year; a newsletter did not, so it was late; nobody was in touch, so it lapsed."""
    classes = [_knowledge(played, name, 2025) for name in ("garden", "repair", "learning")]
    as_told = classes == ["done", "done-late", "lapsed"] and _knowledge(played, "repair", 2026) == "voided"
    return as_told and ", ".join(classes)


def criteria_stated(played: Played) -> object:
    """A notice complied by itself, one was explained, one too late and one not at all; none of it is a breach."""
    ids = [f"gs-8.criteria/{played.procurement.tenders[key].id}" for key in ("reserved", "data", "testing", "payroll")]
    classes = [played.duties[id_]["class"] for id_ in ids]
    breaches = any(played.duties[id_]["breach"] for id_ in ids)
    return classes == ["done", "done", "done-late", "not-done"] and not breaches and ", ".join(classes)


def reviewed(played: Played) -> object:
    """A recognition was reviewed in time, one late and one not at all; none of it is a breach."""
    ids = [f"df-0.df-review/{played.world.enterprises[name]}" for name in ("garden", "text", "learning")]
    classes = [played.duties[id_]["class"] for id_ in ids]
    breaches = any(played.duties[id_]["breach"] for id_ in ids)
    return classes == ["done", "done-late", "not-done"] and not breaches and ", ".join(classes)


def initiative(played: Played) -> object:
    """The initiative was taken this year; the year before it was not, which is a breach."""
    before, now = (played.duties[f"gs-7.initiative/{year}"] for year in (2025, 2026))
    as_told = (before["class"], before["breach"], now["class"], now["breach"]) == ("lapsed", True, "done", False)
    return as_told and "2025 lapsed, 2026 done"


def mended(played: Played) -> object:
    """A message was refused, came again mended under the same id, and was accepted."""
    refusals = {event["data"]["messageId"]: event["data"]["reason"] for event in played.refused["procurement"]}
    causes = {event.get("causationid") for event in played.logs["procurement.events"]}
    return "purchasing-1" in refusals and "purchasing-1" in causes and refusals["purchasing-1"]


def recorded_late(played: Played) -> object:
    """What was done in time and recorded late is shown so by a document, and is no breach."""
    return _class(played, f"gs-4.first/{played.placements.places[9].id}", "done-recorded-late")


STORY: tuple[tuple[Text, Callable[[Played], object]], ...] = (
    (Text("En plats följdes upp i tid (GS-4)", "A place was followed up in time (GS-4)"), in_time),
    (Text("En plats följdes upp för sent (GS-4)", "A place was followed up late (GS-4)"), late),
    (Text("En plats följdes aldrig upp och lyftes två gånger (GS-4)",
          "A place was never followed up, and it was raised twice (GS-4)"), never),
    (Text("En uppföljning hölls i tid men registrerades sent (GS-4)",
          "A follow-up was held in time and recorded late (GS-4)"), recorded_late),
    (Text("Ett företag fick veta i tid (GS-6)", "An enterprise was informed in time (GS-6)"), informed),
    (Text("Ett företag fick veta för sent för att lämna anbud (GS-6)",
          "An enterprise was told too late to bid (GS-6)"), too_late),
    (Text("Ett företag passar om (GS-6)", "An enterprise is suitable-if (GS-6)"), suitable_if),
    (Text("Ett företag passade inte, och det sägs varför (GS-6)",
          "An enterprise did not match, and it is said why (GS-6)"), not_matched),
    (Text("Ett företag erkändes för sent för en upphandling (GS-6)",
          "An enterprise was recognised too late for a tender (GS-6)"), recognised_too_late),
    (Text("En upphandling flyttades, och fristen med den (GS-6)",
          "A tender was moved, and the day to inform with it (GS-6)"), moved),
    (Text("En upphandling avbröts (GS-6)", "A tender was cancelled (GS-6)"), cancelled),
    (Text("Ett erkännande förlorades medan platser pågick (GS-4)",
          "A recognition was lost while places were running (GS-4)"), recognition_lost),
    (Text("Sviten skrev brev som kom fram, och ett studsade (GS-6)",
          "The suite wrote letters that arrived, and one bounced (GS-6)"), letters_arrived),
    (Text("En kunskapsinsats gjordes i tid, en för sent och en inte alls (GS-5)",
          "A knowledge effort was made in time, one late and one not at all (GS-5)"), knowledge_raised),
    (Text("Sociala krav stod i en annons, förklarades, förklarades sent och inte alls (GS-8)",
          "Social criteria stood in a notice, were explained, explained late and not at all (GS-8)"), criteria_stated),
    (Text("Ett godkännande prövades på nytt i tid, ett sent, ett inte alls (DF)",
          "A recognition was reviewed in time, one late, one not at all (DF)"), reviewed),
    (Text("Initiativet till samråd togs i år men inte året innan (GS-7)",
          "The initiative to consultation was taken this year, and not the year before (GS-7)"), initiative),
    (Text("Ett meddelande nekades, rättades och togs emot", "A message was refused, mended and accepted"), mended),
)  # fmt: skip


# -- what holds for all that was sent


def logs_are_whole(played: Played) -> Check:
    """As a reader of Kafka sees it: streams' versions are 1 to n, and no event stands twice."""
    wrong = []
    versions: Counter[tuple[str, str]] = Counter()
    ids: set[str] = set()
    for log, events in (*played.logs.items(), *played.refused.items()):
        for event in events:
            stream = (event["source"], event["subject"])  # two services may have figures of one quarter
            versions[stream] += 1
            if event["streamversion"] != versions[stream] or event["id"] in ids:
                wrong.append(f"{log} {event['id']}")
            ids.add(event["id"])
    name = Text("Loggarna i Kafka är hela och i ordning", "The logs in Kafka are whole and in order")
    detail = f"{len(ids)} events in {len(versions)} streams" if not wrong else "; ".join(wrong[:SHOWN])
    return Check(name, not wrong, detail)


def nothing_vanished(played: Played) -> Check:
    """What other systems sent was accepted, repeated or refused: their sum is what was received, and nothing counted twice."""
    records = [(p.inbox, r.value or b"") for p in PUBLISHERS for r in played.world.others.records(p.inbox)]
    messages = {message["id"]: message["type"] for message in (json.loads(value) for _, value in records)}
    made = Counter((event.get("causationid"), event["type"]) for log in played.logs.values() for event in log)
    times = [made[message] for message in messages.items()]
    accepted, repeated = sum(map(bool, times)), len(records) - len(set(records))
    refused = sum(len(events) for events in played.refused.values())
    name = Text(
        "Mottaget från andra system = antaget + upprepat + nekat, och det upprepade räknades en gång",
        "Received from other systems = accepted + repeated + refused, and what was repeated counted once",
    )
    is_whole = len(records) == len(played.world.reported) == accepted + repeated + refused
    suites_own = asyncio.run(_counted(played.world.stage))
    agrees = suites_own in (None, (accepted, repeated, refused))
    ok = is_whole and agrees and max(times) == 1 and min(accepted, repeated, refused) > 0
    detail = f"{len(records)} received, {accepted} accepted, {repeated} repeated, {refused} refused"
    return Check(name, ok, detail if agrees else f"{detail}; the suite counts {suites_own}")


async def _counted(stage: Stage) -> tuple[int, int, int] | None:
    """Sum up what the services themselves counted as accepted, repeated and refused, where their databases are reached."""
    if not stage.databases:
        return None
    sums = [0, 0, 0]
    for database in stage.databases.values():
        connection = await asyncpg.connect(database)
        try:
            rows = await connection.fetch("SELECT accepted, repeated, refused FROM inbox")
        finally:
            await connection.close()
        sums = [total + sum(row[at] for row in rows) for at, total in enumerate(sums)]
    accepted, repeated, refused = sums
    return accepted, repeated, refused


def enough_notices(played: Played) -> Check:
    """At least twenty real notices of at least six form types were read, and unfit ones refused."""
    forms = played.procurement.forms
    kinds = {form for form, _ in forms}
    ok = len(forms) >= NOTICES and len(kinds) >= FORMS and played.procurement.refused > 0
    name = Text(f"Minst {NOTICES} annonser av minst {FORMS} slag lästes, odugliga nekades",
                f"At least {NOTICES} notices of at least {FORMS} form types were read, unfit ones refused")  # fmt: skip
    detail = f"{len(forms)} read, {', '.join(sorted(kinds))}; {played.procurement.refused} refused"
    return Check(name, ok, detail)


# -- looking


def _class(played: Played, id_: str, wanted: str) -> object:
    duty = played.duties.get(id_)
    return duty is not None and duty["class"] == wanted and f"{id_}: {wanted}"


def _knowledge(played: Played, enterprise: str, year: int) -> str:
    return str(played.duties[f"gs-5.knowledge/{played.world.enterprises[enterprise]}/{year}"]["class"])


def _pair(played: Played, tender: str, enterprise: str, stage: str = "published") -> str:
    return f"gs-6.{stage}/{played.procurement.tenders[tender].id}/{played.world.enterprises[enterprise]}"


def _outreach(played: Played, tender: str, enterprise: str) -> Any:
    asked = f"/v1/tenders/{played.procurement.tenders[tender].id}/enterprises/{played.world.enterprises[enterprise]}"
    return played.world.office.get("procurement", asked, role=ROLE)


def _of_duty(played: Played, log: str, id_: str, kind: str) -> list[Any]:
    wanted = f"se.medverka.{kind}.v1"
    return [e["data"] for e in played.logs[log] if e["type"] == wanted and e["subject"] == f"duty/{id_}"]
