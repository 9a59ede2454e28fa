"""Lines out of blocks, in bounded memory."""

from hypothesis import given
from hypothesis import strategies as st

from api.histories.lines import BOM, Lines


def cut(blocks: list[bytes], longest: int = 1_000) -> list[bytes]:
    lines = Lines(longest)
    return [line for block in blocks for line in lines.feed(block)] + lines.end()


def test_the_last_line_needs_no_newline() -> None:
    assert cut([b"one\ntwo"]) == [b"one", b"two"]


def test_empty_lines_are_left_out() -> None:
    assert cut([b"\n \r\none\n\n\t\n"]) == [b"one"]


def test_the_mark_that_editors_put_first_is_no_part_of_the_first_line() -> None:
    assert cut([BOM + b"one\n"]) == [b"one"]
    assert cut([BOM[:1], BOM[1:] + b"one\n", BOM + b"two"]) == [b"one", BOM + b"two"]


def test_of_a_line_that_is_too_long_only_a_little_is_kept() -> None:
    lines = Lines(longest=10)
    for _ in range(1_000):
        assert lines.feed(b"x" * 100) == []
        assert len(lines._begun) == 11
    assert lines.feed(b"x\nshort\n") == [b"x" * 11, b"short"]


@given(st.lists(st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"")), max_size=8), st.integers(1, 7))
def test_how_the_input_is_cut_into_blocks_does_not_matter(lines: list[bytes], size: int) -> None:
    text = b"a" + b"\n".join(lines)
    blocks = [text[start : start + size] for start in range(0, len(text), size)]
    assert cut(blocks) == cut([text])
