"""The page of duties: every one of every service, in the order of the clauses, read down as its definition."""

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from types import CodeType, FunctionType
from typing import Any

from deploy.local.referencing.markdown import MADE, code, codes, link, says, table
from deploy.local.referencing.policy import MODALITIES, duty_link, term
from deploy.local.referencing.suite import authority, duties, services
from shared.policy.clause import CLAUSES, Modality
from shared.policy.duty import corrected, schedule
from shared.policy.duty.definition import Duty

HEAD = """# Skyldigheter / Duties

Var och en är ett värde i tjänstens `domain/duties.py`. Dagarna är [lokala frister](local-deadlines.md); vad varje händelse
gör med dem står i [reactions.md](reactions.md), deras egna händelser i [events.md](events.md#duties).
Each is a value in the service's `domain/duties.py`. The days are [local deadlines](local-deadlines.md); what each event does
to them stands in [reactions.md](reactions.md), their own events in [events.md](events.md#duties).

"""
EVERY = """## Alla / All of them

{schedule}
Påminns, blir försenad, eskaleras / reminded, overdue, escalated: {keys}.

{corrected}

"""
BINDING = (Modality.SHALL, Modality.RESP, Modality.SHOULD)


def page() -> str:
    """Return the page."""
    all_of_them = [(service, duty) for service, parts in services().items() for duty in duties(parts)]
    owed = sorted(all_of_them, key=lambda one: CLAUSES.index(one[1].clause))
    return MADE + HEAD + _overview(owed) + _every() + "".join(_section(service, duty) for service, duty in owed)


def name(duty: Duty) -> str:
    """Give a duty's name as a person says it: `GS-4 first`."""
    return f"{duty.clause.id} {duty.kind}"


def anchor(duty: Duty) -> str:
    """Link to a duty's section of this page."""
    return duty_link(duty)


def tried_by(duty: Duty) -> str:
    """Give the path of the file that tries a duty: that of its clause, or of its kind where that says the clause's family."""
    family = duty.clause.id.partition("-")[0].lower()
    of = duty.kind if duty.kind.startswith(f"{family}-") else duty.clause.id.lower()
    return f"tests/policy/test_{of.replace('-', '_')}.py"


def _overview(owed: list[tuple[str, Duty]]) -> str:
    rows = [
        (
            anchor(duty),
            MODALITIES[duty.owed_as][0] + " / " + duty.owed_as,
            code(duty.owed_by),
            service,
            _keys(_due(duty)),
        )
        for service, duty in owed
    ]
    covered = {duty.clause.id for _, duty in owed}
    without = [clause.id for clause in CLAUSES if clause.modality in BINDING and clause.id not in covered]
    return (
        table(("", "verkan / force", "ansvarig / owed by", "tjänst / service", "frist / term"), rows)
        + f"Binder och har ingen skyldighet i koden än / binding, and without a duty in the code so far: {codes(without)}.\n\n"
    )


def _every() -> str:
    functions = (
        f for f in vars(schedule).values() if isinstance(f, FunctionType) and f.__module__ == schedule.__name__
    )
    return EVERY.format(
        schedule=_whole(schedule.steps.__doc__), keys=_keys(functions), corrected=_whole(corrected.__doc__)
    )


def _whole(text: str | None) -> str:
    return "\n".join(line.strip() for line in (text or "").strip().splitlines())


def _section(service: str, duty: Duty) -> str:
    return f"## {name(duty)}\n\n{duty.clause.sv}\n{duty.clause.en}\n\n" + table(("", ""), _lines(service, duty))


def _lines(service: str, duty: Duty) -> Iterator[tuple[str, str]]:
    yield "bestämmelse / clause", f"[{duty.clause.id}](clauses.md)"
    yield "verkan / force", " / ".join(MODALITIES[duty.owed_as])
    yield "ansvarig / owed by", code(duty.owed_by)
    yield "om / about", f"{code(duty.object)}, {code(duty.log)}"
    yield "uppstår av / arises on", _events(duty.arises_on) or "reaktion eller klocka / a reaction or the clock"
    yield from _said("när / when", duty.when)
    yield from _said("räknas från / counted from", duty.trigger)
    yield from _said("senast / due", duty.due)
    yield "frist / term", _keys(_due(duty))
    yield "fullgörs av / discharged by", _events(duty.discharged_by)
    yield from _said("om / if", duty.fulfils)
    yield from _said("utförd / acted", duty.acted)
    yield from _said("bevis / evidence", duty.evidence)
    if duty.claimed_late_needs_proof:
        yield "i efterhand / afterwards", says_of_proof()
    yield from _events_with("faller bort av / voided by", duty.voided_by)
    yield from _events_with("är den redan sen: upphör / if overdue: lapses", duty.lapses_if_overdue)
    for what, said in _said("upphör efter / lapses after", duty.lapses_after):
        yield what, f"{said} {_keys([duty.lapses_after])}"
    yield from _events_with("flyttas av / moved by", duty.moved_by)
    yield from _said("till / to", duty.moved)
    if duty.anew_after_discharge:
        yield "uppstår på nytt efter / arises anew after", _events(duty.anew_after_discharge)
    yield from _said("följs av / followed by", duty.followed_by)
    yield "kod / code", link(f"services/{service}/domain/duties.py", f"services/{service}/domain/duties.py")
    yield "prövas av / tried by", link(tried_by(duty), tried_by(duty))


def says_of_proof() -> str:
    """Say what an act needs that is said to have been in time and is recorded after the limit."""
    return (
        "handling från den tiden eller en andra person / a document of that time, or a second person "
        "(`late-claim-not-approved`)"
    )


def _said(what: str, function: Callable[..., Any] | None) -> Iterator[tuple[str, str]]:
    """Yield what a function of the definition says; the defaults that look at nothing say nothing."""
    said = says(function) if function else ""
    if said:
        yield what, said


def _events(events: tuple[type, ...]) -> str:
    return ", ".join(f"[`{event.__name__}`](events.md#{event.__name__.lower()})" for event in events)


def _events_with(what: str, reasons: Mapping[type, str]) -> Iterator[tuple[str, str]]:
    if reasons:
        yield what, ", ".join(f"{_events((event,))} ({reason})" for event, reason in reasons.items())


def _due(duty: Duty) -> Iterator[Callable[..., Any]]:
    """Yield what reckons the due day of a definition."""
    yield from (function for function in (duty.due, duty.again) if function is not None)


def _keys(functions: Any) -> str:
    """Give the local deadlines that functions ask for, each with the value that is in force last."""
    known = authority().deadlines
    found = {key for function in functions for key in keys_of(function)}
    return ", ".join(f"{code(key)} ({term(known[key][-1])})" for key in known if key in found) or "–"


def keys_of(function: Callable[..., Any]) -> set[str]:
    """Give the keys of the authority's file that a function names, itself or in the functions that it calls.

    A key that is put together (`f"initiative.{limit}"`) is found by its parts.
    """
    seen: set[FunctionType] = set()
    words: set[str] = set()
    _collect(function, seen, words)
    return (words | {a + b for a, b in product(words, words) if a.endswith(".")}) & set(authority().deadlines)


def _collect(function: object, seen: set[FunctionType], words: set[str]) -> None:
    if not isinstance(function, FunctionType) or function in seen or not function.__module__.startswith("services."):
        _collect_shared(function, words)
        return
    seen.add(function)
    constants, names = _parts(function.__code__)
    words |= constants
    for used in names:
        value = function.__globals__.get(used)
        if isinstance(value, str):
            words.add(value)
        _collect(value, seen, words)


def _collect_shared(function: object, words: set[str]) -> None:
    """Of the shared functions only the clock's steps name keys; the arithmetic is given them."""
    if isinstance(function, FunctionType) and function.__module__ == schedule.__name__:
        words |= _parts(function.__code__)[0]


def _parts(made: CodeType) -> tuple[set[str], set[str]]:
    """Give the strings in a function's code and the names that it uses, of what stands inside it too."""
    constants, names = set[str](), set(made.co_names)
    for constant in made.co_consts:
        inner = constant if isinstance(constant, tuple) else (constant,)
        constants |= {each for each in inner if isinstance(each, str)}
        if isinstance(constant, CodeType):
            within, used = _parts(constant)
            constants, names = constants | within, names | used
    return constants, names
