import json
import math
import random

import pytest
from client_session import load_driver


@pytest.fixture(scope="module")
def client(driver):
    return load_driver(driver)


def round_trip(client, text: str) -> str:
    return client.json_round_trip(text, "test.json").decode()


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        [],
        {},
        "",
        'héllo \U0001f600 "quoted" \\ / \b\f\n\r\t\x01',
        [0, -0.0, 1, -1, 2.0, 0.1, 1e-300, 1.7976931348623157e308, 5e-324, 2**53 - 1, math.pi],
        {"a": {"b": [1, {"c": None}]}, "": False},
    ],
)
def test_values_survive(client, value):
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=2)):
        result = json.loads(round_trip(client, text))
        assert result == value
        assert json.dumps(result, sort_keys=True) == json.dumps(value, sort_keys=True)  # 2.0 stays a float


def test_random_doubles_survive(client):
    values = [random.Random(1).uniform(-1, 1) * 10.0**e for e in range(-300, 300)]
    assert json.loads(round_trip(client, json.dumps(values))) == values


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1,]", "{'a': 1}", '{"a" 1}', "01", "1.", ".5", "+1", "nul", '"\x01"', '"\\x"', '"', "[1] 2", "NaN", "-",
     '"\\ud800\\u0041"', "[" * 1000],
)  # fmt: skip
def test_damaged_text_is_an_error_with_its_place(client, text):
    with pytest.raises(ValueError, match=r"^test\.json, line \d+, column \d+: "):
        round_trip(client, text)


def test_the_place_of_an_error(client):
    with pytest.raises(ValueError, match="line 3, column 8: expected"):
        round_trip(client, '{\n  "a": 1,\n  "b": ?\n}')


def test_bytes_that_are_not_utf8_pass(client):
    assert client.json_round_trip(b'"/caf\xe9"', "test.json") == b'"/caf\xe9"'
