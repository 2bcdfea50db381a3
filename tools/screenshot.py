"""make screenshot: draws docs/images/overview.png from a hub of its own with demo data; runs inside .venv."""

from __future__ import annotations

import struct
import tempfile
import zlib
from pathlib import Path

from tools import ROOT
from tools.browsing import running_browser, sign_in
from tools.running import Demo, Hub, rows, wait_for

PICTURE = ROOT / "docs" / "images" / "overview.png"
WIDTH, HEIGHT = 1440, 900
MOST_BYTES = 250_000
"""What a page on the web should cost at most."""
PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def main() -> None:
    """Writes the picture and says how large it is."""
    with tempfile.TemporaryDirectory(prefix="hub-screenshot-") as folder:
        hub = Hub(Path(folder), f"sqlite:///{folder}/hub.sqlite3")
        try:
            demo = hub.prepare_demo()
            hub.start_worker()
            hub.start_web()
            wait_for(lambda: is_drained(hub), "the demo's events to be processed")
            picture = smaller(draw(hub, demo))
        finally:
            hub.end()
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_bytes(picture)
    print(f"{PICTURE.relative_to(ROOT)}: {len(picture) / 1000:.0f} kB")
    if len(picture) > MOST_BYTES:
        raise SystemExit(f"That is more than {MOST_BYTES / 1000:.0f} kB.")


def is_drained(hub: Hub) -> bool:
    """Whether no event waits any more."""
    return rows(hub.database_url, "SELECT count(*) FROM inbound_queuedevent") == [(0,)]


def draw(hub: Hub, demo: Demo) -> bytes:
    """The overview in the light theme, as PNG."""
    with running_browser() as browser:
        page = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light", timezone_id="Europe/Berlin"
        )
        sign_in(page, hub.address, demo.email, demo.password)
        page.goto(f"{hub.address}/app/overview")
        page.evaluate("document.fonts.ready")
        return page.screenshot()


def smaller(png: bytes) -> bytes:
    """The same picture in one stream, deflated as well as zlib can."""
    header, data, place = b"", b"", len(PNG_HEAD)
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        name, content = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        header = content if name == b"IHDR" else header
        data += content if name == b"IDAT" else b""
        place += 12 + length
    deflated = zlib.compress(zlib.decompress(data), 9)
    return PNG_HEAD + chunk(b"IHDR", header) + chunk(b"IDAT", deflated) + chunk(b"IEND", b"")


def chunk(name: bytes, content: bytes) -> bytes:
    """One part of a PNG file."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


if __name__ == "__main__":
    main()
