"""How the exports of systems that people have are read: one YAML file for each system in `layouts`."""
