"""What to run and what its traces mean. No Qt, no torch."""
