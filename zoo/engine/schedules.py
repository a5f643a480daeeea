"""Learning-rate and momentum schedules: frozen dataclasses that map the number of finished
steps to a value.
"""

from dataclasses import dataclass

from keras import ops


def value_at(schedule, step, dtype):
    """Return the value of a number or of a schedule at `step` (0 before the first update), as
    a `dtype` scalar.
    """
    value = schedule(ops.cast(step, dtype)) if callable(schedule) else schedule
    return ops.convert_to_tensor(
        value, dtype
    )  # ops.cast would round a Python number to float32 first


@dataclass(frozen=True)
class InverseDecay:
    """initial / (1 + step / scale): Srivastava's dropout code has initial 1.0 and scale
    10,000."""

    initial: float
    scale: float

    def __call__(self, step):
        """Return the value at `step`."""
        return self.initial / (1.0 + step / self.scale)


@dataclass(frozen=True)
class ExponentialDecay:
    """initial * factor ** (step / scale): continuous, without stairs."""

    initial: float
    factor: float
    scale: float

    def __call__(self, step):
        """Return the value at `step`."""
        return self.initial * ops.power(
            ops.convert_to_tensor(self.factor, step.dtype), step / self.scale
        )


@dataclass(frozen=True)
class Saturating:
    """final - (final - initial) * exp(-step / scale): the momentum schedule of Srivastava's
    dropout code."""

    initial: float
    final: float
    scale: float

    def __call__(self, step):
        """Return the value at `step`."""
        return self.final - (self.final - self.initial) * ops.exp(-step / self.scale)


@dataclass(frozen=True)
class Linear:
    """A straight line from initial to final over `steps` steps, constant afterwards."""

    initial: float
    final: float
    steps: int

    def __call__(self, step):
        """Return the value at `step`."""
        return self.initial + (self.final - self.initial) * ops.minimum(
            step / self.steps, 1.0
        )


@dataclass(frozen=True)
class Piecewise:
    """values[0] before boundaries[0] steps are done, then values[1], and so on."""

    boundaries: tuple[int, ...]
    values: tuple[float, ...]

    def __post_init__(self):
        """Refuse a number of values that does not fit the boundaries."""
        if len(self.values) != len(self.boundaries) + 1 or list(self.boundaries) != sorted(
            set(self.boundaries)
        ):
            raise ValueError(
                f"Piecewise needs rising boundaries and one value more than boundaries, "
                f"not {self.boundaries} and {self.values}"
            )

    def __call__(self, step):
        """Return the value at `step`."""
        value = ops.convert_to_tensor(self.values[0], step.dtype)
        for boundary, following in zip(self.boundaries, self.values[1:], strict=True):
            value = ops.where(
                step >= boundary, ops.convert_to_tensor(following, step.dtype), value
            )
        return value
