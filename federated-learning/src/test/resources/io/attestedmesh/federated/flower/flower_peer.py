"""A stock Flower client, or a stock Flower server, with a model whose training is arithmetic.

  flower_peer.py client ADDRESS NUMBER [ROOTS.pem]
  flower_peer.py server ADDRESS ROUNDS CLIENTS RESULT.npz

Both use what the installed flwr offers; the model is the same for any version.
"""

import sys

import flwr
import numpy as np


def initial():
    """Shapes that occur: a matrix in Fortran order, a scalar, a vector, nothing at all, halves and doubles."""
    matrix = np.asfortranarray(np.arange(12, dtype=np.float32).reshape(3, 4) / 8)
    return [
        matrix,
        np.array(0.25, dtype=np.float32),
        np.linspace(-1, 1, 1001, dtype=np.float32),
        np.zeros((0, 5), dtype=np.float32),
        np.linspace(0, 2, 65, dtype=np.float64),
    ]


class Client(flwr.client.NumPyClient):
    """Client N adds sin(N * element index) / 10 to each element, and has 10 * N examples."""

    def __init__(self, number):
        self.number = number

    def get_parameters(self, config):
        return initial()

    def fit(self, parameters, config):
        trained = []
        for layer in parameters:
            index = np.arange(layer.size, dtype=np.float64).reshape(layer.shape)
            trained.append((layer + np.sin(self.number * index) / 10).astype(layer.dtype))
        return trained, 10 * self.number, {"number": self.number, "name": f"client {self.number}"}

    def evaluate(self, parameters, config):
        loss = float(sum(np.abs(layer).sum() for layer in parameters)) / 1000
        return loss, 10 * self.number, {"accuracy": 1 / (1 + loss)}


class Remembering(flwr.server.strategy.FedAvg):
    """FedAvg that keeps what came out last."""

    result = None

    def aggregate_fit(self, server_round, results, failures):
        aggregated = super().aggregate_fit(server_round, results, failures)
        self.result = flwr.common.parameters_to_ndarrays(aggregated[0])
        return aggregated


def client(address, number, roots=None):
    arguments = {"insecure": True} if roots is None else {"root_certificates": open(roots, "rb").read()}
    flwr.client.start_client(server_address=address, client=Client(int(number)).to_client(), **arguments)


def server(address, rounds, clients, result):
    count = int(clients)
    strategy = Remembering(
        min_fit_clients=count,
        min_evaluate_clients=count,
        min_available_clients=count,
        initial_parameters=flwr.common.ndarrays_to_parameters(initial()),
    )
    flwr.server.start_server(
        server_address=address,
        config=flwr.server.ServerConfig(num_rounds=int(rounds)),
        strategy=strategy,
    )
    np.savez(result, *strategy.result)


if __name__ == "__main__":
    {"client": client, "server": server}[sys.argv[1]](*sys.argv[2:])
