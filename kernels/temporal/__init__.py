"""Steady pictures over time: neighbouring frames moved onto the wanted one along optical flow and averaged.

After Zhang et al. 2019, *Synthetic Defocus and Look-Ahead Autofocus for Casual Videography*, section 4.2.
"""
