"""From a finished search to a pretrained model: `zoo tune apply`."""
