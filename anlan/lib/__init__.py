"""Pure Python without Django: division codes, hydrology, scenario files, message formats."""
