"""Forest-fire danger of a day by LY/T 1172-95: HTZ = A + B + C + D - E (domain.md 3.5).

A highest temperature (°C), B lowest relative humidity (%), C days without effective rain, D strongest wind (m/s), E the
plants' season. Bins of A and B, and C in its simple form (five points a dry day, fifty at most), are K+ and K.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from anlan.lib.series import dry_days, scored

Floats = NDArray[np.float64]
TEMPERATURE = ((5, 10, 15, 20, 25), (0, 4, 8, 12, 16, 20))
HUMIDITY = ((30, 40, 50, 60, 70), (20, 16, 12, 8, 4, 0))
#: Upper bounds of wind classes 0 to 7; class 8 and above score the same.
WIND = ((0.2, 1.5, 3.3, 5.4, 7.9, 10.7, 13.8, 17.1), (0, 5, 10, 15, 20, 25, 30, 35, 40))
EFFECTIVE_RAIN = 0.3
A_DRY_DAY, MOST = 5, 50
#: So many days of rain tell the score.
DAYS = MOST // A_DRY_DAY + 1


def htz(temperature: Floats, humidity: Floats, rain: Floats, wind: Floats, season: Floats) -> Floats:
    """Return the index for days × stations; `season` is one score a station. Nan where a value of the day, or all rain, is missing."""
    dry = np.where(np.isnan(rain).all(axis=0), np.nan, np.minimum(dry_days(rain, EFFECTIVE_RAIN) * A_DRY_DAY, MOST))
    total = scored(temperature, *TEMPERATURE) + scored(humidity, *HUMIDITY) + dry + scored(wind, *WIND) - season
    return np.maximum(total, 0.0)
