"""How much is kept, now and later, when it goes on coming as it does."""

from __future__ import annotations

from monitoring.storage.forecast import AHEAD_DAYS, Forecast, forecast

NO_DAYS = [0] * 401


def test_of_nothing_there_is_nothing_to_come() -> None:
    assert forecast(NO_DAYS, 30) == Forecast(
        kept=0, per_day=0.0, later=0, settles_at=0, settles_in=0, whole_days=0, is_first_day=False
    )


def test_only_the_days_that_are_kept_count_as_kept() -> None:
    assert forecast([100, 10, 10, 10], 3).kept == 30


def test_the_rate_is_the_average_of_the_last_seven_whole_days() -> None:
    assert forecast([1000, 7, 0, 14, 0, 7, 0, 7, 500], 30).per_day == 5


def test_on_its_first_day_there_is_no_rate_yet() -> None:
    assert forecast([0, 0, 139_800], 30).is_first_day
    assert not forecast([0, 7, 139_800], 30).is_first_day
    assert not forecast(NO_DAYS, 30).is_first_day


def test_it_is_early_until_a_week_has_passed() -> None:
    assert [forecast([7] * days, 30).is_early for days in (1, 2, 7, 8)] == [False, True, True, False]


def test_days_before_the_first_bytes_make_no_average() -> None:
    assert forecast([0] * 399 + [30, 10, 5], 30).per_day == 20


def test_what_comes_steadily_stays_level_once_as_much_goes() -> None:
    steady = forecast([10] * 401, 30)
    assert (steady.kept, steady.later, steady.settles_at, steady.settles_in) == (300, 300, 300, 0)


def test_what_began_lately_grows_until_its_first_day_goes() -> None:
    young = forecast([0] * 391 + [10] * 10, 30)
    assert (young.kept, young.later, young.settles_in) == (100, 300, 20)


def test_what_is_kept_longer_than_the_forecast_looks_adds_up() -> None:
    long = forecast([0] * 391 + [10] * 10, 200)
    assert long.later == 100 + 10 * AHEAD_DAYS


def test_what_no_longer_comes_goes() -> None:
    ended = forecast([0] * 350 + [10] * 20 + [0] * 31, 60)
    assert (ended.kept, ended.later) == (200, 0)
