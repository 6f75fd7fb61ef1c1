"""The page of refusals: every stable code that an answer or a refused message can carry, with its clause and both texts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.referencing.markdown import MADE, code, link, table
from deploy.local.referencing.sayings import Saying, sayings
from services.procurement.notice.unreadable import Reason
from shared.http.problem import of_status
from shared.policy.clause import CLAUSES

HEAD = """# Avslag / Refusals

En kod betyder detsamma för alltid; den står i `reason` (HTTP: problem+json, inkorg: `MessageRefused` i `<tjänst>.refused`).
A code means the same for ever; it stands in `reason` (HTTP: problem+json, inbox: `MessageRefused` in `<service>.refused`).
Vad som står i klamrar fylls i / what stands in braces is filled in.

"""
RULES = """## Regeln säger nej / The rule says no

HTTP 409, men 404 där det som sökvägen namnger inte finns; inkorg 409. HTTP 409, but 404 where what the path names is not there;
inbox 409.

"""
HTTP = """## HTTP

Allt annat som ramverket svarar har sin statuskod som kod: {others}. Whatever else the framework answers has its status as code.

"""
NOTICES = """## Annonser / Notices

HTTP 422 från / from `POST /v1/notices`, och / and `./medverka notice`.

"""
INBOX = """## Inkorgar / Inboxes

Meddelandet kan sändas igen rättat, under samma id. The message may be sent again under the same id when it has been mended.

"""
RULE_HEAD = ("kod / code", "bestämmelse / clause", "svenska", "English", "i / in")
STATUS_HEAD = ("kod / code", "status", "svenska", "English", "i / in")
CLAUSE_IDS: Mapping[str, str] = {clause.id.replace("-", "_"): clause.id for clause in CLAUSES}
BY_FRAMEWORK = 405
NO_NOTICE = "Filen kan inte läsas som en annons (eForms)."


@dataclass(frozen=True, slots=True)
class Row:
    """One code with one pair of texts; `kind` is the clause, or the status."""

    code: str
    kind: str
    sv: str
    en: str


def page() -> str:
    """Return the page."""
    return (
        MADE + HEAD
        + RULES + _table(RULE_HEAD, rules())
        + HTTP.format(others=code(of_status(BY_FRAMEWORK).reason)) + _table(STATUS_HEAD, problems())
        + NOTICES + _table(STATUS_HEAD, notices())
        + INBOX + _table(STATUS_HEAD, messages())
    )  # fmt: skip


def rules() -> Iterator[tuple[Row, Saying]]:
    """Yield the refusals of the rules: `Refused(reason, clause, sv, en)`."""
    for said in sayings("Refused"):
        reason, clause, sv, en = said.arguments[:4]
        if reason:
            yield Row(reason, _clause(clause), sv or "…", en or "…"), said


def _clause(said: str | None) -> str:
    """Give the clause's id; a criterion's own where the moment decides."""
    return "DF-…" if said is None else CLAUSE_IDS.get(said, said)


def problems() -> Iterator[tuple[Row, Saying]]:
    """Yield the problems of HTTP: `Problem(status, reason, text)`, and those made by `busy` and `bad_token`."""
    for said in sayings("Problem"):
        status, reason, text = said.arguments[:3]
        if status and reason and text:
            sv, _, en = text.partition("\n")
            yield Row(reason, status, sv, en), said
    for maker, status in (("busy", "503"), ("bad_token", "401")):
        for said in sayings(maker):
            reason, sv_, en_ = said.arguments[:3]
            if reason:
                yield Row(reason, status, sv_ or "…", en_ or "…"), said


def notices() -> Iterator[tuple[Row, Saying]]:
    """Yield why a file is no notice: `Unreadable(Reason.…, sentence)`; the sentence goes on from the file's name."""
    for said in sayings("Unreadable"):
        reason = (said.arguments[0] or "").removeprefix("Reason.")
        if reason in Reason.__members__:
            yield Row(Reason[reason].value, "422", NO_NOTICE, said.arguments[1] or "…"), said


def messages() -> Iterator[tuple[Row, Saying]]:
    """Yield why a message is not taken: `NotAcceptable(reason, status, sv, en)`."""
    for said in sayings("NotAcceptable"):
        reason, status, sv, en = said.arguments[:4]
        if reason and status:
            yield Row(reason, status, sv or "…", en or "…"), said


def _table(head: Sequence[str], found: Iterator[tuple[Row, Saying]]) -> str:
    """Give a table by code; the same said in several places is one row."""
    places: dict[Row, dict[str, None]] = {}
    for row, said in found:
        places.setdefault(row, {})[_place(said)] = None
    ordered = sorted(places.items(), key=lambda one: one[0].code)
    return table(head, ((code(row.code), row.kind, row.sv, row.en, ", ".join(links)) for row, links in ordered))


def _place(said: Saying) -> str:
    """Link to the constant; what a function makes is found by its code, and the function may be named anew."""
    return link(code(said.where if said.where.isupper() else Path(said.path).name), said.path)
