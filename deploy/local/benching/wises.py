"""Enterprises that are recognised, each with its own offering: what a published tender is judged against."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from time import time
from typing import Final

import uuid_utils

from deploy.local.benching.load import registration
from services.registry.domain.assessment import CRITERIA, AssessCriterion
from services.registry.domain.offering import UpdateOffering
from services.registry.domain.recognition import RecogniseEnterprise
from services.registry.domain.registration import RegisterEnterprise
from shared.contracts.registry import Aspects, Criterion
from shared.contracts.values import DecisionRef, DocumentRef, Id
from shared.deciding import Command, Submission
from shared.policy.role import REGISTRY_OFFICER
from shared.policy.stockholm import day_of

DIVISIONS: Final = (
    "03 09 14 15 16 18 19 22 24 30 31 32 33 34 35 37 38 39 41 42 43 44 45 48 50 51 55 60 63 64 65 66 70 71 72 73 75 76 79 80 "
    "85 90 92 98"
)
"""Of the CPV (Regulation (EC) No 213/2008): all but that of gardening."""
BRANCHES: Final = ("77310000", *(f"{division}000000" for division in DIVISIONS.split()))


def recognition(number: int, now: datetime | None = None) -> Iterator[Submission]:
    """Give the commands that make the number-th enterprise a WISE, today by default; all offer gardening and one more."""
    now = now or datetime.fromtimestamp(time(), UTC)
    first = registration(number, now)
    yield first
    assert isinstance(first.command, RegisterEnterprise)  # noqa: S101 - what a registration is
    enterprise_id = first.command.enterprise_id
    for n, command in enumerate(_commands(enterprise_id, number, now, day_of(now))):
        yield Submission(
            command=command, key=f"bench/{number}/{n}", actor="bench", role=REGISTRY_OFFICER, recorded_at=now,
            correlation_id=str(uuid_utils.uuid7()), dnr=f"RS {number}", digest=b"",
        )  # fmt: skip


def _commands(enterprise_id: Id, number: int, now: datetime, today: date) -> Iterator[Command]:
    for criterion in CRITERIA:
        yield _met(enterprise_id, criterion, number, now, today)
    decision = DecisionRef(
        dnr=f"RS {number}", decided_on=today, decided_by_role=REGISTRY_OFFICER, delegation_point="7.2"
    )
    yield RecogniseEnterprise(at=now, enterprise_id=enterprise_id, decision=decision, effective_from=today)
    other = BRANCHES[1 + number % (len(BRANCHES) - 1)]
    yield UpdateOffering(
        at=now, enterprise_id=enterprise_id, cpv=(BRANCHES[0], other), valid_from=today, stated_by="officer"
    )


def _met(enterprise_id: Id, criterion: Criterion, number: int, now: datetime, today: date) -> AssessCriterion:
    document = DocumentRef(dnr=f"RS {number}", sha256="ab" * 32, diarised_on=today, secrecy="none")
    command = AssessCriterion(
        at=now, enterprise_id=enterprise_id, assessment_id=Id(str(uuid_utils.uuid7())), criterion=criterion,
        outcome="met", assessed_on=today, evidence=(document,), reasons="Stadgar och bokslut visar det.",
        assessed_by="bench",
    )  # fmt: skip
    match criterion:
        case "DF-2":
            aspects = Aspects(own_process=True, work_organisation=True)
            return command.model_copy(update={"participation_form": "agreement", "aspects": aspects})
        case "DF-3":
            return command.model_copy(update={"reinvested_share": "0.9"})
        case "DF-4":
            return command.model_copy(update={"public_ownership_share": "0"})
        case _:
            return command
