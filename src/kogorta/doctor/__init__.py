"""Rules that judge a base and its segments, each with what to do."""
