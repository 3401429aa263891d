package io.attestedmesh.releases.trust;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.log.LogProof;
import io.attestedmesh.releases.root.SignedRoot;
import java.util.List;
import java.util.Optional;

/** A release list that passed every step at some instant; only {@link BundleVerifier} makes one. */
public final class VerifiedList {
    private final SignedRoot root;
    private final SignedEnvelope envelope;
    private final ReleaseList list;
    private final List<NamedKey> signers;
    private final Optional<LogProof> log;
    private final Optional<SeenCheckpoint> checkpoint;
    private final Bytes payloadDigest;

    VerifiedList(
            SignedRoot root,
            SignedEnvelope envelope,
            ReleaseList list,
            List<NamedKey> signers,
            Optional<LogProof> log,
            Optional<SeenCheckpoint> checkpoint) {
        this.root = root;
        this.envelope = envelope;
        this.list = list;
        this.signers = List.copyOf(signers);
        this.log = log;
        this.checkpoint = checkpoint;
        this.payloadDigest = envelope.payloadDigest();
    }

    /** The trust root that it was verified under. */
    public SignedRoot root() {
        return root;
    }

    public SignedEnvelope envelope() {
        return envelope;
    }

    public ReleaseList list() {
        return list;
    }

    public long version() {
        return list.version();
    }

    /** Who of the trust root's keys signed, each once; at least the threshold. */
    public List<NamedKey> signers() {
        return signers;
    }

    /** SHA-384 of the signed bytes, 48 bytes. */
    public Bytes payloadDigest() {
        return payloadDigest;
    }

    /** The state of the log that it was shown to be in; empty if no log was looked at. */
    public Optional<SeenCheckpoint> checkpoint() {
        return checkpoint;
    }

    /** The proof that came with it, which was verified exactly if there is a {@link #checkpoint}. */
    Accepted accepted() {
        Optional<LogProof> verified = checkpoint.flatMap(seen -> log.map(proof -> proof.with(seen.note())));
        return new Accepted(root, envelope, verified, version(), payloadDigest);
    }
}
