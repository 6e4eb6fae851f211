"""The command line: the same managers as the window, without one."""
