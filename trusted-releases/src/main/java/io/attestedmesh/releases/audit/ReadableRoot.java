package io.attestedmesh.releases.audit;

import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.root.TrustRoot;
import java.util.List;
import java.util.Optional;

/** A trust root that can be read; who signed it is not looked at. */
record ReadableRoot(SignedEnvelope envelope, TrustRoot root) {
    /** Of one that cannot be read the client's verdict tells the reason; here is nothing to look at. */
    static List<ReadableRoot> among(List<SignedEnvelope> envelopes) {
        return envelopes.stream()
                .map(ReadableRoot::of)
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<ReadableRoot> of(SignedEnvelope envelope) {
        try {
            return Optional.of(new ReadableRoot(envelope, TrustRoot.parse(envelope.payload())));
        } catch (MalformedReleasesException e) {
            return Optional.empty();
        }
    }

    long version() {
        return root.version();
    }
}
