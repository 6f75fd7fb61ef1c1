"""Where the suite keeps what it makes on this machine; nothing outside the checkout is written."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".medverka"  # data of the embedded stack, logs, fetched jars; ignored by git
CACHE = STATE / "cache"
AUTHORITY = ROOT / "deploy/authority/gotland.toml"  # where a command names no other
