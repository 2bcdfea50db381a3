"""explained and bad_nodes: what PostgreSQL would do for statements that run, and whether that grows with a table."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from django.db import connection

from hub import database
from hub.database import statements

READS: Final = ("SELECT", "DELETE")
"""How statements begin that look for rows."""


@contextmanager
def explained(monkeypatch: pytest.MonkeyPatch, big: Collection[str]) -> Iterator[list[Any]]:
    """The plan of every statement of READS that runs inside and names a big table, raw ones too, where neither scans
    nor sorts are wanted. Any: parsed JSON."""
    plans: list[Any] = []
    run = statements._run

    def explain(sql: str, parameters: Any) -> None:
        if sql.lstrip().startswith(READS) and any(table in sql for table in big):
            with connection.connection.cursor() as cursor:
                text = f"EXPLAIN (FORMAT JSON) {sql}"
                plans.append(cursor.execute(text, parameters or None).fetchone()[0][0]["Plan"])

    def raw(sql: str, parameters: Any, **how: Any) -> Any:
        explain(sql, parameters)
        return run(sql, parameters, **how)

    def ours(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        explain(sql, parameters)
        return execute(sql, parameters, many, context)

    monkeypatch.setattr(statements, "_run", raw)
    for setting in ("enable_seqscan", "enable_sort"):
        database.execute(f"SET LOCAL {setting} = off")
    with connection.execute_wrapper(ours):
        yield plans


def tables_of(node: Any, big: Collection[str]) -> set[str]:
    """The big tables at or below a node. Any: parsed JSON."""
    below = [tables_of(one, big) for one in node.get("Plans", ())]
    return {node.get("Relation Name", "")}.union(*below) & set(big)


def bad_nodes(node: Any, big: Collection[str]) -> list[str]:
    """Nodes that read all of a big table, or sort its rows, in words. Any: parsed JSON."""
    found = [one for below in node.get("Plans", ()) for one in bad_nodes(below, big)]
    if node["Node Type"] in ("Seq Scan", "Sort") and (tables := tables_of(node, big)):
        found.append(f"{node['Node Type']} of {', '.join(sorted(tables))}")
    return found
