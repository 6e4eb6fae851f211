"""The wiring: wishes of the window become calls of the managers, one module for each subject."""
