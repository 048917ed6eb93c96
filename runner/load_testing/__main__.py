"""The process of a load test: gevent takes the place of threads and sockets before anything else is imported."""

from __future__ import annotations


def main() -> None:
    """Do what the command line says, as ``runner`` does."""
    from gevent import monkey  # noqa: PLC0415  # before all that follows

    monkey.patch_all()
    from runner.__main__ import main as run  # noqa: PLC0415  # behind the patch

    run()


if __name__ == "__main__":
    main()
