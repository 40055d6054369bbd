"""A dry spell on a synthetic record: blue after fifteen days, yellow after thirty-one, ended by real rain."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_a_month_without_rain_is_warned_of(live: Scope) -> None:
    equip("D1", "rain", ("rain", "dry_days"))
    came = tried("drought", "drought.synthetic")
    assert came.levels == (1, 2, 0)
    assert "连续无有效降水天数" in next(w for w in came.drafts if w.level == 2).description_zh
