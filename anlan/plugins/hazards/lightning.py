"""Lightning 雷电: how many strikes a location network counts in a county within an hour.

No law names numbers: the national signal goes by hours (6, 2, 2) and danger, so the counts are proposals (K-) and reference data
(packs: hydro/ladders.csv). Strikes come as `lightning_count` of the county as a whole, by HTTP or file.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, Hazard, Sums, Verification

HAZARDS.add(
    Hazard(
        code="lightning",
        name=_("Lightning"),
        name_zh="雷电",
        name_en="Lightning",
        event_code="11B14",
        detector=Sums(("lightning_count",), windows=(1,), clear_share=0.5, clear_after=timedelta(minutes=30)),
        verification=Verification(
            scale="county", before=timedelta(hours=1), after=timedelta(minutes=30), lead=timedelta(minutes=30)
        ),
        ladder={"yellow": 2, "orange": 3, "red": 4},
        icon="bolt",
        source="GB/T 27966; domain.md 6.1 (counts are proposals, K-); times of verification are proposals, K-",
        fallen_zh="雷电活动已明显减弱",
        fallen_en="lightning has become rare",
    )
)
