"""What an officer said in a field that is sealed as it is stored: looked at here, kept nowhere else."""

import json
from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from shared.contracts.placements import EndReason, LegalGround, Outcome, ProviderOnlyReason
from shared.contracts.values import UUID7, DocumentRef, NewId, Personal, Plain, Text
from shared.persons.clear import Clear


def _one_of(sv: str, en: str, values: object) -> tuple[str, str]:
    """Say which values there are, too."""
    listed = ", ".join(get_args(values))
    return f"{sv}: {listed}", f"{en}: {listed}"


class SecretDocument(DocumentRef):
    """A document about a person in social services: its secrecy is no other."""

    secrecy: Literal["osl-26-1"]


SaidText = Annotated[
    Personal, Clear(Text, "ska vara en text med högst 2 000 tecken", "must be a text of at most 2,000 characters")
]
SaidId = Annotated[
    Personal,
    Clear(
        Annotated[NewId, Field(pattern=UUID7.pattern)],
        "ska vara en UUIDv7 med små bokstäver",
        "must be a UUIDv7 in lower case",
    ),
]
SaidDocument = Annotated[
    Personal,
    Clear(
        SecretDocument,
        "ska vara en handling (DocumentRef) med sekretess osl-26-1", "must be a DocumentRef whose secrecy is osl-26-1",
    ),
]  # fmt: skip
SaidLegalGround = Annotated[Personal, Clear(LegalGround, "ska vara sol eller lss", "must be sol or lss")]
SaidEndReason = Annotated[
    Personal,
    Clear(
        EndReason,
        *_one_of("ska vara ett skäl till att platsen upphörde", "must be a reason why a place ended", EndReason),
    ),
]
SaidOutcome = Annotated[
    Personal, Clear(Outcome, *_one_of("ska vara ett utfall av platsen", "must be an outcome of a place", Outcome))
]
SaidProviderOnlyReason = Annotated[
    Personal,
    Clear(
        ProviderOnlyReason,
        *_one_of(
            "ska vara ett skäl till att personen inte var med",
            "must be a reason why the person was not there",
            ProviderOnlyReason,
        ),
    ),
]


def said(value: Personal | None) -> Any:
    """Give what a command's personal field holds; None if it is not there. Raises TypeError for a sealed one."""
    if value is None:
        return None
    if not isinstance(value, Plain):
        raise TypeError("a sealed field can't be looked at when a command is decided")
    return json.loads(value.json)
