"""A day and more of 220 μg/m³, then clean air: synthetic; one colour."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_the_mean_of_a_day_counts(live: Scope) -> None:
    equip("W5", "air", ("pm2_5", "pm2_5_24h"))
    came = tried("haze", "haze.synthetic")
    assert (came.levels, came.open_now) == ((2, 0), 0)
    assert "24小时细颗粒物平均浓度" in came.drafts[0].description_zh
