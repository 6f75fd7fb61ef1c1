"""What auditors ask of every service: breaches, what was let go, what was changed afterwards; and what became of reports.

An answer's `key` is the event's id, so it says nothing of what it is about. Of a sealed log (OSL 19:3 second paragraph) no
duty, object or stream is named, to nobody: whoever may read those has the duties themselves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.http.duties import with_class
from shared.http.language import Language
from shared.http.operations import Query
from shared.log.trail import TrailRow
from shared.log.view import View
from shared.policy.authority import Authority
from shared.policy.duty.duties import Duties
from shared.policy.role import Role

PERIOD = {"from": "date", "until": "date"}
CARD = "/v1/duty-cards/"
OF_REPORTS = ("/v1/messages", "/v1/refusals", "/v1/caused-duties")


@dataclass(frozen=True, slots=True)
class Sealing:
    """Which of a service's logs are sealed, and what stays readable of them."""

    logs: tuple[str, ...]
    duties: Duties

    def is_sealed(self, duty_id: str) -> bool:
        """Tell whether a duty lies in a sealed log."""
        return self.duties.definition(duty_id).log in self.logs

    def of_duty(self, row: Mapping[str, Any], today: Any, authority: Authority, language: Language) -> dict[str, Any]:
        """Give a duty's own answer with what an audit says of it."""
        full = with_class(row, today, authority, language)
        hidden = self.is_sealed(row["id"])
        return {
            "key": row["arose_event_id"],
            "duty_id": None if hidden else row["id"],
            "clause": row["clause"],
            "kind": row["kind"],
            "unit": row["owed_by_unit"],
            "due_on": row["due_on"],
            "state": row["end"] or "open",
            "class": full["class"],
            "breach": full["breach"],
            "days_late": full["days_late"],
            "interpretation": full["interpretation"],
            "proof_card": None if hidden else f"{CARD}{row['id']}",
        }

    def breach(self, row: Mapping[str, Any], today: Any, authority: Authority, language: Language) -> dict[str, Any]:
        """Give a breach, with the events that show it."""
        said = self.of_duty(row, today, authority, language)
        events = (row["arose_event_id"], *row["trail_events"], *row["evidence"])
        return said | {"limit_on": row["limit_on"], "rebutted": row["rebutted"], "event_ids": events}

    def caused(self, row: Mapping[str, Any], today: Any, authority: Authority, language: Language) -> dict[str, Any]:
        """Give a duty that an event caused."""
        said = self.of_duty(row, today, authority, language)
        return said | {"trigger_event_id": row["trigger_event_id"], "message_id": row["message_id"]}

    def let_go(self, row: Mapping[str, Any], _today: Any, _authority: Authority, _language: Language) -> dict[str, Any]:
        """Give a waiver or a voiding."""
        shown = {name: value for name, value in row.items() if name not in ("log", "arose_event_id")}
        hidden = {"duty_id": None} if row["log"] in self.logs else {}
        return shown | hidden | {"event_ids": (row["arose_event_id"], row["key"])}

    def changed(
        self, row: Mapping[str, Any], _today: Any, _authority: Authority, _language: Language
    ) -> dict[str, Any]:
        """Give a correction, or what was recorded after its day."""
        hidden = {"stream": None} if row["log"] in self.logs else {}
        return {**row, **hidden, "event_ids": tuple(filter(None, (row["key"], row["corrects"])))}


def message(row: Mapping[str, Any], _today: Any, authority: Authority, _language: Language) -> dict[str, Any]:
    """Give what became of a message; its source, where it was accepted, is its publisher's only one."""
    own = [each.source for each in authority.publishers.values() if each.name == row["publisher"]]
    return {**row, "source": row["source"] or (own[0] if len(own) == 1 else None)}


def audit_queries(
    view: View[TrailRow], duties: Duties, roles: tuple[Role, ...], reporters: tuple[Role, ...], sealed: tuple[str, ...]
) -> tuple[Query, ...]:
    """Give the questions on a service's trail: for auditors (`roles`), and for whoever reports to it (`reporters`)."""
    sealing = Sealing(sealed, duties)

    def asked(path: str, query: str, computed: Callable[..., Any] | None, filters: Any, *texts: str) -> Query:
        who = reporters if path in OF_REPORTS else roles
        return Query(
            path=path, view=view, query=query, roles=who, filters=filters, computed=computed, sv=texts[0], en=texts[1]
        )

    return (
        asked("/v1/breaches", "breaches", sealing.breach, PERIOD | {"clause": "text", "unit": "text"},
              "Överträdelser i en period, också de som har motbevisats",
              "Breaches in a period, those too that were rebutted"),
        asked("/v1/waivers-and-voidings", "let_go", sealing.let_go, PERIOD | {"clause": "text", "what": "text"},
              "Befrielser från skyldigheter och skyldigheter som har fallit bort",
              "Duties that were waived, and those that were voided"),
        asked("/v1/corrections", "changed", sealing.changed, PERIOD | {"what": "text", "daysAtLeast": "int"},
              "Rättelser och sådant som har registrerats i efterhand",
              "Corrections, and what was recorded after its day"),
        asked("/v1/messages", "messages", message, {"publisher": "text", "id": "text", "outcome": "text"},
              "Vad det blev av ett annat systems meddelanden",
              "What became of another system's messages"),
        asked("/v1/refusals", "refusals", None, {"publisher": "text"},
              "Avvisade meddelanden per skäl: hur många, sedan när, och hur många som ännu kan sändas om",
              "Refused messages by reason: how many, since when, and how many can still be sent again"),
        asked("/v1/caused-duties", "caused", sealing.caused, {"eventId": "text", "messageId": "text"},
              "Vilka skyldigheter en händelse eller ett meddelande har gett upphov till",
              "Which duties an event or a message gave rise to"),
    )  # fmt: skip
