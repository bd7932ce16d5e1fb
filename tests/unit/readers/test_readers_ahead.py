"""Reading one piece ahead: in order, one at a time, and what goes wrong is told where the piece is asked for."""

import pytest

from pipelines.readers.ahead import one_ahead


def test_the_items_in_their_order():
    assert list(one_ahead(range(5))) == [0, 1, 2, 3, 4]
    assert list(one_ahead([])) == []
    assert list(one_ahead([None, 0, False])) == [None, 0, False]


def test_no_more_than_one_is_asked_for_ahead():
    asked = []

    def items():
        for number in range(4):
            asked.append(number)
            yield number

    ahead = one_ahead(items())
    assert next(ahead) == 0
    assert next(ahead) == 1
    assert max(asked) <= 2


def test_an_error_comes_after_the_items_before_it():
    def items():
        yield 1
        raise ValueError("the file changed")

    ahead = one_ahead(items())
    assert next(ahead) == 1
    with pytest.raises(ValueError, match="the file changed"):
        next(ahead)
