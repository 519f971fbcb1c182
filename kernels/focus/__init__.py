"""From detectors' maps to a focus curve: focus files, detections, targets, pulls, keys, evaluation."""
