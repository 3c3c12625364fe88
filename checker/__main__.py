"""The command `checker`, and `python -m checker`."""

import sys


def main() -> int:
    """Run one command; an interrupt ends it with its status, even before everything is loaded."""
    try:
        if "--static" in sys.argv:
            from .world.cache import recall_answer
            from .world.output import write_out

            if answer := recall_answer(sys.argv[1:]):
                write_out(answer[1])
                return answer[0]
        from .cli import main as run

        return run()
    except KeyboardInterrupt:
        print("checker: interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    # `python -m` looks into the working folder first: no file there is to answer for one of our modules
    sys.path[:] = sys.path[not getattr(sys.flags, "safe_path", False) :]
    sys.exit(main())
