"""Contact normalisation, edges between ids, and the resolution of who is who."""
