"""Rows that may be written a moment later."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError

from hub import buffers
from hub.buffers import WriteBuffer


@pytest.fixture
def written():
    return []


@pytest.fixture
def buffer(written):
    return WriteBuffer("rows", written.append, capacity=5)


def test_nothing_is_written_before_the_flush(buffer, written):
    buffer.add(1)
    assert (written, len(buffer)) == ([], 1)


def test_a_flush_writes_in_order(buffer, written):
    for item in range(3):
        buffer.add(item)
    assert buffer.flush() == 3
    assert written == [[0, 1, 2]]


def test_a_flush_writes_in_bounded_batches(written, monkeypatch):
    monkeypatch.setattr(buffers, "FLUSH_ROWS", 2)
    buffer = WriteBuffer("rows", written.append)
    for item in range(5):
        buffer.add(item)
    buffer.flush()
    assert written == [[0, 1], [2, 3], [4]]


def test_beyond_its_capacity_rows_are_dropped_and_counted(buffer):
    for item in range(7):
        buffer.add(item)
    assert (len(buffer), buffer.dropped) == (5, 2)


def test_rows_wait_while_the_database_is_away(written):
    answers = iter([OperationalError, None])

    def write(batch):
        if failure := next(answers):
            raise failure
        written.append(batch)

    buffer = WriteBuffer("rows", write)
    buffer.add(1)
    buffer.add(2)
    assert buffer.flush() == 0
    buffer.flush()
    assert written == [[1, 2]]


@pytest.mark.filterwarnings("default")
def test_rows_the_database_refuses_are_lost_and_counted(caplog):
    def write(batch):
        raise ValueError("bad row")

    buffer = WriteBuffer("rows", write)
    buffer.add(1)
    buffer.flush()
    assert (len(buffer), buffer.dropped) == (0, 1)


def test_a_thread_writes_without_being_asked(monkeypatch):
    monkeypatch.setattr(WriteBuffer, "threaded", True)
    monkeypatch.setattr(buffers, "FLUSH_EVERY_S", 0.01)
    done = threading.Event()
    WriteBuffer("rows", lambda batch: done.set()).add(1)
    assert done.wait(5)
