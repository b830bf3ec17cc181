"""The HTTP API: for programs of the shop, all that pages can do."""
