"""What is refused from outside, as events in `<service>.refused`: relayed like any other, never a second write to Kafka."""

from dataclasses import dataclass

from typing_extensions import override

from shared.contracts.refused import MessageRefused
from shared.deciding import Command, Decider, Decision

CATEGORY = "refused"


@dataclass(frozen=True, slots=True)
class State:
    """Whether the message at this place has been refused."""

    refused: bool = False


class RefuseMessage(Command):
    """Record that the message at a place of an inbox was refused."""

    refusal: MessageRefused

    @property
    @override
    def subject(self) -> str:
        """One stream a place."""
        return refused_stream(self.refusal.topic, self.refusal.offset)


def refused_stream(topic: str, offset: int) -> str:
    """Name the stream of a place's refusal: `refused/<topic>/<offset>`."""
    return f"{CATEGORY}/{topic}/{offset}"


def evolve(_state: State, event: MessageRefused) -> State:
    """Fold."""
    match event:
        case MessageRefused():
            return State(refused=True)


def refuse(command: RefuseMessage, state: State) -> Decision:
    """Record the refusal once."""
    return [] if state.refused else [command.refusal]


def refusing(service: str) -> Decider[State]:
    """Give the aggregate of a service's refusals."""
    return Decider(
        category=CATEGORY,
        log=f"{service}.refused",
        initial=State(),
        evolve=evolve,
        decides={RefuseMessage: refuse},
        events=(MessageRefused,),
    )
