"""A proof card as a page to print: plain HTML with headings, captions and row headers, no script, and nothing from elsewhere.

The page holds what the card holds, in one language; the same card and language give the same bytes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from shared.http.language import Language, Text

STYLE: Final = """body{font:1rem/1.5 sans-serif;color:#111;background:#fff;margin:2rem auto;max-width:60rem;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
caption{text-align:left;font-weight:bold;padding:.3rem 0}
th,td{border:1px solid #555;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
.note{border:2px solid #111;padding:.5rem}@media print{body{margin:0;max-width:none}tr{break-inside:avoid}}"""
WORDS: Final[Mapping[str, Text]] = {
    "title": Text("Beviskort för en skyldighet", "Proof card of a duty"),
    "asOf": Text("Som det var den", "As it was on"),
    "duty": Text("Skyldigheten", "The duty"),
    "id": Text("Id", "Id"),
    "name": Text("Slag", "Kind"),
    "object": Text("Gäller", "About"),
    "ordinal": Text("I ordningen", "In the series"),
    "authority": Text("Myndighet", "Authority"),
    "policyVersion": Text("Policyns version", "The policy's version"),
    "clause": Text("Punkt i policyn", "The policy's clause"),
    "modality": Text("Bindning", "Modality"),
    "role": Text("Roll", "Role"),
    "unitOnDueDay": Text("Enhet på sista dagen", "Unit on the due day"),
    "unitOnTriggerDay": Text("Enhet när den uppstod", "Unit when it arose"),
    "trigger": Text("Utlöstes den", "Triggered on"),
    "triggerEvent": Text("Utlöst av", "Triggered by"),
    "knownLateDays": Text("Dagar tills det blev känt", "Days until it was known"),
    "due": Text("Sista dag", "Due day"),
    "hardOn": Text("Punktens egen gräns", "The clause's own limit"),
    "class": Text("Läge", "Class"),
    "breach": Text("Punkten är bruten", "The clause is broken"),
    "arithmetic": Text("Så räknades sista dagen", "How the due day was reckoned"),
    "term": Text("Frist", "Term"),
    "value": Text("Värde", "Value"),
    "gives": Text("Ger", "Gives"),
    "decision": Text("Lokal tolkning", "Local interpretation"),
    "says": Text("Uppgifter", "Details"),
    "events": Text("Vad som har hänt", "What happened"),
    "event": Text("Händelse", "Event"),
    "happened": Text("Inträffade", "Happened"),
    "recorded": Text("Registrerades", "Recorded"),
    "place": Text("Plats i loggen", "Place in the log"),
    "digest": Text("SHA-256", "SHA-256"),
    "dnr": Text("Diarienummer", "Diary number"),
    "evidence": Text("Vad som visar det", "What shows it"),
    "documents": Text("Handlingar", "Documents"),
    "checkpoints": Text("Loggarnas kontrollpunkter", "The logs' checkpoints"),
    "noCheckpoint": Text("saknas ännu", "not there yet"),
    "none": Text("–", "–"),
    "nothing": Text("Inget.", "Nothing."),
    "working-days": Text("arbetsdagar", "working days"),
    "days": Text("dagar", "days"),
    "months": Text("månader", "months"),
    "date": Text("datum", "date"),
    "yes": Text("ja", "yes"),
    "no": Text("nej", "no"),
}
CLASSES: Final[Mapping[str, Text]] = {
    "open": Text("öppen", "open"),
    "done": Text("gjord i tid", "done in time"),
    "done-recorded-late": Text("gjord i tid, registrerad för sent", "done in time, recorded late"),
    "done-late": Text("gjord för sent", "done late"),
    "not-done": Text("inte gjord i tid", "not done in time"),
    "lapsed": Text("förfallen", "lapsed"),
    "waived": Text("efterskänkt", "waived"),
    "voided": Text("upphävd", "voided"),
}


def page(card: Mapping[str, Any], language: Language) -> bytes:
    """Give the page of a card."""
    return "\n".join(_Page(card, language).lines()).encode()


class _Page:
    """One page in the making."""

    def __init__(self, card: Mapping[str, Any], language: Language) -> None:
        self._card, self._language = card, language

    def lines(self) -> Iterator[str]:
        card = self._card
        title = f"{self._word('title')} – {card['duty']['name']}"
        yield f'<!doctype html>\n<html lang="{self._language}"><head><meta charset="utf-8">'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield f"<title>{escape(title)}</title>\n<style>{STYLE}</style></head>\n<body><main>"
        yield f"<h1>{escape(title)}</h1>\n<p>{self._word('asOf')} {escape(card['asOf'])}.</p>"
        if card["sealed"]:
            yield f'<p class="note">{escape(card["sealed"][self._language])}</p>'
        yield f"<p>{escape(card['clause'][self._language])}</p>"
        yield from self._facts()
        yield from self._arithmetic()
        yield from self._events("events", card["events"])
        yield from self._events("evidence", card["evidence"])
        yield from self._checkpoints()
        yield "</main></body></html>\n"

    def _facts(self) -> Iterator[str]:
        card, duty, due = self._card, self._card["duty"], self._card["due"]
        facts = [
            ("id", duty["id"]), ("name", duty["name"]), ("object", f"{duty['object']['type']} {duty['object']['id']}"),
            ("ordinal", duty["ordinal"]), ("authority", card["authority"]), ("policyVersion", card["policyVersion"]),
            ("clause", card["clause"]["id"]), ("modality", duty["modality"]), ("role", duty["role"]),
            ("unitOnTriggerDay", duty["unitOnTriggerDay"]), ("unitOnDueDay", duty["unitOnDueDay"]),
            ("trigger", card["trigger"]["on"]), ("triggerEvent", self._named(card["trigger"])),
            ("knownLateDays", duty["knownLateDays"]), ("due", self._labelled(due["on"])),
            ("hardOn", due["hardOn"] and self._labelled(due["hardOn"])),
            ("class", self._labelled(CLASSES[card["class"]].said(self._language))),
            ("breach", self._labelled(self._word("yes" if card["breach"] else "no"))),
        ]  # fmt: skip
        rows = [(self._word(name), value) for name, value in facts if value is not None]
        yield f"<h2>{self._word('duty')}</h2>"
        yield from self._table("duty", (), rows)

    def _labelled(self, value: str | None) -> str:
        """Say a value and whose reading it is."""
        return f"{value or self._word('none')} ({self._card['interpretation']['label'][self._language]})"

    def _arithmetic(self) -> Iterator[str]:
        due = self._card["due"]
        rows = [
            (
                term["key"],
                f"{term['value']} {self._word(term['unit'])}",
                term["gives"],
                self._reading(term["interpretation"]),
            )
            for term in due["terms"]
        ]
        rows.append((due["counted"]["id"].partition("@")[0], "", due["arose"], self._reading(due["counted"])))
        yield f"<h2>{self._word('arithmetic')}</h2>"
        yield from self._table("arithmetic", ("term", "value", "gives", "decision"), rows)

    def _reading(self, reading: Mapping[str, Any]) -> str:
        return (
            f"{reading['label'][self._language]} ({reading['id']}, {reading['decidedBy']}): {reading[self._language]}"
        )

    def _events(self, name: str, events: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        yield f"<h2>{self._word(name)}</h2>"
        if not events:
            yield f"<p>{self._word('nothing')}</p>"
            return
        heads = ("event", "happened", "recorded", "says" if name == "events" else "documents", "dnr", "place", "digest")
        rows = [
            (
                self._named(event), event.get("happenedAt"), event.get("recordedAt"), self._details(event),
                event.get("dnr"), f"{event['log']} {event['index']}" if "log" in event else None, event.get("sha256"),
            )
            for event in events
        ]  # fmt: skip
        yield from self._table(name, heads, rows)

    def _named(self, event: Mapping[str, Any]) -> str | None:
        kind = str(event.get("type", "")).removeprefix("se.medverka.")
        return " ".join(filter(None, (kind, event["eventId"]))) or None

    def _details(self, event: Mapping[str, Any]) -> str:
        said = event.get("says") or {}
        parts = [f"{name}: {self._plain(value)}" for name, value in said.items()]
        parts += [self._plain(document) for document in event.get("documents", ())]
        return "; ".join(parts)

    def _plain(self, value: object) -> str:
        match value:
            case bool():
                return self._word("yes" if value else "no")
            case dict():
                return ", ".join(f"{name} {self._plain(part)}" for name, part in value.items())
            case list():
                return ", ".join(self._plain(part) for part in value)
            case _:
                return self._word("none") if value is None else str(value)

    def _checkpoints(self) -> Iterator[str]:
        rows = [(each["log"], each["text"] or self._word("noCheckpoint")) for each in self._card["checkpoints"]]
        yield f"<h2>{self._word('checkpoints')}</h2>"
        yield from self._table("checkpoints", (), rows)

    def _table(self, caption: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
        yield f"<table><caption>{self._word(caption)}</caption>"
        if heads:
            yield "<tr>" + "".join(f'<th scope="col">{self._word(head)}</th>' for head in heads) + "</tr>"
        for first, *others in rows:
            cells = "".join(f"<td>{self._cell(value)}</td>" for value in others)
            yield f'<tr><th scope="row">{self._cell(first)}</th>{cells}</tr>'
        yield "</table>"

    def _cell(self, value: object) -> str:
        return escape(self._plain(value) or self._word("none"))

    def _word(self, name: str) -> str:
        return WORDS[name].said(self._language)
