"""How a claim is judged: the judges, the verdicts that they give, and the statistics behind
them.

Nothing here imports Keras, TensorFlow or the networks. Adding a judge edits `judges.py`
alone.
"""
