"""From text cells to typed values, as SQL: numbers, instants, words, plain text."""
