"""So many at once of an organization, whichever process they are in."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import connections

from hub import clock, processes
from hub.errors import Conflict
from hub.ids import new_id
from hub.models import SharedPlace
from hub.shared_places import Scarce, shared_place

pytestmark = pytest.mark.django_db

TWO = Scarce("test", 2, timedelta(seconds=60), Conflict("full"))


def elsewhere(organization_id: int, holder: str, seconds: int = 60) -> None:
    """A place that another process holds."""
    until = clock.now() + timedelta(seconds=seconds)
    SharedPlace.objects.create(
        id=new_id(), organization_id=organization_id, kind="test", holder=holder, held_until=until
    )


def test_what_another_process_has_under_way_counts():
    elsewhere(1, "machine:boot:namespace:1:1")
    with shared_place(TWO, 1), pytest.raises(Conflict), shared_place(TWO, 1):
        pass
    with shared_place(TWO, 1):
        assert SharedPlace.objects.count() == 2


def test_others_and_other_things_have_places_of_their_own():
    with ExitStack() as held:
        for organization_id in (1, 1, 2, 2):
            held.enter_context(shared_place(TWO, organization_id))
        held.enter_context(shared_place(Scarce("other", 1, timedelta(seconds=60), Conflict("full")), 1))
    assert not SharedPlace.objects.exists()


def test_a_place_is_given_back_whatever_happens():
    with pytest.raises(ValueError), shared_place(TWO, 1):
        raise ValueError
    assert not SharedPlace.objects.exists()


def test_a_place_whose_time_is_over_is_free():
    elsewhere(1, "machine:boot:namespace:1:1", seconds=0)
    with shared_place(TWO, 1), shared_place(TWO, 1):
        assert SharedPlace.objects.count() == 2


def test_a_process_that_has_died_holds_nothing():
    lines = "from hub import processes; print(processes.own_name())"
    named = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True)
    assert processes.has_ended(named.stdout.strip())
    elsewhere(1, named.stdout.strip())
    elsewhere(1, processes.own_name())
    with shared_place(TWO, 1):
        assert SharedPlace.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.services
def test_of_many_at_the_same_moment_no_more_than_so_many_get_one():
    barrier, answers = threading.Barrier(8), []

    def take() -> None:
        try:
            barrier.wait()
            with shared_place(TWO, 1):
                answers.append("taken")
                barrier.wait()
        except Conflict:
            answers.append("full")
            barrier.wait()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(answers) == ["full"] * 6 + ["taken"] * 2
