"""Chinese: thousands by comma, as the bureau's own reports write them (Django writes none)."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
