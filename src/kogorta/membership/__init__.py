"""Who entered and left which segment, when, and why."""
