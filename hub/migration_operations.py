"""Migration steps that exist on one database only and do nothing on the other."""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class OnlyOn(Operation):
    """Runs SQL statements when the database's vendor is the named one: "postgresql" or "sqlite"."""

    reduces_to_sql = True

    def __init__(self, vendor: str, forwards: list[str], backwards: list[str]) -> None:
        self.vendor = vendor
        self.forwards = forwards
        self.backwards = backwards

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Changes no model."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Runs the forward statements in order."""
        self._run(schema_editor, self.forwards)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Runs the backward statements in order."""
        self._run(schema_editor, self.backwards)

    def _run(self, schema_editor: BaseDatabaseSchemaEditor, statements: list[str]) -> None:
        if schema_editor.connection.vendor == self.vendor:
            for statement in statements:
                schema_editor.execute(statement)

    def describe(self) -> str:
        """One line for migrate's output."""
        return f"{len(self.forwards)} statement(s) on {self.vendor} only"
