"""Everything that runs a hyperparameter search and reads its results.

job.py, discovery.py   what a job file says, and which jobs there are
store/                 the files of a study's folder
reporting/             progress, texts, figures and the report
search/                hyperparameters, tuners, scores, and the study that runs them
applying/              from a finished search to a pretrained model
distributing/          one search on several processes or machines
commands/              `zoo tune ...`

Only `search` and `distributing` know KerasTuner, and only `search/optuna_oracle.py` knows
Optuna. Importing this package loads nothing heavy, so that listing the jobs takes
milliseconds.
"""

from tuning.harness.job import Candidate, Job

__all__ = ["Candidate", "Job"]
