"""GS-5 replayed: on a sound log nothing differs; the years that a silent reaction left out are listed, and nothing else."""

from datetime import date

from shared.contracts.cloudevent import Event
from shared.contracts.knowledge import KnowledgeActivityOffered
from shared.replaying.comparing import Difference, differences
from tests.procurement.knowledge_stories import COURSE, SECOND_LETTER, bounces, course, told
from tests.procurement.stories import WISE, document, recognised, registered, restored, suspended, withdrawn
from tests.replaying.living import Living
from tests.spec import at

AS_OF = date(2029, 6, 30)


def hear(service: Living, on: str, *events: Event) -> Living:
    """Let registry tell of the enterprise."""
    for event in events:
        service.hear("registry.events", f"enterprise/{WISE}", event, at(on))
    return service


def replayed(service: Living) -> list[Difference]:
    """Replay a service at the day that its clock has come to."""
    service.until(AS_OF)
    return differences(service.parts, service.logs, AS_OF)


def test_on_a_sound_log_nothing_differs() -> None:
    """Done, lapsed, voided, anew, a letter that came back, a claim that came late: the replay has the same."""
    service = hear(Living("procurement"), "2026-02-03", registered(), recognised("2026-02-02"))
    service.do(*told("2026-02-10"), course("2026-02-11"), bounces("2026-02-13"))
    service.do(*told("2026-02-16", guidance_id=SECOND_LETTER))
    hear(service, "2027-02-01", suspended("2027-02-01"))
    hear(service, "2027-03-02", withdrawn("2027-02-20"))
    hear(service, "2027-05-05", restored("2027-05-03"))
    service.do(course("2027-05-10", activity_id=SECOND_LETTER.replace("e2222", "e3333")))
    late = told("2027-05-12", guidance_id=COURSE.replace("ac111", "e4444"))
    service.do(late[0])
    service.do(late[1].model_copy(update={"document": document("2027-05-13")}), on=at("2027-06-10"))
    assert replayed(service) == []
    assert {str(state.end) for state in service.states().values()} == {"discharged", "voided", "lapsed", "None"}
    assert len(service.states()) == 6


def test_a_year_that_a_silent_reaction_left_out_is_missing() -> None:
    """The recognition was read while nothing reacted: its year is missing, and the next one's arose by the clock."""
    service = hear(Living("procurement"), "2026-02-03", registered())
    service.reacts = False
    hear(service, "2026-02-03", recognised("2026-02-02"))
    service.reacts = True
    [missing] = replayed(service)
    assert (missing.wrong, missing.duty.id) == ("missing", f"gs-5.knowledge/{WISE}/2026")
    assert missing.duty.due_on == date(2026, 3, 4)


def test_a_discharge_that_a_silent_reaction_left_out_is_found() -> None:
    """Both acts are there, and the year is recorded as lapsed."""
    service = hear(Living("procurement"), "2026-02-03", registered(), recognised("2026-02-02"))
    service.do(*told("2026-02-10"))
    service.reacts = False
    service.do(course("2026-02-11"))
    service.reacts = True
    found = replayed(service)
    assert [(each.wrong, each.duty.id) for each in found] == [("wrong-end", f"gs-5.knowledge/{WISE}/2026")]
    assert any(isinstance(recorded.event, KnowledgeActivityOffered) for recorded in service.told())
