"""A tender from its plan to its end: what is accepted, refused and done only once."""

from datetime import date

import pytest

from services.procurement.domain.rules import rules
from services.procurement.domain.tender_commands import (
    CANCELLED,
    IN_FUTURE,
    LOT_UNKNOWN,
    LOTS_ALIKE,
    MOVES_DEADLINE,
    NO_SUCH_PLACE,
    NOT_PUBLISHED,
    NOT_SUSPENDED,
    NOTICE_TAKEN,
    PUBLISHED,
    UNKNOWN,
)
from shared.contracts.procurement import (
    DeadlineMoved,
    ProcurementPlanned,
    TenderAmended,
    TenderCancelled,
    TenderChange,
    TenderPublished,
    TenderResumed,
    TenderSuspended,
)
from shared.deciding import OUT_OF_RANGE, Command, Refused
from shared.policy.role import PROCUREMENT_OFFICE
from tests.authorities import authority
from tests.procurement.stories import (
    CARE,
    GARDENING,
    OTHER_TENDER,
    OUTSIDER,
    TENDER,
    amend,
    cancel,
    instant,
    lot,
    move,
    plan,
    publish,
    recode,
    resume,
    suspend,
)
from tests.spec import Story, at, story

SUBJECT = f"tender/{TENDER}"
TWO = (lot("LOT-0001", "2026-04-15"), lot("LOT-0002", "2026-04-15"))


def begin(*commands: Command) -> Story:
    """Begin with what was accepted."""
    return story(rules(authority()), PROCUREMENT_OFFICE).given(*commands)


def test_a_plan_that_says_the_same_again_is_nothing_new() -> None:
    """Told twice, recorded once; what changed is told again."""
    planned = begin(plan("2026-03-02"))
    assert planned.when(plan("2026-03-02")).events() == []
    event, *_ = planned.when(plan("2026-03-02", lot(cpv=(CARE,)))).own()
    assert isinstance(event, ProcurementPlanned)


def test_a_plan_stays_public_since_the_day_on_which_it_became_so() -> None:
    """A changed plan is no new beginning."""
    event, *_ = begin(plan("2026-03-02")).when(plan("2026-03-09", lot(cpv=(CARE,)))).own()
    assert isinstance(event, ProcurementPlanned)
    assert event.public_since == instant("2026-03-02")


def test_a_publication_says_whose_it_is() -> None:
    """Who is an own buyer is found in the authority's file, in the version of that day."""
    [own] = begin().when(publish("2026-03-02")).own()
    [other] = begin().when(publish("2026-03-02", buyers=(OUTSIDER,))).own()
    assert isinstance(own, TenderPublished)
    assert isinstance(other, TenderPublished)
    assert (own.is_own, other.is_own) == (True, False)
    assert own.buyers_version == "buyers@2016-01-01"


@pytest.mark.parametrize(
    ("given", "command", "refusal"),
    [
        ((), move("2026-05-04", "2026-03-09"), UNKNOWN),
        ((), cancel("2026-03-09"), UNKNOWN),
        ((plan(),), amend("2026-03-09", recode(CARE)), NOT_PUBLISHED),
        ((plan(),), suspend("2026-03-09"), NOT_PUBLISHED),
        ((publish(),), plan("2026-03-09"), PUBLISHED),
        ((publish(),), publish("2026-03-09"), PUBLISHED),
        ((publish(), cancel("2026-03-03")), publish("2026-03-09"), CANCELLED),
        ((publish(), cancel("2026-03-03")), plan("2026-03-09"), CANCELLED),
        ((publish(), cancel("2026-03-03")), move("2026-05-04", "2026-03-09"), CANCELLED),
        ((publish(),), resume("2026-03-09"), NOT_SUSPENDED),
        ((), publish("2026-03-02", lot(), lot()), LOTS_ALIKE),
        ((), plan("2026-03-02", lot(), lot()), LOTS_ALIKE),
        ((publish(),), move("2026-05-04", "2026-03-09", "LOT-0009"), LOT_UNKNOWN),
        ((publish(),), cancel("2026-03-09", "LOT-0009"), LOT_UNKNOWN),
        ((publish("2026-03-02", *TWO), cancel("2026-03-03", "LOT-0001")), move("2026-05-04", "2026-03-09", "LOT-0001"),
         LOT_UNKNOWN),
        ((), plan("2026-03-03", at=at("2026-03-02")), IN_FUTURE),
        ((), publish("2026-03-03", at=at("2026-03-02")), IN_FUTURE),
        ((publish(),), cancel("2026-03-10").model_copy(update={"at": at("2026-03-09")}), IN_FUTURE),
        ((publish(),), move("2026-05-04", "2026-03-10", at=at("2026-03-09")), IN_FUTURE),
        ((publish(),), amend("2026-03-10", recode(CARE), at=at("2026-03-09")), IN_FUTURE),
    ],
)  # fmt: skip
def test_what_a_tender_does_not_take(given: tuple[Command, ...], command: Command, refusal: Refused) -> None:
    """Each with a code of its own, and nothing recorded."""
    begin(*given).when(command).refused(refusal)


def test_what_happens_later_today_has_happened() -> None:
    """Only a day that has not begun is refused."""
    late = publish("2026-03-02T23:59:00+01:00", at=at("2026-03-02"))
    assert len(begin().when(late).own()) == 1


@pytest.mark.parametrize(
    "when", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59+00:00", "1990-01-01T00:00:00+01:00"]
)
def test_a_day_that_nothing_covers_is_refused(when: str) -> None:
    """Before the authority's file, or outside all calendars, in Stockholm."""
    begin().when(publish(published_at=when)).refused(OUT_OF_RANGE)


def test_a_notice_is_read_into_one_tender_only() -> None:
    """The same notice and version again is nothing; in another tender it is refused."""
    told = {"notice_id": "n", "notice_version": "01"}
    published = begin(publish(**told))
    assert published.when(publish(**told)).events() == []
    published.past.owners[f"notice:{told['notice_id']}/{told['notice_version']}"] = SUBJECT
    published.when(publish(tender_id=OTHER_TENDER, **told)).refused(NOTICE_TAKEN)


def test_an_amendment_says_what_it_is_about() -> None:
    """Found from its pointers, each aspect once."""
    changes = (
        recode(CARE),
        TenderChange(pointer="/lots/0/reserved", after=["res-ws"]),
        TenderChange(pointer="/lots/0/nuts", after=["SE214"]),
        TenderChange(pointer="/lots/0/socialObjectives", after=["opp"]),
        TenderChange(
            pointer="/lots/-", after={"lotId": "LOT-0002", "nature": "works", "cpv": [], "deadlineKind": "none"}
        ),
        TenderChange(pointer="/title/sv", after="Parker"),
    )
    published = begin(publish())
    event, *_ = published.when(amend("2026-03-09", *changes)).own()
    assert isinstance(event, TenderAmended)
    assert event.affects == ("branch", "region", "reservation", "social-criteria", "lots", "text")
    state = published.state(SUBJECT)
    assert [each.lot_id for each in state.lots] == ["LOT-0001", "LOT-0002"]
    assert (state.lots[0].cpv, state.lots[0].reserved, state.title) == ((CARE,), ("res-ws",), "Parker")


def test_an_amendment_takes_a_lot_away() -> None:
    """A pointer at the lot, and nothing after."""
    published = begin(
        publish("2026-03-02", *TWO), amend("2026-03-09", TenderChange(pointer="/lots/0", lot_id="LOT-0001"))
    )
    assert [each.lot_id for each in published.state(SUBJECT).lots] == ["LOT-0002"]


@pytest.mark.parametrize(
    "change",
    [
        TenderChange(pointer="/lots/9/cpv", after=[GARDENING]),
        TenderChange(pointer="/lots/0/colour", after="green"),
        TenderChange(pointer="/lots/0/cpv", after="gardening"),
        TenderChange(pointer="/lots/0/nature", after=None),
        TenderChange(pointer="/lots/first/cpv", after=[GARDENING]),
        TenderChange(pointer="/lots/0/cpv/0/x", after=GARDENING),
        TenderChange(pointer="/lots", after=[]),
        TenderChange(pointer="/lots/0"),  # the last one
        TenderChange(
            pointer="/lots/-", after={"lotId": "LOT-0001", "nature": "works", "cpv": [], "deadlineKind": "none"}
        ),
    ],
    ids=lambda change: f"{change.pointer}={change.after}",
)
def test_a_change_that_fits_nowhere_is_refused(change: TenderChange) -> None:
    """No such place, or no such value."""
    begin(publish()).when(amend("2026-03-09", change)).refused(NO_SUCH_PLACE)


def test_a_deadline_is_not_moved_by_an_amendment() -> None:
    """It is an event of its own, since due days hang on it."""
    change = TenderChange(pointer="/lots/0/deadline", after="2026-05-04")
    begin(publish()).when(amend("2026-03-09", change)).refused(MOVES_DEADLINE)


def test_lots_that_move_alike_move_together() -> None:
    """One event for each former deadline; a lot that stands already stays."""
    lots = (lot("LOT-0001", "2026-04-15"), lot("LOT-0002", "2026-04-20"), lot("LOT-0003", "2026-04-15"),
            lot("LOT-0004", "2026-05-04"))  # fmt: skip
    events = begin(publish("2026-03-02", *lots)).when(move("2026-05-04", "2026-03-09")).events()
    moved = [(e.lot_ids, e.previous_deadline) for e in events if isinstance(e, DeadlineMoved)]
    assert moved == [(("LOT-0001", "LOT-0003"), date(2026, 4, 15)), (("LOT-0002",), date(2026, 4, 20))]


def test_a_move_that_is_older_than_the_last_one_is_old_news() -> None:
    """Out of order it changes nothing (edge rule 9); so does the same one again."""
    published = begin(publish(), move("2026-05-04", "2026-03-09"))
    assert published.when(move("2026-04-27", "2026-03-06", at=at("2026-03-10"))).events() == []
    assert published.when(move("2026-05-04", "2026-03-10")).events() == []


def test_a_suspended_tender_goes_on_with_its_new_deadline() -> None:
    """Suspended once; resumed, and the deadline moved, in one."""
    stopped = begin(publish(), suspend("2026-03-09"))
    assert stopped.when(suspend("2026-03-10")).events() == []
    events = stopped.when(resume("2026-03-11", "2026-06-01")).events()
    assert [type(event) for event in events] == [TenderResumed, DeadlineMoved]
    assert begin(publish()).when(suspend("2026-03-09")).events()[0].model_fields_set >= {"suspended_at"}
    assert TenderSuspended.OCCURS == "suspended_at"


def test_with_its_last_lot_goes_the_tender() -> None:
    """Lot by lot, or all at once."""
    published = begin(publish("2026-03-02", *TWO))
    [first] = published.when(cancel("2026-03-09", "LOT-0001")).events()
    assert isinstance(first, TenderCancelled)
    assert (first.scope, first.lot_ids) == ("lots", ("LOT-0001",))
    assert published.when(cancel("2026-03-09", "LOT-0001")).events() == []
    [last] = published.when(cancel("2026-03-10", "LOT-0001", "LOT-0002")).events()
    assert isinstance(last, TenderCancelled)
    assert (last.scope, last.lot_ids) == ("whole", None)
    assert published.state(SUBJECT).phase == "cancelled"
    assert published.when(cancel("2026-03-11")).events() == []
