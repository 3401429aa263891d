/**
 * Certification paths, names and revocation, stricter than the platform's; docs/certificates.md has the rules.
 *
 * <pre>{@code
 * TrustAnchors anchors = TrustAnchors.of(List.of(ca));
 * PathValidator validator = new PathValidator(anchors, RevocationLists.NONE, SignatureAlgorithms.STANDARD);
 * CertificationPath path = validator.path(List.of(presented), PathValidator.Usage.SERVER, clock.instant());
 * ServerNames.match(path.endEntity(), "node-1.example.org");
 * cache.put(path.endEntity(), path.validUntil());
 * }</pre>
 */
package io.attestedmesh.attest.x509;
