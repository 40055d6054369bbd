"""Where daily duty and command look: the workbench and the command map. It owns no records; every object opens its own page."""
