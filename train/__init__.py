"""Fine-tuning a verb coder on labelled verbs, calibration, and the model card."""
