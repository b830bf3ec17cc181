"""The product against the independent reference: the same facts must give the same answers."""
