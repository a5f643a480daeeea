"""What is known to go wrong with this stack, each looked for, each with the command that
mends it.

Needs nothing but Python itself: `python -m zoo.doctor` works where the rest is not installed.
Each check is a function of what was found on the machine; only the functions from `findings`
on look at the machine.
"""

import ipaddress
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

OK, NOTE, PROBLEM = "ok", "note", "problem"
OLDEST, NEWEST = (3, 11), (3, 13)
LITTLE_DISK = 2e9
# Why a dependency matters that nobody would miss until a run breaks.
REASONS = {
    "tensorboard": "keras-tuner imports it on every trial, and TensorFlow no longer installs it",
    "importlib_resources": "tensorflow-datasets needs it to prepare data, and does not install it",
    "keras": "3.15.1 mends security holes in loading models",
    "protobuf": "outside of this range TensorFlow and tensorflow-datasets do not work together",
}
KERAS_WANTED = {
    "backend": "tensorflow",
    "floatx": "float32",
    "image_data_format": "channels_last",
}
KERAS_LIMITS = ("KERAS_MAX_EPOCHS", "KERAS_MAX_STEPS_PER_EPOCH")
TUNER = ("KERASTUNER_TUNER_ID", "KERASTUNER_ORACLE_IP", "KERASTUNER_ORACLE_PORT")
PROBE = """
import json, tensorflow
from tensorflow.python.util import _pywrap_util_port
found = [device.device_type for device in tensorflow.config.list_physical_devices()]
onednn = _pywrap_util_port.IsMklEnabled()
print(json.dumps({"version": tensorflow.__version__, "devices": found, "onednn": onednn}))
"""


class Finding(NamedTuple):
    """What one check found; `status` is ok, note (works, but know this) or problem, `cure` a
    command."""

    name: str
    status: str
    says: str
    cure: str = ""


class Start(NamedTuple):
    """How TensorFlow started in a process of its own: its devices, or the last thing that
    process said."""

    devices: tuple[str, ...] = ()
    version: str = ""
    error: str = ""
    onednn: bool = True


def python(version: tuple[int, ...]) -> Finding:
    """Is this Python one that every dependency has files for?"""
    says = ".".join(map(str, version[:3]))
    if OLDEST <= version[:2] <= NEWEST:
        return Finding("Python", OK, says)
    return Finding(
        "Python",
        PROBLEM,
        f"{says} is not one of 3.11, 3.12, 3.13",
        "install one of them, then: rm -r .venv && make test",
    )


def packages(
    requirements: Iterable[str], installed: Callable[[str], str | None]
) -> list[Finding]:
    """Is every declared dependency installed, in a version that works with the others?

    `installed` gives a distribution's version, None if it is not there.
    """
    from packaging.requirements import Requirement

    wanted = [Requirement(text) for text in requirements]
    wanted = [
        each for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""})
    ]
    wrong = [found for each in wanted if (found := _package(each, installed(each.name)))]
    return wrong or [
        Finding("packages", OK, f"all {len(wanted)} that pyproject.toml asks for")
    ]


def _package(requirement, version: str | None) -> Finding | None:
    if version and requirement.specifier.contains(version, prereleases=True):
        return None
    says = f"version {version} does not work" if version else "is not installed"
    reason = REASONS.get(requirement.name)
    says = f"{says}: {reason}" if reason else f"{says}: {requirement} is needed"
    return Finding(requirement.name, PROBLEM, says, pip_install(str(requirement)))


def pip_install(what: str) -> str:
    """The command that installs `what` for the Python that runs this."""
    return f'{sys.executable} -m pip install "{what}"'


def keras(environment: Mapping[str, str], file: Path, text: str) -> list[Finding]:
    """Would Keras compute with other settings than the published numbers? `text` is its
    `file` ("": none)."""
    settings, found = {}, []
    try:
        settings = dict(json.loads(text or "{}"))
    except ValueError:
        found.append(
            Finding(
                "Keras settings", NOTE, f"{file} is no JSON: Keras ignores it", f"rm {file}"
            )
        )
    sources = dict.fromkeys(settings, str(file))
    if environment.get("KERAS_BACKEND"):
        settings["backend"], sources["backend"] = (
            environment["KERAS_BACKEND"],
            "KERAS_BACKEND",
        )
    for name, wanted in KERAS_WANTED.items():
        if (value := settings.get(name, wanted)) != wanted:
            cure = f"unset {sources[name]}" if sources[name] in environment else f"rm {file}"
            says = f"{name} is {value}, not {wanted} (from {sources[name]})"
            found.append(Finding("Keras settings", PROBLEM, says, cure))
    found += [
        _keras_limit(name, environment[name])
        for name in KERAS_LIMITS
        if environment.get(name)
    ]
    return found or [
        Finding("Keras settings", OK, "TensorFlow backend, float32, channels last")
    ]


def _keras_limit(name: str, value: str) -> Finding:
    return Finding(
        "Keras settings", PROBLEM, f"{name}={value} cuts model.fit short", f"unset {name}"
    )


def keras_tuner(environment: Mapping[str, str]) -> Finding:
    """Would a search silently be a private one, or stand open to the network?"""
    have = [name for name in TUNER if environment.get(name)]
    missing = [name for name in TUNER if name not in have]
    if not have:
        return Finding("KerasTuner", OK, "no distributed search is set up")
    if missing:
        says = f"{', '.join(have)} without {', '.join(missing)}: each worker would search for itself"
        return Finding("KerasTuner", PROBLEM, says, f"unset {' '.join(have)}")
    address = environment["KERASTUNER_ORACLE_IP"]
    if _is_open(address):
        says = f"the chief has no password, and {address} is neither loopback nor a private network"
        return Finding("KerasTuner", PROBLEM, says, "export KERASTUNER_ORACLE_IP=127.0.0.1")
    return Finding("KerasTuner", OK, f"distributed search through {address}")


def _is_open(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return ip.is_unspecified or not ip.is_private


def tensorflow(start: Start) -> Finding:
    """Does TensorFlow start?"""
    if start.error:
        return Finding(
            "TensorFlow",
            PROBLEM,
            f"does not start: {start.error}",
            pip_install("tensorflow==2.21.*"),
        )
    return Finding("TensorFlow", OK, f"{start.version} on {', '.join(start.devices)}")


def gpu(driver: bool, cuda_wheels: bool, start: Start) -> Finding:
    """Is a GPU there that TensorFlow does not use?

    `driver`: nvidia-smi lists one; `cuda_wheels`: the `gpu` extra's libraries are installed.
    """
    if "GPU" in start.devices:
        return Finding("GPU", OK, "used by TensorFlow")
    if not driver:
        return Finding("GPU", OK, "none; everything runs on the processor")
    if not cuda_wheels:
        cure = pip_install("tensorflow[and-cuda]==2.21.*")
        return Finding(
            "GPU", PROBLEM, "there is one, but TensorFlow's CUDA libraries are missing", cure
        )
    says = "there is one and the CUDA 12 libraries too, but TensorFlow cannot use it; it says why with:"
    cure = (
        f'{sys.executable} -c "import tensorflow; tensorflow.config.list_physical_devices()"'
    )
    return Finding("GPU", PROBLEM, says, cure)


def threads(setting: str | None, cores: int) -> Finding:
    """Can networks train side by side in one process? `setting` is TF_NUM_INTRAOP_THREADS,
    None if unset.

    Unset is fine: the command line then sets it to 1 for itself. What a user has set stays as
        it is.
    """
    if setting in (None, "", "1"):
        return Finding(
            "threads",
            OK,
            f"{cores} cores, one thread per operation: {cores} networks at a time",
        )
    says = f"TF_NUM_INTRAOP_THREADS={setting}: networks may have to train in processes of their own"
    return Finding("threads", NOTE, says, "unset TF_NUM_INTRAOP_THREADS")


def onednn(setting: str | None, start: Start) -> Finding:
    """Are oneDNN's kernels on? `setting` is TF_ENABLE_ONEDNN_OPTS, None if unset.

    Unset is fine: the command line then switches them on, also on a CPU where TensorFlow
        would not.
    """
    if start.onednn:
        return Finding("oneDNN", OK, "on")
    says = (
        "off: slower, other last digits, and no member that was stored with it is found again"
    )
    return Finding("oneDNN", NOTE, says, "unset TF_ENABLE_ONEDNN_OPTS" if setting else "")


def data_sets(rows: Iterable[tuple]) -> list[Finding]:
    """Which data sets are at hand? Each row starts with a data set's name and where it was
    found.

    What is wrong with the folder of all of them is said once.
    """
    return list(dict.fromkeys(_data_set(name, found) for name, found, *_ in rows))


def _data_set(name: str, found: str) -> Finding:
    if found == "missing":
        return Finding(
            f"data: {name}",
            NOTE,
            "missing; what needs it is not run",
            f"zoo data prepare {name}",
        )
    if found.startswith(("generated", "scikit-learn")) or Path(found).exists():
        return Finding(f"data: {name}", OK, found)
    return Finding(
        "data", PROBLEM, found, "name the right folder: --data-dir DIR or ZOO_DATA=DIR"
    )


def run_store(folder: Path, writable: bool, size: int) -> Finding:
    """Can trained members be kept? `size` is what they take now, in bytes."""
    if writable:
        return Finding("run store", OK, f"{folder}, {size / 1e6:,.1f} MB")
    cure = "name another folder: export ZOO_STORE=FOLDER"
    return Finding("run store", PROBLEM, f"{folder} cannot be written", cure)


def disk(folder: Path, free: int) -> Finding:
    """Is there room for runs? `free` in bytes."""
    says = f"{free / 1e9:,.1f} GB free in {folder}"
    if free >= LITTLE_DISK:
        return Finding("disk", OK, says)
    return Finding(
        "disk", PROBLEM, f"only {says}", "zoo runs clean --unfinished, or --older-than DAYS"
    )


def findings() -> list[Finding]:
    """Every check on this machine; a check that breaks is a problem of its own."""
    checks = {
        "Python": lambda: [python(tuple(sys.version_info))],
        "packages": _look_at_packages,
        "Keras settings": _look_at_keras,
        "KerasTuner": lambda: [keras_tuner(os.environ)],
        "TensorFlow": _look_at_tensorflow,
        "threads": _look_at_threads,
        "data": _look_at_data,
        "run store": _look_at_run_store,
    }
    return [finding for name, look in checks.items() for finding in _safely(name, look)]


def report(found: Sequence[Finding]) -> str:
    """The findings as lines of text: what was looked at, what was found, and under each
    problem its cure."""
    wide = max(len(finding.name) for finding in found)
    lines = []
    for finding in found:
        lines.append(f"{finding.status:8} {finding.name:{wide}}  {finding.says}")
        if finding.cure:
            lines.append(f"{'':8} {'':{wide}}  -> {finding.cure}")
    problems = sum(finding.status == PROBLEM for finding in found)
    lines.append(f"{problems or 'no'} problem{'s' if problems != 1 else ''}")
    return "\n".join(lines)


def exit_status(found: Iterable[Finding]) -> int:
    """1 if there is a problem, else 0."""
    return int(any(finding.status == PROBLEM for finding in found))


def start_tensorflow(
    command: Sequence[str] = (sys.executable, "-c", PROBE), seconds: float = 180
) -> Start:
    """Starts TensorFlow in a process of its own, since a broken one may crash."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return Start(error=f"no answer within {seconds:.0f} s")
    if done.returncode == 0:
        answer = json.loads(done.stdout.strip().splitlines()[-1])
        return Start(tuple(answer["devices"]), answer["version"], onednn=answer["onednn"])
    last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
    signal = f" (killed by signal {-done.returncode})" if done.returncode < 0 else ""
    return Start(error=last + signal)


def _safely(name: str, look: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        return look()
    except ModuleNotFoundError as error:
        says = f"cannot be checked, {error.name} is not installed"
        return [Finding(name, PROBLEM, says, f"{sys.executable} -m pip install -e .")]
    except Exception as error:
        return [
            Finding(
                name, PROBLEM, f"the check itself failed ({type(error).__name__}: {error})"
            )
        ]


def _look_at_packages() -> list[Finding]:
    try:
        requirements = metadata.requires("reprozoo") or []
    except metadata.PackageNotFoundError:
        cure = f"{sys.executable} -m pip install -e ."
        return [Finding("packages", PROBLEM, "reprozoo itself is not installed", cure)]
    return packages(requirements, _installed)


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _look_at_keras() -> list[Finding]:
    file = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "keras.json"
    return keras(os.environ, file, file.read_text(encoding="utf-8") if file.exists() else "")


def _look_at_tensorflow() -> list[Finding]:
    start = start_tensorflow()
    if start.error:
        return [tensorflow(start)]
    return [
        tensorflow(start),
        gpu(_has_driver(), bool(_installed("nvidia-cudnn-cu12")), start),
        onednn(os.environ.get("TF_ENABLE_ONEDNN_OPTS"), start),
    ]


def _has_driver() -> bool:
    program = shutil.which("nvidia-smi")
    if program is None:
        return False
    listed = subprocess.run([program, "-L"], capture_output=True, text=True)
    return listed.returncode == 0 and "GPU" in listed.stdout


def _look_at_threads() -> list[Finding]:
    from zoo.engine.machine import cores

    return [threads(os.environ.get("TF_NUM_INTRAOP_THREADS"), cores())]


def _look_at_data() -> list[Finding]:
    from zoo import data

    return data_sets(data.listing())


def _look_at_run_store() -> list[Finding]:
    from zoo.engine.settings import store_folder

    folder = store_folder()
    there = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    size = sum(file.stat().st_size for file in folder.glob("*/*.run"))
    free = shutil.disk_usage(there).free
    return [
        run_store(folder, there.is_dir() and os.access(there, os.W_OK | os.X_OK), size),
        disk(there, free),
    ]


if __name__ == "__main__":
    found = findings()
    print(report(found))
    sys.exit(exit_status(found))
