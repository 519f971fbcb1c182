"""Disparity and radiance from one deep-focus picture: the RGBD-HDR estimator of Zhang et al. 2019, section 4.1."""
