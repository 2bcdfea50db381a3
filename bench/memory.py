"""Proportional set size of processes: shared pages counted once among those that share them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

PAUSE_S = 0.2


def resident_mb(process_ids: Iterable[int]) -> float:
    """Megabytes of the processes and all they have started."""
    return sum(_pss_kb(each) for each in {*process_ids, *_descendants(set(process_ids))}) / 1024


@contextmanager
def peak_of(measure: Callable[[], float]) -> Iterator[list[float]]:
    """Measures several times a second while the block runs; the list holds the highest value afterwards."""
    peak, is_over = [0.0], threading.Event()

    def watch() -> None:
        while not is_over.wait(PAUSE_S):
            peak[0] = max(peak[0], measure())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        is_over.set()
        watcher.join()


def _pss_kb(process_id: int) -> int:
    try:
        lines = Path(f"/proc/{process_id}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _descendants(parents: set[int]) -> set[int]:
    children = {child for child, parent in _parents().items() if parent in parents}
    return children | _descendants(children) if children else set()


def _parents() -> dict[int, int]:
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found[int(folder.name)] = int((folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        except OSError:
            continue
    return found
