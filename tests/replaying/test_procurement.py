"""GS-6 replayed: on a sound log nothing differs; what a reaction left undone is listed, and nothing else."""

from datetime import date, timedelta

from services.procurement.domain.rules import TENDERS
from shared.contracts.cloudevent import Event
from shared.contracts.duty import DutyArose
from shared.replaying.comparing import Difference, differences
from shared.replaying.opening import opens
from tests.procurement.stories import (
    WISE,
    cancel,
    delivered,
    document,
    failed,
    move,
    offers,
    publish,
    recognised,
    registered,
    sent,
    withdrawn,
)  # fmt: skip
from tests.replaying.living import Living
from tests.spec import at

AS_OF = date(2026, 6, 30)
OTHERS = [f"01930000-0000-7000-8000-0000000e{n:04x}" for n in range(5)]
TENDERS_OF = [f"01930000-0000-7000-8000-0000000a{n:04x}" for n in range(8)]


def living(*wises: str) -> Living:
    """Give procurement that has heard of recognised enterprises."""
    service = Living("procurement")
    for wise in wises or (WISE,):
        for event in (registered(), recognised("2026-02-01"), offers(since="2026-02-01")):
            hear(service, event, "2026-02-02", wise)
    return service


def hear(service: Living, event: Event, on: str, wise: str = WISE) -> None:
    """Let registry tell of an enterprise."""
    told = event.model_copy(update={"enterprise_id": wise})
    service.hear("registry.events", f"enterprise/{wise}", told, at(on))


def replayed(service: Living, as_of: date = AS_OF) -> list[Difference]:
    """Replay a service."""
    service.until(as_of)
    return differences(service.parts, service.logs, as_of)


def test_on_a_sound_log_nothing_differs() -> None:
    """Told, moved, cancelled, withdrawn: whatever became of the duties, the replay has the same."""
    service = living(*OTHERS)
    for n, tender in enumerate(TENDERS_OF):
        service.do(publish(f"2026-03-{n + 2:02}", closes="2026-04-20", tender_id=tender))
    cancelled = cancel("2026-03-12").model_copy(update={"tender_id": TENDERS_OF[7]})
    service.do(cancelled)
    hear(service, withdrawn("2026-03-11"), "2026-03-13", OTHERS[0])
    service.do(move("2026-05-04", "2026-03-16", tender_id=TENDERS_OF[5]))
    assert replayed(service) == []
    assert len({state.end for state in service.states().values()}) > 1


def test_what_a_silent_reaction_left_out_is_listed_and_nothing_else() -> None:
    """Procurement's reactions are off for a week of tenders: exactly that week's duties are missing."""
    service = living(*OTHERS)
    for n, tender in enumerate(TENDERS_OF):
        day = date(2026, 3, 2) + timedelta(days=3 * n)
        service.reacts = not date(2026, 3, 9) <= day < date(2026, 3, 16)
        service.do(publish(day.isoformat(), closes="2026-05-20", tender_id=tender))
    service.reacts = True
    found = replayed(service)
    silent = [
        t
        for n, t in enumerate(TENDERS_OF)
        if date(2026, 3, 9) <= date(2026, 3, 2) + timedelta(days=3 * n) < date(2026, 3, 16)
    ]
    assert [(each.wrong, each.duty.id) for each in found] == sorted(
        ("missing", f"gs-6.published/{tender}/{wise}") for tender in silent for wise in OTHERS
    )
    published = {r.subject.partition("/")[2]: r.envelope.id for r in service.logs[TENDERS]}
    assert all(each.cause == published[each.duty.object_id.partition("/")[0]] for each in found)


def test_the_ids_and_due_days_are_those_of_a_run_that_missed_nothing() -> None:
    """What is missing has the id, the trigger and the due day that it would have had."""
    whole, gap = living(), living()
    for service, reacts in ((whole, True), (gap, False)):
        service.reacts = reacts
        service.do(publish("2026-03-02", closes="2026-05-20"))
    [missing] = [each.duty for each in replayed(gap)]
    right = whole.until(AS_OF).states()[missing.id]
    assert (missing.id, missing.trigger_on, missing.due_on) == (right.id, right.trigger_on, right.due_on)


def test_an_act_and_a_bounce_are_replayed_under_their_recorded_ids() -> None:
    """Delivered, then bounced: one duty is done and its successor is open, as recorded."""
    service = living()
    service.do(publish("2026-03-02", closes="2026-04-20"))
    service.do(sent("2026-03-03"), delivered("2026-03-03"), failed("2026-03-05"))
    assert replayed(service, date(2026, 3, 6)) == []
    assert {str(state.end) for state in service.states().values()} == {"discharged", "None"}


def test_a_late_claim_that_was_shown_when_it_was_recorded_is_not_asked_again() -> None:
    """The proof of an act was tried when it was recorded."""
    service = living()
    service.do(publish("2026-03-02", closes="2026-04-20"))
    service.do(sent("2026-03-03"))
    service.do(delivered("2026-03-03", document=document("2026-03-10")), on=at("2026-03-20"))
    assert replayed(service) == []


def test_two_replays_are_equal_and_the_logs_stay_as_they_are() -> None:
    """Nothing is written."""
    service = living()
    service.reacts = False
    service.do(publish("2026-03-02", closes="2026-04-20"))
    service.until(AS_OF)
    before = list(service.told())
    assert replayed(service) == replayed(service)
    assert service.told() == before


def test_what_is_recorded_after_the_day_does_not_count() -> None:
    """The day is an argument: an act of the day after is not known yet, on either side."""
    service = living()
    service.do(publish("2026-03-02", closes="2026-04-20"))
    service.do(sent("2026-03-10"), delivered("2026-03-10"))
    for day in range(2, 12):
        assert replayed(service, date(2026, 3, day)) == []


def test_a_duty_that_no_rule_calls_for_is_spurious() -> None:
    """Its trigger is not in the logs."""
    service = living()
    service.do(publish("2026-03-02", closes="2026-04-20"))
    cut = {name: [r for r in log if r.subject.partition("/")[0] != "tender"] for name, log in service.logs.items()}
    assert [(each.wrong, each.should) for each in differences(service.parts, cut, AS_OF)] == [
        ("spurious", None)
    ] * 2  # GS-6 and GS-8


def test_what_is_missing_is_opened_and_then_nothing_differs() -> None:
    """With its lawful due day, and late by the days since its trigger: the officer's command, and the clock after it."""
    service = living(*OTHERS)
    service.reacts = False
    service.do(publish("2026-03-02", closes="2026-05-20"))
    found = replayed(service, date(2026, 3, 20))
    service.reacts = True
    opened = [opens(each, at("2026-03-20")) for each in found]
    service.do(*(command for command in opened if command is not None))
    arose = [r.event for r in service.told() if isinstance(r.event, DutyArose) and r.event.clause == "GS-6"]
    assert {(each.due_on, each.known_late_days) for each in arose} == {(date(2026, 3, 9), 18)}
    assert [each.duty_id for each in arose] == [each.duty.id for each in found]
    assert replayed(service, date(2026, 3, 20)) == []


def test_one_that_should_have_ended_is_ended() -> None:
    """Nobody assessed the pair, so the clock knows of no day on which the tender closes: the replay does."""
    service = living()
    service.reacts = False
    service.do(publish("2026-03-02", closes="2026-05-20"))
    for day, wrong in ((date(2026, 3, 20), "missing"), (AS_OF, "wrong-end")):
        [found] = replayed(service, day)
        assert found.wrong == wrong
        mended = opens(found, at(day.isoformat()))
        assert mended is not None
        service.do(mended)
        assert replayed(service, day) == []


def test_one_that_ended_meanwhile_is_opened_with_its_end() -> None:
    """Its tender was cancelled in time: it is void, as it would have been."""
    service = living()
    service.reacts = False
    service.do(publish("2026-03-02", closes="2026-05-20"), cancel("2026-03-04"))
    service.reacts = True
    service.do(
        *(c for each in replayed(service, date(2026, 3, 20)) if (c := opens(each, at("2026-03-20"))) is not None)
    )
    assert replayed(service) == []
    assert [state.end for state in service.states().values() if state.clause == "GS-6"] == ["voided"]


def test_a_late_claim_that_a_second_person_approved_is_not_asked_again() -> None:
    """Long after the limit and without a document."""
    service = living()
    service.do(publish("2026-03-02", closes="2026-04-20"))
    service.do(sent("2026-03-03"))
    service.do(delivered("2026-03-03", approved_by="staff-3"), on=at("2026-04-14"))
    assert replayed(service) == []
    assert [state.end for state in service.states().values() if state.clause == "GS-6"] == ["discharged"]
