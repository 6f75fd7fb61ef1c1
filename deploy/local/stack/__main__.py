"""The servers alone: `python -m deploy.local.stack DIRECTORY` prints their addresses, one JSON line, and keeps them up."""

import json
import signal
import sys
from pathlib import Path

from deploy.local.explained import Explained
from deploy.local.stack import EmbeddedStack


def main(directory: Path) -> int:
    """Run until interrupted or terminated."""
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # taken by sigwait below, once all are up
    try:
        with EmbeddedStack(directory) as stack:
            print(json.dumps(stack.servers.environment()), flush=True)
            signal.sigwait(ends)
    except Explained as why:
        print(f"medverka: {why}", file=sys.stderr)
        return why.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
