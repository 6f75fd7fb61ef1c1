"""What a service has signed, over HTTP: a log's checkpoint as it is, and the proofs of events that a document cites."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from shared.http import problem, receiving
from shared.http.commanding import Surroundings
from shared.http.in_force import READ_BY
from shared.http.language import Text
from shared.http.reading import Reading, Signed
from shared.tlog import merkle, proof, tiles

PATH: Final = "/v1/checkpoints/{log}"
TEXT: Final = Text("En loggs senast underskrivna kontrollpunkt", "A log's checkpoint as it was signed last")
MEDIA_TYPE: Final = "text/plain; charset=utf-8"


def endpoints(around: Surroundings) -> list[tuple[str, str, Callable[[Request], Awaitable[Response]]]]:
    """Give the question, the same in every service: it tells everybody how much there is, and nothing else."""

    async def checkpoint(request: Request) -> Response:
        if receiving.principal(request).acting(READ_BY) is None:
            raise problem.forbidden(READ_BY)
        signed = await around.reading.tree(receiving.path_value(request.path_params["log"]))
        if signed is None:
            raise problem.NOT_FOUND
        return Response(signed.checkpoint, 200, {"cache-control": "no-cache"}, MEDIA_TYPE)

    return [(PATH, "GET", checkpoint)]


async def proofs(reading: Reading, log: str, indexes: Iterable[int]) -> tuple[Signed | None, dict[int, str]]:
    """Give a log's signed checkpoint and, under it, the proof of each event; what is younger than it has none yet."""
    signed = await reading.tree(log)
    if signed is None:
        return None, {}
    under = sorted({index for index in indexes if index < signed.size})
    wanted = {place for index in under for place in tiles.needed(index, signed.size)}
    found = tiles.subtrees(await reading.tiles(log, sorted(wanted)))
    return signed, {
        index: proof.write(index, merkle.inclusion(index, signed.size, found), signed.checkpoint).decode()
        for index in under
    }
