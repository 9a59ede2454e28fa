"""大写: every vector of the domain, and whatever is written can be read again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.amount_in_words import LARGEST, amount_in_words, parse_amount_in_words

VECTORS = {
    0: "零元整",
    5: "伍分",
    50: "伍角整",
    1000: "壹拾元整",
    -7500: "负柒拾伍元整",
    32504: "叁佰贰拾伍元零肆分",
    140950: "壹仟肆佰零玖元伍角整",
    168032: "壹仟陆佰捌拾元叁角贰分",
    266175: "贰仟陆佰陆拾壹元柒角伍分",
    600714: "陆仟零柒元壹角肆分",
    1050000: "壹万零伍佰元整",
    1237705: "壹万贰仟叁佰柒拾柒元零伍分",
    1362295: "壹万叁仟陆佰贰拾贰元玖角伍分",
    1640902: "壹万陆仟肆佰零玖元零贰分",
    10000500: "壹拾万零伍元整",
    10700053: "壹拾万零柒仟元伍角叁分",
    14361692: "壹拾肆万叁仟陆佰壹拾陆元玖角贰分",
    100000030: "壹佰万元叁角整",
    10000000000: "壹亿元整",
    10000000000_00: "壹佰亿元整",
    1_0000_0001_00: "壹亿零壹元整",
    10_0000_0000_00: "壹拾亿元整",
    1_0001_0000_0000_00: "壹万零壹亿元整",
    1_0000_0000_0000_00: "壹万亿元整",
    700000: "柒仟元整",
}


@pytest.mark.parametrize(("fen", "words"), VECTORS.items())
def test_an_amount_is_written_as_the_domain_says(fen: int, words: str) -> None:
    assert amount_in_words(fen) == words
    assert parse_amount_in_words(words) == fen


@pytest.mark.parametrize(
    ("words", "fen"),
    [
        ("人民币壹拾万柒仟元零伍角叁分", 10700053),
        ("拾元正", 1000),
        ("壹仟陆佰捌拾元零叁角贰分", 168032),
        ("人民币负柒拾伍圆整", -7500),
    ],
)
def test_the_other_allowed_forms_are_read(words: str, fen: int) -> None:
    assert parse_amount_in_words(words) == fen


@given(st.integers(-LARGEST, LARGEST) | st.integers(-(10**8), 10**8))
def test_what_is_written_can_be_read(fen: int) -> None:
    words = amount_in_words(fen)
    assert parse_amount_in_words(words) == fen
    assert "零零" not in words


@pytest.mark.parametrize("words", ["", "元", "整", "人民币", "负", "壹", "壹元贰", "一元整", "壹元整元"])
def test_what_is_no_amount_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="is not"):
        parse_amount_in_words(words)


def test_what_cannot_be_written_is_refused() -> None:
    with pytest.raises(ValueError, match="more than"):
        amount_in_words(LARGEST + 1)
