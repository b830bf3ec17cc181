"""The segment language, evaluated slowly in plain Python, and the proof that the product agrees."""
