"""Weights in eight bits."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from vicsformer.models.eight_bits import SCALE, packed, unpacked

MATRICES = arrays(
    np.float32,
    array_shapes(min_dims=2, max_dims=2, max_side=6),
    elements=st.floats(-1e3, 1e3, width=32, allow_subnormal=False),
)


@given(MATRICES)
def test_no_weight_moves_by_more_than_half_a_step_of_its_row(values):
    weight = torch.from_numpy(values)
    found = unpacked(packed({"w": weight}))["w"]
    half_a_step = weight.abs().amax(1, keepdim=True) / 254
    assert ((found - weight).abs() <= half_a_step * (1 + 1e-4) + 1e-10).all()


@given(MATRICES)
def test_packing_again_changes_nothing(values):
    once = packed({"w": torch.from_numpy(values)})
    again = packed(unpacked(once))
    assert torch.equal(again["w"], once["w"])
    torch.testing.assert_close(again["w" + SCALE], once["w" + SCALE])


def test_only_matrices_are_rounded_to_eight_bits():
    weights = {"map.weight": torch.tensor([[1.0, -0.5], [0.0, 0.0]]), "map.bias": torch.tensor([0.1, 3.0])}
    stored = packed(weights)
    assert {name: value.dtype for name, value in stored.items()} == {
        "map.weight": torch.int8,
        "map.weight.scale": torch.float32,
        "map.bias": torch.float16,
    }
    # by hand: 1 is 127 steps, a half is 63.5, which rounds to the even 64
    assert stored["map.weight"].tolist() == [[127, -64], [0, 0]]
    found = unpacked(stored)
    assert found.keys() == weights.keys()
    torch.testing.assert_close(found["map.bias"], weights["map.bias"], rtol=1e-3, atol=0)


def test_half_precision_is_read_as_it_is():
    stored = {"w": torch.tensor([[0.25, 2.0]], dtype=torch.float16)}
    assert torch.equal(unpacked(stored)["w"], torch.tensor([[0.25, 2.0]]))
