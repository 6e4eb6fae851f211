"""What runs inside the engine's Python; it imports nothing else of this project."""
