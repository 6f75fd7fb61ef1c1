"""The evidence packs as they are asked for: compiled from the cited events, a frozen one as it was."""

from collections.abc import Iterable, Mapping
from datetime import date
from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter

from services.consultation.domain.evidence.cited import ROWS, known
from services.consultation.domain.evidence.duties import Owed, of_clause, owed
from services.consultation.domain.evidence.freezing import frozen_in
from services.consultation.domain.evidence.pack import FORMAT, Pack, compiled, differences
from services.consultation.domain.rows import CitedRow
from shared.contracts.consultation import EvidencePackFrozen
from shared.http.language import Text
from shared.http.problem import Problem
from shared.policy.authority import Authority

CITED = TypeAdapter(tuple[CitedRow, ...])
EVERYTHING = 2**62

NOT_RECOMPUTED = Problem(
    HTTPStatus.INTERNAL_SERVER_ERROR, "pack-not-recomputed",
    Text(
        "Underlaget kan inte göras om så som det frystes: vyer eller version skiljer sig; bygg om vyerna och kör check.",
        "The pack can't be compiled again as it was frozen: views or release differ; rebuild the views and run check.",
    ),
)  # fmt: skip


def as_pack(row: dict[str, Any], today: date, _authority: Authority, _language: str) -> dict[str, Any]:
    """Give a frozen pack as of its day, or the current one of today. Raises Problem: 500 if it is not what was frozen."""
    rows, sizes = _by_log(row["cited"]), {log: (row["sizes"] or {}).get(log, 0) for log in ROWS}
    year, frozen = int(row["year"]), frozen_in(rows, int(row["year"]))
    if row["version"] == "current":
        return _shown(compiled(rows, sizes, year, today), None, frozen[-1] if frozen else None, rows)
    event = next(each for each in frozen if str(each.version) == row["version"])
    pack = again(event, rows)
    if pack.digest != event.manifest_digest or event.format != FORMAT:
        raise NOT_RECOMPUTED
    return _shown(pack, event, next((each for each in frozen if each.version == event.version - 1), None), rows)


def again(event: EvidencePackFrozen, rows: Mapping[str, Iterable[CitedRow]]) -> Pack:
    """Compile a frozen pack again, from as much of the logs and as of the day that its event names."""
    return compiled(rows, {log.log: log.size for log in event.logs}, event.year, event.as_of)


def _shown(
    pack: Pack, event: EvidencePackFrozen | None, former: EvidencePackFrozen | None, rows: Mapping[str, tuple[CitedRow, ...]]
) -> dict[str, Any]:  # fmt: skip
    """Give what is answered; `differences` are those from the version before, from the last one if nothing is frozen here."""
    return {
        "key": f"consultation/{pack.year}/{event.version if event else 'current'}",
        "packId": event and event.pack_id,
        "version": event and event.version,
        "cause": event and event.cause,
        "manifest": pack.manifest,
        "manifestDigest": pack.digest,
        "parts": pack.parts,
        "differsFrom": former and former.version,
        "differences": differences(again(former, rows), pack) if former else [],
    }


def _by_log(cited: Iterable[Mapping[str, Any]] | None) -> dict[str, tuple[CitedRow, ...]]:
    found: dict[str, list[Mapping[str, Any]]] = {log: [] for log in ROWS}
    for each in cited or ():
        found[each["log"]].append({"key": each["key"], "events": each["events"]})
    return {log: CITED.validate_python(rows) for log, rows in found.items()}


def as_figures(row: dict[str, Any], today: date, _authority: Authority, _language: str) -> dict[str, Any]:
    """Give the counts of a year's duties of one clause and kind, as they are today."""
    shown = {name: value for name, value in row.items() if name != "duties"}
    return {**shown, **of_clause(_owed(row["duties"], today))}


def as_escalation(row: dict[str, Any], today: date, _authority: Authority, _language: str) -> dict[str, Any]:
    """Give a duty that was brought to a board, in its class of today."""
    (duty,) = _owed([row], today)
    state = duty.state
    until = state.acted_on or today
    return {
        "key": row["key"], "duty": state.id, "clause": state.clause, "unit": state.owed_by_unit, "dueOn": state.due_on,
        "daysLate": max(0, (until - state.due_on).days) if state.due_on else 0, "class": duty.stands,
        "breach": duty.is_breach,
    }  # fmt: skip


def _owed(duties: Iterable[Mapping[str, Any]], today: date) -> list[Owed]:
    rows = CITED.validate_python([{"key": each["key"], "events": each["events"]} for each in duties])
    return owed(known({"": rows}, {"": EVERYTHING}, today))
