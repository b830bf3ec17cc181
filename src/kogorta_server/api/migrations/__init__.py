"""Steps of the state database, each with its way back."""
