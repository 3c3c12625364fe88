"""The command `checker`, and `python -m checker`."""

import sys


def main() -> int:
    """Run one command; an interrupt ends it with its status, even before everything is loaded."""
    try:
        from .world.output import interruptible, settled

        interruptible()
        try:
            return run()
        finally:
            settled()
    except KeyboardInterrupt:
        print("checker: interrupted", file=sys.stderr)
        return 130
    except OSError as error:
        print(f"checker: cannot write to standard output: {error.strerror}", file=sys.stderr)
        return 3


def run() -> int:
    """The answer that is known, or else the command."""
    if "--static" in sys.argv:
        from .world.cache import recall_answer
        from .world.output import write_out, write_word

        if answer := recall_answer(sys.argv[1:]):
            status, word, text = answer
            write_out(text)
            if sys.stdout is None or not sys.stdout.isatty():
                write_word(f"checker: {word}")
            return status
    from .cli import main as run_command

    return run_command()


if __name__ == "__main__":
    # `python -m` looks into the working folder first: no file there is to answer for one of our modules
    sys.path[:] = sys.path[not getattr(sys.flags, "safe_path", False) :]
    sys.exit(main())
