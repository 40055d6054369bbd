"""Heat on the daily temperatures of Lianzhou (WMO 59072) at the turn of June 2000, recorded: 39.1 °C on the first of July."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_recorded_heat_is_warned_of_in_its_own_words(live: Scope) -> None:
    equip("59072", "weather", ("air_temperature", "temperature_max_24h"))
    came = tried("heat", "heat.recorded")
    assert came.levels == (2, 3, 4, 3), "a cool night ends nothing: the highest of 24 h counts"
    red = next(w for w in came.drafts if w.level == 4)
    assert "24小时最高气温39.1°C，达到39.0°C。" in red.description_zh
    assert "the highest temperature of 24 h was 39.1 °C" in red.description_en
    assert (red.event_code, red.headline_zh.endswith("高温红色预警")) == ("11B09", True)
