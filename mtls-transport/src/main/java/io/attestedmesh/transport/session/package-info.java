/**
 * Evidence in the session: after the TLS 1.3 handshake, and before the first byte of an application, each side sends a
 * document that is bound to this very connection (docs/protocol.md). It lives in the {@code SSLEngine}, so that gRPC, the
 * tunnel and any user of JSSE get it without knowing.
 *
 * <pre>{@code
 * AttestedTls tls = AttestedTls.builder()
 *         .engine(TlsEngine.byName("conscrypt"))
 *         .documents(new DocumentQueue(attester, meters))
 *         // ... credentials, roster, verifier, policy, log
 *         .build();
 * AttestedPeer peer = AttestedPeer.of(engine.getSession()).orElseThrow();
 * assert peer.freshness() == Freshness.SESSION;
 * }</pre>
 */
package io.attestedmesh.transport.session;
