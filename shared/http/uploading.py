"""A document by POST: read beside the requests, made a command, then decided and answered like any other."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from shared.http import problem, receiving
from shared.http.commanding import Answering, Asked, AtHand, Surroundings, check_held
from shared.http.language import Text
from shared.http.operations import NotUnderstood, Query, Upload
from shared.http.problem import Problem
from shared.http.showing import json
from shared.log.append import Answer
from shared.policy.role import Role


@dataclass(frozen=True, slots=True)
class Said:
    """A document that was read, its bytes, and what the request says beside it."""

    document: Any
    data: bytes
    asked: Asked
    role: Role
    dnr: str | None
    now: datetime


IN_HAND = 4
"""So many bodies are in memory at once; the others wait where they are sent from."""
TOO_SLOW = Problem(
    408, "body-too-slow", Text("Filen kom inte fram i tid; försök igen.", "The file did not arrive in time; try again.")
)


class Uploading:
    """The endpoint of one kind of document. Documents are read one at a time: each may take a second and 200 MiB."""

    def __init__(self, upload: Upload, one: Query | None, around: Surroundings, *, patience_s: float = 60) -> None:
        self.patience_s = patience_s
        self.upload, self.around = upload, around
        self.answering = Answering(upload.view, one, around)
        self._in_hand = asyncio.Semaphore(IN_HAND)
        self._turn = asyncio.Semaphore(1)

    async def __call__(self, request: Request) -> Response:
        """Take the document, have its command decided and answer."""
        who = receiving.principal(request)
        role = who.acting(self.upload.roles)
        if role is None:
            raise problem.forbidden(self.upload.roles)
        asked, dnr = Asked.by(request, who), receiving.dnr(request)
        receiving.check_media_type(request, *self.upload.media_types)
        async with self._in_hand:
            data = await self._received(request)
            document = await self._read(data)
            now = self.around.clock.now()
            check_held(role, self.around.authority, now)
            said = Said(document, data, asked, role, dnr, now)
            answer = await self._decided(said)
            if answer is not None and answer == self.upload.again_on:
                answer = await self._decided(said)
        if answer is None:
            return Response(json({"outcome": self.upload.nothing}), 200, None, "application/json")
        return await self.answering.answer(answer, is_new=True)

    async def _decided(self, said: "Said") -> Answer | None:
        """Make the document's command on what is known now, and have it decided; None: it asks for nothing."""
        if said.document is None:
            return None
        command = await self.upload.command(said.document, AtHand(said.now, self.around.reading))
        if command is None:
            return None
        submission = await said.asked.submission(
            command, self.around, role=said.role, dnr=said.dnr, now=said.now, data=said.data
        )
        return await self.around.append.submit(submission)

    async def _received(self, request: Request) -> bytes:
        """Take the body. Raises Problem: 413, and 408 for one that does not come, since others wait for its place."""
        try:
            async with asyncio.timeout(self.patience_s):
                return await receiving.body(request, self.upload.most_bytes)
        except TimeoutError:
            raise TOO_SLOW from None

    async def _read(self, data: bytes) -> Any:
        """Read the document. Raises Problem: 422."""
        async with self._turn:
            try:
                return await asyncio.to_thread(self.upload.read, data)
            except NotUnderstood as error:
                raise Problem(422, error.reason, Text(error.sv, error.en)) from None
