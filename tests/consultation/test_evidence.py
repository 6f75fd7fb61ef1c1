"""The evidence pack that compiles itself (GS-7): what is in it, that it is the same again, and what a correction does to it."""

import json
from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from services.consultation.domain.calendar import year_began
from services.consultation.domain.consultation import EVENTS
from services.consultation.domain.evidence.cited import ROWS, decoded, known
from services.consultation.domain.evidence.duties import figures, owed
from services.consultation.domain.evidence.pack import to_bytes
from services.consultation.views.cited import CITED_CONSULTATION
from services.registry.domain.assessment import CRITERIA
from shared.contracts.cloudevent import Catalogue, encode
from shared.contracts.consultation import ConsultationHeld, ConsultationInitiated, EvidencePackFrozen
from shared.contracts.figures import ReachFiguresPublished
from shared.contracts.knowledge import GuidanceDelivered, KnowledgeActivityOffered
from shared.contracts.placements import Figure, Group, PlacementFiguresPublished
from shared.http.problem import Problem
from shared.log.reactor import folded
from tests.consultation.partners import agree, correct_partner, decide, pay
from tests.consultation.stories import correct, hold, initiate
from tests.consultation.world import World, happened
from tests.registry.stories import close, met, recognise, register, registry, suspend
from tests.registry.stories import correct as correct_enterprise
from tests.spec import Story, at, event_id, ids

HELD_ON = "2026-06-15"


def enterprises() -> Story:
    """A registry with one WISE, recognised on 1 April and suspended on 1 June 2026."""
    told = registry()
    told.ids = ids(7_000)
    told.given(register(), *(met(criterion) for criterion in CRITERIA), on=at("2026-03-02"))
    return told.given(recognise(), on=at("2026-04-01")).given(suspend(), on=at("2026-06-01"))


def published(value: int | None = 6, period: str = "2026-Q1", on: str = "2026-04-15") -> list[Any]:
    """What placements has published of a quarter."""
    cells = (
        Figure(measure="not-followed-up", by=Group(), value=value, suppressed=value is None),
        Figure(measure="active", by=Group(place_kind="arbetstraning"), value=None, suppressed=True),
    )
    event = PlacementFiguresPublished(period=period, cells=cells, rules_version="1", log_index=40)
    return happened("placements.figures", f"figures/{period}", (on, event))


def invited() -> World:
    """A year that has begun, with a contribution, a WISE, published figures, and the invitation of 4 May."""
    world = World().does(year_began(2026), decide(at=at("2026-02-11")))
    world.hear("registry.events", enterprises().told).hear("placements.figures", published())
    return world.does(initiate(at=at("2026-05-04")))


def held() -> World:
    """The same, and the meeting of 15 June with what was agreed there."""
    return invited().does(pay(at=at("2026-06-01")), hold(HELD_ON, at=at(HELD_ON)), agree(HELD_ON, at=at(HELD_ON)))


def frozen(world: World) -> list[EvidencePackFrozen]:
    """The frozen versions in the log."""
    return [e.data for e in world.story.told if isinstance(e.data, EvidencePackFrozen)]


def figure(pack: dict[str, Any], id_: str, part: str = "figures") -> dict[str, Any]:
    """One row of a part."""
    row: dict[str, Any] = next(row for row in pack["parts"][part] if row["id"] == id_)
    return row


def test_it_is_frozen_at_the_initiative_and_again_at_the_meeting() -> None:
    """Two versions, each of its own day and called for by its own event."""
    world = held()
    first, second = frozen(world)
    initiative, meeting = (
        e.id for e in world.story.told if isinstance(e.data, ConsultationInitiated | ConsultationHeld)
    )
    assert (first.version, first.cause, first.pack_id, str(first.as_of)) == (1, "initiated", initiative, "2026-05-04")
    assert (second.version, second.cause, second.pack_id, str(second.as_of)) == (2, "held", meeting, HELD_ON)
    assert {log.log for log in second.logs} == set(ROWS)
    assert all(log.root is None for log in second.logs)


def test_a_frozen_version_is_compiled_again_byte_for_byte() -> None:
    """From the logs up to their sizes then, whatever has come since."""
    world = held()
    before = [to_bytes(world.pack(version)) for version in (1, 2)]
    world.does(decide("50000", dnr="RS 2026/18", at=at("2026-07-01")))
    world.hear("placements.figures", published(9, "2026-Q2", "2026-07-15"))
    assert [to_bytes(world.pack(version)) for version in (1, 2)] == before
    assert [world.pack(v)["manifestDigest"] for v in (1, 2)] == [event.manifest_digest for event in frozen(world)]


def test_the_manifest_has_the_digest_of_every_part_and_the_size_of_every_log() -> None:
    """Each part's bytes are its digest's, and every log that was read stands with its size."""
    pack = held().pack(2)
    digests = {part["name"]: part["sha256"] for part in pack["manifest"]["parts"]}
    assert digests == {name: sha256(to_bytes(part)).hexdigest() for name, part in pack["parts"].items()}
    assert [log["log"] for log in pack["manifest"]["logs"]] == sorted(ROWS)
    assert all(log["root"] is None for log in pack["manifest"]["logs"])


def test_it_is_of_its_day() -> None:
    """What was recorded after the day is not in it, even where it is read from a larger log."""
    world = held()
    assert figure(world.pack(1), "coompanion/2026", "contributions")["paid"] == "0"
    assert figure(world.pack(2), "coompanion/2026", "contributions")["paid"] == "450000"
    assert figure(world.pack(1), "suspended-on-the-day", "recognitions")["value"] == 0
    assert figure(world.pack(2), "suspended-on-the-day", "recognitions")["value"] == 1


def test_what_was_recorded_between_the_meeting_and_its_record_was_not_shown() -> None:
    """A payment that nobody knew of on the day of the meeting is not in its pack, though its log is read further."""
    pack = invited().does(pay(at=at("2026-06-20")), hold(HELD_ON, at=at("2026-07-01"))).pack(2)
    assert figure(pack, "coompanion/2026", "contributions")["paid"] == "0"


def test_each_figure_can_be_recounted_from_its_events() -> None:
    """The events that a figure lists, and they alone, give the figure."""
    world = held()
    pack = world.pack(2)
    for row in pack["parts"]["figures"]:
        cited = set(row["events"])
        kept = {
            log: [
                kind(key=key, events=tuple(e for e in stream.events if decoded(e.event).id in cited))
                for key, stream in world.all(kind).items()
            ]
            for log, kind in ROWS.items()
        }
        again = figures(owed(known(kept, world.sizes, date.fromisoformat(HELD_ON))), [row["year"]])
        values = {each["id"]: each["value"] for each in again}
        assert values.get(row["id"], 0) == row["value"]


def test_duties_are_counted_by_clause_and_class() -> None:
    """The year's initiative is done on the day of the invitation, and the recognition's review is open."""
    pack = held().pack(2)
    assert figure(pack, "2026/GS-7.initiative/done")["value"] == 1
    assert figure(pack, "2026/GS-7.held/open")["modality"] == "local"
    assert figure(pack, "2026/DF-0.df-review/open")["value"] == 1
    assert {"gs-7.held/2026"} <= {row["id"] for row in pack["parts"]["duties"]}


def test_places_are_told_by_published_figures_only() -> None:
    """A cell cites the event that published it; what is suppressed has no value."""
    pack = held().pack(2)
    cells = pack["parts"]["published"]
    assert [cell["value"] for cell in cells] == [6, None]
    assert cells[1]["suppressed"]
    assert len({event for cell in cells for event in cell["events"]}) == 1
    assert "placement" not in json.dumps(
        [e for part in pack["parts"].values() for row in part for e in row.get("events", ())]
    )


def test_the_agenda_comes_of_what_is_amiss() -> None:
    """A point for each subject with a deviation, and at last what comes next."""
    pack = invited().does(hold(HELD_ON, at=at(HELD_ON))).pack(2)
    amiss = {row["id"]: row["clause"] for row in pack["parts"]["deviations"]}
    assert amiss["contribution-difference/2026"] == "GS-1"
    assert amiss["published/2026-Q1/not-followed-up/all"] == "GS-4"
    assert [point["id"] for point in pack["parts"]["agenda"]] == [
        "use-of-contribution", "advice-given", "placement-figures", "closing",
    ]  # fmt: skip
    listed = [id_ for point in pack["parts"]["agenda"] for id_ in point["deviations"]]
    assert sorted(listed) == sorted(amiss)


def test_a_year_before_the_suite_kept_account_is_not_missed() -> None:
    """No duty arises in 2025, so no contribution of 2025 is missing; that of 2026 is, in the pack of 2027."""
    world = World().does(year_began(2026), initiate(at=at("2026-05-04")))
    assert [row["year"] for row in world.pack(1)["parts"]["contributions"]] == [2026]
    pack = world.does(year_began(2027), initiate("2027-05-04", at=at("2027-05-04"))).pack(1, 2027)
    assert [row["deviation"] for row in pack["parts"]["contributions"]] == ["contribution-missing", None]
    assert "contribution-missing/2026" in {row["id"] for row in pack["parts"]["deviations"]}


def test_open_actions_of_earlier_years_are_taken_up() -> None:
    """What was agreed in 2026 stands in the pack of 2027, until it is done."""
    world = held().does(year_began(2027), initiate("2027-03-01", at=at("2027-03-01")))
    action = figure(world.pack(1, 2027), agree().action_id, "actions")
    assert (action["agreedYear"], action["owner"], action["overdue"]) == (2026, "executive-office", False)
    assert not world.pack(2)["parts"]["actions"]


def test_a_correction_after_the_meeting_gives_the_next_version() -> None:
    """The version that was shown stays as it was; the next lists what it says otherwise."""
    world = held()
    shown = to_bytes(world.pack(2))
    n = next(n for n, e in enumerate(world.story.told) if type(e.data).__name__ == "ContributionPaid")
    world.does(correct_partner(world.story, n, amount={"amount": "400000", "currency": "SEK", "vat": "excluded"}))
    third = frozen(world)[2]
    assert (third.version, third.cause, str(third.as_of)) == (3, "corrected", HELD_ON)
    assert third.pack_id == world.story.told[-2].id
    assert to_bytes(world.pack(2)) == shown
    changes = {
        (each["part"], each["pointer"]): (each["before"], each["after"]) for each in world.pack(3)["differences"]
    }
    assert changes["contributions", "/coompanion~12026/paid"] == ("450000", "400000")
    assert changes["contributions", "/coompanion~12026/difference"] == ("0", "50000")


def test_a_correction_in_another_service_gives_the_next_version_too() -> None:
    """An enterprise's suspension that never happened is no deviation any more."""
    world, told = held(), enterprises()
    n = next(n for n, e in enumerate(told.told) if type(e.data).__name__ == "RecognitionSuspended")
    before = len(told.told)
    told.given(correct_enterprise(told, n, "never-happened", by="staff-9"), on=at("2026-09-01"))
    world.hear("registry.events", told.told[before:])
    assert [event.cause for event in frozen(world)] == ["initiated", "held", "corrected"]
    assert figure(world.pack(3), "suspended-on-the-day", "recognitions")["value"] == 0
    assert figure(world.pack(2), "suspended-on-the-day", "recognitions")["value"] == 1


def test_a_correction_that_changes_nothing_shown_freezes_nothing() -> None:
    """The channel of the invitation stands nowhere in a pack."""
    world = held()
    n = next(n for n, e in enumerate(world.story.told) if type(e.data).__name__ == "ConsultationInitiated")
    world.does(correct(world.story, n, channel="post"))
    assert len(frozen(world)) == 2


def test_a_correction_that_comes_before_the_pack_is_frozen_is_not_missed() -> None:
    """The version of the meeting is frozen as it was, and the correction gives the next one at once."""
    world = invited().does(pay(at=at("2026-06-01")))
    n = len(world.story.told) - 1
    world.delayed = []
    world.does(hold(HELD_ON, at=at(HELD_ON)))
    world.does(correct_partner(world.story, n, amount={"amount": "400000", "currency": "SEK", "vat": "excluded"}))
    world.catch_up()
    assert [event.cause for event in frozen(world)] == ["initiated", "held", "corrected"]
    assert [figure(world.pack(v), "coompanion/2026", "contributions")["paid"] for v in (2, 3)] == ["450000", "400000"]


def test_one_event_calls_for_one_version() -> None:
    """The same command again freezes nothing."""
    world = invited()
    world.delayed = []
    world.does(hold(HELD_ON, at=at(HELD_ON)))
    waiting = list(world.delayed)
    world.catch_up().does(*waiting)
    assert [event.version for event in frozen(world)] == [1, 2]


def test_what_earlier_years_left_undone_is_listed() -> None:
    """The initiative of 2026 that nobody took stands in the pack of 2027."""
    world = World().does(year_began(2026), year_began(2027), initiate("2027-05-04", at=at("2027-05-04")))
    left = figure(world.pack(1, 2027), "gs-7.initiative/2026", "duties")
    assert (left["class"], left["breach"]) == ("not-done", True)


def test_a_meeting_names_the_version_that_was_shown() -> None:
    """The pack of the initiative can be the one that was shown at the meeting."""
    world = invited()
    (first,) = frozen(world)
    world.does(hold(HELD_ON, at=at(HELD_ON), evidence_pack_id=first.pack_id))
    assert [event.version for event in frozen(world)] == [1, 2]


def test_the_current_pack_is_of_today_and_tells_what_is_new() -> None:
    """On demand, of all that is known, with what differs from the last frozen version."""
    pack = held().pack("current", today="2026-12-31")
    assert (pack["version"], pack["differsFrom"], pack["manifest"]["asOf"]) == (None, 2, "2026-12-31")
    assert held().pack("current") == pack


def test_a_pack_that_is_not_what_was_frozen_is_not_given() -> None:
    """Where the views hold something else, that is said and nothing is shown."""
    world = held()
    kind = ROWS[EVENTS]
    world.rows[kind] = {key: row for key, row in world.rows[kind].items() if not key.startswith("partner/")}
    with pytest.raises(Problem) as problem:
        world.pack(2)
    assert problem.value.reason == "pack-not-recomputed"


def test_learning_and_reach_are_told_by_year_and_quarter() -> None:
    """Activities that were offered for the year, and procurement's own published cells."""
    offered = KnowledgeActivityOffered(
        activity_id=event_id(9_000), for_year=2026, offered_to=(event_id(9_001),), offered_on=date(2026, 2, 1),
        planned_for=date(2026, 9, 1), kind="course", topics=("how-to-tender",), channel="email",
    )  # fmt: skip
    reach = ReachFiguresPublished.model_validate({
        "period": "2026-Q1", "rulesVersion": "1", "logIndex": 3,
        "cells": [{"measure": "not-informed", "by": {"board": "education"}, "value": 2, "suppressed": False}],
    })  # fmt: skip
    log, activity = "procurement.events", f"knowledge/{event_id(9_000)}"
    world = World().hear(log, happened(log, activity, ("2026-02-01", offered)))
    for n, kind in enumerate(("direct", "newsletter", "web")):
        guided = GuidanceDelivered.model_validate({
            "guidanceId": event_id(9_100 + n), "enterpriseId": event_id(9_001 + n), "forYear": 2026, "kind": kind,
            "deliveredAt": at("2026-03-01"), "proof": "smtp-accepted",
        })  # fmt: skip
        world.hear(log, happened(log, f"knowledge/{event_id(9_100 + n)}", ("2026-03-01", guided), first=6_100 + n))
    world.hear(log, happened(log, "figures/2026-Q1", ("2026-04-10", reach), first=6_000))
    pack = world.does(year_began(2026), initiate(at=at("2026-05-04"))).pack(1)
    assert figure(pack, "2026/activities-offered", "knowledge")["value"] == 1
    assert figure(pack, "2026/guided", "knowledge")["value"] == 1
    assert figure(pack, "2026-Q1/not-informed/board=education", "published")["value"] == 2
    assert "published/2026-Q1/not-informed/board=education" in {row["id"] for row in pack["parts"]["deviations"]}


def test_the_cited_events_are_the_same_when_they_are_folded_anew() -> None:
    """A rebuild keeps corrections where they stand, as the reactor did."""
    world = held()
    n = next(n for n, e in enumerate(world.story.told) if type(e.data).__name__ == "ContributionPaid")
    world.does(correct_partner(world.story, n, "never-happened"))
    catalogue = Catalogue(world.story.rules.events)
    history = [(index, encode(e)) for index, e in enumerate(world.story.told) if e.subject == "partner/coompanion"]
    again = folded(CITED_CONSULTATION, EVENTS, catalogue, history)
    assert again == world.get(CITED_CONSULTATION.row, "partner/coompanion")
    assert decoded(again.events[-1].event).type.endswith("EventCorrected.v1")


def test_the_order_in_which_logs_are_read_changes_no_byte() -> None:
    """Same logs of the same sizes, however they came in: the same pack."""
    one = (
        World()
        .does(year_began(2026))
        .hear("registry.events", enterprises().told)
        .hear("placements.figures", published())
    )
    other = (
        World()
        .hear("placements.figures", published())
        .hear("registry.events", enterprises().told)
        .does(year_began(2026))
    )
    assert to_bytes(one.pack("current")) == to_bytes(other.pack("current"))


def test_an_enterprise_that_closed_counts_no_more() -> None:
    """On the day it is neither recognised nor suspended."""
    told = enterprises().given(close(), on=at("2026-11-02"))
    pack = World().does(year_began(2026)).hear("registry.events", told.told).pack("current")
    assert figure(pack, "recognised-on-the-day", "recognitions")["value"] == 0
    assert figure(pack, "suspended-on-the-day", "recognitions")["value"] == 0
