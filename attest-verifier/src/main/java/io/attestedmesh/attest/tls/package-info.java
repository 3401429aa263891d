/**
 * Evidence in certificates, and the trust managers that demand it (docs/binding.md).
 *
 * <pre>{@code
 * Roster roster = Roster.of(List.of(
 *         RosterEntry.fullAuto(new PeerIdentity("b.example"), TrustAnchors.of(List.of(caOfB)), Map.of())));
 * PeerVerifier verifier = new PeerVerifier(
 *         () -> roster, nitroVerifier, () -> policy, () -> RevocationLists.NONE, Clock.systemUTC());
 * context.init(keyManagers, new TrustManager[] {new AttestedServerVerifier(verifier, PeerEvents.NONE)}, random);
 * SSLEngine engine = context.createSSLEngine("b.example", 443);
 * // after the handshake:
 * AttestedPeer peer = AttestedPeer.of(engine.getSession()).orElseThrow();
 * peer.attestation().ifPresent(proved -> log(proved.releaseName()));
 * }</pre>
 */
package io.attestedmesh.attest.tls;
