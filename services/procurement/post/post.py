"""The post's loop: ask for what is due, send what waits, read what came back; all of it again from the views.

A letter is handed in before it is recorded as sent, so that a crash between the two sends it again, under the same Message-ID,
and never not at all. What is recorded has a key of its own, so nothing is recorded twice.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import structlog
from prometheus_client import Counter
from typing_extensions import override

from services.procurement.domain.retries import retry_at
from services.procurement.post import of_tenders, of_years
from services.procurement.post.addresses import address_of
from services.procurement.post.message import message, message_id
from services.procurement.post.outgoing import Outgoing
from services.procurement.post.reading import Mailroom
from services.procurement.post.smtp import (
    Conversation,
    PutOff,
    Rejected,
    Server,
    Taken,
    Unavailable,
    conversation,
    server,
)
from shared.deciding import Command, Refused, Submission
from shared.led import Around, Led
from shared.log.append import Accepted, Failed
from shared.policy.role import PROCUREMENT_OFFICE
from shared.policy.stockholm import day_of

LOOK_S: Final = 0.5
FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 300.0
BATCH: Final = 50
MINUTE: Final = timedelta(minutes=1)
KINDS: Final = (of_tenders, of_years)
"""Tenders have deadlines, so their letters go first."""
REST: Final = 10
"""To look at what is due takes at most one part in so many of the time, however many duties are open."""
LETTERS: Final = Counter("medverka_letters", "Letters by what a mail server said of them.", ["said"])

log = structlog.get_logger()


class Post(Led):
    """The led part of procurement that writes to enterprises."""

    name = "post"

    @override
    async def run(self, around: Around) -> None:
        """Run until cancelled; without a mail server there is nothing to do, which is said once."""
        with_ = server(around.settings)
        if with_ is None:
            log.info(
                "no mail server is set, so no letters are asked for or sent; set MEDVERKA_MAIL_SERVER to have them sent"
            )
            return
        await Sending(around, with_).run()


@dataclass(slots=True)
class Sending:
    """One leader's post."""

    around: Around
    with_: Server
    pause_s: float = FIRST_PAUSE_S
    _not_before: float = 0.0
    _looked_at: object = None
    _look_after: float = 0.0
    _unrecorded: set[str] = field(default_factory=set)
    """Letters that have gone and that a rule let nobody record: never again from this process."""

    async def run(self) -> None:
        """Go round until cancelled."""
        mailroom = Mailroom(self.with_.reports, self.record, self.around) if self.with_.reports else None
        while True:
            did = await self.round()
            if mailroom is not None:
                did += await mailroom.read()
            if not did:
                await asyncio.sleep(LOOK_S)

    async def round(self) -> int:
        """Ask for what is due and send what waits; give how much was done."""
        await self.around.settled()
        asked = await self._ask()
        if asked:
            await self.around.settled()
        return asked + await self._send()

    # -- asking

    async def _ask(self) -> int:
        """Ask for every letter that is due. Nothing is due that was not when the views last said the same on the same day."""
        clock = asyncio.get_running_loop().time
        now, began = self.around.now(), clock()
        looked_at = (self.around.moved(), now.replace(second=0, microsecond=0))
        if looked_at == self._looked_at or began < self._look_after:
            return 0
        asked = 0
        for kind in KINDS:
            async for wanted in kind.due(self.around.views, now, self.around.logs.rules.authority):
                asked += await self.record(wanted, now)
        self._looked_at = looked_at if not asked else None
        self._look_after = clock() + REST * (clock() - began)
        return asked

    async def record(self, commands: Sequence[tuple[Command, str]], now: datetime) -> int:
        """Have commands decided, each under its key; give how many brought something new."""
        submissions = [
            Submission(
                command=command, key=key, actor="system", role=PROCUREMENT_OFFICE, recorded_at=now, correlation_id=key
            )
            for command, key in commands
        ]  # fmt: skip
        done = 0
        for submission, answer in zip(submissions, await self.around.logs.append(submissions), strict=True):
            if isinstance(answer, Failed):
                raise answer.error
            if isinstance(answer, Refused):
                log.warning("the post was refused", key=submission.key, reason=answer.reason)
            elif isinstance(answer, Accepted) and answer.log is not None and not answer.repeated:
                done += 1
        return done

    # -- sending

    async def _send(self) -> int:
        """Send what waits, as many as the limit a minute leaves; a server that takes nothing is left alone for a while."""
        clock = asyncio.get_running_loop().time
        now = self.around.now()
        tried = [await kind.tried(self.around.views, now - MINUTE) for kind in KINDS]
        left = self.with_.per_minute - sum(tried)
        if left <= 0 or clock() < self._not_before:
            return 0
        most = min(left, BATCH)
        waiting = [each for kind in KINDS for each in await kind.waiting(self.around.views, now, most)]
        done = 0
        for each in waiting:
            done += await self._lost(each, now, each.given_up, None) if each.given_up else 0
        going = [each for each in waiting if not each.given_up and each.letter.outreach_id not in self._unrecorded][
            :left
        ]
        if not going:
            return done
        try:
            return done + await self._hand_in(going)
        except Unavailable as error:
            log.warning("letters wait", why=str(error), letters=len(going))
            self._not_before = clock() + self.pause_s
            self.pause_s = min(self.pause_s * 2, LONGEST_PAUSE_S)
            return done

    async def _hand_in(self, going: Sequence[Outgoing]) -> int:
        """Hand letters in over one connection, and record each before the next. Raises Unavailable."""
        done = 0
        async with conversation(self.with_) as talk:
            self.pause_s = FIRST_PAUSE_S
            for each in going:
                done += await self._one(talk, each)
                if talk.is_over:
                    break
        return done

    async def _one(self, talk: Conversation, going: Outgoing) -> int:
        now, letter, contact = self.around.now(), going.letter, going.contact
        address = (
            await address_of(contact, going.about.enterprise_id, self.around.keys, going.resealed) if contact else None
        )
        if address is None:
            return await self._lost(going, now, "no-contact", None)
        authority = self.around.logs.rules.authority
        unit = authority.unit(PROCUREMENT_OFFICE, day_of(now))
        id_ = message_id(letter.event_id, self.with_.domain)
        data = message(
            going.write("en" if letter.language == "en" else "sv", authority.name, unit),
            id_=id_, name=unit if unit == authority.name else f"{unit}, {authority.name}", sender=self.with_.sender,
            recipient=address, at=now,
        )  # fmt: skip
        said = await talk.hand_in(address, data, letter.event_id)
        LETTERS.labels(type(said).__name__).inc()
        at = self.around.now()
        match said:
            case Taken():
                return await self._taken(going, data, id_, at)
            case Rejected(status=status):
                return await self._lost(going, at, "refused", status)
            case PutOff(status=status):
                return await self._put_off(going, at, status)

    async def _taken(self, going: Outgoing, data: bytes, id_: str, at: datetime) -> int:
        """Record that it has gone and that the mail server took it, which counts as delivered until it comes back."""
        outreach_id = going.letter.outreach_id
        sent, delivered = going.about.sent(at, sha256(data).hexdigest(), id_)
        keys = f"post/sent/{outreach_id}", f"post/delivered/{outreach_id}"
        done = await self.record([(sent, keys[0]), (delivered, keys[1])], at)
        if not done:
            self._unrecorded.add(outreach_id)
            log.error("a letter has gone and could not be recorded", outreach=outreach_id)
        return done

    async def _put_off(self, going: Outgoing, at: datetime, status: str | None) -> int:
        again = retry_at(going.letter.asked_at or at, going.letter.tries + 1, at)
        if again is None:
            return await self._lost(going, at, "expired", status)
        return await self._failed(going, at, "delayed", status, again)

    async def _lost(self, going: Outgoing, at: datetime, reason: str, status: str | None) -> int:
        return await self._failed(going, at, reason, status, None)

    async def _failed(
        self, going: Outgoing, at: datetime, reason: str, status: str | None, again: datetime | None
    ) -> int:
        command = going.about.failed(at, at, reason, status, retry=again is not None, retry_at=again)
        return await self.record([(command, f"post/failed/{going.letter.outreach_id}/{going.letter.tries + 1}")], at)
