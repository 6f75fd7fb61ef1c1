"""The eForms SDK (European Commission, CC BY 4.0): paths, code lists, labels and example notices, read from its jar.

The jar is fetched once and checked by its digest; nothing of it is copied into this repository.
"""

from functools import cache
from pathlib import PurePosixPath
from zipfile import ZipFile

from deploy.local.stack.jars import jars

_TOP = "eforms-sdk/"
_NOTICES = f"{_TOP}examples/notices/"


@cache
def _jar() -> ZipFile:
    [path] = jars("eforms-sdk")
    return ZipFile(path)


def sdk_file(name: str) -> bytes:
    """Return one file of the SDK by its path there, such as `fields/fields.json`."""
    return _jar().read(f"{_TOP}{name}")


def example_notices() -> dict[str, bytes]:
    """Return every example notice by its file name, in the names' order; some are invalid on purpose."""
    names = sorted(name for name in _jar().namelist() if name.startswith(_NOTICES) and name.endswith(".xml"))
    return {PurePosixPath(name).name: _jar().read(name) for name in names}
