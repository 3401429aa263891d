/**
 * {@code amesh fl}: the server of rounds, its clients, and what they say of themselves.
 *
 * <pre>{@code
 * amesh fl server --config server.toml
 * amesh fl client --config client.toml --server 127.0.0.1:7443 --name fl.example -- python3 learner.py
 * amesh fl status --config server.toml --watch
 * }</pre>
 */
package io.attestedmesh.cli.federated;
