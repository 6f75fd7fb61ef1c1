"""An authority's dated file: what it says on a day, and that every fault in it is told with its line (features.md item 7)."""

from collections.abc import Callable, Sequence
from datetime import date
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path

import pytest

from shared.policy.authority import Authority, AuthorityFileWrong, NotInForce, load, read
from shared.policy.authority.keys import DEADLINES, INTERPRETATIONS
from shared.policy.clause import GS_4, GS_5
from shared.policy.role import (
    ALMI,
    COOMPANION,
    EXECUTIVE_BOARD,
    EXECUTIVE_OFFICE,
    LEADER,
    PROCUREMENT_OFFICE,
    REGISTRY_OFFICER,
    SOCIAL_BOARD,
    buying_board,
)

pytestmark = pytest.mark.gotland

FILE = Path(__file__).parents[2] / "deploy/authority/gotland.toml"
TEXT = FILE.read_text(encoding="utf-8")
GOTLAND = load(FILE)
DAY = date(2026, 5, 4)


def with_change(old: str, new: str) -> str:
    """Return Gotland's file with the first place of `old` changed; it must be there."""
    assert old in TEXT
    return TEXT.replace(old, new, 1)


def changed_on_new_year(key: str = "follow-up.first", value: int = 60) -> Authority:
    """Return Gotland with another value of a deadline from 1 January 2027."""
    return read(second_period(key, value, until="2026-12-31", from_="2027-01-01").encode(), "test.toml")


def second_period(key: str, value: int, until: str | None, from_: str) -> str:
    """Return Gotland's file with a deadline's period ended, and another one after it."""
    start = TEXT.index(f'[[deadline]]\nkey = "{key}"')
    end = TEXT.index("[[", start + 2)
    row = TEXT[start:end]
    first = row.replace("from = 2016-01-01\n", f"from = 2016-01-01\nuntil = {until}\n") if until else row
    lines = [line for line in row.splitlines() if not line.startswith(("value", "from"))]
    second = "\n".join([*lines, f"value = {value}", f"from = {from_}"])
    return TEXT[:start] + first + TEXT[end:] + "\n" + second + "\n"


def faults(text: str) -> Sequence[str]:
    """Return the sentences with which a file is refused."""
    with pytest.raises(AuthorityFileWrong) as refused:
        read(text.encode(), "gotland.toml")
    return refused.value.sentences


def line_of(text: str, snippet: str) -> int:
    """Return the number of the first line that holds the snippet."""
    return next(number for number, line in enumerate(text.splitlines(), start=1) if snippet in line)


@pytest.mark.parametrize(
    ("key", "value", "unit"),
    [
        ("follow-up.first", 90, "days"),
        ("follow-up.recurring", 180, "days"),
        ("follow-up.final", 30, "days"),
        ("follow-up.final-window", 14, "days"),
        ("follow-up.review", 10, "working-days"),
        ("knowledge.on-recognition", 30, "days"),
        ("knowledge.year", (12, 31), "date"),
        ("knowledge.lapse", (3, 31), "date"),
        ("outreach.planned", 5, "working-days"),
        ("outreach.after-notice", 5, "working-days"),
        ("outreach.before-deadline", 10, "working-days"),
        ("outreach.bounced", 2, "working-days"),
        ("reach.spread", 2, "working-days"),
        ("initiative.local", (9, 30), "date"),
        ("initiative.clause", (12, 31), "date"),
        ("initiative.lapse", 30, "days"),
        ("consultation.held", 90, "days"),
        ("criteria.before-publication", 1, "working-days"),
        ("criteria.published-unstated", 5, "working-days"),
        ("contract-term", 180, "days"),
        ("df-review", 12, "months"),
        ("reminder.days-before", 14, "days"),
        ("reminder.working-days-before", 3, "working-days"),
        ("escalation.unit-head", 1, "working-days"),
        ("escalation.board", 10, "working-days"),
        ("rebuttal.window", 30, "days"),
        ("rebuttal.diarised", 5, "working-days"),
    ],
)
def test_gotlands_deadlines_are_those_of_the_domain(key: str, value: int | tuple[int, int], unit: str) -> None:
    """Each local deadline has the default that domain.md §4 gives it."""
    local = GOTLAND.deadline(key, DAY)
    assert (local.key, local.value, local.unit) == (key, value, unit)


def test_every_deadline_and_interpretation_is_there() -> None:
    """The file holds what the code asks for, and every text in both languages."""
    assert GOTLAND.deadlines.keys() == DEADLINES.keys()
    assert GOTLAND.interpretations.keys() == {*DEADLINES, *INTERPRETATIONS}
    for rows in GOTLAND.interpretations.values():
        assert all(row.sv.endswith(".") and row.en.endswith(".") and row.dnr for row in rows)


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        (SOCIAL_BOARD, "Socialnämnden"),
        (EXECUTIVE_BOARD, "Regionstyrelsen"),
        (PROCUREMENT_OFFICE, "Serviceförvaltningen"),
        (EXECUTIVE_OFFICE, "Ledningskontoret"),
        (REGISTRY_OFFICER, "Registerhandläggaren för sociala företag"),
        (buying_board("technical"), "Exempelnämnden för teknik"),
    ],
)
def test_a_role_is_held_by_a_unit(role: str, unit: str) -> None:
    """The file says which unit holds a role on a day (domain.md §2)."""
    assert GOTLAND.unit(role, DAY) == unit


def test_what_is_invented_says_so() -> None:
    """A unit that the policy does not name is marked as an example, and so is every day count's decision."""
    named = {"Socialnämnden", "Regionstyrelsen", "Serviceförvaltningen", "Ledningskontoret"}
    holders = [row for rows in GOTLAND.holders.values() for row in rows]
    assert all(row.example for row in holders if row.name not in named)
    assert all(row.decision.startswith("EXEMPEL") for rows in GOTLAND.deadlines.values() for row in rows)


def test_the_authoritys_own_number_is_known() -> None:
    """A procurement is within the authority when a buyer has its number; the board that answers stands beside it (GS-6)."""
    buyer = GOTLAND.buyer("2120000803", DAY)
    assert buyer is not None
    assert buyer.board in GOTLAND.boards(DAY)
    assert not GOTLAND.is_own_buyer("2021002114", DAY)
    assert not GOTLAND.is_own_buyer("2120000803", date(2015, 12, 31))
    assert GOTLAND.buyers_version(DAY) == "buyers@2016-01-01"


def test_a_number_that_is_given_up_is_no_longer_ours() -> None:
    """A buyer's period ends with its last day, and the list then has another version."""
    until = with_change('decision = "Offentligt', 'until = 2026-06-30\ndecision = "Offentligt')
    authority = read(until.encode(), "test.toml")
    assert authority.is_own_buyer("2120000803", date(2026, 6, 30))
    assert not authority.is_own_buyer("2120000803", date(2026, 7, 1))
    assert authority.buyers_version(date(2026, 6, 30)) == "buyers@2016-01-01"
    assert authority.buyers_version(date(2026, 7, 1)) == "buyers@2026-07-01"


def test_the_rest_of_the_file_is_at_hand() -> None:
    """Name, topics' prefix, first year, versions, partners, region and publishers come from the file."""
    assert (GOTLAND.name, GOTLAND.code, GOTLAND.duties_from) == ("Region Gotland", "gotland", 2026)
    assert (GOTLAND.policy_version, GOTLAND.criteria_version) == ("2015-09-07-221", "sofisam-2015")
    names = [GOTLAND.partner(partner, DAY) for partner in (COOMPANION, ALMI, LEADER)]
    assert names == ["Coompanion Gotland", "Almi Gotland", "Leader Gute"]
    assert GOTLAND.suitability(DAY).region == "SE214"
    assert GOTLAND.publishers["/example/care-system"].service == "placements"
    assert GOTLAND.languages == ("sv", "en")
    assert GOTLAND.digest == sha256(FILE.read_bytes()).hexdigest()
    assert GOTLAND.days.add(date(2026, 6, 18), 1) == date(2026, 6, 22)


def test_a_value_holds_to_the_last_day_of_its_period() -> None:
    """A change on New Year: 31 December has the old value and interpretation, 1 January the new ones."""
    authority = changed_on_new_year()
    old, new = (authority.deadline("follow-up.first", day) for day in (date(2026, 12, 31), date(2027, 1, 1)))
    assert (old.value, new.value) == (90, 60)
    assert (old.interpretation_id, new.interpretation_id) == (
        "follow-up.first@2016-01-01",
        "follow-up.first@2027-01-01",
    )


def test_an_old_date_has_its_old_interpretation() -> None:
    """The same question for an old date has the old answer, whatever was decided since."""
    authority = changed_on_new_year()
    assert authority.interpretation("follow-up.first", DAY) == authority.interpretation(
        "follow-up.first", date(2016, 1, 1)
    )
    assert authority.interpretation("follow-up.first", DAY).clause is GS_4
    assert authority.interpretation("actively", DAY).clause is GS_5
    assert authority.interpretation("actively", DAY).decided_by == EXECUTIVE_BOARD


def test_a_deadline_carries_its_interpretation() -> None:
    """The id that a duty keeps leads to the text: a local deadline is an interpretation with a value."""
    for key in DEADLINES:
        assert GOTLAND.deadline(key, DAY).interpretation_id == GOTLAND.interpretation(key, DAY).id


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (
            lambda: GOTLAND.deadline("follow-up.first", date(2015, 12, 31)),
            'local deadline "follow-up.first" on 2015-12-31',
        ),
        (lambda: GOTLAND.interpretation("active", DAY), 'interpretation "active" on 2026-05-04'),
        (lambda: GOTLAND.unit("buying-board:nowhere", DAY), 'unit for the role "buying-board:nowhere" on 2026-05-04'),
        (lambda: GOTLAND.suitability(date(2015, 1, 1)), "suitability rules on 2015-01-01"),
    ],
    ids=["deadline", "interpretation", "unit", "suitability"],
)
def test_a_day_of_which_the_file_says_nothing_is_told(ask: Callable[[], object], sentence: str) -> None:
    """Nothing is guessed for a day or a key that the file does not cover."""
    with pytest.raises(NotInForce, match=f"The file of Region Gotland has no {sentence}; add a period"):
        ask()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('code = "gotland"', 'code = "Gotland"', "\"code\" is 'Gotland'"),
        ("duties-from = 2026", "dutys-from = 2026", 'the key "dutys-from" is not known here; correct its spelling'),
        ("duties-from = 2026", 'duties-from = "2026"', "\"duties-from\" is '2026': Input should be a valid integer"),
        (
            'key = "follow-up.first"',
            'key = "follow-up.frist"',
            'there is no local deadline "follow-up.frist"; use one of',
        ),
        ('unit = "days"', 'unit = "weeks"', "\"unit\" is 'weeks': Input should be 'days', 'working-days'"),
        ('unit = "days"', 'unit = "months"', '"follow-up.first" cannot be in months; use days, working-days'),
        ("value = 90", "value = 0", "0 is no number of days; write a whole number"),
        ("value = 90", "value = 1.5", '"value" is 1.5'),
        ("value = 90", 'value = "90"', "'90' is no number of days; write a whole number"),
        ('value = "09-30"', 'value = "09-31"', "'09-31' is no day of every year; write month and day as \"09-30\""),
        ('value = "09-30"', 'value = "02-29"', "'02-29' is no day of every year"),
        ('value = "09-30"', "value = 30", "30 is no day of every year"),
        ('clause = "GS-4"', 'clause = "GS-9"', 'there is no clause "GS-9"; use one of IN-1, IN-2'),
        ('role = "social-board"', 'role = "social-bord"', 'there is no role "social-bord"; use one of social-board'),
        ('decided-by = "social-board"', 'decided-by = "nobody"', 'there is no role "nobody"; use one of social-board'),
        ('id = "almi"', 'id = "bank"', 'there is no partner body "bank"; use one of coompanion, almi, leader'),
        ('"212000-0803"', '"212000-0804"', '"212000-0804" has a wrong check digit; copy the number'),
        ('"212000-0803"', '"Region Gotland"', "\"organisation-number\" is 'Region Gotland'"),
        (
            'board = "buying-board:executive"',
            'board = "buying-board:x"',
            'no unit holds "buying-board:x" as a buying board',
        ),
        (
            'board = "buying-board:executive"',
            'board = "social-board"',
            'no unit holds "social-board" as a buying board',
        ),
        ('region = "SE214"', 'region = "NO214"', "\"region\" is 'NO214'"),
        ('source = "/example/care-system"', 'source = "/example/register-system"', "stands here a second time"),
        ('key = "actively"', 'key = "activly"', 'there is no interpretation "activly"; use one of role-holders'),
        ("from = 2016-01-01\ndecided-by", "from = 2016-01-01\nuntil = 2015-01-01\ndecided-by", "before 2016-01-01"),
        (
            "from = 2016-01-01\ndecided-by",
            "from = 2016-01-01\nuntil = 2026-01-01\ndecided-by",
            "and nothing follows; add",
        ),
        (
            "from = 2016-01-01\ndecided-by",
            "from = 2026-01-02\ndecided-by",
            "but duties arise from 2026-01-01; begin it",
        ),
    ],
)
def test_a_fault_is_told_with_its_line(old: str, new: str, says: str) -> None:
    """Each kind of fault, planted: a sentence names the file, the very line, what is wrong and what to do."""
    text = with_change(old, new)
    line = TEXT[: TEXT.index(old)].count("\n") + 1 + next(n for n, (a, b) in enumerate(paired(old, new)) if a != b)
    assert [s for s in faults(text) if s.startswith(f"gotland.toml:{line}: ") and says in s and s.endswith(".")]


def paired(old: str, new: str) -> list[tuple[str, str]]:
    """Pair the lines of two texts, the shorter one filled up."""
    return [*zip_longest(old.splitlines(), new.splitlines(), fillvalue="")]


@pytest.mark.parametrize("key", ["value = 90\n", 'sv = "En plats följs upp första', 'decision = "EXEMPEL SON'])
def test_a_missing_key_is_told_with_the_line_of_its_table(key: str) -> None:
    """A row that lacks a key is named by the line on which it begins."""
    start = TEXT.index(key)
    text = TEXT[:start] + TEXT[TEXT.index("\n", start) + 1 :]
    table = line_of(text, "[[deadline]]")
    assert faults(text) == [f'gotland.toml:{table}: the key "{key.split(maxsplit=1)[0]}" is missing; add it.']


@pytest.mark.parametrize(
    ("row", "key", "table"),
    [
        ('[[deadline]]\nkey = "df-review"', "df-review", "deadline"),
        ('[[interpretation]]\nkey = "mainly"', "mainly", "interpretation"),
        ('[[unit]]\nrole = "executive-office"', "executive-office", "unit"),
        ('[[partner]]\nid = "leader"', "leader", "partner"),
    ],
)
def test_a_missing_row_is_told(row: str, key: str, table: str) -> None:
    """What the suite asks for and the file lacks is named, on the line where its like begins."""
    start = TEXT.index(row)
    text = TEXT[:start] + TEXT[TEXT.index("[[", start + 2) :]
    line = line_of(text, f"[[{table}]]")
    assert faults(text) == [
        f'gotland.toml:{line}: "{key}" is missing; add a [[{table}]] for it that holds from 2026-01-01.'
    ]


def test_overlapping_periods_are_refused() -> None:
    """Two values on one day: the later period's first day is named, and where the earlier one must end."""
    for until in (None, "2027-01-01"):
        text = second_period("outreach.planned", 4, until=until, from_="2027-01-01")
        line = len(text.splitlines())
        says = "overlaps an earlier period; let that one end with until = 2026-12-31."
        assert faults(text) == [f'gotland.toml:{line}: "outreach.planned" {says}']


def test_a_gap_between_periods_is_refused() -> None:
    """A day without a value is found at the start, and not on that day."""
    text = second_period("outreach.planned", 4, until="2026-12-30", from_="2027-01-01")
    line = len(text.splitlines())
    says = "has a gap: the earlier period ends on 2026-12-30; begin this one the day after."
    assert faults(text) == [f'gotland.toml:{line}: "outreach.planned" {says}']


def test_all_faults_are_told_at_once() -> None:
    """Whoever mends the file learns of every fault in one go, in the order of the lines."""
    text = TEXT.replace('id = "almi"', 'id = "bank"').replace('clause = "GS-8"', 'clause = "GS-9"')
    told = faults(text)
    assert len(told) == 2 + text.count('"GS-9"')  # the unknown partner, the missing one, and each clause
    lines = [int(sentence.split(":")[1]) for sentence in told]
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\n[authority\n", "2: .*Expected ']'"),
        (b'[authority]\nname = "Region', "2: .*Unterminated string"),
        ("[authority]\n\nname = 'Köpenhamn'".encode("latin-1"), "3: .*can't decode"),
    ],
    ids=["header", "string", "encoding"],
)
def test_what_is_no_toml_is_told(content: bytes, says: str) -> None:
    """A file that cannot be read at all is refused in a sentence with the place."""
    with pytest.raises(AuthorityFileWrong, match=f"gotland.toml:{says}.*; correct it there"):
        read(content, "gotland.toml")


def test_a_file_that_is_not_there_is_told() -> None:
    """A path without a file behind it is a sentence with the path, not a trace."""
    with pytest.raises(AuthorityFileWrong, match=r"nowhere/gotland.toml: this file cannot be read: No such file"):
        load(Path("nowhere/gotland.toml"))


def test_a_line_is_found_behind_a_value_of_several_lines() -> None:
    """Lists and texts over several lines, with brackets, quotes and what looks like keys inside, shift no line."""
    text = with_change(
        'languages = ["sv", "en"]',
        'languages = [  # [\n  "sv",\n  "en",\n]\nwrong = """\nlanguages = [\n[policy]\n"""\nworse = 1',
    )
    lines = {sentence.split(":")[1]: sentence for sentence in faults(text)}
    assert lines.keys() == {str(line_of(text, "wrong =")), str(line_of(text, "worse ="))}
