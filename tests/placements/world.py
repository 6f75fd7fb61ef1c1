"""Placements in memory: its own log and registry's, the rows, the reactions, through the same `decide`, folds and reactions.

What stands in for the shell is a list: no lock, no database, no Kafka.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any, TypeVar

from services.placements.domain.reactions import REACTIONS, REGISTRY
from services.placements.domain.rows import EnterpriseRow
from services.placements.views.enterprise import ENTERPRISE
from services.placements.views.place import PLACE
from shared.contracts.cloudevent import Envelope, Event, Recorded
from shared.contracts.duty import EventCorrected
from shared.contracts.registry import (
    EnterpriseClosed,
    EnterpriseRecognised,
    EnterpriseRegistered,
    EnterprisesMerged,
    RecognitionRestored,
    RecognitionSuspended,
    RecognitionWithdrawn,
)
from shared.correcting import as_corrected
from shared.deciding import Command, Refused, Submission, decide
from shared.log.duty_view import duty_view
from shared.log.view import View
from shared.policy.duty.duties import Duties
from shared.policy.role import SOCIAL_BOARD
from shared.policy.stockholm import start_of
from tests.placements.stories import ENTERPRISE as WISE
from tests.placements.stories import placements
from tests.spec import Story

R = TypeVar("R")
SURVIVOR = "01930000-0000-7000-8000-00000000e009"
DECISION: dict[str, Any] = {
    "dnr": "RS 2026/17", "decidedOn": "2026-01-01", "decidedByRole": "registry-officer", "delegationPoint": "7.2",
}  # fmt: skip


def registered(name: str | None = "Kooperativet Ängen") -> Event:
    """Give an enterprise's first event."""
    return EnterpriseRegistered.model_validate({
        "enterpriseId": WISE, "name": name, "identity": {"kind": "orgnr", "value": "5560360793"},
        "legalForm": "ekonomisk-forening", "municipalityCode": "0980", "registeredOn": "2025-01-13",
    })  # fmt: skip


def recognised(on: str = "2025-02-03") -> Event:
    """Give its recognition."""
    return EnterpriseRecognised.model_validate({
        "enterpriseId": WISE, "decision": DECISION, "effectiveFrom": on, "criteriaVersion": "sofisam-2015",
        "assessmentIds": [WISE] * 5,
        "reviewDueOn": "2026-12-01",
    })  # fmt: skip


def suspended(on: str) -> Event:
    """Let its recognition rest."""
    return RecognitionSuspended.model_validate({
        "enterpriseId": WISE, "decision": DECISION, "effectiveFrom": on, "reasonCode": "insolvency", "criteria": [],
        "communicatedOn": on,
    })  # fmt: skip


def withdrawn(on: str) -> Event:
    """Take its recognition back."""
    return RecognitionWithdrawn.model_validate({
        "enterpriseId": WISE, "decision": DECISION, "effectiveFrom": on, "reasonCode": "criterion-not-met",
        "criteriaFailed": ["DF-3"], "communicatedOn": on, "reasons": "Vinsten delas ut.", "appealInformationGiven": True,
    })  # fmt: skip


def restored(on: str) -> Event:
    """Recognise it again."""
    return RecognitionRestored.model_validate({
        "enterpriseId": WISE, "decision": DECISION, "effectiveFrom": on, "restores": "withdrawal",
        "reviewDueOn": "2027-12-01",
    })  # fmt: skip


def closed(on: str) -> Event:
    """Let it be gone."""
    return EnterpriseClosed.model_validate({
        "enterpriseId": WISE, "closedOn": on, "reasonCode": "bankruptcy", "source": "bolagsverket",
    })  # fmt: skip


def merged(on: str, recognition: str = "kept", *absorbed: str) -> Event:
    """Let the enterprise, or others that are named, become part of another one."""
    return EnterprisesMerged.model_validate({
        "survivorId": SURVIVOR, "absorbedIds": absorbed or [WISE], "mergedOn": on, "survivorRecognition": recognition,
        "successorDuties": True, "evidence": {
            "dnr": "RS 2026/80", "sha256": "ab" * 32, "diarisedOn": on, "secrecy": "none",
        },
    })  # fmt: skip


def corrected(n: int, pointer: str = "", after: object = None) -> Event:
    """Correct the n-th event of the enterprise."""
    changes = [{"pointer": pointer, "after": after}] if pointer else []
    return EventCorrected.model_validate({
        "corrects": {"eventId": foreign_id(n), "stream": f"enterprise/{WISE}", "index": n},
        "kind": "wrong-date" if pointer else "never-happened", "changes": changes, "reason": "Fel.",
        "correctedBy": "staff-5",
    })  # fmt: skip


def foreign_id(n: int) -> str:
    """Give the id of registry's n-th event."""
    return f"01930000-0000-7000-8000-00000001{n:04x}"


@dataclass
class World:
    """Two logs, read in any order; every own event is folded and answered as it comes."""

    story: Story = field(default_factory=placements)
    rows: dict[type, dict[str, Any]] = field(default_factory=dict)
    histories: dict[str, list[Envelope]] = field(default_factory=dict)
    foreign: Any = field(default_factory=count)
    seen: int = 0

    @property
    def views(self) -> Sequence[View[Any]]:
        """Give all views, that of the duties too."""
        duties = self.story.rules.duties
        assert isinstance(duties, Duties)
        return (ENTERPRISE, PLACE, duty_view(duties, "placements.events"))

    def all(self, row: type[R]) -> Mapping[str, R]:
        """Give a view's working rows."""
        view = next(view for view in self.views if view.row is row)
        rows = self.rows.get(row, {}).items()
        return {key: each for key, each in rows if each is not None and view.working and view.working(each)}

    def get(self, row: type[R], key: str) -> R | None:
        """Give one working row."""
        return self.all(row).get(key)

    def size(self, log: str) -> int:
        """No reaction here looks at how much is known."""
        raise NotImplementedError(log)

    def hear(self, event: Event, on: str | None = None, of: str = WISE) -> "World":
        """Read registry's next event, recorded on a day, by default when it happened."""
        n = next(self.foreign)
        if "enterprise_id" in type(event).model_fields:
            event = event.model_copy(update={"enterprise_id": of})
        occurred = event.occurred_at(start_of(date(2026, 12, 1)))
        envelope = Envelope(
            specversion="1.0", id=foreign_id(n), source="/gotland/registry", type=event.TYPE,
            subject=f"enterprise/{of}", time=start_of(date.fromisoformat(on)) if on else occurred,
            datacontenttype="application/json", occurredat=occurred, streamversion=n + 1, actor="staff-5",
            commandkey=f"key-{n}", correlationid="correlation", data=event,
        )  # fmt: skip
        self._take(Recorded(REGISTRY, n, envelope))
        return self

    def do(self, command: Command) -> "World":
        """Carry out a command of an officer's, and what follows."""
        self.story.given(command)
        while self.seen < len(self.story.told):
            self._take(Recorded("placements.events", self.seen, self.story.told[self.seen]))
        return self

    def enterprise(self) -> EnterpriseRow:
        """Give the enterprise's row."""
        row: EnterpriseRow = self.rows[EnterpriseRow][f"enterprise/{WISE}"]
        return row

    def _take(self, recorded: Recorded) -> None:
        if recorded.log != REGISTRY:
            self.seen = recorded.index + 1
        self._fold(recorded)
        for n, reaction in enumerate(REACTIONS.to.get(type(recorded.event), ())):
            for m, command in enumerate(reaction(recorded, self, self.story.rules.authority)):
                self._react(command, recorded, f"{recorded.log}/{recorded.index}/{n}/{m}")
        while recorded.log == REGISTRY and self.seen < len(self.story.told):
            self._take(Recorded("placements.events", self.seen, self.story.told[self.seen]))

    def _fold(self, recorded: Recorded) -> None:
        history = self.histories.setdefault(recorded.subject, [])
        history.append(recorded.envelope)
        for view in self.views:
            if view.log == recorded.log and view.takes(recorded.subject):
                rows = self.rows.setdefault(view.row, {})
                row, unread = rows.get(recorded.subject), [recorded.envelope]
                if isinstance(recorded.event, EventCorrected):
                    row, unread = None, as_corrected(history)
                for envelope in unread:
                    row = view.fold(row, Recorded(recorded.log, recorded.index, envelope))
                rows[recorded.subject] = row

    def _react(self, command: Command, cause: Recorded, key: str) -> None:
        submission = Submission(
            command=command, key=key, actor="system", role=SOCIAL_BOARD, recorded_at=cause.envelope.time,
            correlation_id="correlation", causation_id=cause.envelope.id,
        )  # fmt: skip
        decided = decide(submission, self.story.past, self.story.rules, self.story.ids)
        assert not isinstance(decided, Refused), decided
        assert isinstance(decided, list)
        self.story.tell([entry.envelope for entry in decided])
