"""Rates: what is paid, against Medicare, and what the request is worth. One engine for points, percent and dollars."""
