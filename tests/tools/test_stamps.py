"""A step is done again exactly when what goes into it has changed."""

from __future__ import annotations

from tools import ROOT
from tools.stamps import fingerprint, is_done, mark_done


def test_a_fingerprint_depends_on_names_contents_and_words():
    fingerprints = {
        fingerprint([ROOT / "tools"]),
        fingerprint([ROOT / "tools", ROOT / "Makefile"]),
        fingerprint([ROOT / "tools"], "another"),
    }
    assert len(fingerprints) == 3
    assert fingerprint([ROOT / "Makefile", ROOT / "tools"]) in fingerprints


def test_a_stamp_holds_for_its_value_alone(tmp_path):
    mark_done(tmp_path / "stamp", "one")
    assert is_done(tmp_path / "stamp", "one")
    assert not is_done(tmp_path / "stamp", "two")
    assert not is_done(tmp_path / "missing", "one")
