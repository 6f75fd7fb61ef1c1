"""IN-1: a reading of the policy is dated, and what has arisen keeps the one of its trigger day (features: item 7)."""

import re
from datetime import date

import pytest

from services.placements.domain.rules import rules
from shared.http.in_force import interpretations
from shared.policy.authority import Authority, AuthorityFileWrong, read
from shared.policy.label import of_duty
from shared.policy.role import SOCIAL_BOARD
from tests.authorities import FILES
from tests.placements.stories import FIRST, buy, owed, start
from tests.spec import story

ROW = re.compile(r"\[\[deadline\]\]\nkey = \"follow-up\.first\".*?\n\n", re.DOTALL)


def changed(first_day: str = "2027-01-01", last_day: str = "2026-12-31") -> bytes:
    """Give Gotland's file with another first follow-up from a new year on: 60 days by a new decision."""
    text = (FILES / "gotland.toml").read_text()
    found = ROW.search(text)
    assert found is not None
    old = found[0]
    ended = old.replace("from = 2016-01-01", f"from = 2016-01-01\nuntil = {last_day}")
    new = old.replace("from = 2016-01-01", f"from = {first_day}").replace("value = 90", "value = 60")
    new = new.replace("EXEMPEL SON 2016/1", "EXEMPEL SON 2026/90").replace(
        "följs upp första", "följs numera upp första"
    )
    return text.replace(old, ended + new).encode()


def two_versions() -> Authority:
    """Read that file."""
    return read(changed(), "gotland.toml")


@pytest.mark.parametrize(
    ("started", "reading", "dnr", "due"),
    [
        ("2026-12-31", "follow-up.first@2016-01-01", "EXEMPEL SON 2016/1", date(2027, 3, 31)),
        ("2027-01-01", "follow-up.first@2027-01-01", "EXEMPEL SON 2026/90", date(2027, 3, 2)),
    ],
)
def test_a_duty_keeps_the_reading_of_its_trigger_day(started: str, reading: str, dnr: str, due: date) -> None:
    """On 31 December the old one, on 1 January the new one; each is shown with its own decision for ever."""
    told = story(rules(two_versions()), SOCIAL_BOARD).given(buy(), start(started))
    duty = owed(told, FIRST)
    said = of_duty(duty, two_versions())
    assert (duty.due_on, said["id"], said["dnr"]) == (due, reading, dnr)


def test_an_old_day_is_answered_with_the_words_of_then() -> None:
    """The same question for two days."""
    texts = {
        on: next(
            row["text"] for row in interpretations(two_versions(), on, "sv") if row["id"].startswith("follow-up.first@")
        )
        for on in (date(2026, 12, 31), date(2027, 1, 1))
    }
    assert "numera" not in texts[date(2026, 12, 31)]
    assert "numera" in texts[date(2027, 1, 1)]


@pytest.mark.parametrize(("first_day", "last_day"), [("2027-01-02", "2026-12-31"), ("2027-01-01", "2027-01-01")])
def test_a_gap_or_an_overlap_stops_the_start(first_day: str, last_day: str) -> None:
    """Every day has one reading."""
    with pytest.raises(AuthorityFileWrong, match=r"follow-up\.first"):
        read(changed(first_day, last_day), "gotland.toml")


def test_a_duty_without_a_deadline_of_its_own_has_the_reading_by_which_days_are_counted() -> None:
    """A value never stands without a label."""
    duty = owed(story(rules(two_versions()), SOCIAL_BOARD).given(buy(), start("2026-12-31")), FIRST)
    undated = duty.__class__(**{name: getattr(duty, name) for name in duty.__slots__} | {"interpretation_id": ""})
    assert of_duty(undated, two_versions())["id"] == "counting-days@2016-01-01"
