"""How our commands read their arguments: a call that is wrong is one sentence, as everything else that goes wrong."""

import argparse
from typing import NoReturn

from typing_extensions import override

from deploy.local.explained import WrongCall


class Parser(argparse.ArgumentParser):
    """An argparse parser without the usage's lines before its error."""

    @override
    def error(self, message: str) -> NoReturn:
        """Raise WrongCall."""
        raise WrongCall(f"{self.prog.split()[-1]}: {' '.join(message.split())}; se / see ./{self.prog} --help")
