"""The verifier that is not ours is built where there is a Go; where there is none, a line at the top says so."""

import shutil

GO = shutil.which("go")
collect_ignore = [] if GO else ["test_foreign.py"]


def pytest_report_header() -> str:
    """Say who verifies."""
    return (
        "audit logs: verified by ours and by golang.org/x/mod"
        if GO
        else "audit logs: no go here, verified by ours alone"
    )
