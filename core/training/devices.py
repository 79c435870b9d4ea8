"""Which device and backend to train on, and why.

The first half asks the system alone and imports no backend; the second half, marked, runs in the
engine once a backend is loaded.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

BACKENDS = ("tensorflow", "torch", "jax")
"""Backends in the order of preference: TensorFlow is the fastest on CPU (measured)."""

TITLES = {"tensorflow": "TensorFlow", "torch": "PyTorch", "jax": "JAX"}

_DISPLAY_CLASSES = ("0x0300", "0x0302", "0x0380")
"""PCI classes of graphics adapters: VGA, 3D, other display."""
_VENDORS = {"0x10de": "NVIDIA", "0x1002": "AMD"}


_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
"""Where Linux says how much memory a container may use: control groups 2 and 1."""


class DeviceError(Exception):
    """The device asked for cannot be used; the text says why and what to do."""


class Device(msgspec.Struct, frozen=True):
    """Where training runs.

    Attributes:
        name: In words: ``CPU, 2 cores`` or the GPU's name.
        kind: ``cpu`` or ``gpu``.
        index: Which GPU; 0 for the CPU.
        backend: ``tensorflow``, ``jax`` or ``torch``.
        reason: Why this one, in a sentence.
        advice: How to use a GPU that lies idle; empty if there is none.
    """

    name: str
    kind: str
    index: int
    backend: str
    reason: str
    advice: str = ""

    @property
    def keras_name(self) -> str:
        """The name that ``keras.device`` takes."""
        return f"{self.kind}:{self.index}"


# What the system tells, without a backend.


def cpu_name() -> str:
    """The CPU in words: ``CPU, 2 cores``."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"CPU, {cores} core{'' if cores == 1 else 's'}"


def system_gpus() -> tuple[str, ...]:
    """Names of the GPUs that the machine has, whether or not a backend can use them."""
    return _nvidia_smi() or _nvidia_proc() or _pci() or _apple()


def installed_backends() -> tuple[str, ...]:
    """Backends whose package is installed, in the order of preference; none is imported."""
    return tuple(name for name in BACKENDS if importlib.util.find_spec(name) is not None)


def advice_for(gpus: tuple[str, ...], backends: tuple[str, ...]) -> str:
    """What to install so that an idle GPU can be used; empty if there is no GPU.

    Args:
        gpus: What the machine has.
        backends: What is installed but sees none of them.
    """
    if not gpus:
        return ""
    have = " and ".join(TITLES[name] for name in backends) or "no backend"
    if sys.platform == "linux" and gpus[0].startswith("AMD"):
        remedy = "install PyTorch for ROCm (see pytorch.org) and start Layerloom again"
    elif sys.platform == "linux" and not _driver_loaded():
        remedy = (
            "install NVIDIA's driver (“nvidia-smi” must list the GPU), then "
            "“pip install layerloom[cuda]”"
        )
    elif sys.platform == "linux":
        remedy = "“pip install layerloom[cuda]” (or “uv sync --extra cuda”), and start again"
    else:  # TensorFlow has no GPU support for Windows since 2.10 and none for macOS.
        remedy = "“pip install layerloom[torch]” (PyTorch uses the GPU here, TensorFlow cannot)"
    return f"There is a GPU ({gpus[0]}), but {have} cannot use it. To use it: {remedy}."


def _driver_loaded() -> bool:
    return Path("/proc/driver/nvidia/version").exists() or bool(_nvidia_smi())


def _nvidia_smi(fields: str = "name") -> tuple[str, ...]:
    """What NVIDIA's own tool tells of each GPU, such as ``name,memory.total``."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ()
    command = [tool, f"--query-gpu={fields}", "--format=csv,noheader"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ()  # A tool that cannot run tells nothing; the other ways are tried next.
    if done.returncode != 0:
        return ()
    return tuple(line.strip() for line in done.stdout.splitlines() if line.strip())


def _nvidia_proc() -> tuple[str, ...]:
    """GPUs that NVIDIA's kernel driver lists."""
    names = []
    for info in sorted(Path("/proc/driver/nvidia/gpus").glob("*/information")):
        for line in _read(info).splitlines():
            if line.startswith("Model:"):
                names.append(line.partition(":")[2].strip())
    return tuple(names)


def _pci() -> tuple[str, ...]:
    """Graphics adapters of NVIDIA and AMD on the bus, driver or not (what lspci would list)."""
    names = []
    for device in sorted(Path("/sys/bus/pci/devices").glob("*")):
        vendor = _VENDORS.get(_read(device / "vendor").strip())
        if vendor and _read(device / "class").strip()[:6] in _DISPLAY_CLASSES:
            names.append(f"{vendor} graphics adapter at {device.name}")
    return tuple(names)


def _apple() -> tuple[str, ...]:
    """The GPU of an Apple silicon Mac."""
    silicon = sys.platform == "darwin" and platform.machine() == "arm64"
    return ("Apple GPU",) if silicon else ()


def _read(path: Path) -> str:
    """A small file of the system, or nothing where it cannot be read."""
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def ram() -> int | None:
    """This computer's memory (bytes), less where a container may use less; None if unknown."""
    if sys.platform == "win32":
        return _windows_ram()
    try:
        whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return None
    limits = (_read(Path(name)).strip() for name in _LIMITS)
    return min((whole, *(int(limit) for limit in limits if limit.isdecimal())))


def _windows_ram() -> int | None:
    """Installed memory as Windows tells it: GetPhysicallyInstalledSystemMemory, in kB."""
    import ctypes

    kilobytes = ctypes.c_ulonglong(0)
    kernel: Any = getattr(ctypes, "windll").kernel32  # noqa: B009 - absent elsewhere
    told = kernel.GetPhysicallyInstalledSystemMemory(ctypes.byref(kilobytes))
    return kilobytes.value * 1024 if told else None


# In the engine only: these import a backend.


def choose_backend() -> str:
    """Pick a backend and set ``KERAS_BACKEND``; call it before Keras is imported.

    ``KERAS_BACKEND`` decides if it is set.  Otherwise the first installed backend that can see a
    GPU is taken, and TensorFlow where none can.

    Raises:
        DeviceError: No backend is installed, or ``KERAS_BACKEND`` names none that is.
    """
    installed = installed_backends()
    wanted = os.environ.get("KERAS_BACKEND", "")
    if wanted and wanted not in installed:
        have = ", ".join(installed) or "none"
        raise DeviceError(
            f"KERAS_BACKEND asks for “{wanted}”, but installed are: {have}. Unset it or install "
            f"“{wanted}”."
        )
    if not installed:
        raise DeviceError(
            "Training needs TensorFlow (or PyTorch or JAX), and none is installed. Install it with "
            "“uv sync” in Layerloom's folder or “pip install --upgrade layerloom”. Designing and "
            "saving work without it."
        )
    chosen = wanted or installed[0]
    if not wanted and len(installed) > 1 and system_gpus():
        chosen = next((name for name in installed if gpu_names(name)), chosen)
    os.environ["KERAS_BACKEND"] = chosen
    return chosen


def prepare_backend(backend: str) -> None:
    """Settings that must be made before the backend does its first work."""
    if backend != "tensorflow":
        return
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        # One thread between operations makes determinism free, and no slower (measured).  On a
        # GPU it costs speed, and some operations have no deterministic form at all.
        tf.config.threading.set_inter_op_parallelism_threads(1)
        tf.config.experimental.enable_op_determinism()
    for gpu in gpus:
        # Without this TensorFlow takes all of the GPU's memory at once, other programs' share too.
        tf.config.experimental.set_memory_growth(gpu, True)


def gpu_names(backend: str) -> tuple[str, ...]:
    """GPUs that a backend can use."""
    module: Any = importlib.import_module(backend)
    if backend == "tensorflow":
        found = module.config.list_physical_devices("GPU")
        details = (module.config.experimental.get_device_details(gpu) for gpu in found)
        return tuple(str(detail.get("device_name", "GPU")) for detail in details)
    if backend == "torch":
        if module.cuda.is_available():
            count = range(module.cuda.device_count())
            return tuple(module.cuda.get_device_name(index) for index in count)
        return ("Apple GPU",) if module.backends.mps.is_available() else ()
    return tuple(str(d.device_kind) for d in module.devices() if d.platform in ("gpu", "cuda"))


def device_memory(device: Device) -> int | None:
    """All memory of a device (bytes); None where it cannot be told.

    A Mac's GPU shares the computer's memory.
    """
    if device.kind == "cpu" or device.name.startswith("Apple"):
        return ram()
    if device.backend == "torch":
        torch: Any = importlib.import_module("torch")
        return int(torch.cuda.get_device_properties(device.index).total_memory)
    return _gpu_memory(device.name)


def _gpu_memory(name: str) -> int | None:
    """Memory of the GPU of that name as NVIDIA's tool tells it, of the smallest if several."""
    lines = (line.rpartition(",") for line in _nvidia_smi("name,memory.total"))
    sizes = [
        int(mebibytes.split()[0]) * 2**20
        for own, _, mebibytes in lines
        if own.strip() == name and mebibytes.split()[0].isdecimal()
    ]
    return min(sizes, default=None)


def choose_device(wanted: str, backend: str) -> Device:
    """The device for a request.

    Args:
        wanted: ``auto``, ``cpu``, ``gpu`` or ``gpu:N``.
        backend: The loaded one.

    Raises:
        DeviceError: It is none of these, or there is no such GPU.
    """
    usable = gpu_names(backend)
    title = TITLES[backend]
    if wanted == "cpu":
        return Device(cpu_name(), "cpu", 0, backend, "The CPU was asked for.")
    if wanted == "auto":
        if usable:
            return Device(usable[0], "gpu", 0, backend, f"{title} can use this GPU.")
        advice = advice_for(system_gpus(), installed_backends())
        reason = advice or "This machine has no GPU that training could use."
        return Device(cpu_name(), "cpu", 0, backend, reason, advice)
    name, _, number = wanted.partition(":")
    if name != "gpu" or (":" in wanted and not (number.isascii() and number.isdigit())):
        raise DeviceError(f"There is no device “{wanted}”; use auto, cpu, gpu or gpu:N.")
    return _gpu(int(number or 0), usable, backend)


def _gpu(index: int, usable: tuple[str, ...], backend: str) -> Device:
    """The GPU asked for.

    Raises:
        DeviceError: It is not there.
    """
    if index < len(usable):
        return Device(usable[index], "gpu", index, backend, "This GPU was asked for.")
    if usable:
        last = len(usable) - 1
        raise DeviceError(f"There is no gpu:{index}; this machine has gpu:0 to gpu:{last}.")
    advice = advice_for(system_gpus(), installed_backends())
    raise DeviceError(advice or "A GPU was asked for, but this machine has none; use cpu or auto.")
