/**
 * Mutual TLS 1.3 in which both sides prove which code they run.
 *
 * <pre>{@code
 * AttestedTls tls = AttestedTls.builder()
 *         .credentials(credentials)
 *         .roster(() -> roster)
 *         .verifier(new NitroVerifier(List.of(TrustedRoot.awsNitroG1()), CryptoProvider.fastest(), skew))
 *         .policy(() -> policy)
 *         .log(new ConnectionLog(meters, Optional.empty()))
 *         .build();
 * SSLContext anyJsseUser = tls.sslContext();
 * }</pre>
 */
package io.attestedmesh.transport;
