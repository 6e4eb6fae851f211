"""What everything stands on: records, files, processes. No Qt, no torch."""
