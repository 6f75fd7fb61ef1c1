"""What is made from the code is what the code says, and nothing of the code is missing in it (design: docs/reference)."""

import pkgutil
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

import services
import shared
from deploy.local.reference import PAGES
from deploy.local.referencing import refusals, topics
from deploy.local.referencing.at_work import at_work, missing, named, reasons
from deploy.local.referencing.duties import keys_of, name, tried_by
from deploy.local.referencing.markdown import ROOT, cell, says
from deploy.local.referencing.refusals import Row
from deploy.local.referencing.suite import SHARED_EVENTS, duties, published
from deploy.local.referencing.suite import services as suite
from services.consultation.domain.duties import INITIATIVE
from services.placements.domain.duties import FINAL
from services.procurement.domain.duties import PUBLISHED
from shared.contracts.cloudevent import Event
from shared.deciding import Refused
from shared.policy.clause import CLAUSES, Clause, Modality, Without

LINK = re.compile(r"\]\(([^)#]*)(?:#([^)]+))?\)")


def page(path: str) -> str:
    """Read a committed page."""
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PAGES)
def test_a_generated_page_is_what_the_code_says(path: str) -> None:
    """What is made from the code is committed as the code makes it: else run `python -m deploy.local.reference`."""
    assert page(path) == PAGES[path]()


def test_every_page_of_the_folder_is_generated() -> None:
    """Nothing in docs/reference is written by hand, and the index names every page."""
    folder = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs/reference").iterdir()}
    assert folder == {path for path in PAGES if path.startswith("docs/")}
    index = page("docs/README.md")
    assert not [path for path in folder if f"({path.removeprefix('docs/')}" not in index]


# Refusals


def modules() -> Iterator[str]:
    """Name every module of the services and of what they share."""
    for package in (services, shared):
        yield from (found.name for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."))


def constants() -> Iterator[tuple[str, Refused]]:
    """Give every refusal that a module holds, alone or in a mapping."""
    for module in modules():
        for value in vars(import_module(module)).values():
            held = value.values() if isinstance(value, Mapping) else (value,)
            yield from ((module, refusal) for refusal in held if isinstance(refusal, Refused))


def test_every_refusal_that_a_rule_can_give_is_on_the_page() -> None:
    """The page, read from the source, has each `Refused` that the imported modules hold, with its texts and its clause."""
    rows = {(row.code, row.kind, row.sv, row.en) for row, _ in refusals.rules()}
    by_case = {row.code for row, _ in refusals.rules() if row.kind == "DF-…"}
    missing = [
        f"{module}: {refusal.reason}"
        for module, refusal in constants()
        if (refusal.reason, refusal.clause.id if refusal.clause else "", refusal.sv, refusal.en) not in rows
        and refusal.reason not in by_case
    ]
    assert not missing


def said_otherwise(rows: Iterator[Row]) -> set[str]:
    """Give the codes that stand for more than one clause or text."""
    meanings: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for row in rows:
        meanings[row.code].add((row.kind, row.sv, row.en))
    return {code for code, found in meanings.items() if len(found) > 1}


def test_a_code_says_one_thing() -> None:
    """A refusal's code stands for one clause and one pair of texts, wherever it is given."""
    assert said_otherwise(row for row, _ in refusals.rules()) == set()


def test_a_code_that_says_two_things_is_found() -> None:
    """The check above sees another text and another clause, and lets the same said twice pass."""
    rows = [Row("full", "GS-3", "Fullt.", "Full."), Row("full", "GS-3", "Fullt.", "Full.")]
    assert said_otherwise(iter(rows)) == set()
    assert said_otherwise(iter([*rows, Row("full", "GS-3", "Fullt.", "No room.")])) == {"full"}
    assert said_otherwise(iter([*rows, Row("full", "GS-4", "Fullt.", "Full.")])) == {"full"}


def test_a_code_of_transport_has_one_status_and_is_no_rule() -> None:
    """The codes of HTTP and of inboxes each have one status, and none is a rule's too."""
    found: dict[str, set[str]] = defaultdict(set)
    for row, _ in chain(refusals.problems(), refusals.notices(), refusals.messages()):
        found[row.code].add(row.kind)
    assert not {code: kinds for code, kinds in found.items() if len(kinds) > 1}
    assert not found.keys() & {row.code for row, _ in refusals.rules()}


def test_every_code_is_in_kebab_case() -> None:
    """A code is public and stays, so it is written alike everywhere."""
    rows = chain(refusals.rules(), refusals.problems(), refusals.notices(), refusals.messages())
    assert not [row.code for row, _ in rows if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row.code)]


# Events, reactions and duties


def answers() -> Iterator[tuple[type[Event], Callable[..., Any]]]:
    """Give every event with each function that answers it, read from a log or an inbox."""
    for parts in suite().values():
        for event, reactions in parts.reactions.to.items():
            yield from ((event, reaction) for reaction in reactions)
        yield from parts.reactions.inbox.items()


def test_every_event_has_a_section_and_its_reactions() -> None:
    """Each published event stands once on its page, and each reaction and report by its name beside its event."""
    events, reactions = page("docs/reference/events.md"), page("docs/reference/reactions.md")
    for event in {event for _, _, _, event in published()} | set(SHARED_EVENTS):
        assert events.count(f"### {event.__name__}\n") == 1, event
        section = reactions.partition(f"### {event.__name__}\n")[2].partition("\n### ")[0]
        named = [function.__name__ for asked, function in answers() if asked is event]
        assert not [each for each in named if f"[`{each}`]" not in section]


def test_every_reaction_says_what_it_does() -> None:
    """A reaction, or what makes it, has a docstring: the page is made of them."""
    assert not [function for _, function in answers() if not says(function)]


def test_every_duty_has_its_tests() -> None:
    """Each duty stands on its page with the file that tries its clause, and that file is there."""
    written = page("docs/reference/duties.md")
    owed = [duty for parts in suite().values() for duty in duties(parts)]
    assert not [name(duty) for duty in owed if f"## {name(duty)}\n" not in written]
    assert not [tried_by(duty) for duty in owed if not (ROOT / tried_by(duty)).exists()]


@pytest.mark.parametrize("clause", CLAUSES, ids=[clause.id for clause in CLAUSES])
def test_a_clause_is_at_work_or_says_why_not(clause: Clause) -> None:
    """Each has duties, events, tests and views on its page, or a reason beside it why it has none of one."""
    assert missing(clause) == []
    found = at_work(clause)
    assert not [reason.part for reason in clause.without if getattr(found, reason.part)], "a reason for what is there"
    assert all(reason.sv and reason.en for reason in reasons(clause))


def test_a_clause_that_nothing_names_is_found() -> None:
    """The check above sees each part that is empty, and takes a stated reason for it."""
    bare = replace(CLAUSES[0], id="IN-9", modality=Modality.SHALL, without=())
    assert missing(bare) == ["duties", "events", "tests", "views"]
    said = replace(bare, without=(Without("events", "därför", "because"),))
    assert missing(said) == ["duties", "tests", "views"]


def test_a_clause_is_named_alone_and_in_a_span() -> None:
    """`BG-1 to BG-3` names the one between, too; a diary number and a code name none."""
    assert named("GS-4 (BG-1 to BG-3), DF-0–DF-2.") == {"GS-4", "BG-1", "BG-2", "BG-3", "DF-0", "DF-1", "DF-2"}
    assert named("GS-40, gs-4.first, DF-5a, BT-71, GS-99") == set()


def test_the_deadlines_of_a_duty_are_found() -> None:
    """A key is found where it is written, where another function or a constant has it, and where it is put together."""
    assert keys_of(FINAL.due) == {"follow-up.final"}
    assert keys_of(PUBLISHED.due) == {"outreach.after-notice", "outreach.before-deadline", "outreach.bounced"}
    assert keys_of(INITIATIVE.due) == {"initiative.local", "initiative.clause"}


# Topics


def by_hand() -> dict[str, tuple[str, str]]:
    """Read the table of rights: topic → (who writes, who reads)."""
    lines = [line.split("|")[1:-1] for line in page("deploy/kafka/topics.md").splitlines() if line.startswith("| `")]
    return {topic.strip(" `"): (writer.strip(), reader.strip()) for topic, _, writer, reader in lines}


def test_the_rights_on_topics_name_every_topic() -> None:
    """The table of rights that an operator follows has the topics that the services make, and no other."""
    logs = {log for parts in suite().values() for log in parts.logs}
    for_all = {"<service>.refused", "<service>.pulse", "<service>.checkpoints", "<service>.inbox.<publisher>"}
    assert by_hand().keys() == logs | for_all


def test_who_follows_a_log_may_read_it() -> None:
    """A log is written by its own service, and where it is one unit's own no other service follows it."""
    for parts in suite().values():
        for log in parts.logs:
            writer, reader = by_hand()[log]
            assert writer == parts.name
            assert "own principals" not in reader or topics.readers(log) == "–"


# Links


def anchors(path: Path) -> set[str]:
    """Give what a link into a page may name: its headings."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(path: Path) -> Iterator[str]:
    """Give the links of a page that lead nowhere."""
    for target, anchor in LINK.findall(path.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        there = path.parent / target if target else path
        if not there.exists() or (anchor and anchor not in anchors(there)):
            yield f"{target}#{anchor}"


@pytest.mark.parametrize("path", ["README.md", "docs/README.md", *(path for path in PAGES if path.endswith(".md"))])
def test_every_link_leads_somewhere(path: str) -> None:
    """A link of these pages names a file of the tree, and a heading that is in it."""
    assert not list(broken(ROOT / path))


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    """The check above sees a missing file and a missing heading."""
    (tmp_path / "a.md").write_text("# One thing\n[a](b.md) [b](a.md#one-thing) [c](#another) [d](https://example.se)")
    assert list(broken(tmp_path / "a.md")) == ["b.md#", "#another"]


def test_a_cell_is_one_line_of_one_column() -> None:
    """A bar and a line break in a text do not break the table."""
    assert cell("a|b\n  c") == "a\\|b c"
