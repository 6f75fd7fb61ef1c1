"""Fourth chapter: letters that the suite writes itself, and one that comes back after it counted as delivered (GS-6)."""

from collections.abc import Iterable
from functools import partial

from deploy.local.story.ledger import working_days_after
from deploy.local.story.procurement import ROLE, Procurement, Tender
from deploy.local.story.world import Act, World, act

BOUNCED = 2
"""Working days after a letter came back (local)."""


def acts(p: "Letters") -> Iterable[Act]:
    """Say what is done on which day."""
    return (
        act("2026-11-06", "Sviten skriver själv till Lärande Arbete; brevet godkänns och går med e-post.",
            "The suite writes to Lärande Arbete itself; the letter is approved and goes by e-maip.",
            lambda: p.write("courses", "learning")),
        act("2026-11-16", "Kulturnämnden planerar tryck av kalendrar. Text och Data har bytt brevlåda.",
            "The board for culture plans the printing of calendars. The text enterprise has another mailbox.",
            lambda: p.move_mailbox("text"), lambda: p.tenders.plan("printing", "culture")),
        act("2026-11-18", "Breven går. Det till Text och Data tas emot och studsar sedan: en ny skyldighet, två arbetsdagar.",
            "The letters go. The one to the text enterprise is taken and then bounces: a new duty, two working days.",
            lambda: p.write("printing", "learning", "text", bounces="text")),
        act("2026-11-20", "Text och Data nås per telefon, i tid.", "The text enterprise is reached by phone, in time.",
            lambda: p.call("printing", "text")),
    )  # fmt: skip


class Letters:
    """What the procurement office lets the suite write."""

    def __init__(self, world: World, tenders: Procurement) -> None:
        self.world, self.tenders = world, tenders
        self.written = 0
        """How many letters the suite wrote."""

    def move_mailbox(self, name: str) -> None:
        """Enter another mailbox, of which nobody knows yet that it bounces."""
        w = self.world
        path = f"/v1/enterprises/{w.enterprises[name]}/contacts"
        said = {
            "purpose": "procurement", "channel": "email", "address": f"bounced@{name}.example", "language": "sv",
            "validFrom": w.today.isoformat(), "replacesContactId": w.contacts[name], "dnr": w.dnr("RS"),
        }  # fmt: skip
        answer = w.office.post("registry", path, said, role="registry-officer")
        [w.contacts[name]] = set(answer.body["contacts"]) - {w.contacts[name]}

    def write(self, key: str, *names: str, bounces: str = "") -> None:
        """Let the suite write to all whom a tender suits; where no mail server is reached, the office writes."""
        w, tender = self.world, self.tenders.tenders[key]
        if w.stage.mail is None:
            self.tenders.inform(key, *names)
            if bounces:
                self._bounce(key, bounces)
            return
        digest = w.wait_for(f"letters on {key}", lambda: self._facts(tender, len(names)))
        said = {"factsDigest": digest, "dnr": w.dnr("RS")}
        w.office.post("procurement", f"/v1/tenders/{tender.id}/letters", said, role=ROLE)
        self.written += len(names)
        for name in names:
            duty = self.tenders.duty(tender, name)
            w.wait_for(f"the letter on {key} to {name}", partial(self._is_done, duty))
            w.ledger.done(duty, w.today, w.today)
        if bounces:
            self._owe_anew(tender, bounces)

    def _is_done(self, duty: str) -> bool:
        return self.world.duties()[duty]["end"] is not None

    def _facts(self, tender: Tender, letters: int) -> str | None:
        """Give the digest of the facts that all letters have, once all are there."""
        rows = self.world.office.all("procurement", "/v1/letters", role=ROLE, tenderId=tender.id)
        informing = [each for row in rows for each in row["letters"] if each["purpose"] == "inform"]
        digests = {each["factsDigest"] for each in informing}
        return digests.pop() if len(informing) == letters and len(digests) == 1 else None

    def _bounce(self, key: str, name: str) -> None:
        """Record that a letter came back."""
        w, tender = self.world, self.tenders.tenders[key]
        said = {"failedAt": w.now.isoformat(), "reasonCode": "hard-bounce", "retry": False, "dnr": w.dnr("RS")}
        path = f"{self.tenders.pair(tender, name)}/outreaches/{tender.sent[name]}/failures"
        w.office.post("procurement", path, said, role=ROLE)
        self._owe_anew(tender, name)

    def _owe_anew(self, tender: Tender, name: str) -> None:
        w = self.world
        w.ledger.arise(f"{self.tenders.duty(tender, name)}/2", w.today, working_days_after(w.today, BOUNCED))

    def call(self, key: str, name: str) -> None:
        """Reach by phone whom no letter reached."""
        w, tender = self.world, self.tenders.tenders[key]
        self.tenders.send(key, name, "phone")
        said = {
            "deliveredAt": w.now.isoformat(), "proof": "spoken-noted", "notedBy": "staff-2002", "dnr": w.dnr("RS"),
        }  # fmt: skip
        path = f"{self.tenders.pair(tender, name)}/outreaches/{tender.sent[name]}/deliveries"
        w.office.post("procurement", path, said, role=ROLE)
        w.ledger.done(f"{self.tenders.duty(tender, name)}/2", w.today, w.today, said["dnr"])
