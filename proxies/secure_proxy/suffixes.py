"""is_shared: below which names anybody can have one, by the Public Suffix List that its package brings along."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from publicsuffixlist import PSLFILE, PublicSuffixList


def is_shared(name: str) -> bool:
    """Whether strangers have names below it: it is a public suffix, or some lie below it, such as s3.amazonaws.com.

    name is canonical, see entries.py. Reads the list once, from its file; nothing is fetched.
    """
    return bool(_suffixes().is_public(name)) or name in _above_suffixes()


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=1)
def _above_suffixes() -> frozenset[str]:
    """Every name that has a public suffix below it, in ASCII."""
    lines = Path(PSLFILE).read_text(encoding="utf-8").splitlines()
    rules = (line.split()[0].lstrip("!*.") for line in lines if line.strip() and not line.startswith("//"))
    parents = (rule.split(".", 1)[1] for rule in rules if "." in rule)
    return frozenset(above for parent in parents for above in _with_parents(parent))


def _with_parents(name: str) -> list[str]:
    labels = name.split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]
