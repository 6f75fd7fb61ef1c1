"""Runs one server and ends it when its owner is gone, however the owner went.

    python guard.py STOP_SIGNAL PATIENCE_S UID -- ARGUMENT...

The owner holds the other end of our stdin. When that closes – the owner stopped, crashed or was killed with -9 – the server
gets STOP_SIGNAL and, after PATIENCE_S, SIGKILL. Should the guard itself be killed, Linux sends the server the same signal.
The server's pid is the only line on stdout. Nothing but the standard library is imported: a guard starts in 20 ms.
"""

import ctypes
import os
import select
import signal
import sys
import time

PR_SET_PDEATHSIG = 1  # linux/prctl.h; asked for by the only thread of the guard, since the signal follows the thread


def become_server(argv: list[str], uid: int, stop_signal: int) -> None:
    """Replace this (forked) process by the server, as user `uid` where that is not −1."""
    if uid >= 0:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
    if sys.platform == "linux":  # after setuid, which clears it
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, stop_signal)
    for ignored in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.dup2(2, 1)
    os.execvp(argv[0], argv)  # noqa: S606 – no shell is what we want


def ended(pid: int) -> int | None:
    """The exit status of the server, or None while it runs."""
    done, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None


def watch(pid: int, child_event: int, stop_signal: int, patience_s: float) -> int:
    """Wait for the server's end or the owner's, and see to it that the first follows from the second."""
    inputs = [0, child_event]
    deadline: float | None = None
    while True:
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        ready, _, _ = select.select(inputs, [], [], left)
        if child_event in ready:
            os.read(child_event, 4096)
        status = ended(pid)
        if status is not None:
            return status
        if 0 in ready and not os.read(0, 1):
            inputs.remove(0)
            os.kill(pid, stop_signal)
            os.kill(pid, signal.SIGCONT)  # a frozen server must be able to hear it
            deadline = time.monotonic() + patience_s
        elif not ready and left is not None:
            os.kill(pid, signal.SIGKILL)
            deadline = None


def main() -> int:
    """Start the server, tell its pid, and stay until it has ended."""
    stop_signal, patience_s, uid = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    argv = sys.argv[5:]
    child_event, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    for ignored in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):  # only the owner's end is a reason to stop
        signal.signal(ignored, signal.SIG_IGN)
    pid = os.fork()
    if pid == 0:
        try:
            become_server(argv, uid, stop_signal)
        except OSError as error:
            os.write(2, f"{argv[0]}: {error.strerror}\n".encode())
        finally:
            os._exit(127)  # as shells say that a program could not be run
    os.write(1, f"{pid}\n".encode())
    os.close(1)
    status = watch(pid, child_event, stop_signal, patience_s)
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main())
