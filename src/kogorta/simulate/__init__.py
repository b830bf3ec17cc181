"""A shop and a salon that never were, of any size, with the truth about each customer kept beside the data.

`kogorta.simulate` is the function to call; `kogorta.simulate.run` does its work.
"""
