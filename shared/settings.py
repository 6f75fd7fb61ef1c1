"""The settings of one service: read once at start, by its `app.py` alone.

Each is a variable `MEDVERKA_<NAME>`. What is secret comes as a file: either the setting is the path of a key's file, or
the whole variable stands in a file named like it, in lower case, in the directory that `MEDVERKA_SECRETS` names
(`/run/secrets/medverka_database_url`), as compose and Kubernetes mount them. A variable wins over a file of the same name.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

PREFIX = "MEDVERKA_"
SECRETS = "MEDVERKA_SECRETS"

ServiceName = Annotated[str, Field(pattern=r"^[a-z][a-z-]{1,30}$")]


class WrongSettings(Exception):
    """A setting is missing, unknown or wrong; the service does not start. One line each, with an example."""


def _setting(example: str, sv: str, en: str, **more: Any) -> Any:
    """State one setting: an example that works, and what it is in both languages."""
    return Field(examples=[example], description=en, json_schema_extra={"sv": sv}, **more)


class Settings(BaseModel):
    """What a service needs to know of where it runs; the authority's rules are in the authority's file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: ServiceName = _setting("registry", "tjänstens namn", "the service's name")
    database_url: SecretStr = _setting(
        "postgresql://registry:…@db:5432/registry",
        "tjänstens egen databas i tjänsternas kluster",
        "the service's own database, in the services' cluster",
    )
    keys_url: SecretStr = _setting(
        "postgresql://registry:…@keys:5432/keys",
        "nycklarnas databas i ett eget kluster",
        "the keys' database, in a cluster of its own",
    )
    keys_secret: Path = _setting(
        "/run/secrets/keys_secret",
        "fil med den hemlighet (minst 32 tecken) som nycklarna är inslagna med",
        "file with the secret (32 characters at least) that the keys are wrapped with",
    )
    checkpoint_key: Path = _setting(
        "/run/secrets/checkpoint_key",
        "fil med den Ed25519-nyckel (PEM) som loggarnas kontrollpunkter skrivs under med; vid ett byte flera, den nya först",
        "file with the Ed25519 key (PEM) that the logs' checkpoints are signed with; in a rotation several, the new one first",
    )
    kafka: str = _setting("kafka:9092", "Kafkas adress", "Kafka's address")
    topic_prefix: str = _setting(
        "norrvinge.",
        "sätts före varje ämnes namn; åtskiljer myndigheter på ett kluster",
        "stands before every topic's name; keeps authorities on one cluster apart",
        default="",
        pattern=r"^([a-z0-9][a-z0-9.-]*\.)?$",
    )
    authority: Path = _setting(
        "deploy/authority/norrvinge.toml", "myndighetens daterade fil", "the authority's dated file"
    )
    clock: Path | None = _setting(
        ".medverka/clock",
        "fil med tiden för en simulerad svit; utan den gäller maskinens tid",
        "file with a simulated suite's time; without it the machine's time counts",
        default=None,
    )
    http_host: str = _setting(
        "127.0.0.1", "adress som HTTP svarar på", "address that HTTP answers on", default="127.0.0.1"
    )
    http_port: Annotated[int, Field(ge=0, le=65_535)] = _setting(
        "8000",
        "port som HTTP svarar på; 0 väljer en ledig",
        "port that HTTP answers on; 0 takes a free one",
        default=8000,
    )
    token_keys: str = _setting(
        "/run/secrets/token_keys.pem",
        "var utfärdarens publika nycklar finns: filer (PEM eller JWKS) åtskilda av komma, eller en https-adress till en JWKS",
        "where the issuer's public keys are: files (PEM or JWKS) separated by commas, or the https address of a JWKS",
    )
    token_issuer: str = _setting("https://id.example.se", "godtagen utfärdare (iss)", "the accepted issuer (iss)")
    token_audience: str = _setting(
        "medverka", "godtagen mottagare (aud)", "the accepted audience (aud)", default="medverka"
    )
    mail_server: str | None = _setting(
        "mail.example.se:587",
        "postservern (värd:port); utan den skickas inga brev",
        "the mail server (host:port); without it no letters are sent",
        default=None,
        pattern=r"^.+:[0-9]{1,5}$",
    )
    mail_security: Literal["starttls", "tls", "none"] = _setting(
        "starttls",
        "hur förbindelsen till postservern skyddas; none bara till en server på samma maskin",
        "how the connection to the mail server is secured; none only for a server on the same machine",
        default="starttls",
    )
    mail_ca: Path | None = _setting(
        "/run/secrets/mail_ca.pem",
        "fil med den utfärdare som postserverns certifikat prövas mot, annars maskinens egna",
        "file with the authority that the mail server's certificate is checked against, else the machine's own",
        default=None,
    )
    mail_credentials: Path | None = _setting(
        "/run/secrets/mail_credentials",
        "fil med användarnamn på första raden och lösenord på den andra",
        "file with the user's name on its first line and the password on its second",
        default=None,
    )
    mail_from: str | None = _setting(
        "upphandling@example.se",
        "avsändarens adress; dit går svar och leveransrapporter",
        "the sender's address; answers and delivery reports go there",
        default=None,
        pattern=r"^[^\s<>@]+@[^\s<>@]+$",
    )
    mail_per_minute: Annotated[int, Field(ge=1, le=10_000)] = _setting(
        "60", "högst så många brev i minuten", "at most so many letters a minute", default=60
    )
    mail_reports: Path | None = _setting(
        "/var/mail/reports",
        "katalog (Maildir) där leveransrapporter (RFC 3464) läses",
        "directory (a Maildir) in which delivery reports (RFC 3464) are read",
        default=None,
    )
    log_level: Literal["debug", "info", "warning", "error"] = _setting(
        "info", "minsta allvar som loggas", "the least severity that is logged", default="info"
    )


def read(environment: Mapping[str, str]) -> Settings:
    """Read the settings from an environment and its secrets' directory. Raises WrongSettings."""
    given = _secret_files(environment) | _variables(environment)
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        lines = [_sentence(str(one["loc"][0]), one["type"], one["msg"]) for one in error.errors(include_input=False)]
        raise WrongSettings("\n".join(lines)) from None  # pydantic's own words would show what was given


def _variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Give what stands in variables; an empty one counts as not given, since compose cannot leave one out."""
    ours = {name: value for name, value in environment.items() if name.startswith(PREFIX) and name != SECRETS}
    return {name.removeprefix(PREFIX).lower(): value for name, value in ours.items() if value}


def _secret_files(environment: Mapping[str, str]) -> dict[str, str]:
    """Give what stands in files; others in the directory (keys that a setting names) are left alone."""
    directory = environment.get(SECRETS)
    if not directory:
        return {}
    if not Path(directory).is_dir():
        raise WrongSettings(
            f"{SECRETS}: {directory} is no directory; name the one with the secrets' files, /run/secrets"
        )
    files = Path(directory).glob(f"{PREFIX.lower()}*")
    return {file.name.removeprefix(PREFIX.lower()): file.read_text(encoding="utf-8").strip() for file in files}


def _sentence(name: str, kind: str, why: str) -> str:
    """Say what is wrong with one setting, and what would be right; never what was given, which can be secret."""
    variable = f"{PREFIX}{name.upper()}"
    if kind == "extra_forbidden":
        return f"{variable}: no such setting; known are {', '.join(PREFIX + n.upper() for n in Settings.model_fields)}"
    example = f"set it, for example {variable}={(Settings.model_fields[name].examples or [''])[0]}"
    return f"{variable}: {'missing' if kind == 'missing' else why}; {example}"


HEAD = """# Inställningar / Settings

En tjänst läser dessa variabler en gång, vid start. En okänd eller saknad stoppar starten. Hemligheter är filer: ställ
`MEDVERKA_SECRETS` på en katalog, så läses filen `medverka_database_url` där som variabeln `MEDVERKA_DATABASE_URL`.
A service reads these variables once, at start. An unknown or missing one stops it. Secrets are files: point
`MEDVERKA_SECRETS` to a directory, and the file `medverka_database_url` there is read as the variable `MEDVERKA_DATABASE_URL`.

| variabel / variable | exempel / example | annars / otherwise | svenska | English |
|---|---|---|---|---|
"""


def reference() -> str:
    """Give the table of all settings, for docs/reference/settings.md."""
    return HEAD + "".join(_row(name) for name in Settings.model_fields)


def _row(name: str) -> str:
    field = Settings.model_fields[name]
    extra = field.json_schema_extra
    sv = extra["sv"] if isinstance(extra, dict) else ""
    otherwise = (
        "**krävs / required**" if field.is_required() else "–" if field.default in {None, ""} else f"`{field.default}`"
    )
    return (
        f"| `{PREFIX}{name.upper()}` | `{(field.examples or [''])[0]}` | {otherwise} | {sv} | {field.description} |\n"
    )
