"""The files of a study's folder. Nothing heavy is imported here but by `tensorboard`."""
