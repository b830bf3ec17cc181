"""From definitions to one plan on the engine that holds the facts."""
