"""Jobs, tuners, studies and their results: everything that a hyperparameter search is run and read with.

Only this package touches KerasTuner, and only `space`, `tuners`, `service` and `optuna_oracle` in it; only
`optuna_search` touches Optuna. Nothing heavy is imported here, so that a job is listed in milliseconds.
"""

from tuning.harness.job import Candidate, Job

__all__ = ["Candidate", "Job"]
