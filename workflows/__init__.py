"""Parley: from what a practice tells us to letters it can send, every sentence held by its evidence."""
