"""Depth from elsewhere than our network: model files, captured clips, motion; and edges that fit the picture."""
