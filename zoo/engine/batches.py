"""Which training examples make up the batch of any step, found from (seed, epoch) alone
without replaying."""

import numpy as np

from zoo.engine.recipe import Calendar


def epoch_order(seed: int, epoch: int, examples: int, shuffle: bool) -> np.ndarray:
    """Return the order of the examples in `epoch` (from 0): int32, shape (examples,)."""
    if not shuffle:
        return np.arange(examples, dtype=np.int32)
    generator = np.random.Generator(
        np.random.Philox(key=np.array([seed, epoch], dtype=np.uint64))
    )
    return generator.permutation(examples).astype(np.int32)


class Batches:
    """The index tables of one member, with the current epoch's order kept."""

    def __init__(self, calendar: Calendar, seed: int, shuffle: bool):
        self.calendar, self.seed = calendar, seed
        self.shuffle = shuffle and not calendar.full_batch
        self._epoch, self._order = -1, None

    def segment(self, step: int, limit: int) -> np.ndarray:
        """Return the table of the next steps that can run in one loop: int32, shape (steps,
        batch), steps <= limit.

        All rows have one length: the smaller last batch of an epoch is a segment of its own.
        """
        size, per_epoch = self.calendar.batch_size, self.calendar.steps_per_epoch
        whole = self.calendar.examples // size
        rows = []
        while limit > 0:
            epoch, position = divmod(step, per_epoch)
            if position >= whole:
                return (
                    np.concatenate(rows) if rows else self.order(epoch)[whole * size :][None]
                )
            count = min(limit, whole - position)
            rows.append(
                self.order(epoch)[position * size : (position + count) * size].reshape(
                    count, size
                )
            )
            step, limit = step + count, limit - count
        return np.concatenate(rows)

    def order(self, epoch: int) -> np.ndarray:
        """Return the order of the examples in `epoch`: int32, shape (examples,)."""
        if epoch != self._epoch:
            self._epoch = epoch
            self._order = epoch_order(self.seed, epoch, self.calendar.examples, self.shuffle)
        return self._order
