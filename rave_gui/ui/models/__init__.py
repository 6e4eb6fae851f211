"""Item models between records and views."""
