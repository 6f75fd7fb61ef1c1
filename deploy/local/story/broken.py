"""Each promise that was broken, or kept late: its clause, who owed it, the days, and the document that shows the act."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from deploy.local.story.playing import Played
from deploy.local.story.registry import called
from deploy.local.story.words import HEADS, KINDS
from shared.http.language import Language, Text

LATE = ("done-recorded-late", "done-late", "not-done", "lapsed")
TITLE = Text("Det som bröts eller blev sent", "What was broken or late")
NOTHING = Text("Inget.", "Nothing.")
BREACH = Text("BRIST", "BREACH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One duty of which somebody must be able to give account. `evidence`: the act's diary number."""

    duty_id: str
    clause: str
    kind: str
    about: Text
    class_: str
    is_breach: bool
    owed_by: str
    due_on: str
    acted_on: str | None
    evidence: str | None

    def as_json(self) -> dict[str, Any]:
        """Give it as `demo --json` does."""
        return {
            "dutyId": self.duty_id, "clause": self.clause, "kind": self.kind, "about": self.about.en,
            "class": self.class_, "breach": self.is_breach, "owedByUnit": self.owed_by, "dueOn": self.due_on,
            "actedOn": self.acted_on, "evidence": self.evidence,
        }  # fmt: skip


def broken(played: Played) -> list[Broken]:
    """Give what was broken or late as the suite says, by clause, kind, owner and due day."""
    found = [_of(played, duty) for duty in played.duties.values() if duty["breach"] or duty["class"] in LATE]
    return sorted(found, key=lambda one: (*_group(one), one.due_on, one.about.sv))


def told(found: list[Broken], language: Language) -> Iterator[str]:
    """Give a line a duty, below its clause, kind and owner."""
    yield TITLE.said(language)
    if not found:
        yield f"  {NOTHING.said(language)}"
        return
    width = max(len(one.about.said(language)) for one in found)
    name = max(len(HEADS[one.class_].said(language)) for one in found)
    for (clause, kind, owner), group in groupby(found, _group):
        yield f"  {clause} {KINDS[kind].said(language)} – {owner}"
        for one in group:
            words = HEADS[one.class_].said(language)
            yield f"    {one.about.said(language):{width}}  {words:{name}}  {_days(one, language)}".rstrip()


def _days(one: Broken, language: Language) -> str:
    breach = BREACH.said(language)
    due = Text(f"senast {one.due_on}", f"due {one.due_on}").said(language)
    acted = Text(f"gjort {one.acted_on}", f"done {one.acted_on}").said(language) if one.acted_on else ""
    shown = f"{breach if one.is_breach else '':{len(breach)}}  {due}  {acted:{len('gjort 2026-01-01')}}"
    return f"{shown}  {one.evidence or ''}"


def _group(one: Broken) -> tuple[str, str, str]:
    return one.clause, one.kind, one.owed_by


def _of(played: Played, duty: Mapping[str, Any]) -> Broken:
    owed = played.world.ledger.owed.get(duty["id"])
    return Broken(
        duty_id=duty["id"], clause=duty["clause"], kind=duty["kind"], about=_about(played, duty),
        class_=duty["class"], is_breach=duty["breach"], owed_by=duty["owedByUnit"], due_on=duty["dueOn"],
        acted_on=duty["actedOn"], evidence=owed.evidence if owed else None,
    )  # fmt: skip


def _about(played: Played, duty: Mapping[str, Any]) -> Text:
    """Name what a duty is about as the story does: a place by its number, a tender and an enterprise, a year."""
    kind, object_, *other = duty["id"].split("/")
    names = {id_: name for name, id_ in played.world.enterprises.items()}
    if kind.startswith("gs-4."):
        number = next(number for number, place in played.placements.places.items() if place.id == object_)
        enterprise = called(played.placements.places[number].enterprise)
        return Text(f"plats {number}, {enterprise}", f"place {number}, {enterprise}")
    if kind.startswith(("gs-6.", "gs-8.criteria")):
        title = next(tender.title for tender in played.procurement.tenders.values() if tender.id == object_)
        if not other:
            return Text(title, title)
        return Text(*(f"{title} – {called(names[other[0]])}",) * 2)
    if object_ in names:
        year = f", {other[0]}" if kind.startswith("gs-5.") else ""
        return Text(*(f"{called(names[object_])}{year}",) * 2)
    if kind == "gs-8.contract-term":
        title = next(tender.title for tender in played.procurement.tenders.values() if tender.id == duty["objectId"])
        return Text(f"{title}, uppföljning {other[-1]}", f"{title}, follow-up {other[-1]}")
    limit = duty["hardDueOn"]
    return Text(f"{object_}, policyns sista dag {limit}", f"{object_}, the policy's last day {limit}")
