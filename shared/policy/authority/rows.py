"""The shape of an authority's file: its tables and keys, spelt as in the file (`duties-from`), and their types."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.policy.authority.values import LetterKind, Unit

Words = Annotated[str, Field(min_length=1)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
RoleCode = Annotated[str, Field(pattern=r"^[a-z-]+(:[a-z0-9-]+)?$")]


class Row(BaseModel):
    """A table of the file. An unknown key is refused: it would be a setting that does nothing."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, alias_generator=lambda name: name.rstrip("_").replace("_", "-")
    )


class DatedRow(Row):
    """A table that holds in a period, both days included, and names its decision."""

    from_: date
    until: date | None = None
    decision: Words


class AuthorityRow(Row):
    """`[authority]`."""

    name: Words
    code: Code
    duties_from: int = Field(ge=2015, le=2100)
    languages: list[Code] = Field(min_length=1)


class PolicyRow(Row):
    """`[policy]`: which text the clauses restate, and which frozen version of the definition is assessed."""

    version: Words
    criteria_version: Words


class UnitRow(DatedRow):
    """`[[unit]]`: who holds a role."""

    role: RoleCode
    name: Words
    example: bool = False


class PartnerRow(DatedRow):
    """`[[partner]]`: what an outside body is called."""

    id: Code
    name: Words


class BuyerRow(DatedRow):
    """`[[buyer]]`: one of the authority's own organisation numbers."""

    organisation_number: str = Field(pattern=r"^\d{6}-?\d{4}$")
    name: Words
    board: RoleCode


class SuitabilityRow(DatedRow):
    """`[[suitability]]`: the matching rules' version and the authority's own region."""

    version: Words
    region: str = Field(pattern=r"^SE[0-9A-Z]{0,3}$")


class LettersRow(DatedRow):
    """`[[letters]]`: which letters the suite sends without an officer's approval of each."""

    approved: list[LetterKind]
    decided_by: RoleCode


class PublisherRow(Row):
    """`[[publisher]]`: another system that may report events."""

    source: Words
    name: Code
    service: Code


class InterpretationRow(DatedRow):
    """`[[interpretation]]`: how a clause is read where it leaves more than one reading."""

    key: Words
    clause: Words
    sv: Words
    en: Words
    decided_by: RoleCode


class DeadlineRow(InterpretationRow):
    """`[[deadline]]`: a local day count, which is an interpretation with a value."""

    value: int | str
    unit: Unit


class File(Row):
    """The whole file."""

    authority: AuthorityRow
    policy: PolicyRow
    unit: list[UnitRow]
    partner: list[PartnerRow]
    buyer: list[BuyerRow] = Field(min_length=1)
    suitability: list[SuitabilityRow] = Field(min_length=1)
    publisher: list[PublisherRow] = []
    letters: list[LettersRow] = []
    deadline: list[DeadlineRow]
    interpretation: list[InterpretationRow]
