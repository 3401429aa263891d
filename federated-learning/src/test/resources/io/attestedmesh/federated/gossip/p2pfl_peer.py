"""A stock P2PFL node whose learner adds a number: does what it is told in one line, and answers in one.

Arguments: a folder with ca.crt, peer.crt and peer.key; the address of the node; its number. Works on arrays alone, so that
no learning framework is needed.
"""

import os
import sys
import time

from p2pfl.settings import Settings

folder, address, number = sys.argv[1], sys.argv[2], float(sys.argv[3])
os.chdir(folder)
Settings.general.DISABLE_RAY = True
Settings.general.LOG_LEVEL = "DEBUG" if os.environ.get("P2PFL_DEBUG") else "WARNING"
Settings.ssl.USE_SSL = True
Settings.ssl.CA_CRT = os.path.join(folder, "ca.crt")
for side in ("SERVER", "CLIENT"):
    setattr(Settings.ssl, side + "_CRT", os.path.join(folder, "peer.crt"))
    setattr(Settings.ssl, side + "_KEY", os.path.join(folder, "peer.key"))

import numpy as np  # noqa: E402
from datasets import Dataset  # noqa: E402
from p2pfl.learning.dataset.p2pfl_dataset import P2PFLDataset  # noqa: E402
from p2pfl.learning.frameworks.exceptions import ModelNotMatchingError  # noqa: E402
from p2pfl.learning.frameworks.learner import Learner  # noqa: E402
from p2pfl.learning.frameworks.p2pfl_model import P2PFLModel  # noqa: E402
from p2pfl.node import Node  # noqa: E402


class Arrays(P2PFLModel):
    def get_parameters(self):
        return self.model

    def set_parameters(self, params):
        if isinstance(params, bytes):
            params, self.additional_info = self.decode_parameters(params)
        if [p.shape for p in params] != [p.shape for p in self.model]:
            raise ModelNotMatchingError("other shapes")
        self.model = [np.array(p) for p in params]

    def get_framework(self):
        return "numpy"


class Adding(Learner):
    def fit(self):
        model = self.get_model()
        model.set_parameters([p + p.dtype.type(number) for p in model.get_parameters()])
        model.set_contribution([self.addr], 1)
        return model

    def interrupt_fit(self):
        pass

    def evaluate(self):
        return {"loss": 0.25}

    def get_framework(self):
        return "numpy"


def answer(text):
    sys.__stdout__.write("ANSWER " + text + "\n")
    sys.__stdout__.flush()


node = Node(
    Arrays([np.zeros((2, 3), np.float32), np.zeros((2,), np.float32)]),
    P2PFLDataset(Dataset.from_dict({"x": [0]})),
    addr=address,
    learner=Adding(),
)
node.start()
answer("ready " + node.addr)
for line in sys.stdin:
    command, *arguments = line.split()
    if command == "connect":
        answer(str(node.connect(arguments[0])))
    elif command == "neighbours":
        answer(" ".join(sorted(node.get_neighbors(only_direct=True))))
    elif command == "start":
        answer(node.set_start_learning(rounds=int(arguments[0]), epochs=1, trainset_size=int(arguments[1])))
    elif command == "state":
        answer(node.state.status)
    elif command == "model":
        answer(" ".join(p.tobytes().hex() for p in node.get_model().get_parameters()))
    elif command == "sleep":
        time.sleep(float(arguments[0]))
        answer("awake")
node.stop()
answer("ended")
os._exit(0)
