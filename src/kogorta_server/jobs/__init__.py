"""Long work: rows that threads claim, do and finish; nothing is lost and nothing is done twice."""
