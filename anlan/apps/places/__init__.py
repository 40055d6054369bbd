"""Where things are: the administrative divisions down to the village, their outlines, people and old codes.

Division codes follow GB/T 2260 and the statistics bureau's 12-digit scheme, kept as prefixes (4418, 441802, 441802006,
441802006001): a prefix is an ancestor. Answers "which division is this point in", "how many people live here" and
"where is 清新". Not here: addresses of persons, routes, shelters.
"""
