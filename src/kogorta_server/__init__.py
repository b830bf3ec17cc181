"""The service: pages, an API and jobs on one living base. It stands on the library, which knows nothing of it."""
