"""What `eventsourcing` does with our load: as many threads as asked for register enterprises, each in a transaction of its own.

Run by the bench in an environment of its own (`peers.py`), with nothing of ours in it:
`python peer_eventsourcing.py THREADS COMMANDS`, and the library's own POSTGRES_… variables. Prints the seconds it took.
The aggregate holds what our `EnterpriseRegistered` holds, and is made inside the clock, as our commands are.
"""

import os
import sys
import threading
import time
from datetime import date
from typing import Any
from uuid import uuid4

from eventsourcing.application import Application  # type: ignore[import-not-found]  # it is in an environment of its own
from eventsourcing.domain import Aggregate  # type: ignore[import-not-found]  # it is in an environment of its own


class Enterprise(Aggregate):  # type: ignore[misc]  # the library is not installed where mypy looks
    """An enterprise with the fields of our registration."""

    def __init__(
        self, enterprise_id: str, name: str, number: str, legal_form: str, municipality: str, day: str
    ) -> None:
        self.enterprise_id, self.name, self.number = enterprise_id, name, number
        self.legal_form, self.municipality, self.registered_on = legal_form, municipality, day
        self.role, self.unit = "registry-officer", "regionstyrelseforvaltningen"


def registered(number: int) -> Enterprise:
    """Make the command's outcome; the library has no commands of its own."""
    return Enterprise(
        str(uuid4()), f"Företag {number} ekonomisk förening", f"{number:010}", "ekonomisk-forening", "0180",
        date(2026, 1, 12).isoformat(),
    )  # fmt: skip


def work(application: Any, numbers: range, begin: threading.Barrier) -> None:
    """Save one enterprise after the other."""
    begin.wait()
    for number in numbers:
        application.save(registered(number))


def main(threads: int, commands: int) -> None:
    """Time all threads from their common start to the last one's end. A connection each, opened before the clock starts."""
    settings = {"PERSISTENCE_MODULE": "eventsourcing.postgres", "POSTGRES_POOL_SIZE": str(threads)}
    application = Application({**os.environ, **settings})
    for number in range(threads):
        application.save(registered(number))
    application.recorder.datastore.pool.wait()
    begin = threading.Barrier(threads + 1)
    each = commands // threads
    workers = [
        threading.Thread(target=work, args=(application, range(n * each, (n + 1) * each), begin))
        for n in range(threads)
    ]
    for worker in workers:
        worker.start()
    begin.wait()
    began = time.perf_counter()
    for worker in workers:
        worker.join()
    print(each * threads / (time.perf_counter() - began))
    application.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
