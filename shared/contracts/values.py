"""The shapes that events are made of. JSON names are camelCase; dates are Stockholm days; amounts are strings, never floats."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, NewType, TypeAlias

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, core_schema, to_json
from typing_extensions import override

from shared.policy.organisation_number import names_person
from shared.policy.role import Role

Id = NewType("Id", str)
"""A UUIDv7 as text; opaque, never made from an organisation number or a person."""
DutyId = NewType("DutyId", str)
"""What stands after `duty/` in a duty's stream: `gs-4.first/<placementId>`, then `…/2` if it arises anew."""
Day: TypeAlias = date
Instant: TypeAlias = AwareDatetime
YEARS = range(1900, 2101)
"""What is said from outside lies in these: an enterprise can be old, and no calendar of working days goes further."""
Text: TypeAlias = Annotated[str, Field(max_length=2_000)]
Reason: TypeAlias = Annotated[Text, Field(min_length=1, pattern=r"\S")]
"""A reason that somebody gives: blanks alone explain nothing."""
Dnr: TypeAlias = Annotated[str, Field(min_length=1, max_length=100)]
RoleCode: TypeAlias = Annotated[Role, Field(pattern=r"^[a-z][a-z-]*(:[a-z0-9-]+)?$", max_length=80)]


def of_nobody(code: str) -> str:
    """Refuse a code that holds a person's number: it stands in clear in logs, streams and addresses, for ever."""
    if names_person(code):
        raise ValueError("a person's number may not stand here; give a reference that says nothing of the person")
    return code


StaffRef: TypeAlias = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:|-]*$", max_length=100), AfterValidator(of_nobody)
]
"""A random reference to an officer, as in a token's `sub`; the name is in the staff directory, not in the log."""


def is_same(one: str | None, other: str | None) -> bool:
    """Tell whether two references are one person's, however they are written."""
    return one is not None and other is not None and one.casefold() == other.casefold()


Decimal_: TypeAlias = Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$", max_length=30)]
Share: TypeAlias = Annotated[str, Field(pattern=r"^(0(\.[0-9]{1,4})?|1(\.0{1,4})?)$")]
Sha256: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Cpv: TypeAlias = Annotated[str, Field(pattern=r"^[0-9]{2,8}$")]
"""A CPV code without its check digit, or the first digits of one."""
Nuts: TypeAlias = Annotated[str, Field(pattern=r"^[A-Z]{2}[A-Z0-9]{0,3}$")]
ClauseId: TypeAlias = Annotated[str, Field(pattern=r"^(IN|BG|GS|DF)-[0-9]$")]

UUID7 = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")


class Value(BaseModel):
    """A frozen part of an event or a command; what it does not know it ignores."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, validate_by_name=True, validate_by_alias=True)


class I18n(Value):
    """A text in Swedish and, where there is one, in English."""

    sv: Text
    en: Text | None = None


class Money(Value):
    """An amount as a decimal string, with its currency (ISO 4217) and whether VAT is in it."""

    amount: Decimal_
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    vat: Literal["excluded", "included"]


class DecisionRef(Value):
    """Where a decision can be read: a board's has a paragraph, a delegated one its point of delegation."""

    dnr: Dnr
    decided_on: Day
    decided_by_role: RoleCode
    paragraph: str | None = None
    delegation_point: str | None = None


class DocumentRef(Value):
    """A diarised document: its number, digest and day, and the secrecy it is under (OSL)."""

    dnr: Dnr
    sha256: Sha256
    diarised_on: Day
    secrecy: Literal["none", "osl-19-3-1", "osl-19-3-2", "osl-26-1", "osl-31-16"]


class Enc(Value):
    """A personal field as it is stored: AES-256-GCM under the key that `keyRef` names. Base64 without line breaks."""

    key_ref: str
    alg: Literal["A256GCM"] = "A256GCM"
    nonce: str
    ciphertext: str


@dataclass(frozen=True, slots=True)
class Key:
    """A person's data key, fetched at the edge before a command is decided; `material` is 32 bytes and never printed."""

    ref: str
    material: bytes

    @override
    def __repr__(self) -> str:
        return f"Key({self.ref})"


@dataclass(frozen=True, slots=True)
class Plain:
    """A personal field on its way in: JSON text and the key that will seal it. It has no JSON form, so it cannot be stored."""

    json: str
    key: Key | None = None

    @override
    def __repr__(self) -> str:
        return "Plain(…)"


class _PersonalSchema:
    """Teaches pydantic that a personal field is an `Enc` when read from a log and anything else when an officer writes it."""

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        enc = handler.generate_schema(Enc)
        return core_schema.union_schema(
            [enc, core_schema.no_info_plain_validator_function(_plain)],
            mode="left_to_right",
            serialization=core_schema.plain_serializer_function_ser_schema(_sealed_only),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: CoreSchema, _handler: Any) -> dict[str, Any]:
        return {"description": "Personal: stored encrypted.", "x-personal": True}


def _plain(value: object) -> Plain:
    if isinstance(value, Plain):
        return value
    if value is None:
        raise ValueError("a personal field that is there must hold something")
    return Plain(to_json_text(value))


def to_json_text(value: object) -> str:
    """Give the JSON text of a value that an officer wrote."""
    return to_json(value, by_alias=True).decode()


def _sealed_only(value: object) -> dict[str, str]:
    if not isinstance(value, Enc):
        raise TypeError("a personal field was about to be stored in clear text; seal the event first")
    return {"keyRef": value.key_ref, "alg": value.alg, "nonce": value.nonce, "ciphertext": value.ciphertext}


Personal: TypeAlias = Annotated[Enc | Plain, _PersonalSchema]
"""A field that can name a person. `Plain` in a command and a fresh decision, `Enc` in every stored event."""


class OrgNr(Value):
    """An identity as registered. A personnummer or samordningsnummer stands in `valueEnc` only (edge rule 20)."""

    kind: Literal["orgnr", "personnummer", "samordningsnummer", "foreign"]
    value: Annotated[str, Field(pattern=r"^[0-9]{10}$")] | None = None
    value_enc: Personal | None = None


def _is_uuid7(value: str) -> str:
    if not UUID7.match(value):
        raise ValueError("must be a UUIDv7 in lower case")
    return value


NewId: TypeAlias = Annotated[Id, AfterValidator(_is_uuid7)]
