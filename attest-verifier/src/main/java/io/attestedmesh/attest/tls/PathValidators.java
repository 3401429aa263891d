package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.x509.PathValidator;
import io.attestedmesh.attest.x509.RevocationLists;
import io.attestedmesh.attest.x509.SignatureAlgorithms;
import io.attestedmesh.attest.x509.TrustAnchors;
import java.security.Provider;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The validators for one state of the revocation lists; one for each set of anchors, since their keys are decoded. */
final class PathValidators {
    private record Key(TrustAnchors anchors, SignatureAlgorithms algorithms) {}

    private final RevocationLists revocation;
    private final Provider provider;
    private final Map<Key, PathValidator> validators = new ConcurrentHashMap<>();

    PathValidators(RevocationLists revocation, Provider provider) {
        this.revocation = revocation;
        this.provider = provider;
    }

    /** Only profile KMS knows issuers with keys on secp256k1. */
    PathValidator of(TrustAnchors anchors, EvidenceProfile profile) {
        SignatureAlgorithms algorithms =
                profile == EvidenceProfile.KMS ? SignatureAlgorithms.KMS : SignatureAlgorithms.STANDARD;
        return validators.computeIfAbsent(
                new Key(anchors, algorithms),
                key -> new PathValidator(key.anchors(), revocation, key.algorithms(), provider));
    }

    /** What checks the signatures of certificates. */
    Provider provider() {
        return provider;
    }
}
