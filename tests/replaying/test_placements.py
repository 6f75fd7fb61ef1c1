"""GS-4 replayed: a year of places with every kind of end, and what the clock does in between."""

from datetime import date
from pathlib import Path

from deploy.local.replaying.parts import parts_of
from shared.contracts.values import DutyId, Id
from shared.deciding import Command
from shared.replaying.comparing import Difference, differences
from shared.replaying.counting import SUPPRESSED, Counted, counted
from shared.replaying.running import run
from tests.placements import stories
from tests.placements.stories import ENTERPRISE as WISE
from tests.placements.world import recognised, registered, withdrawn
from tests.replaying.living import GOTLAND, Living
from tests.spec import at

AS_OF = date(2026, 12, 31)


def place(n: int) -> Id:
    """Give the n-th place's id."""
    return Id(f"01930000-0000-7000-8000-0000000b{n:04x}")


def of(n: int, command: Command) -> Command:
    """Let a command be about the n-th place."""
    given = {
        name: DutyId(value.replace(stories.PLACE, place(n)))
        for name, value in command.__dict__.items()
        if isinstance(value, str) and stories.PLACE in value
    }
    return command.model_copy(update=given)


def living(places: int = 1, since: str = "2026-01-12") -> Living:
    """Give placements with places that run until further notice."""
    service = Living("placements")
    for event in (registered(), recognised()):
        service.hear("registry.events", f"enterprise/{WISE}", event, at("2025-12-01"))
    for n in range(places):
        service.do(of(n, stories.buy()))
    for n in range(places):
        service.do(of(n, stories.start(since)))
    return service


def replayed(service: Living, as_of: date = AS_OF) -> list[Difference]:
    """Replay a service."""
    service.until(as_of)
    return differences(service.parts, service.logs, as_of)


def test_a_year_of_places_is_sound() -> None:
    """Followed up in time and late, waived, extended, ended, and one that nobody looked at."""
    service = living(5)
    service.do(of(1, stories.waive("2026-03-02")))
    service.do(of(0, stories.follow_up("2026-03-25")))
    service.do(of(2, stories.follow_up("2026-05-04")))
    service.do(of(3, stories.end("2026-06-30")))
    assert replayed(service) == []
    assert {state.end for state in service.states().values()} >= {None, "discharged", "waived"}
    assert any(state.kind == "recurring" for state in service.states().values())


def test_a_review_that_nobody_opened_is_missing() -> None:
    """The reaction to a lost recognition was off."""
    service = living(2)
    service.reacts = False
    service.hear("registry.events", f"enterprise/{WISE}", withdrawn("2026-03-02"), at("2026-03-02"))
    found = replayed(service)
    assert [(each.wrong, each.duty.id) for each in found] == [
        ("missing", f"gs-4.review/{place(0)}"), ("missing", f"gs-4.review/{place(1)}"),
    ]  # fmt: skip
    assert {each.cause for each in found} == {service.logs["registry.events"][-1].envelope.id}


def test_a_corrected_start_is_replayed_with_its_correction() -> None:
    """What it triggered on the wrong day was never owed; what is owed now is the same on both sides."""
    service = living()
    started = next(r for r in service.told() if r.envelope.type.endswith("PlacementStarted.v1"))
    correction = stories.correct(0, "2026-02-02", "/startedOn", "2026-01-19")
    cited = correction.corrects.model_copy(
        update={"event_id": started.envelope.id, "stream": started.subject, "index": started.index}
    )
    service.do(of(0, correction.model_copy(update={"corrects": cited})))
    assert replayed(service) == []


# -- what if


def shorter(directory: Path) -> Path:
    """Give Gotland's file with one day less for the first follow-up."""
    text, was = GOTLAND.read_text(encoding="utf-8"), 'key = "follow-up.first"\nclause = "GS-4"\nvalue = 90'
    assert text.count(was) == 1
    file = directory / "shorter.toml"
    file.write_text(text.replace(was, was.replace("90", "89")), encoding="utf-8")
    return file


def what_if(service: Living, authority: Path, as_of: date, *, shown_singly: bool = True) -> Counted:
    """Count a service's duties under its own file and under another."""
    service.until(as_of)
    now, then = (run(parts, service.logs, as_of) for parts in (service.parts, parts_of("placements", authority)))
    states = ({duty_id: each.state for duty_id, each in derived.items()} for derived in (now, then))
    return counted(next(states), next(states), as_of, shown_singly=shown_singly)


def around_the_due_day() -> Living:
    """Give three places whose first follow-up, due on Tuesday 14 April, is held the day before, on it, and the day after."""
    service = living(3, since="2026-01-14")
    for n, day in enumerate(("2026-04-13", "2026-04-14", "2026-04-15")):
        service.do(of(n, stories.follow_up(day)))
    return service


def test_under_the_same_file_nothing_changes() -> None:
    """The difference is nought everywhere."""
    found = what_if(around_the_due_day(), GOTLAND, date(2026, 6, 30))
    assert found.changed == ()
    assert {cell.difference for cell in found.cells} == {0}


def test_a_day_less_moves_exactly_what_was_done_on_that_day(tmp_path: Path) -> None:
    """The one that was held on the last day would have been a day late; the logs stay as they are."""
    service = around_the_due_day()
    service.until(date(2026, 6, 30))
    before = list(service.told())
    found = what_if(service, shorter(tmp_path), date(2026, 6, 30))
    assert [(each.duty_id, each.now, each.then) for each in found.changed or ()] == [
        (f"gs-4.first/{place(1)}", "done", "done-late")
    ]
    assert {cell.measure: cell.difference for cell in found.cells if cell.difference} == {
        "done": -1, "done-late": 1, "breach": 1,
    }  # fmt: skip
    assert what_if(service, shorter(tmp_path), date(2026, 6, 30)) == found
    assert service.told() == before


def test_whoever_may_not_read_single_duties_gets_no_small_count(tmp_path: Path) -> None:
    """Three places are fewer than five persons: nothing of them is told."""
    found = what_if(around_the_due_day(), shorter(tmp_path), date(2026, 6, 30), shown_singly=False)
    assert found.changed is None
    assert {value for cell in found.cells for value in (cell.now, cell.then, cell.difference)} == {SUPPRESSED}


def test_a_count_that_would_tell_of_a_small_one_is_kept_back_too(tmp_path: Path) -> None:
    """Of seven places one changes its class: both classes are kept back, and the breaches, which are among them."""
    service = living(7, since="2026-01-14")
    service.do(*(of(n, stories.follow_up("2026-04-13")) for n in range(6)), of(6, stories.follow_up("2026-04-14")))
    found = what_if(service, shorter(tmp_path), date(2026, 6, 30), shown_singly=False)
    assert {cell.measure: cell.now for cell in found.cells} == {
        "done": SUPPRESSED, "done-late": SUPPRESSED, "breach": SUPPRESSED, "open": 7,
    }  # fmt: skip


def test_breaches_are_kept_back_with_a_class_that_they_are_counted_in() -> None:
    """Of seven places one was not followed up and six too late: seven breaches would tell of the one."""
    service = living(7, since="2026-01-14")
    service.do(*(of(n, stories.follow_up("2026-04-15")) for n in range(6)))
    found = what_if(service, GOTLAND, date(2026, 6, 30), shown_singly=False)
    assert {cell.measure: cell.now for cell in found.cells} == {
        "not-done": SUPPRESSED, "done-late": SUPPRESSED, "breach": SUPPRESSED, "open": 7,
    }  # fmt: skip


def test_an_act_for_a_duty_that_the_clock_opened_is_replayed_on_its_day() -> None:
    """It arises in April and is held in June: each day's boundaries come before what was recorded on it."""
    service = living()
    service.do(of(0, stories.follow_up("2026-03-25")))
    service.do(of(0, stories.follow_up("2026-06-10", stories.recurring(1), n=2)))
    assert replayed(service) == []
    done = [state.kind for state in service.states().values() if state.end == "discharged"]
    assert sorted(done) == ["first", "recurring"]
