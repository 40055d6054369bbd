"""How values look: in the cells of lists, in the marks of the map."""
