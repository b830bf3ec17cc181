"""One value per customer as of an instant."""
