"""The states of a trial, and KerasTuner's answers to who asks for one."""

COMPLETED, FAILED, RUNNING, STOPPED, IDLE = "COMPLETED", "FAILED", "RUNNING", "STOPPED", "IDLE"
