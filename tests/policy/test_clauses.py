"""The clauses are the policy's, all of them, with its force and in our own words (domain.md §1)."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from deploy.local.referencing.markdown import ROOT
from shared.policy import clause as clauses
from shared.policy.clause import CLAUSES, Clause, Modality, UnknownClause, clause
from shared.policy.role import (
    BUYING_BOARD,
    EXECUTIVE_OFFICE,
    PROCUREMENT_OFFICE,
    SOCIAL_BOARD,
    buying_board,
    is_buying_board,
    is_role,
)

pytestmark = pytest.mark.gotland

MODALITIES = """
IN-1 fact   IN-2 fact   IN-3 fact   IN-4 fact
BG-1 fact   BG-2 fact   BG-3 fact   BG-4 may    BG-5 may    BG-6 fact   BG-7 fact
GS-1 fact   GS-2 fact   GS-3 may    GS-4 resp   GS-5 resp   GS-6 resp   GS-7 shall  GS-8 should
DF-0 criterion   DF-1 criterion   DF-2 criterion   DF-3 criterion   DF-4 criterion
DF-6 fact   DF-8 fact   DF-9 fact
"""
SOURCE = (
    ROOT.parent / "shared/policy-source.txt"
)  # the policy's own text lies outside the project and is not ours to copy
MOST_WORDS = 8


def words(text: str) -> list[str]:
    """Split a text into words, without case and punctuation."""
    return re.findall(r"\w+", text.lower())


def runs(text: str, length: int = MOST_WORDS + 1) -> set[tuple[str, ...]]:
    """Give every run of consecutive words of a text."""
    found = words(text)
    return {tuple(found[start : start + length]) for start in range(len(found) - length + 1)}


def test_the_clauses_are_those_of_the_policy() -> None:
    """Every clause is there once, in the policy's order, with the policy's force."""
    assert [word for c in CLAUSES for word in (c.id, c.modality)] == MODALITIES.split()


def test_each_clause_is_a_constant_of_its_name() -> None:
    """GS_4 is GS-4: a rule names its clause in code, and no constant is left out of the list."""
    constants = {name: value for name, value in vars(clauses).items() if isinstance(value, Clause)}
    assert constants == {c.id.replace("-", "_"): c for c in CLAUSES}


@pytest.mark.parametrize("found", CLAUSES, ids=lambda c: c.id)
def test_each_clause_speaks_swedish_and_english(found: Clause) -> None:
    """Each clause has a sentence in both languages, and the two are not the same text."""
    assert found.sv.endswith(".")
    assert found.en.endswith(".")
    assert not runs(found.sv, 4) & runs(found.en, 4)


def test_a_binding_clause_has_an_owner() -> None:
    """SHALL, RESP and SHOULD say who owes them; a fact and a criterion are owed by nobody."""
    owners = {c.id: c.role for c in CLAUSES if c.modality in {Modality.SHALL, Modality.RESP, Modality.SHOULD}}
    assert owners == {
        "GS-4": SOCIAL_BOARD,
        "GS-5": PROCUREMENT_OFFICE,
        "GS-6": PROCUREMENT_OFFICE,
        "GS-7": EXECUTIVE_OFFICE,
        "GS-8": BUYING_BOARD,
    }
    assert not [c.id for c in CLAUSES if c.modality in {Modality.FACT, Modality.CRITERION} and c.role]


def test_no_clause_names_a_number_of_days() -> None:
    """The policy names no number of days, so its restatement holds no figure at all."""
    assert not [c.id for c in CLAUSES if re.search(r"\d", c.sv + c.en)]


def test_a_clause_is_found_by_its_id() -> None:
    """An id gives its clause; an unknown one is told which ids there are."""
    assert clause("GS-4") is clauses.GS_4
    with pytest.raises(UnknownClause, match='There is no clause "GS-9"; use an id from IN-1 to DF-9'):
        clause("GS-9")


def test_nine_words_in_a_row_are_found() -> None:
    """The check below sees a copied sentence, whatever its case and punctuation, and lets eight words pass."""
    copied = "ett två, TRE fyra fem sex sju åtta nio"
    assert runs("noll ett två tre fyra: fem sex sju åtta nio tio") & runs(copied)
    assert not runs("noll ett två tre fyra fem sex sju åtta och nio") & runs(copied)


def test_our_words_are_our_own() -> None:
    """No text of ours has nine consecutive words of the policy, where the policy's text is at hand to compare with."""
    ours = [*(c.sv for c in CLAUSES), (ROOT / "deploy/authority/gotland.toml").read_text(encoding="utf-8")]
    policy = {run for path in [SOURCE] if path.exists() for run in runs(path.read_text(encoding="utf-8"))}
    assert not [run for text in ours for run in runs(text) & policy]


def test_the_page_lists_the_clauses_in_order() -> None:
    """The page of clauses has a row a clause, in the policy's order."""
    page = Path(ROOT / "docs/reference/clauses.md").read_text(encoding="utf-8")
    places = [page.index(f"| **{c.id}** |") for c in CLAUSES]
    assert all(earlier < later for earlier, later in pairwise(places))


@pytest.mark.parametrize(
    "code", ["social-board", "buying-board:culture", "buying-board:board-2", "auditor", "publisher"]
)
def test_a_role_is_known_by_its_code(code: str) -> None:
    """An event may name a known role, and a buying board with its code."""
    assert is_role(code)


@pytest.mark.parametrize("code", ["", "socialnämnden", "buying-board", "buying-board:", "buying-board:Kultur", "board"])
def test_no_other_code_is_a_role(code: str) -> None:
    """A unit's name, a board without its code and a misspelt code are no roles."""
    assert not is_role(code)


def test_a_buying_board_carries_its_code() -> None:
    """Each buying board is a role of its own."""
    assert buying_board("culture") == "buying-board:culture"
    assert is_buying_board(buying_board("culture"))
