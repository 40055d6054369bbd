"""English names of places."""

import pytest

from anlan.lib.romanise import english_name

READINGS = {
    "飞来峡": ["fei", "lai", "xia"],
    "江口": ["jiang", "kou"],
    "西安": ["xi", "an"],
    "英": ["ying"],
    "三水瑶": ["san", "shui", "yao"],
}


@pytest.mark.parametrize(
    ("name", "english"),
    [
        ("飞来峡镇", "Feilaixia Town"),
        ("江口居委会", "Jiangkou Community"),
        ("江口村村委会", "Jiangkou Village"),
        ("西安街道", "Xi'an Subdistrict"),
        ("江口", "Jiangkou"),
        ("清远市高新技术产业开发区", ""),
    ],
)
def test_english_name(name: str, english: str) -> None:
    assert english_name(name, READINGS.__getitem__) == english
