"""Mutated models of every form, read as `checker inspect` reads them: `python benchmarks/fuzz_artifacts.py [SEEDS]`.

Real files (--files) and small ones are mutated as messages and as bytes. None may crash the reader, hold it for more
than 2 s, make it grow by more than 200 MB, or leave a file behind. `--seconds 600` goes on for that long, `--seed N`
begins elsewhere; a failure prints the seed that makes it again. `tests/test_fuzz_artifacts.py` runs a few of it.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

HERE = Path(__file__).parents[1]
sys.path[:0] = [str(HERE)]

from checker.artifact import read
from checker.errors import CannotLook
from checker.inspection import conclude
from checker.request import Clock
from tests.onnxfiles import bytes_field, external, graph, model, node, number, tensor, value, varint

#: seconds and megabytes that one file may take
SLOW, GROWTH = 2.0, 200


def seeds() -> list[tuple[str, bytes]]:
    """Small whole models, by the name of their file."""
    inner = bytes_field(5, bytes_field(1, b"body") + bytes_field(6, graph(nodes=node("Sin", "a", "b"))) + number(20, 5))
    maps = value(
        12, "P", bytes_field(4, bytes_field(1, bytes_field(5, number(1, 7) + bytes_field(2, bytes_field(1, b"")))))
    )
    metadata = bytes_field(14, bytes_field(1, b"k") + bytes_field(2, b"v"))
    function = bytes_field(
        25, bytes_field(1, b"F") + bytes_field(7, node("Relu", "x", "y")[2:]) + bytes_field(10, b"own")
    )
    return [
        ("model.onnx", model()),
        ("model.onnx", model(nodes=node("If", "X", "Y", more=inner), outputs=maps, more=metadata + function)),
        ("model.onnx", model(initializers=tensor("W", external("weights.bin", offset=8, length=64)))),
        (
            "model.onnx",
            model(initializers=tensor("W", bytes_field(9, bytes(400))) * 3, nodes=node("Add", "X", "W", "Y") * 9),
        ),
    ]


def mutate(chance: random.Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """The same, changed once or several times."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        chance.choice(MUTATIONS)(chance, changed, others)
    return bytes(changed[: 1 << 20])


def _place(chance: random.Random, changed: bytearray) -> int:
    return chance.randrange(len(changed) + 1)


def flip(chance: random.Random, changed: bytearray, _: Sequence[bytes]) -> None:
    """One byte is another."""
    if changed:
        changed[chance.randrange(len(changed))] = chance.choice((0, 1, 127, 128, 255, chance.randrange(256)))


def cut(chance: random.Random, changed: bytearray, _: Sequence[bytes]) -> None:
    """What stands behind a place is gone."""
    del changed[_place(chance, changed) :]


def take_out(chance: random.Random, changed: bytearray, _: Sequence[bytes]) -> None:
    """A part is gone."""
    at = _place(chance, changed)
    del changed[at : at + chance.choice((1, 2, 8, 64, 512))]


def twice(chance: random.Random, changed: bytearray, _: Sequence[bytes]) -> None:
    """A part stands there several times."""
    at = _place(chance, changed)
    changed[at:at] = changed[at : at + chance.choice((1, 4, 32, 256))] * chance.choice((1, 2, 50))


def put_in(chance: random.Random, changed: bytearray, others: Sequence[bytes]) -> None:
    """A part of another file."""
    other = chance.choice(others)
    start, at = _place(chance, bytearray(other)), _place(chance, changed)
    changed[at:at] = other[start : start + chance.choice((1, 4, 64, 1024))]


def huge(chance: random.Random, changed: bytearray, _: Sequence[bytes]) -> None:
    """A number is huge, or has no end."""
    at = _place(chance, changed)
    changed[at : at + 1] = chance.choice((varint(2**31), varint(2**63), b"\xff" * 9 + b"\x01", b"\x80" * 12))


def wrapped(chance: random.Random, changed: bytearray, _: Sequence[bytes]) -> None:
    """All of it stands within messages."""
    for _deep in range(chance.choice((1, 5, 60, 400))):
        if len(changed) > 1 << 19:
            return
        changed[:] = bytes_field(chance.choice((1, 2, 5, 6, 7, 11, 25)), bytes(changed))


def field(chance: random.Random, changed: bytearray, _: Sequence[bytes]) -> None:
    """A field of any kind at any place."""
    key = varint(chance.choice((1, 2, 5, 7, 8, 13, 14, 20, 2**28)) << 3 | chance.randrange(8))
    at = _place(chance, changed)
    changed[at:at] = key + bytes(chance.randrange(256) for _n in range(chance.choice((0, 1, 4, 9))))


MUTATIONS: list[Callable[[random.Random, bytearray, Sequence[bytes]], None]] = [
    flip, flip, flip, cut, take_out, twice, put_in, huge, wrapped, field, field,
]  # fmt: skip


def look(path: Path) -> float:
    """Read and judge one file; the seconds that it took."""
    start = time.process_time()
    with suppress(CannotLook):
        conclude(read(path), None, None, Clock())
    return time.process_time() - start


def run(number_of: int, seed: int, seconds: float = 0.0, files: Sequence[Path] = ()) -> tuple[int, float, int]:
    """Files that were read, the slowest in seconds, and megabytes of growth. Raises what a reader raises."""
    known = [*seeds(), *((path.name, path.read_bytes()[: 1 << 20]) for path in files)]
    others = [content for _, content in known]
    until = time.monotonic() + seconds if seconds else float("inf")
    slowest, begun, done = 0.0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0
    with tempfile.TemporaryDirectory() as folder:
        for one in range(seed, seed + number_of):
            chance = random.Random(one)
            name, content = chance.choice(known)
            path = Path(folder) / name
            path.write_bytes(mutate(chance, content, others))
            try:
                slowest = max(slowest, look(path))
            except BaseException:
                print(f"seed {one} of {name} fails")
                raise
            assert slowest < SLOW, f"seed {one} of {name} takes {slowest:.1f} s"
            assert [p.name for p in Path(folder).iterdir()] == [name], f"seed {one} of {name} leaves files behind"
            path.unlink()
            done += 1
            if time.monotonic() > until:
                break
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - begun) // 1024
    assert grown < GROWTH, f"it grew by {grown} MB"
    return done, slowest, grown


def main() -> None:
    """Print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", nargs="?", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--files", type=Path, nargs="*", default=[])
    told = parser.parse_args()
    done, slowest, grown = run(told.number, told.seed, told.seconds, told.files)
    print(f"{done} mutated files: no crash, the slowest {slowest:.3f} s, {grown} MB of growth")


if __name__ == "__main__":
    main()
