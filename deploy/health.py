"""A container's health check: exit 0 when the service in it is ready, 1 with what is not."""

import os
import sys
import urllib.error
import urllib.request

READY = "http://127.0.0.1:{port}/health/ready"


def main() -> int:
    """Ask once."""
    address = READY.format(port=os.environ.get("MEDVERKA_HTTP_PORT", "8000"))
    try:
        with urllib.request.urlopen(address, timeout=4) as answer:  # noqa: S310 - our own port, over HTTP
            return 0 if answer.status == 200 else 1  # noqa: PLR2004 - HTTP's own number
    except urllib.error.HTTPError as error:
        sys.stderr.write(error.read(2_000).decode("utf-8", "replace"))
    except OSError as error:
        sys.stderr.write(f"{address}: {error}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
