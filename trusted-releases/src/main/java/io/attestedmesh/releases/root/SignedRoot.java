package io.attestedmesh.releases.root;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import java.time.Instant;

/** A trust root that its own threshold signed. Whether to trust it is another question: {@link RootChain}. */
public final class SignedRoot {
    private final SignedEnvelope envelope;
    private final TrustRoot root;

    private SignedRoot(SignedEnvelope envelope, TrustRoot root) {
        this.envelope = envelope;
        this.root = root;
    }

    public static SignedRoot of(SignedEnvelope envelope) throws MalformedReleasesException, RejectedReleasesException {
        return of(envelope, TrustRoot.parse(envelope.payload()));
    }

    static SignedRoot of(SignedEnvelope envelope, TrustRoot root) throws RejectedReleasesException {
        envelope.requireThreshold(DocumentType.TRUST_ROOT, root.keys());
        return new SignedRoot(envelope, root);
    }

    public TrustRoot root() {
        return root;
    }

    public SignedEnvelope envelope() {
        return envelope;
    }

    public long version() {
        return root.version();
    }

    /** The signed bytes, which make two roots the same root. */
    public Bytes payload() {
        return envelope.payload();
    }

    /** Of the newest root only: those that led to it may have expired. */
    public void requireNotExpired(Instant now) throws RejectedReleasesException {
        if (!now.isBefore(root.expiresAt())) {
            throw new RejectedReleasesException(
                    ReleasesReason.ROOT_EXPIRED,
                    "a trust root that is valid at " + now,
                    "version " + root.version() + ", expired at " + root.expiresAt());
        }
    }
}
