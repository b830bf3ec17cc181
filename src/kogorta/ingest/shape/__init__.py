"""From typed rows to rows of the canonical tables: orders and their lines, returns, goods, people."""
