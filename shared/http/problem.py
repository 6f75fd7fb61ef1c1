"""What went wrong, as a problem document (RFC 9457), in the reader's language.

Problem
├── of the request: unreadable 400, unauthorised 401, forbidden 403, missing 404, … invalid 422
├── of the rule: refused 409
└── of the moment: busy 503, failed 500
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from pydantic_core import ErrorDetails, to_json
from starlette.responses import Response

from shared.deciding import Refused
from shared.http.language import Language, Text

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:medverka:problem:"
VARY = "Accept-Language"

TITLES: Mapping[int, Text] = {
    400: Text("Begäran går inte att läsa", "The request cannot be read"),
    401: Text("Inloggning krävs", "A token is needed"),
    403: Text("Rollen får inte göra detta", "The role may not do this"),
    404: Text("Finns inte", "Not found"),
    405: Text("Metoden används inte här", "The method is not used here"),
    408: Text("Det tog för lång tid", "It took too long"),
    409: Text("Regeln säger nej", "The rule says no"),
    412: Text("Uppgiften har ändrats", "The resource has changed"),
    413: Text("För stort", "Too large"),
    415: Text("Formatet tas inte emot", "The format is not taken"),
    422: Text("Uppgifterna är inte giltiga", "What was given is not valid"),
    429: Text("För många anrop", "Too many requests"),
    500: Text("Något gick fel hos oss", "Something went wrong on our side"),
    503: Text("Inte tillgängligt just nu", "Not available at the moment"),
}


class Problem(Exception):
    """Ends a request. `reason` is a stable public code; `errors` are pairs of a JSON pointer and what is wrong there."""

    def __init__(
        self, status: int, reason: str, text: Text, *, clause: str | None = None,
        errors: Sequence[tuple[str, Text]] = (), headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.status, self.reason, self.text, self.clause = status, reason, text, clause
        self.errors, self.headers = errors, headers or {}
        super().__init__(f"{status} {reason}")

    def shown(self, language: Language, instance: str | None = None) -> dict[str, Any]:
        """Give the members of the document; `instance` is the request's correlation id."""
        members: dict[str, Any] = {
            "type": TYPE + self.reason,
            "title": TITLES[self.status].said(language),
            "status": self.status,
            "detail": self.text.said(language),
            "reason": self.reason,
        }
        if self.clause is not None:
            members["clause"] = self.clause
        if self.errors:
            members["errors"] = [{"pointer": at, "detail": text.said(language)} for at, text in self.errors]
        if instance is not None:
            members["instance"] = f"urn:uuid:{instance}"
        return members

    def response(self, language: Language, instance: str | None = None) -> Response:
        """Give the answer."""
        headers = {"content-language": language, "vary": VARY, **self.headers}
        return Response(to_json(self.shown(language, instance)), self.status, headers, MEDIA_TYPE)


NO_TOKEN = Problem(
    401, "token-missing",
    Text("Skicka en token i huvudet Authorization: Bearer …", "Send a token in the header Authorization: Bearer …"),
    headers={"www-authenticate": "Bearer"},
)  # fmt: skip
NO_PASSWORD = Problem(
    401, NO_TOKEN.reason, NO_TOKEN.text, headers={"www-authenticate": 'Basic realm="Medverka", Bearer'}
)
"""As a calendar program is told: it asks its user then."""
NOT_FOUND = Problem(404, "not-found", Text("Här finns inget.", "There is nothing here."))
FAILED = Problem(
    500, "failed",
    Text(
        "Felet är loggat under numret i instance; försök igen, och uppge numret om det upprepas.",
        "The fault is logged under the number in instance; try again, and give the number if it happens again.",
    ),
)  # fmt: skip


def bad_token(reason: str, sv: str, en: str) -> Problem:
    """Say why a token does not count."""
    return Problem(
        401,
        reason,
        Text(sv, en),
        headers={"www-authenticate": f'Bearer error="invalid_token", error_description="{en}"'},
    )


def forbidden(roles: Sequence[str]) -> Problem:
    """Say which roles may."""
    names = ", ".join(roles)
    return Problem(
        403, "role-may-not",
        Text(f"Det får bara den som har någon av rollerna {names}.", f"Only one of these roles may: {names}."),
    )  # fmt: skip


def refused(refusal: Refused, status: int = 409) -> Problem:
    """Say what the rule says."""
    clause = refusal.clause.id if refusal.clause else None
    return Problem(status, refusal.reason, Text(refusal.sv, refusal.en), clause=clause)


def busy(reason: str, sv: str, en: str, after_s: int = 1) -> Problem:
    """Say that nothing was done and when to ask again."""
    return Problem(503, reason, Text(sv, en), headers={"retry-after": str(after_s)})


OF_STATUS: Mapping[int, Text] = {
    404: NOT_FOUND.text,
    405: Text("Använd någon av metoderna i huvudet Allow.", "Use one of the methods in the header Allow."),
}


def of_status(status: int, headers: Mapping[str, str] | None = None) -> Problem:
    """Give the problem of a status that the framework gives: an unknown path, a method that is not used."""
    known = status if status in TITLES else 400
    reason = HTTPStatus(known).phrase.lower().replace(" ", "-")
    text = OF_STATUS.get(known, Text("Jämför begäran med /openapi.json.", "Compare the request with /openapi.json."))
    return Problem(known, reason, text, headers=headers)


def invalid(errors: Sequence[tuple[str, Text]]) -> Problem:
    """Say which fields are not valid."""
    text = Text("Rätta det som errors räknar upp och skicka igen.", "Mend what errors lists and send it again.")
    return Problem(422, "not-valid", text, errors=errors)


def field_errors(errors: Sequence[ErrorDetails]) -> list[tuple[str, Text]]:
    """Give what pydantic found, as JSON pointers with sentences; never what was given, which can be personal."""
    return [(pointer(error["loc"]), _sentence(error)) for error in errors]


def pointer(place: Sequence[int | str]) -> str:
    """Give a place in a body as a JSON pointer (RFC 6901)."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place)


SENTENCES: Mapping[str, str] = {
    "missing": "uppgiften saknas",
    "extra_forbidden": "det finns ingen sådan uppgift",
    "string_type": "ska vara text",
    "string_too_short": "ska ha minst {min_length} tecken",
    "string_too_long": "får ha högst {max_length} tecken",
    "string_pattern_mismatch": "ska följa mönstret {pattern}",
    "int_type": "ska vara ett heltal",
    "int_from_float": "ska vara ett heltal",
    "bool_type": "ska vara true eller false",
    "date_type": "ska vara ett datum, ÅÅÅÅ-MM-DD",
    "date_parsing": "ska vara ett datum, ÅÅÅÅ-MM-DD",
    "date_from_datetime_parsing": "ska vara ett datum, ÅÅÅÅ-MM-DD",
    "date_from_datetime_inexact": "ska vara ett datum utan klockslag",
    "datetime_type": "ska vara en tidpunkt enligt RFC 3339",
    "datetime_parsing": "ska vara en tidpunkt enligt RFC 3339",
    "datetime_from_date_parsing": "ska vara en tidpunkt enligt RFC 3339",
    "timezone_aware": "ska ha en tidszon",
    "literal_error": "ska vara {expected}",
    "enum": "ska vara {expected}",
    "tuple_type": "ska vara en lista",
    "list_type": "ska vara en lista",
    "dict_type": "ska vara ett objekt",
    "model_type": "ska vara ett objekt",
    "model_attributes_type": "ska vara ett objekt",
    "too_short": "ska ha minst {min_length} poster",
    "too_long": "får ha högst {max_length} poster",
    "greater_than_equal": "ska vara minst {ge}",
    "less_than_equal": "får vara högst {le}",
    "greater_than": "ska vara större än {gt}",
    "less_than": "ska vara mindre än {lt}",
}
"""What pydantic says in English, said in Swedish; what is missing here is said in English to everybody."""


PATTERNS: Mapping[str, Text] = {
    r"^[0-9]{4}$": Text("ska ha fyra siffror", "must be four digits"),
    r"^[0-9]{10}$": Text("ska ha tio siffror", "must be ten digits"),
    r"^[0-9]{2,8}$": Text("ska vara en CPV-kod: två till åtta siffror", "must be a CPV code: two to eight digits"),
    r"^[0-9]{4}(/[0-9]{4})?$": Text(
        "ska vara ett räkenskapsår, 2026 eller 2025/2026", "must be a financial year, 2026 or 2025/2026"
    ),
    r"^[0-9a-f]{64}$": Text(
        "ska vara en SHA-256-summa: 64 tecken, 0–9 och a–f", "must be a SHA-256 digest: 64 characters, 0–9 and a–f"
    ),
    r"^[A-Z]{2}[A-Z0-9]{0,3}$": Text("ska vara en NUTS-kod, som SE110", "must be a NUTS code, such as SE110"),
    r"^[A-Z]{2}[0-9A-Za-z+*.]{2,12}$": Text(
        "ska vara ett momsnummer med landskod, som SE556677889901",
        "must be a VAT number with its country, such as SE556677889901",
    ),
    r"^[A-Z]{3}$": Text(
        "ska vara en valutakod med tre bokstäver, som SEK", "must be a currency code of three letters, such as SEK"
    ),
    r"^[a-z][a-z-]*(:[a-z0-9-]+)?$": Text(
        "ska vara en roll, som procurement-office eller buying-board:education",
        "must be a role, such as procurement-office or buying-board:education",
    ),
    r"^-?[0-9]+(\.[0-9]+)?$": Text('ska vara ett tal i text, som "12.50"', 'must be a number as text, such as "12.50"'),
    r"^(0(\.[0-9]{1,4})?|1(\.0{1,4})?)$": Text(
        "ska vara en andel från 0 till 1 med högst fyra decimaler",
        "must be a share from 0 to 1 of at most four decimals",
    ),
    r"^([1-4]|[1-4]\.[0-9]{1,2}|5|5\.0{1,2})$": Text(
        "ska vara ett medelvärde från 1 till 5 med högst två decimaler",
        "must be a mean from 1 to 5 of at most two decimals",
    ),
    r"^(IN|BG|GS|DF)-[0-9]$": Text(
        "ska vara en punkt i policyn, som GS-4", "must be a clause of the policy, such as GS-4"
    ),
    r"^https?://[^\s]+$": Text(
        "ska vara en webbadress som börjar med https://", "must be a web address that begins with https://"
    ),
    r"^[A-Za-z0-9][A-Za-z0-9._:|-]*$": Text(
        "ska vara en referens till en handläggare, som staff-4711: inget namn och inga mellanslag",
        "must be a reference to an officer, such as staff-4711: no name and no blanks",
    ),
    r"^[A-Za-z0-9._-]{1,50}$": Text(
        "ska vara högst 50 bokstäver, siffror, punkter, streck och understreck",
        "must be at most 50 letters, digits, dots, hyphens and underscores",
    ),
    r"^[^\r\n]*$": Text("ska stå på en rad", "must stand on one line"),
    r"\S": Text("får inte vara tom", "must not be empty"),
    r"^/": Text("ska vara en JSON-pekare som börjar med /", "must be a JSON pointer that begins with /"),
    r"^[245]\.[0-9]{1,3}\.[0-9]{1,3}$": Text(
        "ska vara en e-poststatus, som 5.1.1", "must be a mail status, such as 5.1.1"
    ),
    r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$": Text(
        "ska vara en UUID med små bokstäver", "must be a UUID in lower case"
    ),
}
"""The contracts' patterns in words: nobody should have to read a regular expression to fill in a form."""

SAID_SV: Mapping[str, str] = {
    "a person's number may not stand here; give a reference that says nothing of the person":
        "ett personnummer får inte stå här; ange en referens som inte säger något om personen",
    "must be a UUIDv7 in lower case": "ska vara en UUIDv7 med små bokstäver",
    "a personal field that is there must hold something": "ska rymma något där det finns med",
    "a deadline lies between 2000 and 2100": "en sista dag ligger mellan 2000 och 2100",
    "must be a text of 1 to 200 characters": "ska vara en text med 1–200 tecken",
    "must be a whole number of persons, 0 or more": "ska vara ett helt antal personer, 0 eller fler",
    "must be written in clear text; it is sealed when it is stored": "ska stå i klartext; det krypteras när det lagras",
    "must be a text of at most 2,000 characters": "ska vara en text med högst 2 000 tecken",
    "must have at least 40 characters, the blanks around them not counted":
        "ska ha minst 40 tecken, blanktecken före och efter oräknade",
    "must be a UUIDv7": "ska vara en UUIDv7",
    "must be a DocumentRef whose secrecy is osl-26-1": "ska vara en handling (DocumentRef) med sekretess osl-26-1",
    "must be sol or lss": "ska vara sol eller lss",
    "must be a reason why a place ended": "ska vara ett skäl till att en plats tog slut",
    "must be an outcome of a place": "ska vara ett utfall av en plats",
    "must be a reason why the person was not there": "ska vara ett skäl till att personen inte var med",
    "give either enterpriseId, or enterpriseIdEnc for a protected identity":
        "ge antingen enterpriseId, eller enterpriseIdEnc för en skyddad identitet",
    "subjectRef is needed where something personal is said": "subjectRef behövs där något personligt sägs",
    "reasons about a place are personal: give reasonsEnc": "skäl som rör en plats är personliga: ge reasonsEnc",
}  # fmt: skip
"""What the contracts' and commands' own checks say in English, said in Swedish."""


def _sentence(error: ErrorDetails) -> Text:
    context = error.get("ctx", {})
    if "sv" in context:  # shared/persons/clear.py gives both
        return Text(context["sv"], error["msg"])
    if error["type"] == "value_error":
        english = str(context["error"])
        return Text(SAID_SV.get(english, english), english)
    if error["type"] == "string_pattern_mismatch" and context["pattern"] in PATTERNS:
        return PATTERNS[context["pattern"]]
    swedish = SENTENCES.get(error["type"])
    return Text(error["msg"] if swedish is None else swedish.format_map(context), error["msg"])
