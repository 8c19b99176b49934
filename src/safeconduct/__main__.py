"""The command line: `safeconduct VERB`. Names, options and JSON keys are a contract (docs/reference/cli.md)."""

from __future__ import annotations

import sys


def main() -> None:
    sys.exit("safeconduct: no verb yet")


if __name__ == "__main__":
    main()
