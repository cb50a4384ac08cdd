"""Brokers that reach other server processes over a network; each needs an extra to be installed.

First floor.
"""
