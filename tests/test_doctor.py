"""Each check of the doctor, made to fail with invented findings, and its cure."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from zoo import doctor
from zoo.doctor import NOTE, OK, PROBLEM, Finding, Start

FILE = Path("/somewhere/keras.json")
CHIEF = {
    "KERASTUNER_TUNER_ID": "chief",
    "KERASTUNER_ORACLE_IP": "127.0.0.1",
    "KERASTUNER_ORACLE_PORT": "8000",
}


@pytest.mark.parametrize(
    ("version", "status"),
    [((3, 10, 9), PROBLEM), ((3, 11, 0), OK), ((3, 13, 2), OK), ((3, 14, 0), PROBLEM)],
)
def test_only_the_pythons_that_have_files_for_all_dependencies_pass(version, status):
    assert doctor.python(version).status == status


@pytest.mark.parametrize(
    ("requirement", "installed"),
    [
        ("tensorboard>=2.20", None),
        ("importlib_resources>=6", None),
        ("tensorflow==2.21.*", "2.20.1"),
        ("keras>=3.15.1,<4", "3.15.0"),
        ("keras-tuner==1.4.8", "1.4.7"),
        ("protobuf>=6.31,<7.37", "7.37.0"),
    ],
)
def test_a_missing_or_wrong_package_is_a_problem_with_the_command_that_installs_it(
    requirement, installed
):
    (found,) = doctor.packages([requirement], lambda name: installed)
    assert found.status == PROBLEM
    assert found.name in requirement
    assert (
        found.cure.startswith(f"{sys.executable} -m pip install ")
        and found.name in found.cure
    )


def test_the_reason_is_told_for_a_package_that_nobody_would_miss_at_once():
    (found,) = doctor.packages(["tensorboard>=2.20"], lambda name: None)
    assert "keras-tuner" in found.says


def test_right_packages_pass_and_those_of_extras_are_not_asked_for():
    (found,) = doctor.packages(["numpy>=2", 'onnx>=1; extra == "onnx"'], {"numpy": "2.4"}.get)
    assert found.status == OK


@pytest.mark.parametrize(
    ("environment", "text", "cure"),
    [
        ({"KERAS_BACKEND": "jax"}, "", "unset KERAS_BACKEND"),
        ({}, '{"backend": "torch"}', f"rm {FILE}"),
        ({}, '{"floatx": "float16"}', f"rm {FILE}"),
        ({}, '{"image_data_format": "channels_first"}', f"rm {FILE}"),
        ({"KERAS_MAX_EPOCHS": "1"}, "", "unset KERAS_MAX_EPOCHS"),
    ],
)
def test_keras_settings_that_would_change_the_numbers_are_a_problem(environment, text, cure):
    (found,) = doctor.keras(environment, FILE, text)
    assert (found.status, found.cure) == (PROBLEM, cure)


def test_the_environment_outdoes_the_file_as_it_does_in_keras():
    (found,) = doctor.keras({"KERAS_BACKEND": "tensorflow"}, FILE, '{"backend": "torch"}')
    assert found.status == OK


def test_a_damaged_settings_file_is_noted_and_no_settings_at_all_are_fine():
    assert doctor.keras({}, FILE, "{").pop().status == NOTE
    assert doctor.keras({}, FILE, "").pop().status == OK


@pytest.mark.parametrize("missing", CHIEF)
def test_a_half_set_up_search_is_a_problem_that_names_what_is_missing(missing):
    found = doctor.keras_tuner(
        {name: value for name, value in CHIEF.items() if name != missing}
    )
    assert found.status == PROBLEM and missing in found.says
    assert found.cure.startswith("unset ") and missing not in found.cure


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("127.0.0.1", OK),
        ("192.168.1.5", OK),
        ("0.0.0.0", PROBLEM),
        ("8.8.8.8", PROBLEM),
        ("localhost", OK),
    ],
)
def test_a_search_open_to_the_world_is_a_problem(address, status):
    assert doctor.keras_tuner({**CHIEF, "KERASTUNER_ORACLE_IP": address}).status == status


def test_no_search_is_fine():
    assert doctor.keras_tuner({}).status == OK


def test_a_tensorflow_that_does_not_start_is_a_problem():
    found = doctor.tensorflow(Start(error="undefined symbol"))
    assert (
        found.status == PROBLEM
        and "undefined symbol" in found.says
        and "tensorflow==2.21" in found.cure
    )
    assert doctor.tensorflow(Start(("CPU",), "2.21.0")).status == OK


@pytest.mark.parametrize(
    ("driver", "wheels", "devices", "status", "words"),
    [
        (False, False, ("CPU",), OK, ""),
        (True, True, ("CPU", "GPU"), OK, ""),
        (True, False, ("CPU",), PROBLEM, "tensorflow[and-cuda]==2.21.*"),
        (True, True, ("CPU",), PROBLEM, "list_physical_devices"),
    ],
)
def test_a_gpu_that_is_not_used_is_a_problem(driver, wheels, devices, status, words):
    found = doctor.gpu(driver, wheels, Start(devices, "2.21.0"))
    assert found.status == status and words in found.cure


@pytest.mark.parametrize(("setting", "status"), [(None, OK), ("1", OK), ("4", NOTE)])
def test_several_threads_per_operation_are_noted(setting, status):
    assert doctor.threads(setting, 2).status == status


def test_the_command_line_leaves_the_threads_that_a_user_has_set_to_be_noted():
    program = "from zoo import cli, doctor; print(doctor._look_at_threads()[0].status)"
    for setting, status in (("4", NOTE), (None, OK)):
        environment = {
            name: v for name, v in os.environ.items() if name != "TF_NUM_INTRAOP_THREADS"
        }
        environment |= {"TF_NUM_INTRAOP_THREADS": setting} if setting else {}
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, env=environment
        )
        assert done.stdout.strip() == status, done.stderr


@pytest.mark.parametrize(
    ("setting", "on", "status", "cure"),
    [
        ("1", True, OK, ""),
        ("0", False, NOTE, "unset TF_ENABLE_ONEDNN_OPTS"),
        (None, False, NOTE, ""),
    ],
)
def test_onednn_that_is_off_is_noted(setting, on, status, cure):
    found = doctor.onednn(setting, Start(("CPU",), "2.21.0", onednn=on))
    assert (found.status, found.cure) == (status, cure)


def test_each_data_set_is_found_or_comes_with_the_command_that_fetches_it(tmp_path):
    found = doctor.data_sets(
        [("xor", "generated"), ("mnist", "missing"), ("semeion", str(tmp_path))]
    )
    assert [finding.status for finding in found] == [OK, NOTE, OK]
    assert found[1].cure == "zoo data prepare mnist"


def test_a_wrong_data_folder_is_one_problem_for_all_data_sets():
    says = "/nowhere: not a folder"
    (found,) = doctor.data_sets([("mnist", says), ("semeion", says)])
    assert found.status == PROBLEM and found.says == says


def test_a_run_store_that_cannot_be_written_is_a_problem():
    assert doctor.run_store(FILE, True, 10).status == OK
    found = doctor.run_store(FILE, False, 0)
    assert found.status == PROBLEM and "ZOO_STORE" in found.cure


@pytest.mark.parametrize(("free", "status"), [(10**8, PROBLEM), (10**11, OK)])
def test_a_full_disk_is_a_problem(free, status):
    assert doctor.disk(FILE, free).status == status


def test_a_start_is_read_from_a_process_of_its_own():
    answer = json.dumps({"version": "9", "devices": ["CPU", "GPU"], "onednn": False})
    assert doctor.start_tensorflow(
        (sys.executable, "-c", f"print('chatter'); print({answer!r})")
    ) == Start(("CPU", "GPU"), "9", onednn=False)


@pytest.mark.parametrize(
    ("program", "seconds", "words"),
    [
        ("raise ImportError('no such symbol')", 60, "ImportError: no such symbol"),
        ("import os; os.abort()", 60, "killed by signal 6"),
        ("import time; time.sleep(60)", 1, "no answer within"),
    ],
)
def test_a_start_that_fails_crashes_or_hangs_is_told_in_one_line(program, seconds, words):
    start = doctor.start_tensorflow((sys.executable, "-c", program), seconds=seconds)
    assert words in start.error and "\n" not in start.error


def test_a_check_that_breaks_is_a_problem_and_leaves_the_others_alone(monkeypatch):
    def broken():
        raise RuntimeError("no idea")

    def missing():
        raise ModuleNotFoundError("No module named 'numpy'", name="numpy")

    monkeypatch.setattr(doctor, "_look_at_data", broken)
    monkeypatch.setattr(doctor, "_look_at_run_store", missing)
    monkeypatch.setattr(doctor, "start_tensorflow", lambda: Start(("CPU",), "2.21.0"))
    found = {finding.name: finding for finding in doctor.findings()}
    assert found["data"].status == PROBLEM and "no idea" in found["data"].says
    assert found["run store"].status == PROBLEM and "numpy" in found["run store"].says
    assert found["Python"].status == OK and found["packages"].status == OK


def test_the_report_shows_each_cure_and_the_exit_status_tells_of_problems():
    found = [
        Finding("a", OK, "fine"),
        Finding("b", NOTE, "hm", "look"),
        Finding("c", PROBLEM, "bad", "mend it"),
    ]
    lines = doctor.report(found).splitlines()
    assert "-> mend it" in lines[4] and lines[-1] == "1 problem"
    assert doctor.exit_status(found) == 1
    assert doctor.exit_status(found[:2]) == 0


def test_the_doctor_comes_even_where_nothing_is_installed():
    blocked = [
        "tensorflow",
        "keras",
        "numpy",
        "packaging",
        "platformdirs",
        "filelock",
        "typer",
        "rich",
    ]
    program = (
        f"import sys; sys.modules.update(dict.fromkeys({blocked})); from zoo import doctor as d; "
        "d.start_tensorflow = lambda: d.Start(error='missing'); print(d.report(d.findings()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("is not installed") == 3
