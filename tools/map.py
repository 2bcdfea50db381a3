"""make map: prints the tree of modules, each with the first sentence of its docstring."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from tools import ROOT

FOLDERS = ("hub", "integrations", "monitoring", "inbound", "proxies", "outbound", "bench", "tools")
COLUMN = 48
"""Where the sentences begin."""


def main() -> None:
    """Prints the folders named on the command line, or all; a name that is no folder of Python ends it."""
    names = sys.argv[1:] or FOLDERS
    for name in names:
        if not any((ROOT / name).rglob("*.py")):
            sys.exit(f"There is no folder with modules called {name}. Try one of: {', '.join(FOLDERS)}.")
    for name in names:
        print_folder(ROOT / name, indent=0)


def print_folder(folder: Path, *, indent: int) -> None:
    """A line for the folder, one per module, then its folders."""
    print_line(f"{folder.name}/", sentence_of(folder / "__init__.py"), indent)
    for module in sorted(folder.glob("*.py")):
        if module.name != "__init__.py":
            print_line(module.name, sentence_of(module), indent + 1)
    for inner in sorted(path for path in folder.iterdir() if is_shown(path)):
        print_folder(inner, indent=indent + 1)


def is_shown(path: Path) -> bool:
    """Folders with Python in them, but no migrations: their names say what they do."""
    return path.is_dir() and path.name not in {"migrations", "__pycache__"} and any(path.rglob("*.py"))


def print_line(name: str, sentence: str, indent: int) -> None:
    """The name, then its sentence in a column of its own."""
    print(f"{'  ' * indent + name:{COLUMN}} {sentence}".rstrip())


def sentence_of(module: Path) -> str:
    """The first paragraph of the module's docstring on one line; empty when there is none."""
    if not module.is_file():
        return ""
    docstring = ast.get_docstring(ast.parse(module.read_bytes())) or ""
    return " ".join(docstring.split("\n\n")[0].split())


if __name__ == "__main__":
    main()
