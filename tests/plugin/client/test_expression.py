"""The C++ formulas against their Python reference."""

import json
import random

import pytest
from client_session import load_driver

from focuspuller.nodes.vocabulary import Expression, ceil, connected, either, knob, maximum, minimum
from focuspuller.nodes.vocabulary.expressions import Operation, wrap

KNOBS = {"a": 2.5, "b": -3.0, "c": 0.0, "mode": 1, "place": (0.25, 0.75)}
CONNECTED = frozenset({"Depth"})


@pytest.fixture(scope="module")
def client(driver):
    return load_driver(driver)


def in_cpp(client, formula: Expression) -> float:
    def value(name: str, component: int) -> float:
        knob_value = KNOBS[name]
        return float(knob_value[component] if isinstance(knob_value, tuple) else knob_value)

    text = json.dumps(formula.to_json(lambda name, item: {"one": 0, "many": 1}[item]))
    return client.evaluate(text, value, lambda clip: clip in CONNECTED)


def random_formula(source: random.Random, depth: int) -> Expression:
    if depth == 0:
        leaves = [knob("a"), knob("b"), knob("c"), knob("place", 1), connected("Depth"), connected("Matte"), wrap(1.5)]
        return source.choice(leaves)
    a, b, c = (random_formula(source, depth - 1) for _ in range(3))
    arithmetic = [a + b, a - b, a * b, a / b, -a, 2 - a, 1 / a, ceil(a), minimum(a, b), maximum(a, b)]
    logic = [a < b, a <= b, a > b, a >= b, a == b, a != b, a & b, a | b, ~a, either(a, b, c), Operation("abs", (a,))]
    return source.choice(arithmetic + logic)


@pytest.mark.parametrize("seed", range(200))
def test_equals_the_reference(client, seed):
    formula = random_formula(random.Random(seed), 1 + seed % 4)
    assert in_cpp(client, formula) == formula.evaluate(KNOBS, CONNECTED)


def test_choice_items_are_indices(client):
    assert in_cpp(client, knob("mode") == "many") == 1
    assert in_cpp(client, knob("mode") == "one") == 0


def test_division_by_zero_is_zero(client):
    assert in_cpp(client, knob("a") / knob("c")) == 0


@pytest.mark.parametrize("formula", ['{"op": "pow", "args": [1, 2]}', '{"op": "add", "args": [1]}', '"a"', "{}", "[]"])
def test_what_is_no_formula_is_an_error(client, formula):
    with pytest.raises(ValueError):
        client.evaluate(formula, lambda *_: 0.0, lambda _: False)
