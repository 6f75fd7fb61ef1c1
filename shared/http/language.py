"""Swedish or English, as a request's `Accept-Language` prefers (RFC 9110, 12.5.4); Swedish first."""

from typing import Literal, NamedTuple, TypeAlias

Language: TypeAlias = Literal["sv", "en"]


class Text(NamedTuple):
    """A sentence in both languages."""

    sv: str
    en: str

    def said(self, language: Language) -> str:
        """Give the sentence in one of them."""
        return self.sv if language == "sv" else self.en


def preferred(accepted: str) -> Language:
    """Give the language of a header's value: English only where it is asked for before Swedish."""
    weights: dict[str, float] = {}
    for part in accepted.split(","):
        tag, _, parameter = part.strip().lower().partition(";")
        weights.setdefault(tag.strip().partition("-")[0], _weight(parameter))
    swedish = weights.get("sv", weights.get("*", 0.0))
    return "en" if weights.get("en", 0.0) > swedish else "sv"


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
