"""Code for receivers that checks a signature with the standard library of its language; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hub.json_types import JSONObject
from outbound.attachments.modes import MULTIPART
from outbound.webhooks.files import MODE


@dataclass(frozen=True, slots=True)
class Snippet:
    """title: of the language; language: as the code block colours it."""

    title: str
    language: str
    code: str


PYTHON: Final = '''\
import base64, hashlib, hmac, time

SECRET = "whsec_…"  # of this webhook


def is_genuine(headers, body: bytes) -> bool:
    """headers: names in lower case. body: the bytes as they came, before anything parsed them."""
    message_id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
    if abs(time.time() - int(timestamp)) > 300:
        return False
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    content = b".".join([message_id.encode(), timestamp.encode(), body])
    expected = "v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    return any(hmac.compare_digest(expected, one) for one in headers["webhook-signature"].split())
'''
JAVASCRIPT: Final = """\
import { createHmac, timingSafeEqual } from "node:crypto";

const SECRET = "whsec_…"; // of this webhook

/** headers: names in lower case. body: a Buffer with the bytes as they came, before anything parsed them. */
export function isGenuine(headers, body) {
  const id = headers["webhook-id"];
  const timestamp = headers["webhook-timestamp"];
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false;
  const key = Buffer.from(SECRET.replace(/^whsec_/, ""), "base64");
  const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  const expected = Buffer.from("v1," + createHmac("sha256", key).update(content).digest("base64"));
  return headers["webhook-signature"].split(" ").some((one) => {
    const given = Buffer.from(one);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
"""
SNIPPETS: Final = (Snippet("Python", "text", PYTHON), Snippet("JavaScript", "text", JAVASCRIPT))
PYTHON_OF_FORMS: Final = (
    PYTHON
    + '''

def signed_of(files) -> bytes:
    """Of a form with files, this is the body. files: of each its _metadata field and its content, both as bytes."""
    return b"\\n".join(hashlib.sha256(content).hexdigest().encode() + b"." + told for told, content in files)
'''
)
JAVASCRIPT_OF_FORMS: Final = (
    JAVASCRIPT.replace("import { createHmac, ", "import { createHash, createHmac, ")
    + """
/** Of a form with files, this is the body. files: of each [text of its _metadata field, Buffer with its bytes]. */
export function signedOf(files) {
  const lines = files.map(([told, content]) => `${createHash("sha256").update(content).digest("hex")}.${told}`);
  return Buffer.from(lines.join("\\n"));
}
"""
)
SNIPPETS_OF_FORMS: Final = (
    Snippet("Python", "text", PYTHON_OF_FORMS),
    Snippet("JavaScript", "text", JAVASCRIPT_OF_FORMS),
)


def snippets_of(configuration: JSONObject) -> tuple[Snippet, ...]:
    """For the receiver of a webhook."""
    return SNIPPETS_OF_FORMS if configuration.get(MODE) == MULTIPART else SNIPPETS
