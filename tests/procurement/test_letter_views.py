"""What an officer is asked about letters, on a real server: which would go and why not, which failed, and whom none reaches."""

import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from services.procurement.domain.letter_commands import ApproveLetters
from services.procurement.domain.letters_shown import as_letters
from services.procurement.views.contact import CONTACT as CONTACTS
from services.procurement.views.letter import LETTER
from services.procurement.views.told import TOLD
from shared.contracts.values import Id
from shared.log.sql import query
from shared.log.view import View
from tests.authorities import authority
from tests.procurement.post_office import Office, office, prepared
from tests.procurement.stories import (
    CONTACT,
    GARDENING,
    TENDER,
    WISE,
    contact,
    delivered,
    failed,
    instant,
    move,
    offers,
    publish,
    recognised,
    registered,
    sent,
    suspended,
    withdrawn,
)

OTHER = Id("01930000-0000-7000-8000-00000000ee02")
ADDRESS = "anbud@exempel.se"
ALL = 50


@pytest.fixture
async def opened(database: str) -> AsyncIterator[Office]:
    """An office whose mail server nobody asks: a WISE with a contact and one without, and a tender that suits both."""
    await prepared(database)
    async with office(database, 1) as opened:
        await opened.hears(
            registered(), contact(address=ADDRESS), offers(GARDENING), recognised(),
            registered(OTHER), contact(CONTACT, enterprise_id=OTHER, channel="phone"), offers(GARDENING, enterprise=OTHER),
            recognised(enterprise=OTHER),
        )  # fmt: skip
        await opened.do(publish("2026-03-02"))
        yield opened


async def ask(opened: Office, view: View[Any], name: str, *arguments: object) -> list[dict[str, Any]]:
    """Ask a named query."""
    return [dict(row) for row in await opened.pool.fetch(query(view.sql, name), *arguments)]


async def shown(opened: Office, on: str, language: str = "sv") -> list[dict[str, Any]]:
    """Give the dry run of a day under Gotland's own file, which approves nothing by itself."""
    rows = await ask(opened, LETTER, "concerned", "", ALL, None, None)
    return [as_letters(row, date.fromisoformat(on), authority(), language) for row in rows]


async def test_the_dry_run_shows_each_letter_and_why_it_waits(opened: Office) -> None:
    """To whom by the contact's id, in which words, and what somebody must do first; no address, and nothing goes by asking."""
    to_other, to_wise = await shown(opened, "2026-03-02")
    [letter], [nobody] = to_wise["letters"], to_other["letters"]
    assert (letter["goes"], letter["why"], letter["contact_id"]) == (False, "not-approved", CONTACT)
    assert "Skötsel av parker" in letter["text"]
    assert nobody["contact_id"] is None
    assert ADDRESS not in json.dumps([to_wise, to_other], default=str)
    [found] = await ask(opened, TOLD, "of_digest", letter["facts_digest"])
    assert found == {"tender_id": TENDER, "stage": "published", "purpose": "inform"}
    await opened.do(ApproveLetters(
        at=instant("2026-03-02"), tender_id=TENDER, facts_digest=letter["facts_digest"], facts_of=TENDER,
        stage="published", purpose="inform",
    ))  # fmt: skip
    to_other, to_wise = await shown(opened, "2026-03-02", "en")
    assert [each["says"] for each in to_wise["letters"]] == ["goes"]
    assert [(each["goes"], each["why"]) for each in to_other["letters"]] == [(False, "no-contact")]
    assert to_other["letters"][0]["says"].startswith("does not go: there is no contact by e-mail")


async def test_nobody_knows_facts_that_no_tender_has(opened: Office) -> None:
    """So they cannot be approved."""
    assert await ask(opened, TOLD, "of_digest", "12" * 32) == []


async def test_a_change_concerns_those_who_were_told(opened: Office) -> None:
    """Until it is older than the post looks back."""
    await opened.do(sent(contact_id=CONTACT), delivered(), move("2026-05-04", "2026-03-10"))
    of_change = [row for row in await shown(opened, "2026-03-10") if row["enterprise_id"] == WISE]
    assert [each["purpose"] for row in of_change for each in row["letters"]] == ["deadline-moved"]
    later = await ask(opened, LETTER, "concerned", "", ALL, None, date(2026, 3, 11))
    assert [row["enterprise_id"] for row in later] == [OTHER]


async def test_what_did_not_arrive(opened: Office) -> None:
    """What came back, and what was sent and is not known to have arrived; with the duty's due day."""
    again = Id("01930000-0000-7000-8000-00000000c002")
    await opened.do(sent(), failed("2026-03-03"), sent("2026-03-04", outreach_id=again, channel="post"))
    rows = await ask(opened, LETTER, "failed", "", ALL, None)
    said = [(row["state"], row["channel"], row["reason"], row["attempts"], row["due_on"]) for row in rows]
    assert said == [
        ("undelivered", "post", None, 1, date(2026, 3, 9)),
        ("failed", "email", "hard-bounce", 1, date(2026, 3, 9)),
    ]
    assert {row["enterprise"] for row in rows} == {"Trädgårdskooperativet"}
    await opened.do(delivered("2026-03-05", outreach_id=again, proof="letter-presumed"))
    assert [row["state"] for row in await ask(opened, LETTER, "failed", "", ALL, None)] == ["failed"]


async def test_whom_no_letter_reaches(opened: Office) -> None:
    """A list that an officer sees: recognised or suspended, without an e-mail contact for tenders or in general."""
    [row] = await ask(opened, CONTACTS, "unreachable", "", ALL)
    assert (row["enterprise_id"], row["other_channels"], row["open_duties"]) == (OTHER, ["phone"], 1)
    assert row["due_on"] == date(2026, 3, 9)
    await opened.hears(contact(withdrawn=True), suspended("2026-03-03"))
    assert [row["enterprise_id"] for row in await ask(opened, CONTACTS, "unreachable", "", ALL)] == [OTHER, WISE]
    await opened.hears(withdrawn("2026-03-04"), contact(enterprise_id=OTHER, purpose="general"))
    assert await ask(opened, CONTACTS, "unreachable", "", ALL) == []
