"""Waiving a follow-up (GS-4): by a decision of the social board, for reasons that are sealed with the place's person."""

from typing import ClassVar, Self

from pydantic import model_validator
from typing_extensions import override

from services.placements.domain.personal import SaidText
from shared.contracts.placements import SubjectRef
from shared.deciding import Refused
from shared.policy.duty.commands import MAY_NOT_WAIVE, WaiveDuty
from shared.policy.duty.life import DutyState
from shared.policy.duty.waiving import is_its_own
from shared.policy.role import SOCIAL_BOARD


class WaiveFollowUp(WaiveDuty):
    """Let a follow-up go. What is said of the person stands in `reasonsEnc`; `reasonCode` is a class and no cause."""

    KEY_OF: ClassVar[tuple[str, str] | None] = ("subject", "subject_ref")

    subject_ref: SubjectRef
    reasons_enc: SaidText

    @property
    @override
    def reads(self) -> tuple[str, ...]:
        """The place, whose person's key seals the reasons."""
        return (f"placement/{self.object_id}",)

    @model_validator(mode="after")
    def _nothing_in_clear(self) -> Self:
        if self.reasons is not None:
            raise ValueError("reasons about a place are personal: give reasonsEnc")
        return self


def may_waive(command: WaiveDuty, _owed: DutyState) -> Refused | None:
    """Only the board that owes it may let it go, by delegation or with its paragraph."""
    return None if is_its_own(command.authority, SOCIAL_BOARD) else MAY_NOT_WAIVE
