"""The letter of guidance on a real mail server (GS-5): what an officer approved for the year goes to whoever is due it."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deploy.local.mail import Sink, listening
from deploy.local.places import ROOT, STATE
from deploy.local.stack import fresh_directory
from services.procurement.domain.guidance_letter import ApproveGuidanceLetter, WriteGuidanceLetter
from services.procurement.domain.guidance_shown import as_guidance
from services.procurement.post.reading import Mailroom
from services.procurement.views.guidance import GUIDANCE
from services.procurement.views.guidance_letter import GUIDANCE_LETTER
from shared.contracts.knowledge import GuidanceDelivered, GuidanceFailed, GuidanceRequested, GuidanceSent
from shared.contracts.procurement import OutreachSent
from shared.contracts.values import Id
from shared.log.sql import query
from tests.authorities import authority
from tests.procurement.knowledge_stories import course, told
from tests.procurement.post_office import Office, office, prepared, read
from tests.procurement.stories import contact, publish, recognised, registered, withdrawn
from tests.procurement.test_post import FUNCTION, rounds, text

WORDS = {
    "topics": ("how-to-tender", "reservations"),
    "title": {"sv": "Att lämna anbud", "en": "How to tender"},
    "text": {"sv": "Läs annonsen noga.\n\nFråga i tid <innan> sista dagen.", "en": "Read the notice.\n\nAsk in time."},
}
DIGEST = "SELECT letter ->> 'digest' FROM guidance_letter"
OPEN = "SELECT id FROM duty WHERE \"end\" IS NULL AND clause = 'GS-5' ORDER BY id"
ALL = 50


@pytest.fixture
def directory() -> Iterator[Path]:
    """A directory for a mail server's letters."""
    with fresh_directory(STATE / "tests") as directory:
        yield directory


@pytest.fixture
async def url(database: str) -> str:
    """The address of a database with procurement's tables."""
    await prepared(database)
    return database


@pytest.fixture
async def served(directory: Path) -> AsyncIterator[tuple[Sink, int]]:
    """A mail server."""
    sink = Sink(directory)
    async with listening(sink) as port:
        yield sink, port


def wise(n: int) -> Id:
    """Give the n-th WISE."""
    return Id(f"01930000-0000-7000-8000-00000000e{n:03x}")


def contact_of(n: int) -> Id:
    """Give the n-th WISE's contact."""
    return Id(f"01930000-0000-7000-8000-00000000d{n:03x}")


async def known(opened: Office, *addresses: str | None, **fields: Any) -> None:
    """Let WISEs with these addresses, or with none, be recognised on 2 February."""
    for n, address in enumerate(addresses):
        await opened.hears(registered(wise(n)))
        if address is not None:
            await opened.hears(contact(contact_of(n), enterprise_id=wise(n), address=address, **fields))
        await opened.hears(recognised(enterprise=wise(n)))


async def writes(opened: Office, **fields: Any) -> None:
    """Write the letter of 2026."""
    await opened.do(WriteGuidanceLetter.model_validate({"at": opened.now, "for_year": 2026} | WORDS | fields))


async def approves(opened: Office) -> None:
    """Approve the letter of 2026 as it stands."""
    digest = await opened.connection.fetchval(DIGEST)
    await opened.do(ApproveGuidanceLetter(at=opened.now, for_year=2026, facts_digest=digest))


async def begins(opened: Office, *addresses: str | None) -> None:
    """Let WISEs be known, and the year's letter be written and approved."""
    await known(opened, *addresses)
    await writes(opened)
    await approves(opened)


async def shown(opened: Office, language: str = "sv") -> list[dict[str, Any]]:
    """Give the dry run of today under Gotland's own file, which approves nothing by itself."""
    rows = await opened.pool.fetch(query(GUIDANCE.sql, "concerned"), "", ALL, 2026)
    return [as_guidance(dict(row), opened.now.date(), authority(), language) for row in rows]


async def test_an_approved_letter_goes_to_each_wise_and_counts_for_its_year(url: str, served: tuple[Sink, int]) -> None:
    """Text and HTML under the id of the event that asked for it; with an activity offered the year is done."""
    sink, port = served
    async with office(url, port) as opened:
        await begins(opened, FUNCTION, "info@exempel.se")
        await rounds(opened.sending())
        first, second = read(sink.directory)
        assert {str(each["To"]) for each in (first, second)} == {FUNCTION, "info@exempel.se"}
        assert text(first, "plain") == text(second, "plain")
        assert first["Subject"] == "Att lämna anbud"
        assert "Det" not in first["Subject"]
        assert "hur man lämnar anbud, reserverade upphandlingar" in text(first, "plain")
        assert "<p>Fråga i tid &lt;innan&gt; sista dagen.</p>" in text(first, "html")
        asked, sent = await opened.told(GuidanceRequested), await opened.told(GuidanceSent)
        assert {each.facts_digest for each in asked} == {await opened.connection.fetchval(DIGEST)}
        assert [(each.kind, each.channel, each.topics) for each in sent] == [("direct", "email", WORDS["topics"])] * 2
        assert [each.approved_by for each in asked] == ["staff-1"] * 2
        delivered = await opened.told(GuidanceDelivered)
        assert [(each.proof, each.for_year) for each in delivered] == [("smtp-accepted", 2026)] * 2
        assert {each.duty_id for each in delivered} == {f"gs-5.knowledge/{wise(n)}/2026" for n in range(2)}
        assert FUNCTION.encode() not in await opened.bytes_of_log()
        await rounds(opened.sending())
        assert len(read(sink.directory)) == 2
        assert [each["why"] for each in await shown(opened)] == ["delivered", "delivered"]
        await opened.do(course("2026-03-02", None, wise(0), wise(1), at=opened.now))
        assert await opened.connection.fetch(OPEN) == []


async def test_nothing_goes_before_it_is_approved_and_other_words_need_another_approval(
    url: str, served: tuple[Sink, int]
) -> None:  # fmt: skip
    """The dry run says what is missing, and shows the words that would go; no address, and nothing goes by asking."""
    sink, port = served
    async with office(url, port) as opened:
        await known(opened, FUNCTION, None)
        assert [each["why"] for each in await shown(opened)] == ["not-written", "not-written"]
        await writes(opened, title={"sv": "Utkast", "en": "Draft"})
        await approves(opened)
        await writes(opened)
        await rounds(opened.sending())
        waits, nobody = await shown(opened, "en")
        assert (waits["goes"], waits["why"], waits["subject"]) == (False, "not-approved", "Att lämna anbud")
        assert waits["says"].startswith("waits: nobody has approved the year's letter")
        assert FUNCTION not in str(waits)
        assert read(sink.directory) == []
        await approves(opened)
        waits, nobody = await shown(opened)
        assert (waits["goes"], waits["says"], nobody["why"], nobody["contact_id"]) == (
            True,
            "skickas",
            "no-contact",
            None,
        )
        await rounds(opened.sending())
        assert [str(each["Subject"]) for each in read(sink.directory)] == ["Att lämna anbud"]
        [lost] = await opened.told(GuidanceFailed)
        assert (lost.enterprise_id, lost.reason_code, lost.retry) == (wise(1), "no-contact", False)
        await rounds(opened.sending())
        assert len(await opened.told(GuidanceFailed)) == 1


async def test_who_asked_for_english_gets_it_and_who_was_told_gets_no_second_one(
    url: str, served: tuple[Sink, int]
) -> None:  # fmt: skip
    """Guidance that an officer gave counts as well as a letter."""
    sink, port = served
    async with office(url, port) as opened:
        await known(opened, FUNCTION, "english@exempel.se", "gone@exempel.se", language="en")
        await opened.do(*told("2026-02-20", enterprise_id=wise(0)))
        await opened.hears(withdrawn("2026-02-25", enterprise=wise(2)))
        await writes(opened)
        await approves(opened)
        await rounds(opened.sending())
        [letter] = read(sink.directory)
        assert (str(letter["To"]), letter["Subject"], letter["Content-Language"]) == (
            "english@exempel.se", "How to tender", "en",
        )  # fmt: skip
        assert "This letter is about how to submit a tender, reserved procurement." in text(letter, "plain")


async def test_a_bounce_makes_a_successor_and_goes_to_another_contact(
    url: str, served: tuple[Sink, int], directory: Path
) -> None:  # fmt: skip
    """Never by itself to the same one again; a report that it is slow changes nothing."""
    sink, port = served
    async with office(url, port, reports=directory / "reports") as opened:
        await begins(opened, "bounced@exempel.se", "slow@exempel.se")
        await opened.do(course("2026-03-02", None, wise(0), wise(1), at=opened.now))
        post = opened.sending()
        await rounds(post)
        assert await opened.connection.fetch(OPEN) == []
        opened.later(minutes=10)
        assert await Mailroom(directory / "reports", post.record, post.around).read() == 2
        bounced, late = sorted(await opened.told(GuidanceFailed), key=lambda each: each.retry)
        assert (bounced.reason_code, bounced.smtp_status) == ("hard-bounce", "5.1.1")
        assert (late.reason_code, late.retry, late.enterprise_id) == ("delayed", True, wise(1))
        await opened.settled()
        assert [row["id"] for row in await opened.connection.fetch(OPEN)] == [f"gs-5.knowledge/{wise(0)}/2026/2"]
        rows = await opened.pool.fetch(query(GUIDANCE.sql, "failed"), "", ALL, 2026, None)
        assert sorted((row["state"], row["reason"], row["attempts"], row["due_on"]) for row in rows)[1] == (
            "failed", "hard-bounce", 1, date(2026, 3, 4),
        )  # fmt: skip
        await rounds(post)
        assert [each["why"] for each in await shown(opened)] == ["failed"]
        assert sink.asked["bounced@exempel.se"] == 1
        await opened.hears(contact(contact_of(9), enterprise_id=wise(0), address="ny@exempel.se"))
        await rounds(opened.sending())
        assert str(read(sink.directory)[-1]["To"]) == "ny@exempel.se"
        assert await opened.connection.fetch(OPEN) == []


async def test_what_is_put_off_is_tried_again_and_what_is_refused_after_a_new_approval(
    url: str, served: tuple[Sink, int]
) -> None:  # fmt: skip
    """When, stands in the log, for a post that knows nothing."""
    sink, port = served
    async with office(url, port) as opened:
        await begins(opened, "later@exempel.se", "refused@exempel.se")
        await rounds(opened.sending())
        opened.later(minutes=4)
        await rounds(opened.sending())
        assert read(sink.directory) == []
        opened.later(minutes=1)
        await rounds(opened.sending())
        assert len(read(sink.directory)) == 1
        late, lost = sorted(await opened.told(GuidanceFailed), key=lambda each: not each.retry)
        assert (late.reason_code, late.smtp_status) == ("delayed", "4.7.1")
        assert (lost.reason_code, lost.smtp_status, lost.retry) == ("refused", "5.1.1", False)
        assert sink.asked["refused@exempel.se"] == 1
        await approves(opened)
        await rounds(opened.sending())
        assert sink.asked["refused@exempel.se"] == 2


async def test_words_that_changed_stop_a_letter_that_waits(url: str, served: tuple[Sink, int]) -> None:
    """The new ones go to the same contact, since nothing is wrong with that."""
    sink, port = served
    async with office(url, port) as opened:
        await begins(opened, "later@exempel.se")
        await rounds(opened.sending())
        await writes(opened, title={"sv": "Bättre", "en": "Better"})
        await approves(opened)
        opened.later(minutes=5)
        await rounds(opened.sending())
        await rounds(opened.sending())
        assert [str(each["Subject"]) for each in read(sink.directory)] == ["Bättre"]
        assert [each.reason_code for each in await opened.told(GuidanceFailed)] == ["delayed", "expired"]


async def test_a_kill_before_the_append_sends_it_again_under_the_same_id(url: str, served: tuple[Sink, int]) -> None:
    """Twice, and never not at all; one of both is recorded."""
    sink, port = served
    async with office(url, port) as opened:
        await begins(opened, FUNCTION)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.procurement.post_office", url, str(port), cwd=ROOT
        )
        assert await process.wait() == -signal.SIGKILL
        await opened.begin()
        assert await opened.told(GuidanceSent) == []
        await rounds(opened.sending())
        first, second = read(sink.directory)
        assert first["Message-ID"] == second["Message-ID"]
        assert len(await opened.told(GuidanceSent)) == len(await opened.told(GuidanceRequested)) == 1


async def test_the_limit_a_minute_holds_for_all_letters_together(url: str, served: tuple[Sink, int]) -> None:
    """Those of tenders go first, since they have deadlines."""
    sink, port = served
    async with office(url, port) as opened:
        await begins(opened, FUNCTION, "info@exempel.se")
        await opened.do(publish("2026-03-02"))
        for _ in range(3):
            await rounds(opened.sending(mail_per_minute=2))
        assert len(read(sink.directory)) == 2
        assert (len(await opened.told(OutreachSent)), await opened.told(GuidanceSent)) == (2, [])
        opened.later(seconds=61)
        await rounds(opened.sending(mail_per_minute=1))
        assert (len(read(sink.directory)), len(await opened.told(GuidanceSent))) == (3, 1)


async def test_the_year_s_letter_is_read_with_its_approvals(url: str) -> None:
    """By its year."""
    async with office(url, 1) as opened:
        await begins(opened)
        [row] = await opened.pool.fetch(query(GUIDANCE_LETTER.sql, "one"), "guidance/2026")
        assert (row["letter"]["facts"]["topics"], row["version"]) == (list(WORDS["topics"]), 2)
        assert [each["by"] for each in row["approvals"]] == ["staff-1"]
