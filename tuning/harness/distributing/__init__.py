"""One search on several processes or machines: a chief that hands out trials, and workers
that train them."""
