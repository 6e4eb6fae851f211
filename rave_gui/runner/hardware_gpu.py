"""NVIDIA GPUs, asked through the library of their driver (NVML) without any package of Python.

Names and units as in NVIDIA's NVML reference: use in percent of the last sample period, memory in
bytes, temperature in degrees Celsius, power in milliwatts. Each value fails by itself: a GPU that
is split (MIG) tells no use, a laptop's often no power.
"""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Any

from rave_gui.core.hardware_facts import MOST_GPUS, Values

_NAME_BYTES = 96
_TEMPERATURE_OF_GPU = 0
_LIBRARIES = ("libnvidia-ml.so.1", "libnvidia-ml.so")
_NO_DRIVER = "There is no NVIDIA driver on this computer, so that no GPU can be measured."
_NOT_HERE = "The use of a GPU cannot be measured on this system."


class _Use(ctypes.Structure):
    _fields_ = (("gpu", ctypes.c_uint), ("memory", ctypes.c_uint))


class _Memory(ctypes.Structure):
    _fields_ = (
        ("total", ctypes.c_ulonglong),
        ("free", ctypes.c_ulonglong),
        ("used", ctypes.c_ulonglong),
    )


class Gpus:
    """All GPUs that the driver shows; none of them where there is no driver."""

    def __init__(self) -> None:
        self.absent = ""
        """A sentence where nothing can be measured."""
        self._library: Any = None
        self._handles: list[ctypes.c_void_p] = []
        library = _load()
        if library is None:
            self.absent = _NOT_HERE if sys.platform == "darwin" else _NO_DRIVER
            return
        code = library.nvmlInit_v2()
        if code:
            self.absent = f"The NVIDIA driver does not answer: {_error(library, code)}."
            return
        self._library = library
        self._find()

    def about(self) -> list[dict[str, Any]]:
        """Name and memory of each."""
        return [
            {"name": self._name(handle), "memory": self._memory(handle)[1]}
            for handle in self._handles
        ]

    def sample(self) -> tuple[Values, ...]:
        """Use, memory, temperature and power of each, now."""
        return tuple(
            (
                self._use(handle),
                self._memory(handle)[0],
                self._temperature(handle),
                self._power(handle),
            )
            for handle in self._handles
        )

    def close(self) -> None:
        """Let go of the driver."""
        if self._library is not None:
            self._library.nvmlShutdown()
            self._library, self._handles = None, []

    def _find(self) -> None:
        count = ctypes.c_uint()
        code = self._library.nvmlDeviceGetCount_v2(ctypes.byref(count))
        for index in range(min(count.value, MOST_GPUS)):
            handle = ctypes.c_void_p()
            if not self._library.nvmlDeviceGetHandleByIndex_v2(index, ctypes.byref(handle)):
                self._handles.append(handle)
        if not self._handles:
            why = f": {_error(self._library, code)}" if code else ""
            self.absent = f"The NVIDIA driver shows no GPU{why}."

    def _name(self, handle: ctypes.c_void_p) -> str:
        name = ctypes.create_string_buffer(_NAME_BYTES)
        code = self._library.nvmlDeviceGetName(handle, name, _NAME_BYTES)
        return "GPU" if code else name.value.decode("utf-8", "replace")

    def _use(self, handle: ctypes.c_void_p) -> float | None:
        use = _Use()
        code = self._library.nvmlDeviceGetUtilizationRates(handle, ctypes.byref(use))
        return None if code else float(use.gpu)

    def _memory(self, handle: ctypes.c_void_p) -> tuple[float | None, float | None]:
        """Used and total."""
        memory = _Memory()
        code = self._library.nvmlDeviceGetMemoryInfo(handle, ctypes.byref(memory))
        return (None, None) if code else (float(memory.used), float(memory.total))

    def _temperature(self, handle: ctypes.c_void_p) -> float | None:
        degrees = ctypes.c_uint()
        code = self._library.nvmlDeviceGetTemperature(
            handle, _TEMPERATURE_OF_GPU, ctypes.byref(degrees)
        )
        return None if code else float(degrees.value)

    def _power(self, handle: ctypes.c_void_p) -> float | None:
        milliwatts = ctypes.c_uint()
        code = self._library.nvmlDeviceGetPowerUsage(handle, ctypes.byref(milliwatts))
        return None if code else round(milliwatts.value / 1000, 1)


def _load() -> Any:
    """The library of the driver; None where there is none."""
    if os.name == "nt":
        names: tuple[str, ...] = ("nvml.dll",)
    else:
        names = _LIBRARIES
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


def _error(library: Any, code: int) -> str:
    library.nvmlErrorString.restype = ctypes.c_char_p
    words = library.nvmlErrorString(code)
    return words.decode("utf-8", "replace") if words else f"error {code}"
