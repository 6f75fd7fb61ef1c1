"""What a personal field holds before it is sealed: said beside `Personal`, checked as it comes in, shown to callers.

Goal: TypeAlias = Annotated[Personal, Clear(Text, "ska vara en text", "must be a text")]
"""

from typing import Any, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter, ValidationError
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from shared.contracts.values import Enc, Plain, to_json_text

UNFIT: Final = "personal_unfit"
"""The kind of fault; its context has the sentence in both languages, and never what was said."""
SEALED: Final = (
    "ska stå i klartext; det krypteras när det lagras",
    "must be in clear text; it is sealed when it is stored",
)


def unfit(sv: str, en: str) -> PydanticCustomError:
    """Give the fault of a personal field, in both languages."""
    return PydanticCustomError(UNFIT, "{en}", {"sv": sv, "en": en})


class Clear:
    """Names the type of a personal field in clear text, and says in both languages what it must be.

    The type has no parts that are models. Raises TypeError.
    """

    def __init__(self, type_: Any, sv: str, en: str) -> None:
        self._adapter: TypeAdapter[Any] = TypeAdapter(type_)
        self._sv, self._en = sv, en
        self._schema = self._adapter.json_schema()
        if "$defs" in self._schema:
            raise TypeError("a personal field's clear type stands alone: its schema is put where the field is")

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check after the field is read."""
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Give the clear type's schema, marked as personal. The handler's is that of what is stored."""
        return {**self._schema, "x-personal": True}

    def _checked(self, value: Enc | Plain) -> Enc | Plain:
        """Look at what an officer wrote; what is sealed already can't be looked at. Raises PydanticCustomError."""
        if isinstance(value, Enc):
            raise unfit(*SEALED)
        try:
            told = self._adapter.validate_json(value.json, strict=True, extra="forbid")
        except ValidationError:
            raise unfit(self._sv, self._en) from None
        return Plain(to_json_text(told), value.key)
