"""Amounts in capital figures (人民币大写), as statements print them (domain §10), and back.

One form is written where the central bank allows two; the parser reads both.
"""

from __future__ import annotations

import re

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")
LARGEST = 10**18 - 1
"""Fen: ten thousand million million yuan less one, far above any ledger."""


def amount_in_words(fen: int) -> str:
    """``1237705`` → ``壹万贰仟叁佰柒拾柒元零伍分``; without 人民币 in front."""
    if not -LARGEST <= fen <= LARGEST:
        raise ValueError(f"{fen} fen is more than can be written")
    if fen == 0:
        return "零元整"
    yuan, cents = divmod(abs(fen), 100)
    words = (_whole(yuan) + "元" if yuan else "") + _cents(cents, after_yuan=yuan > 0)
    return "负" + words if fen < 0 else words


def _cents(cents: int, *, after_yuan: bool) -> str:
    tens, ones = divmod(cents, 10)
    if not cents:
        return "整"
    if not ones:
        return DIGITS[tens] + "角整"
    if tens:
        return f"{DIGITS[tens]}角{DIGITS[ones]}分"
    return ("零" if after_yuan else "") + DIGITS[ones] + "分"


def _whole(yuan: int) -> str:
    """Groups of four digits; one 零 where places between two digits are empty."""
    words, gap = "", False
    for power in range(len(GROUPS) - 1, -1, -1):
        group = yuan // 10_000**power % 10_000
        if not group:
            gap = gap or bool(words)
            continue
        if words and (gap or group < 1000 or yuan // 10_000 ** (power + 1) % 10 == 0):
            words += "零"
        words += _group(group) + _unit(power, yuan)
        gap = False
    return words


def _unit(power: int, yuan: int) -> str:
    """``万亿`` is 万 before 亿: the 亿 is said once, by the group below where there is one."""
    if power == 3 and yuan // 10_000**2 % 10_000:
        return "万"
    return GROUPS[power]


def _group(group: int) -> str:
    words = ""
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit:
            if words and group // 10 ** (place + 1) % 10 == 0:
                words += "零"
            words += DIGITS[digit] + PLACES[place]
    return words


_FORM = re.compile(
    r"(?:人民币)?(?P<minus>负)?(?:(?P<yuan>[^元圆角分整正]+)[元圆])?零?(?:(?P<jiao>.)角)?零?(?:(?P<fen>.)分)?[整正]?\Z"
)


def parse_amount_in_words(words: str) -> int:
    """Fen of an amount in words.  Raises ValueError for what is none."""
    form = _FORM.match(words)
    if not form or not (form["yuan"] or form["jiao"] or form["fen"]):
        raise ValueError(f"{words} is not an amount")
    fen = _parse_whole(form["yuan"] or "零") * 100
    fen += 10 * DIGITS.index(form["jiao"] or "零") + DIGITS.index(form["fen"] or "零")
    return -fen if form["minus"] else fen


def _parse_whole(words: str) -> int:
    for name, size in (("亿", 10_000**2), ("万", 10_000)):
        high, found, low = words.rpartition(name)
        if found:
            return _parse_whole(high) * size + (_parse_whole(low) if low else 0)
    return _parse_group(words)


def _parse_group(words: str) -> int:
    total, digit = 0, 0
    for char in words:
        if char in DIGITS:
            digit = DIGITS.index(char)
        elif char in PLACES:
            total += (digit or 1) * 10 ** PLACES.index(char)
            digit = 0
        else:
            raise ValueError(f"{words} is not a number")
    return total + digit
