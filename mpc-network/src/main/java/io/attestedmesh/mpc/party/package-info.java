/**
 * Who takes part in computations: parties, and the contexts in which they know each other.
 *
 * <pre>{@code
 * Contexts contexts = new Contexts();
 * contexts.add(new MpcContext("kms", List.of(
 *         Party.of(1, RosterEntry.fullAuto(new PeerIdentity("a.example"), anchorsOfA, Map.of()), "10.0.0.1", 7443),
 *         Party.of(2, RosterEntry.fullAuto(new PeerIdentity("b.example"), anchorsOfB, Map.of()), "10.0.0.2", 7443)
 *                 .withReleases(Set.of("kms-2.1")))));
 * Supplier<Roster> whoMayConnect = contexts::roster;
 * contexts.remove("kms");
 * }</pre>
 */
package io.attestedmesh.mpc.party;
