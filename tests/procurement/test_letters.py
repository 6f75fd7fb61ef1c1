"""The letters of a tender: the same facts for all who are told, in their language, and to nobody before the public."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.procurement.domain import retries
from services.procurement.domain.facts import digest
from services.procurement.domain.letter_commands import (
    FACTS_CHANGED,
    NOT_INFORMED,
    NOT_OWED,
    ApproveLetters,
    RequestLetter,
)
from services.procurement.domain.letter_rows import ApprovalRow, ContactRow, LetterRow, ToldRow
from services.procurement.domain.letters import Letter, write
from services.procurement.domain.letters_due import Concerned, Due, due
from services.procurement.domain.outreach import BEFORE_PUBLIC, CANCELLED
from services.procurement.domain.rows import EnterpriseRow, OutreachRow
from services.procurement.domain.rules import rules
from shared.contracts.letters import LettersApproved, OutreachRequested
from shared.contracts.procurement import Buyer, OutreachFailed, OutreachSent
from shared.contracts.values import I18n, Id, Money
from shared.policy.authority import Authority, read
from tests.policy.test_authority import TEXT
from tests.procurement.stories import (
    CARE,
    CONTACT,
    GARDENING,
    GOTLAND,
    PAIR,
    TENDER,
    WISE,
    amend,
    cancel,
    contact,
    delivered,
    failed,
    instant,
    lot,
    move,
    offers,
    plan,
    publish,
    recode,
    recognised,
    registered,
    resume,
    sent,
    suspend,
    withdrawn,
)
from tests.procurement.world import World

OTHER = Id("01930000-0000-7000-8000-00000000ee02")
NEW_CONTACT = Id("01930000-0000-7000-8000-00000000dd02")


def standing(*kinds: str) -> Authority:
    """Give Gotland's file with a rule that approves these kinds of letters."""
    approved = ", ".join(f'"{kind}"' for kind in kinds)
    return read(TEXT.replace("approved = []", f"approved = [{approved}]").encode(), "gotland.toml")


RULE = standing("planned", "published", "changes")


def known() -> World:
    """Begin with a WISE that offers gardening and has a mailbox for tenders."""
    return World(rules(RULE)).hears(registered(), contact(), offers(GARDENING), recognised())


def told(on: str = "2026-03-02T10:00:00+01:00") -> World:
    """Begin with a tender that the WISE was told of."""
    return go(ask(known().do(publish("2026-03-02")), on), on)


def concerned(world: World, enterprise: Id = WISE) -> Concerned:
    """Put the rows of a pair together as the view's query does."""
    outreach = world.rows.one(OutreachRow, f"outreach/{TENDER}/{enterprise}")
    tender = world.rows.one(ToldRow, f"tender/{TENDER}")
    letters = world.rows.one(LetterRow, f"outreach/{TENDER}/{enterprise}")
    mailboxes = world.rows.one(ContactRow, f"enterprise/{enterprise}")
    approved = world.rows.one(ApprovalRow, f"letters/{TENDER}")
    wise = world.rows.one(EnterpriseRow, f"enterprise/{enterprise}")
    assert outreach is not None
    assert tender is not None
    assert wise is not None
    duties = (duty for duty in world.duties.values() if duty.object_id == f"{TENDER}/{enterprise}")
    owed = next((duty for duty in duties if duty.end is None), None)
    return Concerned(
        tender_id=TENDER, enterprise_id=enterprise, status=wise.status, closes_on=outreach.closes_on,
        duty_id=owed.id if owed else None, duty_kind=owed.kind if owed else None, planned=tender.planned,
        published=tender.published, changes=tender.changes, cancelled=tender.cancelled,
        contacts=mailboxes.contacts if mailboxes else (), letters=letters.letters if letters else (),
        approvals=approved.approvals if approved else (),
    )  # fmt: skip


def letters(world: World, on: str, enterprise: Id = WISE) -> list[Due]:
    """Give what a pair is due at an instant."""
    return list(due(concerned(world, enterprise), instant(on), world.rules.authority))


def asked(letter: Due, on: str, enterprise: Id = WISE) -> RequestLetter:
    """Ask for a letter as the post does."""
    return RequestLetter(
        at=instant(on), tender_id=TENDER, enterprise_id=enterprise, outreach_id=letter.outreach_id, stage=letter.stage,
        purpose=letter.purpose, contact_id=Id(letter.contact.contact_id) if letter.contact else None,
        facts_digest=letter.told.digest, language=letter.language, approved_by=letter.approved_by or "rule",
        duty_id=letter.duty_id,
    )  # fmt: skip


def ask(world: World, on: str, enterprise: Id = WISE) -> World:
    """Ask for everything that goes."""
    for letter in letters(world, on, enterprise):
        if letter.why is None:
            world.do(asked(letter, on, enterprise))
    return world


def go(world: World, on: str, enterprise: Id = WISE) -> World:
    """Let every letter that waits be sent and taken."""
    for letter in concerned(world, enterprise).letters:
        if letter.waits:
            named: dict[str, Any] = {
                "enterprise_id": enterprise, "outreach_id": letter.outreach_id, "stage": letter.stage,
                "purpose": letter.purpose, "facts_digest": letter.facts_digest, "duty_id": letter.duty_id,
            }  # fmt: skip
            world.do(sent(on, **named))
            world.do(delivered(on, enterprise_id=enterprise, outreach_id=letter.outreach_id))
    return world


def body(letter: Due, language: str = "sv") -> Letter:
    """Write a letter."""
    return write(letter.told.facts, "en" if language == "en" else "sv", "Region Gotland", "Serviceförvaltningen")


# Who is written to, and when


def test_a_public_tender_is_told_to_whom_it_suits() -> None:
    """For the duty, to the mailbox for tenders, approved by the authority's rule."""
    [letter] = letters(known().do(publish("2026-03-02")), "2026-03-02T09:00:00+01:00")
    assert (letter.why, letter.purpose, letter.duty_id) == (None, "inform", f"gs-6.published/{PAIR}")
    assert letter.contact is not None
    assert (letter.contact.contact_id, letter.approved_by, letter.language) == (CONTACT, "rule", "sv")


def test_nobody_is_written_to_before_the_plan_is_public() -> None:
    """A plan that will be public at noon waits, and asking for it is refused: no head start (edge rule 11)."""
    world = known().do(plan("2026-03-02T12:00:00+01:00", on="2026-03-02"))
    [letter] = letters(world, "2026-03-02T11:59:59+01:00")
    assert letter.why == "not-public"
    assert world.refused(asked(letter, "2026-03-02T11:59:59+01:00")) == BEFORE_PUBLIC
    assert [each.why for each in letters(world, "2026-03-02T12:00:00+01:00")] == [None]


def test_a_plan_that_is_not_public_is_told_to_nobody() -> None:
    """There is nothing to tell."""
    world = known().do(plan(None, on="2026-03-02"))
    row = world.rows.one(ToldRow, f"tender/{TENDER}")
    assert row is not None
    assert row.planned is None
    assert row.changes == ()


def test_another_s_tender_is_told_to_nobody() -> None:
    """GS-6 is about the authority's own procurements."""
    world = known().do(publish("2026-03-02", buyers=(Buyer(organisation_number="556036-0793"),)))
    assert world.rows.one(ToldRow, f"tender/{TENDER}") is None


def test_a_letter_goes_once() -> None:
    """Asked for, it waits; taken, the duty is done and nothing more is due."""
    world = ask(known().do(publish("2026-03-02")), "2026-03-03")
    assert [each.why for each in letters(world, "2026-03-03")] == ["waits"]
    assert letters(go(world, "2026-03-03"), "2026-03-03") == []
    assert world.duty().end == "discharged"
    assert len(world.told(OutreachRequested)) == 1


def test_asking_again_asks_for_nothing_new() -> None:
    """The letter's id is made of what it is about."""
    world = known().do(publish("2026-03-02"))
    [letter] = letters(world, "2026-03-03")
    world.do(asked(letter, "2026-03-03"), asked(letter, "2026-03-04"))
    assert len(world.told(OutreachRequested)) == 1


def test_whoever_was_told_otherwise_gets_no_letter() -> None:
    """An officer called: the duty is done, and the letter is owed no more."""
    world = known().do(publish("2026-03-02"))
    [letter] = letters(world, "2026-03-03")
    world.do(sent("2026-03-03", channel="phone"), delivered("2026-03-03", proof="spoken-noted", noted_by="staff-1"))
    assert letters(world, "2026-03-03") == []
    assert world.refused(asked(letter, "2026-03-03")) == NOT_OWED


def test_a_tender_that_has_closed_is_told_to_nobody() -> None:
    """It is too late to bid."""
    world = known().do(publish("2026-03-02", closes="2026-03-20"))
    assert [each.why for each in letters(world, "2026-03-20")] == [None]
    assert [each.why for each in letters(world, "2026-03-21")] == ["closed"]


# Approval


def test_without_a_rule_an_officer_approves() -> None:
    """Gotland's file approves nothing by itself: a letter waits until somebody has read these facts."""
    world = World().hears(registered(), contact(), offers(GARDENING), recognised()).do(publish("2026-03-02"))
    [letter] = letters(world, "2026-03-03")
    assert letter.why == "not-approved"
    approval = ApproveLetters(
        at=instant("2026-03-03"), tender_id=TENDER, facts_digest=letter.told.digest, facts_of=TENDER,
        stage="published", purpose="inform",
    )  # fmt: skip
    [letter] = letters(world.do(approval), "2026-03-03")
    assert (letter.why, letter.approved_by) == (None, "staff-1")
    assert len(world.told(LettersApproved)) == 1


@pytest.mark.parametrize("of", [None, "01930000-0000-7000-8000-00000000bbbb"])
def test_nobody_approves_facts_that_the_tender_does_not_have(of: str | None) -> None:
    """They were corrected, or are another tender's."""
    approval = ApproveLetters(
        at=instant("2026-03-03"), tender_id=TENDER, facts_digest="12" * 32, facts_of=of, stage="published",
        purpose="inform",
    )  # fmt: skip
    assert known().do(publish("2026-03-02")).refused(approval) == FACTS_CHANGED


def test_a_rule_approves_only_the_kinds_that_it_names() -> None:
    """One for plans lets no letter of a publication go."""
    world = World(rules(standing("planned"))).hears(registered(), contact(), offers(GARDENING), recognised())
    world.do(plan("2026-03-02"))
    assert [each.why for each in letters(world, "2026-03-02")] == [None]
    world.do(publish("2026-03-05"))
    assert [each.why for each in letters(world, "2026-03-05")] == ["not-approved"]


# Contacts


def test_an_enterprise_without_a_contact_is_recorded_as_not_reached() -> None:
    """Once for its duty, and never silence; with a contact the letter goes."""
    world = World(rules(RULE)).hears(registered(), offers(GARDENING), recognised()).do(publish("2026-03-02"))
    ask(ask(world, "2026-03-02"), "2026-03-03")
    [lost] = world.told(OutreachFailed)
    assert (lost.reason_code, lost.retry) == ("no-contact", False)
    assert [each.why for each in letters(world, "2026-03-03")] == ["no-contact"]
    world.hears(contact())
    assert [each.why for each in letters(world, "2026-03-03")] == [None]


@pytest.mark.parametrize(
    ("fields", "reached"),
    [({}, True), ({"purpose": "general"}, True), ({"purpose": "placements"}, False), ({"channel": "phone"}, False),
     ({"channel": "post"}, False), ({"valid_from": date(2026, 3, 3)}, False)],
)  # fmt: skip
def test_which_contacts_a_letter_goes_to(fields: dict[str, Any], *, reached: bool) -> None:
    """One by e-mail for tenders, else a general one; not one for places, nor a telephone, nor one from tomorrow."""
    world = World(rules(RULE)).hears(registered(), contact(**fields), offers(GARDENING), recognised())
    [letter] = letters(world.do(publish("2026-03-02")), "2026-03-02")
    assert (letter.contact is not None) == reached


def test_a_contact_for_tenders_goes_before_a_general_one() -> None:
    """Also if the general one is newer; one that was replaced or withdrawn is none."""
    world = known().hears(contact(NEW_CONTACT, purpose="general", language="en"))
    [letter] = letters(world.do(publish("2026-03-02")), "2026-03-02")
    assert letter.contact is not None
    assert letter.contact.contact_id == CONTACT
    world.hears(contact(withdrawn=True))
    [letter] = letters(world, "2026-03-02")
    assert letter.contact is not None
    assert (letter.contact.contact_id, letter.language) == (NEW_CONTACT, "en")


# What did not arrive


def test_a_letter_that_was_refused_goes_to_another_contact_or_after_a_new_approval() -> None:
    """Not to the same mailbox again by itself."""
    world = ask(known().do(publish("2026-03-02")), "2026-03-02")
    [letter] = concerned(world).letters
    world.do(
        failed("2026-03-02T09:30:00+01:00", outreach_id=letter.outreach_id, reason_code="refused", smtp_status="5.1.1")
    )
    [again] = letters(world, "2026-03-03")
    assert again.why == "failed"
    approval = ApproveLetters(
        at=instant("2026-03-03"), tender_id=TENDER, facts_digest=again.told.digest, facts_of=TENDER,
        stage="published", purpose="inform",
    )  # fmt: skip
    [approved] = letters(world.do(approval), "2026-03-03")
    assert approved.why is None
    assert approved.outreach_id != letter.outreach_id
    world.hears(contact(NEW_CONTACT, replaces_contact_id=CONTACT))
    [elsewhere] = letters(world, "2026-03-03")
    assert elsewhere.why is None


def test_a_bounce_after_delivery_makes_a_successor_that_waits_for_another_contact() -> None:
    """Edge rule 12: the first duty stays done; the second is not mailed to where it just came back from."""
    world = told()
    [letter] = concerned(world).letters
    world.do(failed("2026-03-04", outreach_id=letter.outreach_id))
    assert world.duty().end == "discharged"
    assert world.duty(n=2).end is None
    assert [each.why for each in letters(world, "2026-03-04")] == ["failed"]
    world.hears(contact(NEW_CONTACT, replaces_contact_id=CONTACT))
    [again] = letters(world, "2026-03-04")
    assert (again.why, again.duty_id) == (None, f"gs-6.published/{PAIR}/2")


def test_a_letter_that_is_only_late_makes_no_successor() -> None:
    """It was delivered to the mail server and is on its way."""
    world = told()
    [letter] = concerned(world).letters
    world.do(
        failed("2026-03-04", outreach_id=letter.outreach_id, reason_code="delayed", retry=True, smtp_status="4.4.1")
    )
    assert len(world.duties) == 1
    [late] = concerned(world).letters
    assert (late.delayed_at, late.failed_at) == (instant("2026-03-04"), None)


def test_a_letter_that_was_put_off_waits_in_the_log() -> None:
    """When it is tried again stands in the event, so a restart forgets nothing."""
    world = ask(known().do(publish("2026-03-02")), "2026-03-02")
    [letter] = concerned(world).letters
    later = instant("2026-03-02T09:05:00+01:00")
    world.do(failed("2026-03-02", outreach_id=letter.outreach_id, reason_code="delayed", retry=True, retry_at=later))
    [letter] = concerned(world).letters
    assert (letter.waits, letter.tries, letter.next_at) == (True, 1, later)
    row = world.rows.one(LetterRow, f"outreach/{PAIR}")
    assert row is not None
    assert row.next_at == later


# Changes


def test_whoever_was_told_is_told_of_each_change() -> None:
    """Amended, moved, suspended, resumed and cancelled, each once and each with facts of its own."""
    world = told()
    happened = [
        ("amended", amend("2026-03-09", recode("77311000"))), ("deadline-moved", move("2026-05-04", "2026-03-10")),
        ("suspended", suspend("2026-03-11")), ("resumed", resume("2026-03-12")), ("cancelled", cancel("2026-03-13")),
    ]  # fmt: skip
    for purpose, command in happened:
        on = command.at.isoformat()
        world.do(command)
        [letter] = [each for each in letters(world, on) if each.why is None]
        assert (letter.purpose, letter.duty_id) == (purpose, None)
        go(ask(world, on), on)
        assert [each for each in letters(world, on) if each.why is None] == []
    sent_ = world.told(OutreachSent)
    assert [each.purpose for each in sent_] == ["inform", *(purpose for purpose, _ in happened)]
    assert len({each.facts_digest for each in sent_}) == len(sent_)


def test_what_was_given_up_is_in_no_later_letter() -> None:
    """A cancelled lot is told as cancelled, and is no part of the tender as it stands."""
    lots = lot("LOT-0001", "2026-04-15"), lot("LOT-0002", "2026-04-15")
    on = "2026-03-02T10:00:00+01:00"
    world = go(ask(known().do(publish("2026-03-02", *lots)), on), on)
    world.do(cancel("2026-03-09", "LOT-0001"), move("2026-05-04", "2026-03-10", "LOT-0002"))
    facts_of: list[Any] = [each.told.facts for each in letters(world, "2026-03-10")]
    cancelled, moved = facts_of
    assert cancelled["lotIds"] == ["LOT-0001"]
    for facts in (cancelled, moved):
        assert [each["lotId"] for each in facts["lots"]] == ["LOT-0002"]


def test_whoever_was_not_told_hears_of_no_change() -> None:
    """The tender as it is now is told instead, when it is told."""
    world = known().do(publish("2026-03-02"), move("2026-05-04", "2026-03-03"))
    [letter] = letters(world, "2026-03-03")
    assert letter.purpose == "inform"
    change = asked(letter, "2026-03-03").model_copy(update={"purpose": "deadline-moved", "duty_id": None})
    assert world.refused(change) == NOT_INFORMED


def test_whoever_is_told_late_is_told_the_same_and_each_change_besides() -> None:
    """One digest a stage: a WISE recognised after a move gets the first facts, and the move in a letter of its own."""
    world = told().do(move("2026-05-04", "2026-03-10"))
    world.hears(registered(OTHER), contact(enterprise_id=OTHER), offers(GARDENING, enterprise=OTHER))
    world.hears(recognised("2026-03-16", OTHER), on=instant("2026-03-16"))
    go(ask(world, "2026-03-16", OTHER), "2026-03-16", OTHER)
    first, second = (each for each in world.told(OutreachSent) if each.purpose == "inform")
    assert first.facts_digest == second.facts_digest
    [moved] = letters(world, "2026-03-16", OTHER)
    assert (moved.purpose, moved.why) == ("deadline-moved", None)


def test_a_suspension_that_is_over_is_not_told() -> None:
    """Nor that it goes on, to whoever never heard that it had stopped; after a cancellation only that."""
    world = told().do(suspend("2026-03-11"), resume("2026-03-12"))
    assert [each.why for each in letters(world, "2026-03-12")] == ["overtaken", "overtaken"]
    world.do(move("2026-05-04", "2026-03-13"), cancel("2026-03-14"))
    going = [each.purpose for each in letters(world, "2026-03-14") if each.why is None]
    assert going == ["cancelled"]


def test_a_cancelled_tender_is_told_of_no_more() -> None:
    """Nobody is informed of it; who was is told the end."""
    world = known().do(publish("2026-03-02"))
    [letter] = letters(world, "2026-03-02")
    world.do(cancel("2026-03-03"))
    assert letters(world, "2026-03-03") == []
    refused = world.refused(asked(letter, "2026-03-03").model_copy(update={"duty_id": None}))
    assert refused == CANCELLED


def test_a_withdrawn_enterprise_is_written_to_no_more() -> None:
    """Outreach stops (domain.md §5)."""
    world = told().hears(withdrawn("2026-03-09"), on=instant("2026-03-09")).do(move("2026-05-04", "2026-03-10"))
    assert [each.why for each in letters(world, "2026-03-10")] == ["stopped"]


def test_what_was_sent_is_recorded_whatever_came_between() -> None:
    """It was lawful when it was asked for; that the tender was cancelled before the record was made undoes no letter."""
    world = ask(known().do(publish("2026-03-02")), "2026-03-02")
    [letter] = concerned(world).letters
    world.do(cancel("2026-03-03T08:00:00+01:00"))
    world.do(sent("2026-03-03", outreach_id=letter.outreach_id, duty_id=letter.duty_id))
    assert len(world.told(OutreachSent)) == 1


# The text


def test_all_are_told_the_same() -> None:
    """Two WISEs in one language read the same words; the facts are the same in both languages."""
    world = known().hears(
        registered(OTHER), contact(enterprise_id=OTHER, language="en"), offers(GARDENING, enterprise=OTHER)
    )
    world.hears(recognised(enterprise=OTHER)).do(publish("2026-03-02"))
    [one], [other] = letters(world, "2026-03-02"), letters(world, "2026-03-02", OTHER)
    assert one.told == other.told
    assert body(one) == body(other)
    assert (one.language, other.language) == ("sv", "en")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_letter_tells_what_is_public(language: str) -> None:
    """Title, buyer, branch, deadline and the notice's address, in text and in HTML; never an estimated value."""
    value = Money(amount="1234567", currency="SEK", vat="excluded")
    one = lot(closes="2026-04-15T12:00:00+02:00", reserved=("res-ws",), estimated_value=value)
    buyer = GOTLAND.model_copy(update={"name": I18n(sv="Region Gotland")})
    title = I18n(sv="Skötsel av <parker>", en="Care of <parks>")
    url = "https://ted.europa.eu/notice/1"
    world = known().do(publish("2026-03-02", one, title=title, buyers=(buyer,), url=url))
    [letter] = letters(world, "2026-03-02")
    written = body(letter, language)
    name = title.en if language == "en" else title.sv
    assert name is not None
    moment = "2026-04-15 12:00 (Swedish time)" if language == "en" else "2026-04-15 kl. 12.00"
    for wanted in (name, "Region Gotland", GARDENING, moment, url, "LOU 4:18", "LOT-0001"):
        assert wanted in written.text
        assert wanted.replace("<", "&lt;").replace(">", "&gt;") in written.html
    assert "1234567" not in written.text + written.html + str(letter.told.facts)
    assert f'<html lang="{language}">' in written.html
    assert name in written.subject


def test_the_subject_is_one_line_of_a_readable_length() -> None:
    """A title with a line break, or a long one, breaks no header."""
    world = known().do(publish("2026-03-02", title=I18n(sv="Parker\nBcc: x " + "och torg " * 60)))
    [letter] = letters(world, "2026-03-02")
    subject = body(letter).subject
    assert "\n" not in subject
    assert len(subject) <= 150


@pytest.mark.parametrize("language", ["sv", "en"])
def test_each_change_has_its_own_words(language: str) -> None:
    """And none says that it was published anew."""
    world = told()
    for command in (
        amend("2026-03-09", recode(CARE)), move("2026-05-04", "2026-03-10"), suspend("2026-03-11"),
        resume("2026-03-12"), cancel("2026-03-13"),
    ):  # fmt: skip
        world.do(command)
    changes = concerned(world).changes
    assert len(changes) == 5
    written = [write(each.facts, "en" if language == "en" else "sv", "Region Gotland", "Enheten") for each in changes]
    assert len({each.subject.partition(":")[0] for each in written}) == 5
    assert all("2026-03-" in each.text for each in written)


def test_the_digest_is_of_the_canonical_json() -> None:
    """Names in any order, no spaces, UTF-8 (RFC 8785)."""
    assert digest({"b": "å", "a": ["x"]}) == digest({"a": ["x"], "b": "å"})
    assert digest({"a": "å"}) == "65b5cfbfcfa650150de1554f3c1315785acf3ed6fa05ae1c2b79c1f117dc1e07"


# Retries


def test_a_letter_is_put_off_for_longer_and_longer_and_then_given_up() -> None:
    """5, 10, 20, 40, 80 minutes, then every two hours, and not after two days."""
    began = instant("2026-03-02")
    waits = [retries.delay(tries) for tries in range(1, 8)]
    assert waits == [timedelta(minutes=m) for m in (5, 10, 20, 40, 80, 120, 120)]
    assert retries.retry_at(began, 1, began) == began + timedelta(minutes=5)
    assert retries.retry_at(began, 9, began + timedelta(hours=46)) == began + timedelta(hours=48)
    assert retries.retry_at(began, 9, began + timedelta(hours=46, minutes=1)) is None
    assert not retries.is_over(began, 1, began + timedelta(days=2))
    assert retries.is_over(began, 1, began + timedelta(days=2, seconds=1))
    assert not retries.is_over(began, 0, began + timedelta(days=9))  # the post stood still: twice rather than never
    assert retries.delay(10_000) == timedelta(hours=2)
