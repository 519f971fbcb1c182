import os
import signal
import time

import numpy as np

from focuspuller.nodes.vocabulary.jobs import KnobError, NodeError, Picture, RenderJob, Window
from test_nodes.pictures import covering


def render(job: RenderJob) -> Picture:
    match job.knobs["fault"]:
        case "exit":
            os._exit(3)
        case "hang":  # the whole process stands still
            os.kill(os.getpid(), signal.SIGSTOP)
            time.sleep(600)  # this thread may run on for a moment before the stop takes hold of it
        case "deaf":  # the node never looks up
            time.sleep(600)
        case "raise":
            raise ZeroDivisionError("an unforeseen error")
        case "node":
            raise NodeError("The picture is too beautiful. Use an uglier one.")
        case "knob":
            raise KnobError("fault", "This item fails. Choose none.")
        case "memory":
            raise MemoryError
        case "shape":
            return Picture(np.zeros((1, 1, 4), np.float32), Window(0, 0, 1, 1))
        case "warn":
            job.warn("Something is odd, but the picture is right.")
        case "print":
            os.write(1, b"a library that prints to standard output\n")
    return Picture(covering(job.clip("Source"), job.window, job.channels), job.window)
