"""Through the append as it runs: a number belongs to one enterprise, and what is stored names no person."""

from typing import Any

import pytest

from services.registry.domain.duties import EVENTS
from services.registry.domain.record import CorrectEnterprise
from services.registry.domain.registration import ALREADY_REGISTERED, RegisterEnterprise
from services.registry.domain.rules import rules
from shared.contracts.duty import Change, CorrectedRef, CorrectionKind
from shared.contracts.values import Enc, Id
from shared.deciding import Submission
from shared.log.append import Accepted, Answer, Logs
from shared.log.memory import MemoryStore
from shared.persons.claiming import KeyMacs
from shared.persons.memory import MemoryKeys
from shared.persons.preparing import prepare
from shared.persons.recording import sealed
from shared.policy.role import REGISTRY_OFFICER
from tests.authorities import authority
from tests.registry.stories import LEGAL_PERSON, SOLE_TRADER, register

FIRST, SECOND = (Id(f"01930000-0000-7000-8000-00000000e00{n}") for n in (1, 2))


class Registry:
    """A registry whose log and keys are in memory."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.keys = MemoryKeys()
        self.logs = Logs(self.store, rules(authority()), [EVENTS], seal=sealed)

    async def submit(self, *commands: RegisterEnterprise) -> list[Answer]:
        """Prepare commands as the edge does and decide them in one group."""
        ready = [await prepare(command, self.keys, "registry") for command in commands]
        return await self.logs.append([
            Submission(
                command=command, key=f"{command.enterprise_id}", actor="staff-1", role=REGISTRY_OFFICER,
                recorded_at=command.at, correlation_id="correlation",
            )
            for command in ready
        ])  # fmt: skip


SAME = pytest.mark.parametrize(
    ("number", "again", "fields"),
    [
        (LEGAL_PERSON, "165560360793", {}),
        (SOLE_TRADER, "191212121212", {"legal_form": "enskild-firma"}),
        ("FI 0112038-9", " FI 0112038-9 ", {"is_foreign": True}),
    ],
    ids=["legal person", "sole trader", "foreign"],
)


@SAME
async def test_a_number_is_registered_once(number: str, again: str, fields: dict[str, Any]) -> None:
    """In one group or one after the other, however it is written: the second enterprise is refused."""
    registry = Registry()
    one, other = register(number, **fields), register(again, enterprise_id=SECOND, **fields)
    first, second = await registry.submit(one, other)
    assert isinstance(first, Accepted)
    assert second == ALREADY_REGISTERED
    assert await registry.submit(other) == [ALREADY_REGISTERED]


@SAME
async def test_what_was_claimed_is_found_again_in_the_event(number: str, again: str, fields: dict[str, Any]) -> None:
    """After a restore the claims are made anew of what is stored: in clear of a legal person, sealed of a person."""
    assert again != number
    registry = Registry()
    (entered,) = await registry.submit(register(number, **fields))
    assert isinstance(entered, Accepted)
    (envelope,) = entered.events
    decider = registry.logs.rules.by_category["enterprise"]
    found = set(decider.claims(envelope.data))
    for prefix, number_ in decider.sealed_claims(envelope.data):
        assert isinstance(number_, Enc)
        found.add(f"{prefix}{await KeyMacs(registry.keys, 'registry').of(envelope, number_)}")
    assert found == {key for key in registry.store.claims if not key.startswith("command:")}


async def test_what_is_stored_names_no_person() -> None:
    """The log's bytes have neither name nor number, and name the key that they are sealed under."""
    registry = Registry()
    await registry.submit(register(SOLE_TRADER, legal_form="enskild-firma", name="Annas snickeri"))
    (stored,) = registry.store.log(EVENTS)
    assert b"Anna" not in stored
    assert b"1212121212" not in stored
    assert f'"keyid":"sole-trader/{FIRST}"'.encode() in stored


def correction(of: Accepted, changes: tuple[Change, ...], kind: CorrectionKind) -> CorrectEnterprise:
    """Correct the first event of an enterprise; its id stays, so the test's key is the correction's own."""
    (event,) = of.events
    return CorrectEnterprise(
        at=event.time, enterprise_id=FIRST, corrects=CorrectedRef(event_id=event.id, stream=event.subject, index=0),
        kind=kind, changes=changes, reason="Fel nummer.", corrected_by="staff-2",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "kind"),
    [((Change(pointer="/identity/value", after="7696250005"),), "wrong-value"), ((), "never-happened")],
    ids=["another number", "never happened"],
)
async def test_a_number_that_a_correction_takes_back_is_free(changes: tuple[Change, ...], kind: CorrectionKind) -> None:
    """Whoever it belongs to is registered with it; a mistake keeps nobody out."""
    registry = Registry()
    (first,) = await registry.submit(register(LEGAL_PERSON))
    assert isinstance(first, Accepted)
    command = correction(first, changes, kind)
    (corrected,) = await registry.logs.append([
        Submission(
            command=command, key="correction", actor="staff-1", role=REGISTRY_OFFICER, recorded_at=command.at,
            correlation_id="correlation",
        )
    ])  # fmt: skip
    assert isinstance(corrected, Accepted)
    (second,) = await registry.submit(register(LEGAL_PERSON, enterprise_id=SECOND))
    assert isinstance(second, Accepted)
