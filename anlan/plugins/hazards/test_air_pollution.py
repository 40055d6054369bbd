"""A day of 260, a day of 340, then clean air: synthetic; up the three classes and down again."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_the_mean_of_a_day_counts(live: Scope) -> None:
    equip("W6", "air", ("aqi", "aqi_24h"))
    came = tried("air_pollution", "air_pollution.synthetic")
    assert (came.levels, came.open_now) == ((1, 2, 3, 2, 1, 0), 0)
    assert "24小时空气质量指数均值" in came.drafts[0].description_zh
