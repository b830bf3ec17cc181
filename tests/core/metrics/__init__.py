"""The measures, against sums done by hand and against plain Python."""
