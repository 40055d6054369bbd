"""Six cold days on a synthetic record."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_cold_days_in_a_row_are_warned_of(live: Scope) -> None:
    equip("C1", "weather", ("air_temperature", "cold_days"))
    came = tried("cold_spell", "cold_spell.synthetic")
    assert came.levels == (2, 3, 0)
    assert "连续低温天数6，达到6。" in next(w for w in came.drafts if w.level == 3).description_zh
