"""Run by the engine's Python: the scalars of event folders as TensorBoard itself reads them.

One folder a line on standard input; for each one line of JSON, tag to pairs of step and value.
"""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

for line in sys.stdin:
    read = EventAccumulator(line.rstrip("\n"), size_guidance={"scalars": 0}).Reload()
    tags = read.Tags()["scalars"]
    found = {tag: [(one.step, one.value) for one in read.Scalars(tag)] for tag in tags}
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
