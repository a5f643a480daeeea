"""How every shipped model is trained: one file each, found by its name; `zoo train lenet5.mnist` runs it.

A file `<model>_<data>.py` has a docstring (what it is, its source, a line `Expected time on two cores: ...`)
and three fixed names:

- `MODEL`, a `zoo.pretrained.Trained`: network, data, seeds, and what the card says beside what is measured;
- `build()`, which returns the untrained network;
- `recipe(examples)`, which returns the `zoo.engine.Recipe` for so many training examples.

A reproduction of the same source calls the same `build` and `recipe`.
"""
