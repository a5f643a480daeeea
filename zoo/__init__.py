"""Keras models of the classic deep-learning results, and a fast way to train many random seeds of them."""
