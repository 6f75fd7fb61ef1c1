"""The letter of guidance of a year (GS-5): who may get it, approved by whom, in which words."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from services.procurement.domain.guidance_due import Waiting, Year, due, given_up
from services.procurement.domain.guidance_letter import (
    NOT_OWED,
    WORDS_CHANGED,
    ApproveGuidanceLetter,
    RequestGuidance,
    WriteGuidanceLetter,
    facts_of,
)
from services.procurement.domain.guidance_rows import GuidanceRow, YearLetter
from services.procurement.domain.guidance_words import write_guidance
from services.procurement.domain.letter_rows import Approval, Letter, Mailbox
from services.procurement.domain.rows import KnowledgeRow
from shared.contracts.knowledge import GuidanceFailed, GuidanceLetterWritten, GuidanceRequested
from shared.contracts.values import DutyId, I18n, Id
from tests.authorities import authority
from tests.procurement.knowledge_stories import LETTER, arrives, bounces, letter, owed, told, wise
from tests.procurement.stories import CONTACT, WISE, instant
from tests.procurement.test_letters import standing
from tests.procurement.world import World

NOW = instant("2026-03-02T10:00:00+01:00")
WORDS: dict[str, Any] = {
    "topics": ("how-to-tender",), "title": {"sv": "Att lämna anbud", "en": "How to tender"},
    "text": {"sv": "Läs annonsen.", "en": "Read the notice."},
}  # fmt: skip
WRITTEN = YearLetter(
    event_id="01940000-0000-7000-8000-000000000001", at=NOW, digest="12" * 32,
    facts=dict(facts_of(2026, WORDS["topics"], I18n(**WORDS["title"]), I18n(**WORDS["text"]))),
)  # fmt: skip
MAILBOX = Mailbox(
    contact_id=CONTACT, purpose="general", channel="email", language=None, valid_from=date(2026, 1, 5), event_id="e",
    source="/gotland/registry",
)  # fmt: skip
APPROVED = Approval(digest=WRITTEN.digest, at=NOW, by="staff-1")
YEAR = Year(
    key="guidance/x", enterprise_id=WISE, for_year=2026, duty_id=f"gs-5.knowledge/{WISE}/2026", since=date(2026, 2, 2),
    status="recognised", contacts=(MAILBOX,), letters=(), written=WRITTEN, approvals=(APPROVED,),
)  # fmt: skip
ONE = Letter(
    outreach_id=LETTER, event_id="e", contact_id=CONTACT, facts_digest=WRITTEN.digest, asked_at=NOW, sent_at=NOW,
)  # fmt: skip


def why(year: Year, **changes: Any) -> str | None:
    """Say why a year's letter does not go."""
    found = due(replace(year, **changes), NOW, authority())
    assert found is not None
    return found.why


def write(on: str = "2026-01-07", **fields: Any) -> WriteGuidanceLetter:
    """Write the letter of 2026."""
    return WriteGuidanceLetter.model_validate({"at": instant(on), "for_year": 2026} | WORDS | fields)


def approve(digest: str) -> ApproveGuidanceLetter:
    """Approve words of 2026."""
    return ApproveGuidanceLetter(at=instant("2026-01-08"), for_year=2026, facts_digest=digest)


def asks(world: World, contact: Id | None = CONTACT, **fields: Any) -> RequestGuidance:
    """Ask for the letter to the one WISE."""
    said = {
        "at": instant("2026-02-10"), "guidance_id": LETTER, "enterprise_id": WISE, "for_year": 2026, "contact_id": contact,
        "facts_digest": "12" * 32, "language": "sv", "topics": ("how-to-tender",), "approved_by": "rule",
        "duty_id": owed(world).id,
    }  # fmt: skip
    return RequestGuidance.model_validate(said | fields)


# Writing and approving


def test_only_the_words_as_they_stand_are_approved() -> None:
    """Not those of before, nor where nobody wrote any; the same words again are nothing new."""
    world = World(clause="GS-5")
    assert world.refused(approve("12" * 32)) == WORDS_CHANGED
    world.do(write(), write("2026-01-08"))
    [first] = world.told(GuidanceLetterWritten)
    world.do(approve(first.facts_digest), write("2026-01-09", topics=("contracts",)))
    assert world.refused(approve(first.facts_digest)) == WORDS_CHANGED
    world.do(approve(world.told(GuidanceLetterWritten)[1].facts_digest))


@pytest.mark.parametrize(
    "fields",
    [{"title": {"sv": "Att lämna anbud"}}, {"text": {"sv": "Läs.", "en": ""}}, {"topics": ()},
     {"title": {"sv": "Hej\r\nBcc: x@exempel.se", "en": "Hello"}}],
)  # fmt: skip
def test_a_letter_has_topics_and_words_in_both_languages(fields: dict[str, Any]) -> None:
    """A contact may have asked for either; a title is one line, since it becomes a header."""
    with pytest.raises(ValidationError):
        write(**fields)


def test_the_words_are_those_of_the_language_as_text_and_as_html() -> None:
    """In paragraphs, signed by the unit; nothing in it is about the enterprise."""
    facts = {**WRITTEN.facts, "text": {"sv": "Ett <tal>.\r\n\r\nTvå.", "en": "One."}}
    swedish, english = (write_guidance(facts, language, "Region Gotland", "Enheten") for language in ("sv", "en"))
    assert swedish.text.startswith("Ett <tal>.\n\nTvå.\n\nBrevet handlar om hur man lämnar anbud.")
    assert "<p>Ett &lt;tal&gt;.</p>\n<p>Två.</p>" in swedish.html
    assert swedish.text.endswith("-- \nEnheten, Region Gotland\n")
    assert (english.subject, english.text[:5]) == ("How to tender", "One.\n")


# To whom it is due


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"status": "suspended"}, None),
        ({"status": "withdrawn"}, "stopped"),
        ({"approvals": ()}, "not-approved"),
        ({"approvals": (replace(APPROVED, digest="34" * 32),)}, "not-approved"),
        ({"contacts": ()}, None),  # it is told of once, as nobody can be written to
        ({"letters": (ONE,)}, "sent"),
        ({"letters": (replace(ONE, sent_at=None),)}, "waits"),
        ({"letters": (replace(ONE, delivered_at=NOW),)}, "delivered"),
        ({"letters": (replace(ONE, delivered_at=instant("2026-02-01")),)}, None),  # for a duty before this one
        ({"letters": (replace(ONE, failed_at=NOW),)}, "failed"),
        ({"letters": (replace(ONE, delivered_at=instant("2026-02-01"), failed_at=NOW),)}, "failed"),
        ({"letters": (replace(ONE, failed_at=NOW, contact_id="another"),)}, None),
        ({"letters": (replace(ONE, failed_at=NOW, facts_digest="34" * 32),)}, None),
    ],
)
def test_why_a_letter_goes_or_not(changes: dict[str, Any], reason: str | None) -> None:
    """To whoever has had no direct contact since the duty arose, and never by itself again to where it failed."""
    assert why(YEAR, **changes) == reason


def test_without_words_there_is_no_letter_and_the_standing_rule_approves_them() -> None:
    """The kind `guidance` in the authority's file, and no other."""
    assert due(replace(YEAR, written=None), NOW, authority()) is None
    found = [due(replace(YEAR, approvals=()), NOW, standing(kind)) for kind in ("guidance", "changes")]
    assert [(each.approved_by, each.why) for each in found if each] == [("rule", None), (None, "not-approved")]


def test_an_approval_after_it_failed_sends_it_again() -> None:
    """As another letter."""
    failed = replace(ONE, failed_at=NOW)
    again = replace(
        YEAR, letters=(failed,), approvals=(APPROVED, replace(APPROVED, at=datetime(2026, 3, 3, tzinfo=UTC)))
    )
    first, second = due(YEAR, NOW, authority()), due(again, NOW, authority())
    assert first is not None
    assert second is not None
    assert second.why is None
    assert first.guidance_id != second.guidance_id


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None), ({"written": None}, "expired"), ({"written": replace(WRITTEN, digest="34" * 32)}, "expired"),
        ({"is_owed": False}, "expired"), ({"status": "closed"}, "expired"), ({"contacts": ()}, "no-contact"),
        ({"letter": replace(ONE, asked_at=instant("2026-02-27"), tries=1)}, "expired"),
        ({"letter": replace(ONE, asked_at=instant("2026-02-27"))}, None),
    ],
)  # fmt: skip
def test_what_waits_is_given_up_when_it_must_not_go_any_more(changes: dict[str, Any], reason: str | None) -> None:
    """Other words, no duty, no recognition, no such contact, or put off for two days; one that was never tried still goes."""
    waits = Waiting(
        key="knowledge/x", enterprise_id=WISE, for_year=2026, topics=("contracts",), letter=ONE, status="recognised",
        contacts=(MAILBOX,), resealed={}, written=WRITTEN, is_owed=True,
    )  # fmt: skip
    assert given_up(replace(waits, **changes), NOW) == reason


# Asking for it


def test_a_letter_is_asked_for_once_and_only_while_it_is_owed() -> None:
    """With nobody to write to, that is what is recorded."""
    world = wise()
    world.do(asks(world), asks(world))
    assert len(world.told(GuidanceRequested)) == 1
    nobody = Id("01930000-0000-7000-8000-0000000e3333")
    world.do(asks(world, None, guidance_id=nobody), asks(world, None, guidance_id=nobody))
    assert [each.reason_code for each in world.told(GuidanceFailed)] == ["no-contact"]
    other, not_owed = Id("01930000-0000-7000-8000-0000000e4444"), DutyId(f"gs-5.knowledge/{WISE}/2025")
    assert world.refused(asks(world, guidance_id=other, duty_id=not_owed)) == NOT_OWED


def test_a_letter_that_is_late_is_not_lost_and_takes_nothing_back() -> None:
    """It is tried again; delivered, it counts, and a report that it is slow changes nothing."""
    world = wise()
    again: dict[str, Any] = {"reason_code": "delayed", "retry": True}
    world.do(asks(world), *(bounces(on, retry_at=instant(on), **again) for on in ("2026-02-10", "2026-02-11")))
    row = world.rows.one(GuidanceRow, f"knowledge/{LETTER}")
    assert row is not None
    assert (row.letter.tries, row.next_at) == (2, instant("2026-02-11"))
    world.do(letter("2026-02-11"), arrives("2026-02-11"), bounces("2026-02-12", **again))
    item = world.rows.one(KnowledgeRow, row.key)
    row = world.rows.one(GuidanceRow, row.key)
    assert row is not None
    assert item is not None
    assert (row.letter.delivered_at, row.letter.failed_at) == (instant("2026-02-11"), None)
    assert (row.next_at, row.topics) == (None, ("how-to-tender",))
    assert (item.failed_on, item.acts[0].back_on) == (None, None)


def test_a_newsletter_is_no_letter_to_an_enterprise() -> None:
    """It stands in nobody's way."""
    world = wise().do(*told("2026-02-10", kind="newsletter"))
    assert world.rows.one(GuidanceRow, f"knowledge/{LETTER}") is None
