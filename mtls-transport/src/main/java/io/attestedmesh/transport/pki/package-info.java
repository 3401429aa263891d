/**
 * Keys, certificates and the private CA that issues them (RFC 5280, RFC 2986, RFC 5958, RFC 7468).
 *
 * <pre>{@code
 * SecureRandom random = new SecureRandom();
 * Instant now = clock.instant();
 * CertificateAuthority ca = CertificateAuthority.create(
 *         AuthorityProfile.named("Example CA", Validity.from(now, Duration.ofDays(3650))),
 *         PrivateKeys.generate(KeyKind.P256, random),
 *         random);
 * KeyPair keys = PrivateKeys.generate(KeyKind.P256, random);
 * X509Certificate leaf = ca.issue(keys.getPublic(), CertificateProfile.node(
 *         "node-a", AlternativeNames.of(List.of("a.example.org"), List.of("127.0.0.1")),
 *         EnumSet.of(Usage.SERVER), Validity.from(now, Duration.ofDays(90))));
 * PrivateKeys.store(Path.of("server.key"), keys.getPrivate());
 * AtomicFile.write(Path.of("server.crt"), Pem.encode(leaf, ca.certificate()), AtomicFile.Access.PUBLIC);
 * }</pre>
 */
package io.attestedmesh.transport.pki;
