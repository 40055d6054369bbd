"""Cold on the daily temperatures of Lianzhou (WMO 59072) in January 2000, recorded: -0.2 °C on the twentieth."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_recorded_cold_is_warned_of_as_it_falls(live: Scope) -> None:
    equip("59072", "weather", ("air_temperature", "temperature_min_24h", "temperature_mean_24h"))
    came = tried("cold", "cold.recorded")
    assert max(came.levels) == 4
    red = next(w for w in came.drafts if w.level == 4)
    assert "24小时最低气温-0.2°C，低至0.0°C。" in red.description_zh
    assert "at or below 0.0 °C" in red.description_en
