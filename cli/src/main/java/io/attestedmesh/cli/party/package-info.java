/**
 * This node as a party of computations, from section {@code [mpc]}.
 *
 * <pre>{@code
 * try (PartyNetwork party = PartyNetwork.of(config, grpcAsClient, meters, refused, clock)) {
 *     serverBuilder.addServices(party.network().services());
 * }
 * }</pre>
 */
package io.attestedmesh.cli.party;
