"""find_text_function: whether an expression may look into a text that a handle stands for; pure."""

from __future__ import annotations

from typing import Final

from hub.jsonata.source import tokens

LOOKING: Final = frozenset(
    {
        *("$length", "$substring", "$substringBefore", "$substringAfter", "$uppercase", "$lowercase", "$trim", "$pad"),
        *("$contains", "$split", "$match", "$replace", "$number", "$eval", "$base64encode", "$base64decode"),
        *("$encodeUrl", "$encodeUrlComponent", "$decodeUrl", "$decodeUrlComponent"),
    }
)
"""Functions whose result depends on what a text holds, or how long it is."""


FILE_CONTENTS: Final = "base64"
"""The member of file_data behind which a file stands."""


def advice_about_files(expression: str) -> str:
    """What to tell whoever saves an expression over file_data; empty where it only puts files somewhere.

    Bytes are filled in once the expression has run. A text cut to less than a handle's beginning, its length, and what
    is encoded or counted of it do not show in the result, so they are told before anything is delivered.
    """
    function = find_text_function(expression, FILE_CONTENTS)
    if function is None:
        return ""
    return (
        f"calls {function} and names {FILE_CONTENTS}: where an expression runs, a short placeholder stands for the"
        f" contents of a file, which are filled in afterwards. If {function} gets it, it sees the placeholder; take"
        " size_bytes for a length, and send the contents whole"
    )


def find_text_function(expression: str, member: str) -> str | None:
    """The first function of LOOKING in an expression that names the member; None where it names one of them alone.

    Whether the function gets the member cannot be told without running it, so that some expressions are met that do no
    harm.
    """
    found = tokens(expression)
    if not any(kind in {"name", "quoted", "string"} and text.strip("`\"'") == member for kind, text, _ in found):
        return None
    return next((text for kind, text, _ in found if kind == "variable" and text in LOOKING), None)
