/**
 * {@code amesh mpc}: how the parties of computations reach each other.
 *
 * <pre>{@code
 * amesh mpc ping --config amesh.toml
 * amesh mpc bench --config amesh.toml --seconds 5
 * }</pre>
 */
package io.attestedmesh.cli.mpc;
