"""Training examples of the RGBD-HDR network: generated scenes, photographs with true radiance, real aperture pairs."""
