"""Pieces that pages share; none knows a page."""
