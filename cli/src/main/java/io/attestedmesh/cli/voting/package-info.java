/**
 * {@code amesh voting}: a node of a voting network, and what it is asked at its admin endpoint.
 *
 * <pre>{@code
 * amesh voting run --config amesh.toml
 * amesh voting vote --config amesh.toml --tx-id tx_001 --value 42
 * amesh voting status --config amesh.toml --tx-id tx_001 --certificate tx_001.json
 * amesh voting verify tx_001.json --keys info.json
 * amesh voting audit --config amesh.toml
 * }</pre>
 */
package io.attestedmesh.cli.voting;
