"""How every shipped model is trained: one file each, found by its name; `zoo train lenet5.mnist` runs it.

A file `<model>_<data>.py` has a docstring (what it is, its source, a line `Expected time on two cores: ...`)
and three fixed names, or six:

- `MODEL`, a `zoo.pretrained.Trained`: network, data, seeds, and what the card says beside what is measured;
- `build()`, which returns the untrained network;
- `recipe(examples)`, which returns the `zoo.engine.Recipe` for so many training examples;

and only where there is pre-training:

- `levels()`, a list of builders, each a `functools.partial`, lowest first;
- `pre_training(examples)`, a list of recipes, one per level;
- `started(splits, seeds, name)`: does it, and returns what takes the place of `build`, such as
  `zoo.pretraining.Pretrained.into` gives. Its docstring's first line says on the card what was done.

A reproduction of the same source calls the same `build` and `recipe` where it can.
"""
