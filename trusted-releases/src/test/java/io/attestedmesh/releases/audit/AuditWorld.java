package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.EnvelopeSignature;
import io.attestedmesh.releases.envelope.KeySet;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.envelope.SigningAlgorithm;
import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.fixture.Signer;
import io.attestedmesh.releases.fixture.TestLog;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.log.Checkpoint;
import io.attestedmesh.releases.log.ConsistencyProof;
import io.attestedmesh.releases.log.LogEntry;
import io.attestedmesh.releases.log.LogProof;
import io.attestedmesh.releases.log.MerkleTree;
import io.attestedmesh.releases.log.NoteSigner;
import io.attestedmesh.releases.log.SignedCheckpoint;
import io.attestedmesh.releases.root.LogTrust;
import io.attestedmesh.releases.root.TrustRoot;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A list, its root and its log at which an auditor finds nothing; tests change one thing. All times are relative to
 * {@code at}, lists of releases are drafts until {@link #audit} makes everything.
 */
final class AuditWorld {
    static final String LIST = "acme-kms";

    /** Another list, of the same signers. */
    static final String EDGE = "acme-edge";

    private static final KeyPair LOG_KEYS = keyPair(SigningAlgorithm.ED25519);

    static final Signer ALICE = Signer.generate("alice", SigningAlgorithm.ES384);
    static final Signer BOB = Signer.generate("bob", SigningAlgorithm.ES256);
    static final Signer CAROL = Signer.generate("carol", SigningAlgorithm.ED25519);
    static final Signer STRANGER = Signer.generate("stranger", SigningAlgorithm.ES256);
    static final Signer LOG_AS_SIGNER =
            new Signer(new NamedKey("dave", SigningAlgorithm.ED25519, LOG_KEYS.getPublic()), LOG_KEYS.getPrivate());
    static final NoteSigner LOG = noteSigner();
    static final NoteSigner OTHER_LOG = TestLog.noteSigner(TestLog.ORIGIN);
    static final NoteSigner WITNESS = TestLog.noteSigner("witness.example");

    Instant at = Publisher.NOW;

    List<Signer> keys = List.of(ALICE, BOB, CAROL);
    int threshold = 2;
    int witnessThreshold = 1;
    boolean rootNamesLog = true;
    Duration rootIssued = Duration.ofDays(-10);
    Duration rootExpires = Duration.ofDays(355);
    List<Signer> rootSigners = List.of(ALICE, BOB, CAROL);
    boolean rootIsGiven = true;
    /** Given beside the list's own, or without it. */
    final List<SignedEnvelope> otherRoots = new ArrayList<>();

    long version = 3;
    Duration issued = Duration.ofDays(-1);
    Duration expires = Duration.ofDays(60);
    List<Signer> signers = List.of(ALICE, BOB);
    boolean isBundle = true;
    boolean bundleHasProof = true;
    /** The first size of the log from which the bundle has a proof. */
    int consistentFrom = 1;

    /** Signatures that are put beside the right ones. */
    final List<EnvelopeSignature> strayed = new ArrayList<>();

    final ReleaseDraft core = new ReleaseDraft("kms-core", "1.4.2", 1).signedWith(ReleaseDraft.CERTIFICATE);
    final ReleaseDraft old = new ReleaseDraft("kms-core", "1.4.1", 2).deprecated();
    final ReleaseDraft edge = new ReleaseDraft("kms-edge", "0.9.0", 3);
    final List<ReleaseDraft> releases = new ArrayList<>(List.of(core, old, edge));

    /** What the log's folder and the log that the bundle comes from have before the list's own entry. */
    List<LogEntry> folder = new ArrayList<>(List.of(entry(1), entry(2)));

    List<LogEntry> proved = new ArrayList<>(List.of(entry(1), entry(2)));
    boolean folderHasList = true;
    /** What follows the list's own entry in the folder. */
    final List<LogEntry> later = new ArrayList<>();

    boolean entriesAreRead = true;
    Optional<String> damage = Optional.empty();
    List<NoteSigner> logSigners = List.of(LOG);
    List<NoteSigner> witnesses = List.of(WITNESS);
    Duration checkpointSigned = Duration.ofDays(-1);

    final List<AuditedImage> images = new ArrayList<>();
    final List<AuditedList> others = new ArrayList<>();
    OptionalLong since = OptionalLong.empty();

    AuditWorld() {
        edge.revoked(at.minus(Duration.ofDays(5)), "memory of keys was not erased");
    }

    AuditReport audit() {
        return new Audit(Optional.empty()).of(subject(), at);
    }

    /** What the audit says under one id, as {@code subject: message}. */
    List<String> found(FindingId id) {
        return audit().findings().stream()
                .filter(finding -> finding.id() == id)
                .map(finding -> finding.subject() + ": " + finding.message())
                .toList();
    }

    AuditSubject subject() {
        SignedEnvelope root = Signer.signAll(DocumentType.TRUST_ROOT, root().encode(), array(rootSigners));
        ReleaseList content = list();
        SignedEnvelope envelope = stray(sign(content, signers));
        LogEntry own = new LogEntry(LIST, version, envelope.payloadDigest());
        AuditedList list = new AuditedList(
                "bundle.json",
                envelope,
                content,
                isBundle ? List.of(root) : List.of(),
                isBundle && bundleHasProof ? Optional.of(proof(with(proved, own))) : Optional.empty());
        List<SignedEnvelope> given = new ArrayList<>(otherRoots);
        if (rootIsGiven) {
            given.add(root);
        }
        return new AuditSubject(list, given, Optional.of(log(own)), images, others, since);
    }

    /** The auditor has the root of {@link #EDGE}, under which alice and bob sign, and a list of it. */
    void edgeList(ReleaseDraft... content) {
        otherRoots.add(edgeRoot(1, List.of(ALICE, BOB), ALICE, BOB));
        others.add(other(EDGE, 9, Duration.ofDays(1), List.of(ALICE, BOB), content));
    }

    SignedEnvelope edgeRoot(long rootVersion, List<Signer> of, Signer... by) {
        TrustRoot root = new TrustRoot(
                EDGE,
                rootVersion,
                at.plus(rootIssued),
                at.plus(rootExpires),
                new KeySet(of.stream().map(Signer::key).toList(), 2),
                1,
                Optional.empty());
        return Signer.signAll(DocumentType.TRUST_ROOT, root.encode(), by);
    }

    TrustRoot root() {
        LogTrust log =
                new LogTrust(TestLog.ORIGIN, List.of(LOG.key()), List.of(WITNESS.cosigningKey()), witnessThreshold);
        return new TrustRoot(
                LIST,
                1,
                at.plus(rootIssued),
                at.plus(rootExpires),
                new KeySet(keys.stream().map(Signer::key).toList(), threshold),
                1,
                rootNamesLog ? Optional.of(log) : Optional.empty());
    }

    ReleaseList list() {
        return new ReleaseList(
                LIST,
                version,
                at.plus(issued),
                at.plus(expires),
                releases.stream().map(ReleaseDraft::make).toList());
    }

    private SignedEnvelope stray(SignedEnvelope envelope) {
        List<EnvelopeSignature> all = new ArrayList<>(envelope.signatures());
        all.addAll(strayed);
        return new SignedEnvelope(envelope.payload(), all);
    }

    /** Another version of the list, signed as it should be and issued when this one was less the given time. */
    void earlier(long otherVersion, Duration before, ReleaseDraft... content) {
        others.add(other(LIST, otherVersion, before, List.of(ALICE, BOB), content));
        LogEntry entry = others.get(others.size() - 1).entry();
        folder.set((int) otherVersion - 1, entry);
        proved.set((int) otherVersion - 1, entry);
    }

    /** One that alice and bob signed. */
    AuditedList version(long otherVersion, Duration before, ReleaseDraft... content) {
        return other(LIST, otherVersion, before, List.of(ALICE, BOB), content);
    }

    AuditedList other(String name, long otherVersion, Duration before, List<Signer> by, ReleaseDraft... content) {
        ReleaseList list = new ReleaseList(
                name,
                otherVersion,
                at.plus(issued).minus(before),
                at.plus(expires).minus(before),
                Arrays.stream(content).map(ReleaseDraft::make).toList());
        return new AuditedList("other.json", sign(list, by), list, List.of(), Optional.empty());
    }

    static SignedEnvelope sign(ReleaseList list, List<Signer> by) {
        return Signer.signAll(DocumentType.RELEASE_LIST, list.encode(), array(by));
    }

    private static Signer[] array(List<Signer> signers) {
        return signers.toArray(Signer[]::new);
    }

    /** An entry of a list that nobody has here. */
    static LogEntry entry(long version) {
        return new LogEntry(LIST, version, Publisher.register((int) version, 30));
    }

    private AuditedLog log(LogEntry own) {
        List<LogEntry> entries = folderHasList ? with(folder, own) : new ArrayList<>(folder);
        entries.addAll(later);
        return new AuditedLog(
                "log", checkpoint(entries), entriesAreRead ? Optional.of(entries) : Optional.empty(), damage);
    }

    private static List<LogEntry> with(List<LogEntry> entries, LogEntry last) {
        List<LogEntry> all = new ArrayList<>(entries);
        all.add(last);
        return all;
    }

    private SignedCheckpoint checkpoint(List<LogEntry> entries) {
        Checkpoint checkpoint = new Checkpoint(TestLog.ORIGIN, entries.size(), MerkleTree.rootOf(leaves(entries)));
        Instant time = at.plus(checkpointSigned);
        SignedCheckpoint signed = SignedCheckpoint.sign(checkpoint, logSigners.get(0), time);
        for (NoteSigner more : logSigners.subList(1, logSigners.size())) {
            signed = signed.with(more.sign(checkpoint)).with(more.cosign(checkpoint, time));
        }
        for (NoteSigner witness : witnesses) {
            signed = signed.with(witness.cosign(checkpoint, time));
        }
        return signed;
    }

    /** Of a bundle that was published after this one. */
    LogProof proofWith(LogEntry last) {
        return proof(with(with(proved, subject().list().entry()), last));
    }

    /** Of the last entry. */
    LogProof proof(List<LogEntry> entries) {
        List<Bytes> leaves = leaves(entries);
        int index = entries.size() - 1;
        List<ConsistencyProof> consistency = new ArrayList<>();
        for (int size = consistentFrom; size < entries.size(); size++) {
            consistency.add(new ConsistencyProof(size, MerkleTree.consistencyProof(leaves, size)));
        }
        return new LogProof(checkpoint(entries), index, MerkleTree.inclusionProof(leaves, index), consistency);
    }

    private static List<Bytes> leaves(List<LogEntry> entries) {
        return entries.stream().map(LogEntry::leafHash).toList();
    }

    private static KeyPair keyPair(SigningAlgorithm algorithm) {
        try {
            return algorithm.keyPairGenerator().generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static NoteSigner noteSigner() {
        try {
            return NoteSigner.of(TestLog.ORIGIN, LOG_KEYS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
