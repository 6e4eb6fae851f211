"""CRC-32C against TensorBoard's own."""

from __future__ import annotations

import random

import pytest
from tensorboard.compat.tensorflow_stub import pywrap_tensorflow as reference

from rave_gui.core.crc32c import crc32c, masked_crc32c


@pytest.mark.parametrize("size", [0, 1, 7, 8, 255, 4095, 4096, 4097, 70_001])
def test_agrees_with_tensorboard_on_both_sides_of_each_switch(size: int) -> None:
    data = random.Random(size).randbytes(size)
    assert masked_crc32c(data) == reference.masked_crc32c(data)


def test_many_lanes_chain_into_one() -> None:
    # More than one round of lanes; the reference is too slow for this, so RFC 3720's rule is used:
    # a message followed by its own CRC has a CRC that does not depend on the message.
    for size in (1 << 20, (1 << 21) + 3):
        data = random.Random(size).randbytes(size)
        closed = data + crc32c(data).to_bytes(4, "little")
        assert crc32c(closed) == 0x48674BC7
