/**
 * This node as a party of computations, from section {@code [mpc]}.
 *
 * <pre>{@code
 * try (PartyNetwork party = PartyNetwork.of(config, grpcAsClient, meters, refused, clock)) {
 *     party.network().addTo(serverBuilder);
 * }
 * }</pre>
 */
package io.attestedmesh.cli.party;
