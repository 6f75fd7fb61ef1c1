"""What an officer said in a field that is sealed as it is stored: looked at here, kept nowhere else."""

import json
from typing import Annotated, Any

from pydantic import AfterValidator, TypeAdapter, ValidationError

from shared.contracts.placements import EndReason, LegalGround, Outcome, ProviderOnlyReason
from shared.contracts.values import DocumentRef, NewId, Personal, Plain, Text, to_json_text


class _Holds:
    """Checks that a personal field holds a value of a type. The message never repeats what was said."""

    def __init__(self, type_: Any, what: str) -> None:
        self._adapter: TypeAdapter[Any] = TypeAdapter(type_)
        self._what = what

    def __call__(self, value: Personal) -> Personal:
        if not isinstance(value, Plain):
            return value
        try:
            told = self._adapter.validate_json(value.json)
        except ValidationError:
            raise ValueError(f"must be {self._what}") from None
        return Plain(to_json_text(told), value.key)


def _secret(document: DocumentRef) -> DocumentRef:
    if document.secrecy != "osl-26-1":
        raise ValueError("secrecy")
    return document


SaidText = Annotated[Personal, AfterValidator(_Holds(Text, "a text of at most 2,000 characters"))]
SaidId = Annotated[Personal, AfterValidator(_Holds(NewId, "a UUIDv7"))]
SaidDocument = Annotated[
    Personal,
    AfterValidator(_Holds(Annotated[DocumentRef, AfterValidator(_secret)], "a DocumentRef whose secrecy is osl-26-1")),
]
SaidLegalGround = Annotated[Personal, AfterValidator(_Holds(LegalGround, "sol or lss"))]
SaidEndReason = Annotated[Personal, AfterValidator(_Holds(EndReason, "a reason why a place ended"))]
SaidOutcome = Annotated[Personal, AfterValidator(_Holds(Outcome, "an outcome of a place"))]
SaidProviderOnlyReason = Annotated[
    Personal, AfterValidator(_Holds(ProviderOnlyReason, "a reason why the person was not there"))
]


def said(value: Personal | None) -> Any:
    """Give what a command's personal field holds; None if it is not there. Raises TypeError for a sealed one."""
    if value is None:
        return None
    if not isinstance(value, Plain):
        raise TypeError("a sealed field can't be looked at when a command is decided")
    return json.loads(value.json)
