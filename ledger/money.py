"""Money is whole fen (分) inside and ``"1234.50"`` at the edges; rounding is half-up, once per posting line."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def yuan(fen: int) -> str:
    """``266175`` → ``"2661.75"``; negative amounts keep their sign."""
    sign, amount = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{amount // 100}.{amount % 100:02d}"


def fen(text: str) -> int:
    """``"2661.75"`` → ``266175``.  The text has exactly two decimals (``ledger.forms`` has checked it)."""
    return int(text[:-3] + text[-2:])


def half_up(amount: Decimal) -> int:
    """``r2`` of domain §8: yuan as an exact decimal → whole fen, half-up, never banker's."""
    return int(amount.quantize(CENT, ROUND_HALF_UP).scaleb(2))


def r2(value: Decimal) -> Decimal:
    """A score or percentage rounded half-up to two decimals."""
    return value.quantize(CENT, ROUND_HALF_UP)


def percent(part: int, whole: int) -> Decimal | None:
    """A ratio in percent, rounded half-up to two decimals; None where there is nothing to divide by (F-11)."""
    return r2(Decimal(100 * part) / whole) if whole else None


def times(unit_price: int, *factors: Decimal) -> int:
    """Unit price in fen × quantity × factors, rounded once to whole fen (F-13)."""
    product = Decimal(unit_price)
    for factor in factors:
        product *= factor
    return int(product.quantize(Decimal(1), ROUND_HALF_UP))


def part_of(amount: int, share: Decimal) -> int:
    """A share that may not be passed, rounded down to whole fen (rule 19)."""
    return int((Decimal(amount) * share).quantize(Decimal(1), ROUND_DOWN))


def plain(value: Decimal) -> str:
    """A decimal as plain text without trailing zeros: ``"92.5"``, ``"1"`` (contract §5.38)."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
