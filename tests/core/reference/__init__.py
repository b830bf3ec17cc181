"""A slow, obvious, independent evaluator of the meaning of the numbers.

Nothing here imports the product, SQL, pandas or Ibis: only the standard library
(``strategies`` also takes Hypothesis).
Each rule is one small function that says in words what it computes, so that a person can check it by reading.
The product is compared with these answers; where the two differ, one of them misreads the design.
"""
