"""Where facts are kept. The only room that executes a query.

`engine` says what an engine can do, `duckdb_engine` is the embedded one, `store` is what the rest
of the house talks to.
"""
