"""Components of pages beyond those of the report: forms, lists, icons."""
