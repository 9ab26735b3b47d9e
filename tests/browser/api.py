"""schemathesis through the bookshelf's API: ``python -m tests.browser.api [examples of each operation]``.

As a librarian, who may write, and as a stranger: an answer of 5xx, one with a status, a type or a body that the
OpenAPI description does not have, and a traceback in the server's log are faults; the command ends with 1.
"""

from __future__ import annotations

import subprocess
import sys

from tests.browser.needs import missing
from tests.browser.site import running_bookshelf

EXAMPLES = 100
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


def fuzz(url: str, headers: dict[str, str], examples: int) -> int:
    """Run schemathesis; return its exit code."""
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{url}/api/v1/openapi.json"]
    command += ["--origin", url, "--checks", ",".join(CHECKS), "--max-examples", str(examples)]
    # The same values each time: a fault found once is found again.
    command += ["--seed", "1", "--generation-database", "none", "--continue-on-failure", "--warnings", "off"]
    for name, value in headers.items():
        command += ["--header", f"{name}: {value}"]
    return subprocess.run(command, check=False).returncode


def main() -> int:
    """Run it as two people."""
    if absent := missing(["schemathesis"], browser=False):
        print("This command needs what is not here:", *absent, sep="\n  ", file=sys.stderr)
        return 2
    import httpx

    examples = int(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES
    with running_bookshelf() as (url, log):
        credentials = {"email": "librarian@example.com", "password": "librarian-password"}
        token = httpx.post(f"{url}/api/v1/token", json=credentials).json()["token"]
        codes = [fuzz(url, {"Authorization": f"Bearer {token}"}, examples), fuzz(url, {}, examples)]
        said = log.read_text(errors="replace")
    faults = said.count("Traceback (most recent call last)")
    print(f"schemathesis ended with {codes}; {faults} tracebacks in the server's log")
    if faults:
        print(said[said.index("Traceback") :][:4000])
    return 1 if any(codes) or faults else 0


if __name__ == "__main__":
    sys.exit(main())
