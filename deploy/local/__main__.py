"""The command line behind `./medverka`: finds the command, and turns whatever goes wrong into one sentence."""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from types import FrameType

from deploy.local.commands import COMMANDS, Command
from deploy.local.explained import Explained, WrongCall
from deploy.local.places import STATE

INTERRUPTED = 130  # as shells count: 128 + SIGINT
TERMINATED = 143
Main = Callable[[list[str]], int]  # what each command's module offers
HELP = ("-h", "--help", "help")


def overview() -> str:
    """What `./medverka` alone prints."""
    lines = ["Medverka – minns vad en region har lovat de sociala företagen", "Usage: ./medverka COMMAND [--help]", ""]
    width = max(map(len, COMMANDS))
    for name, command in COMMANDS.items():
        lines += [f"  {name:{width}}  {command.swedish}", f"  {'':{width}}  {command.english}"]
    return "\n".join([*lines, "", "Example: ./medverka demo --lang en"])


def find(name: str) -> Command:
    """The command of that name."""
    try:
        return COMMANDS[name]
    except KeyError:
        raise WrongCall(f"{name!r} is no command of ./medverka; there are {', '.join(COMMANDS)}") from None


def explanations(error: BaseException) -> Iterator[Explained]:
    """The sentences in an error, or in the group of errors that concurrent tasks raised; none if one of them has none."""
    if isinstance(error, BaseExceptionGroup):
        parts = [list(explanations(each)) for each in error.exceptions]
        if all(parts):
            yield from (explained for part in parts for explained in part)
    elif isinstance(error, Explained):
        yield error
    elif _blames_the_authority_s_file(error):
        yield WrongCall(str(error))
    elif isinstance(error, OSError) and error.filename and error.strerror:
        yield Explained(
            f"{error.filename}: {error.strerror}; see to the file, the disk or its permissions, and run again"
        )


def _blames_the_authority_s_file(error: BaseException) -> bool:
    from shared.policy.authority import AuthorityFileWrong  # here: a start without an error need not wait for it

    return isinstance(error, AuthorityFileWrong)


def report(error: Exception) -> int:
    """Tell what went wrong, on stderr, and answer the exit code. What we did not foresee goes to a file with its trace."""
    sentences = list(explanations(error))
    for sentence in sentences:
        print(f"medverka: {sentence}", file=sys.stderr)
    if sentences:
        return max(sentence.exit_code for sentence in sentences)
    print(
        f"medverka: unexpected: {type(error).__name__}: {error}; please report it{_with_trace(error)}", file=sys.stderr
    )
    return 1


def _with_trace(error: Exception) -> str:
    file = STATE / "error.log"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError as unwritable:
        return f" (its trace could not be kept: {unwritable.strerror})"
    return f" with {file}"


def _on_terminate(_number: int, _frame: FrameType | None) -> None:
    sys.exit(TERMINATED)  # unwinds, so that servers are stopped in order


def dispatch(argv: Sequence[str]) -> int:
    """Run one command and write out all it said, also where argparse ends it."""
    try:
        if not argv or argv[0] in HELP:
            print(overview())
            return 0
        main: Main = import_module(find(argv[0]).module).main
        return main(list(argv[1:]))
    finally:
        sys.stdout.flush()


def run(argv: Sequence[str]) -> int:
    """Run one command to its exit code, whatever happens."""
    try:
        return dispatch(argv)
    except KeyboardInterrupt:
        return INTERRUPTED
    except (
        BrokenPipeError
    ):  # whoever read our output has gone: nothing is left to say, also when Python flushes at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # noqa: BLE001 – the last place that can make a sentence of it
        return report(error)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _on_terminate)
    sys.exit(run(sys.argv[1:]))
