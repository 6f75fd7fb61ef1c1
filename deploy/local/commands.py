"""The commands of `./medverka`: a name, the module whose `main(argv) -> int` is it, and a line of help in both languages."""

from collections.abc import Mapping
from typing import NamedTuple


class Command(NamedTuple):
    """One row of the table."""

    module: str
    swedish: str
    english: str


COMMANDS: Mapping[str, Command] = {
    "demo": Command("deploy.local.demo", "spelar upp ett år på riktiga servrar", "plays a year on real servers"),
    "up": Command("deploy.local.up", "startar allt och låter det gå", "starts everything and keeps it running"),
    "notice": Command("deploy.local.notice", "läser annonser (eForms)", "reads notices (eForms)"),
    "token": Command("deploy.local.token", "ger en token för curl och Swagger", "prints a token for curl and Swagger"),
    "check": Command("deploy.local.check", "jämför Postgres, Kafka och vyer", "compares Postgres, Kafka and views"),
    "replay": Command("deploy.local.replay", "prövar att varje skyldighet finns", "tries that every duty is there"),
    "what-if": Command("deploy.local.what_if", "räknar om med en annan fil", "counts anew under another file"),
    "duties": Command(
        "deploy.local.answers.duties", "vad som är skyldigt, av vem och när", "what is owed, by whom and when"
    ),
    "proof-card": Command("deploy.local.answers.proof_card", "beviskort för en skyldighet", "a duty's proof card"),
    "enterprise": Command("deploy.local.answers.enterprise", "allt om ett företag", "all about one enterprise"),
    "tender": Command("deploy.local.answers.tender", "allt om en upphandling", "all about one tender"),
    "reach": Command("deploy.local.answers.reach", "vilka som fick veta om en upphandling", "who was told of a tender"),
    "pack": Command("deploy.local.answers.pack", "årets underlag för samrådet", "the year's evidence pack"),
    "post": Command("deploy.local.answers.post", "vilka brev som skickas eller väntar", "which letters go, or wait"),
    "export": Command("deploy.local.export", "skriver loggarna för revisorn", "writes the logs for an auditor"),
    "verify": Command("deploy.local.verify", "prövar en exporterad logg", "verifies an exported log"),
    "bench": Command("deploy.local.bench", "mäter", "measures"),
    "test": Command("deploy.local.testing", "prövar allt som ska gälla", "tries all that must hold"),
}
