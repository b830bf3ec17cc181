"""The same definitions on other engines than the embedded one: what a session needs there, and where the data are."""
