"""An error that a person can act on: one sentence that says what, where and what to do."""


class Explained(Exception):
    """Ends a command with its own sentence instead of a traceback; `exit_code` is the command's."""

    exit_code = 1


class WrongCall(Explained):
    """The command was called in a way that it does not know."""

    exit_code = 2
