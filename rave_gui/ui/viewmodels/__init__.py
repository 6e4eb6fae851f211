"""What the pages say, decided without Qt."""
