"""Sets up what a command needs: python3 -m tools.setup [--dev] [--assets]."""

from __future__ import annotations

import sys

from tools import SetupFailed, assets, environment


def main() -> None:
    """Does what the arguments name; ends with one sentence when it cannot."""
    try:
        prepare(dev="--dev" in sys.argv, with_assets="--assets" in sys.argv)
    except SetupFailed as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit("Stopped during set-up; the next command goes on from here.")


def prepare(*, dev: bool, with_assets: bool) -> None:
    """The environment always, the bundle of the front end where pages are shown."""
    environment.ensure(dev=dev)
    if with_assets:
        assets.ensure()


if __name__ == "__main__":
    main()
