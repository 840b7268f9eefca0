"""Code generated from objects: skeletons in Python and in C.

`facts.py` says what of an object a skeleton offers; each form of it is a module that turns
them into text.
"""
