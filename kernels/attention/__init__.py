"""Where in the picture something deserves attention: motion, saliency, faces, and AF-Net, which learned it."""
