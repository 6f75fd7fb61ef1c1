"""Enterprises that merge: recorded of the survivor; each absorbed one is then closed by a reaction (edge rule 16)."""

from typing import Annotated, ClassVar

from pydantic import Field
from typing_extensions import override

from services.registry.domain.enterprise import IN_FUTURE, EnterpriseCommand, State, is_to_come, not_in_use
from shared.contracts.registry import EnterprisesMerged, SurvivorRecognition
from shared.contracts.values import Day, DocumentRef, Id
from shared.deciding import Decision, Past, Refused


class MergeEnterprises(EnterpriseCommand):
    """Say that others have become part of this enterprise, and whether what is owed about them is owed about it."""

    ON_PAST: ClassVar[bool] = True

    absorbed_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]
    merged_on: Day
    survivor_recognition: SurvivorRecognition
    successor_duties: bool
    evidence: DocumentRef

    @property
    @override
    def reads(self) -> tuple[str, ...]:
        """The absorbed."""
        return tuple(f"enterprise/{id_}" for id_ in self.absorbed_ids)


ABSORBS_ITSELF = Refused(
    "merger-with-itself", None,
    "Ett företag kan inte gå upp i sig självt; ange de andra företagens id.",
    "An enterprise can't become part of itself; give the others' ids.",
)  # fmt: skip
ABSORBED_UNKNOWN = Refused(
    "absorbed-enterprise-unknown", None,
    "Ett av företagen som ska gå upp i detta finns inte i registret; registrera det först.",
    "One of the enterprises that become part of this one is not in the registry; register it first.",
)  # fmt: skip
ABSORBED_CLOSED = Refused(
    "absorbed-enterprise-closed", None,
    "Ett av företagen är redan avslutat av ett annat skäl än sammanslagning; rätta avslutet om det är fel.",
    "One of the enterprises is already closed for another reason than a merger; correct the closure if it is wrong.",
)  # fmt: skip
SURVIVOR_NOT_RECOGNISED = Refused(
    "survivor-not-recognised", None,
    "Företaget är inte erkänt, så det har inget erkännande att behålla och tar inte över några skyldigheter.",
    "The enterprise is not recognised, so it has no recognition to keep and takes over no duties.",
)  # fmt: skip


def merge(command: MergeEnterprises, past: Past) -> Decision:
    """Record a merger once; an absorbed one that was reported as merged already is absorbed all the same."""
    state: State = past.state(command.subject)
    refused = not_in_use(state)
    if refused is not None:
        return refused
    if set(command.absorbed_ids) <= state.absorbed:
        return []  # the same merger again
    if command.enterprise_id in command.absorbed_ids:
        return ABSORBS_ITSELF
    if is_to_come(command.merged_on, command):
        return IN_FUTURE
    keeps = command.survivor_recognition == "kept" or command.successor_duties
    if keeps and state.status not in ("recognised", "suspended"):
        return SURVIVOR_NOT_RECOGNISED
    for subject in command.reads:
        absorbed: State = past.state(subject)
        if absorbed.status == "unknown":
            return ABSORBED_UNKNOWN
        if absorbed.status == "closed" and absorbed.closed_as != "merged":
            return ABSORBED_CLOSED
    return [EnterprisesMerged(
        survivor_id=command.enterprise_id, absorbed_ids=tuple(dict.fromkeys(command.absorbed_ids)),
        merged_on=command.merged_on, survivor_recognition=command.survivor_recognition,
        successor_duties=command.successor_duties, evidence=command.evidence,
    )]  # fmt: skip
