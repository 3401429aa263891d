package io.attestedmesh.releases.audit;

import static io.attestedmesh.releases.audit.AuditWorld.ALICE;
import static io.attestedmesh.releases.audit.AuditWorld.BOB;
import static io.attestedmesh.releases.audit.AuditWorld.CAROL;
import static io.attestedmesh.releases.audit.AuditWorld.LOG;
import static io.attestedmesh.releases.audit.AuditWorld.LOG_AS_SIGNER;
import static io.attestedmesh.releases.audit.AuditWorld.OTHER_LOG;
import static io.attestedmesh.releases.audit.AuditWorld.STRANGER;
import static io.attestedmesh.releases.audit.AuditWorld.entry;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import io.attestedmesh.releases.envelope.EnvelopeSignature;
import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.fixture.Signer;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.log.LogEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** One case for each id, in the order of the enum. */
final class FindingCases {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration HORIZON = Duration.ofDays(30);

    /** What PCR2 is where there is no application ramdisk. */
    private static final Bytes OF_NOTHING = Pcr.extendOfZero(ReleaseDraft.sha384(Bytes.EMPTY));

    private static final List<FindingCase> ALL = new ArrayList<>();

    static {
        signatures();
        times();
        registers();
        sharing();
        releases();
        certificates();
        images();
        otherLists();
        history();
        log();
        checkpoints();
    }

    private FindingCases() {}

    static Stream<FindingCase> all() {
        return ALL.stream();
    }

    private static void add(
            FindingId id, Consumer<AuditWorld> fault, Consumer<AuditWorld> near, FindingId... companions) {
        ALL.add(new FindingCase(id, fault, near, List.of(companions)));
    }

    private static void signatures() {
        add(
                FindingId.LIST_REFUSED,
                w -> w.signers = List.of(ALICE),
                w -> {
                    w.signers = List.of(ALICE);
                    w.threshold = 1;
                },
                FindingId.THRESHOLD_NOT_MET);
        add(FindingId.ROOT_NOT_GIVEN, w -> w.rootIsGiven = false, w -> w.isBundle = false);
        add(
                FindingId.SIGNATURE_INVALID,
                w -> w.strayed.addAll(ofAnotherList(w, CAROL)),
                w -> w.strayed.addAll(ofAnotherList(w, STRANGER)),
                FindingId.LIST_REFUSED);
        add(
                FindingId.SIGNATURE_OF_UNKNOWN_KEY,
                w -> w.signers = List.of(ALICE, BOB, STRANGER),
                w -> w.signers = List.of(ALICE, BOB, CAROL));
        add(
                FindingId.THRESHOLD_NOT_MET,
                w -> w.signers = List.of(ALICE, STRANGER),
                w -> w.signers = List.of(ALICE, CAROL),
                FindingId.LIST_REFUSED,
                FindingId.SIGNATURE_OF_UNKNOWN_KEY);
        add(FindingId.KEY_UNUSED, w -> w.rootSigners = List.of(ALICE, BOB), w -> {
            w.rootSigners = List.of(ALICE, BOB);
            w.signers = List.of(ALICE, CAROL);
        });
        add(FindingId.THRESHOLD_ONE, w -> w.threshold = 1, w -> w.threshold = 2);
        add(
                FindingId.THRESHOLD_ALL,
                w -> {
                    w.threshold = 3;
                    w.signers = w.keys;
                },
                w -> w.signers = w.keys);
        add(FindingId.THRESHOLD_MINORITY, w -> fourKeys(w, 2), w -> {
            fourKeys(w, 3);
            w.signers = w.keys;
        });
        add(
                FindingId.LOG_KEY_SIGNS_LISTS,
                w -> {
                    w.keys = List.of(ALICE, BOB, LOG_AS_SIGNER);
                    w.rootSigners = w.keys;
                },
                w -> w.signers = List.of(ALICE, LOG_AS_SIGNER, BOB));
    }

    /** A signature that is right, of another payload. */
    private static List<EnvelopeSignature> ofAnotherList(AuditWorld w, Signer by) {
        ReleaseList list = w.list();
        ReleaseList another = list.next(list.issuedAt(), list.expiresAt(), list.releases());
        return AuditWorld.sign(another, List.of(by)).signatures();
    }

    private static void fourKeys(AuditWorld w, int threshold) {
        w.keys = List.of(ALICE, BOB, CAROL, STRANGER);
        w.threshold = threshold;
        w.rootSigners = w.keys;
    }

    private static void times() {
        add(FindingId.LIST_EXPIRED, w -> w.expires = Duration.ZERO, w -> w.expires = SECOND, FindingId.LIST_REFUSED);
        add(FindingId.LIST_EXPIRES_SOON, w -> life(w, HORIZON), w -> life(w, HORIZON.plus(SECOND)));
        add(
                FindingId.LIST_NOT_YET_VALID,
                w -> w.issued = Duration.ofMinutes(5).plus(SECOND),
                w -> w.issued = Duration.ofMinutes(5),
                FindingId.LIST_REFUSED);
        add(
                FindingId.LIST_LONG_LIVED,
                w -> w.expires = w.issued.plusDays(366).plus(SECOND),
                w -> w.expires = w.issued.plusDays(366));
        add(
                FindingId.ROOT_EXPIRED,
                w -> w.rootExpires = Duration.ZERO,
                w -> w.rootExpires = SECOND,
                FindingId.LIST_REFUSED);
        add(FindingId.ROOT_EXPIRES_SOON, w -> rootLife(w, HORIZON), w -> rootLife(w, HORIZON.plus(SECOND)));
        add(
                FindingId.ROOT_OLD,
                w -> w.rootIssued = Duration.ofDays(-731).minus(SECOND),
                w -> w.rootIssued = Duration.ofDays(-731));
    }

    /** Issued 60 days ago, so that the last 30 days are a third of its life. */
    private static void life(AuditWorld w, Duration rest) {
        w.issued = Duration.ofDays(-60);
        w.expires = rest;
    }

    private static void rootLife(AuditWorld w, Duration rest) {
        w.rootIssued = Duration.ofDays(-60);
        w.rootExpires = rest;
    }

    private static void registers() {
        add(
                FindingId.DUPLICATE_RELEASE,
                w -> w.releases.add(new ReleaseDraft("kms-core", "1.4.2", 9)),
                w -> w.releases.add(new ReleaseDraft("kms-core", "1.4.2-rc.1", 9)),
                FindingId.LIST_REFUSED);
        add(FindingId.REGISTER_MISSING, w -> w.core.withoutPcr(2), w -> w.old.withoutPcr(8), FindingId.LIST_REFUSED);
        add(
                FindingId.REGISTER_ZERO,
                w -> w.core.pcr(0, filled(0)),
                w -> w.core.pcr(0, lastByteOf(filled(0), 1)),
                FindingId.LIST_REFUSED);
        add(
                FindingId.REGISTER_PLACEHOLDER,
                w -> w.core.pcr(0, filled(0xab)),
                w -> w.core.pcr(0, lastByteOf(filled(0xab), 1)));
        add(
                FindingId.REGISTER_REPEATED,
                w -> w.core.pcr(2, Publisher.register(1, 0)),
                w -> w.core.pcr(1, Publisher.register(1, 0)).pcr(2, OF_NOTHING));
        add(FindingId.APPLICATION_UNMEASURED, w -> w.core.pcr(2, OF_NOTHING), w -> w.core.pcr(3, OF_NOTHING));
    }

    private static Bytes filled(int value) {
        byte[] bytes = new byte[48];
        Arrays.fill(bytes, (byte) value);
        return Bytes.of(bytes);
    }

    private static Bytes lastByteOf(Bytes value, int last) {
        return Bytes.concat(value.slice(0, value.size() - 1), Bytes.of((byte) last));
    }

    private static void sharing() {
        add(
                FindingId.REGISTERS_CONTRADICT,
                w -> w.releases.add(new ReleaseDraft("kms-copy", "1.0.0", 3).pcr(1, Publisher.register(9, 1))),
                w -> w.releases.add(new ReleaseDraft("kms-copy", "1.0.0", 2)));
        add(
                FindingId.PCR0_SHARED,
                w -> w.releases.add(new ReleaseDraft("kms-copy", "1.0.0", 2)),
                w -> w.releases.add(new ReleaseDraft("kms-copy", "1.0.0", 1).pcr(8, Publisher.register(1, 8))));
        add(
                FindingId.PCR0_SHARED_BY_VARIANTS,
                w -> w.releases.add(new ReleaseDraft("kms-copy", "1.0.0", 1).pcr(8, Publisher.register(1, 8))),
                w -> w.releases.add(new ReleaseDraft("kms-copy", "1.0.0", 1)),
                FindingId.CERTIFICATE_MISSING);
        add(
                FindingId.PCR1_SHARED,
                w -> w.core.pcr(1, Publisher.register(2, 1)),
                w -> w.releases.add(new ReleaseDraft("kms-copy", "1.0.0", 2)));
        add(
                FindingId.PCR2_SHARED,
                w -> w.core.pcr(2, Publisher.register(2, 2)),
                w -> w.releases.add(new ReleaseDraft("kms-copy", "1.0.0", 2)));
        add(
                FindingId.REVOKED_CODE_LISTED,
                w -> w.edge.code(2),
                w -> w.edge.code(2).pcr(8, Publisher.register(3, 8)));
        add(
                FindingId.IMAGE_SHARED,
                w -> w.core.image(Publisher.register(2, 20), 50_000_002),
                w -> w.releases.add(new ReleaseDraft("kms-copy", "1.0.0", 2)));
    }

    private static void releases() {
        add(FindingId.SOURCE_MISSING, w -> w.core.withoutSource(), w -> w.edge.withoutSource());
        add(FindingId.IMAGE_MISSING, w -> w.core.withoutImage(), w -> w.edge.withoutImage());
        add(FindingId.RELEASE_NOT_YET_VALID, w -> w.core.notBefore(w.at.plus(SECOND)), w -> w.core.notBefore(w.at));
        add(FindingId.RELEASE_EXPIRED, w -> w.core.notAfter(w.at.minus(SECOND)), w -> w.core.notAfter(w.at));
        add(
                FindingId.RELEASE_EXPIRES_SOON,
                w -> w.core.notAfter(w.at.plus(HORIZON)),
                w -> w.core.notAfter(w.at.plus(HORIZON).plus(SECOND)));
        add(
                FindingId.NOTHING_ACCEPTED,
                w -> {
                    w.core.notBefore(w.at.plus(SECOND));
                    w.old.notAfter(w.at.minus(SECOND));
                },
                w -> w.core.notBefore(w.at.plus(SECOND)),
                FindingId.RELEASE_NOT_YET_VALID,
                FindingId.RELEASE_EXPIRED);
        add(
                FindingId.REVOCATION_IN_FUTURE,
                w -> w.edge.revoked(w.at.plus(SECOND), "key leaked"),
                w -> w.edge.revoked(w.at, "key leaked"));
        add(FindingId.REVOCATION_UNEXPLAINED, w -> w.edge.revoked(w.at, "n/a"), w -> w.edge.revoked(w.at, "leak"));
    }

    private static void certificates() {
        add(
                FindingId.SIGNER_MISMATCH,
                w -> w.core.pcr(8, Publisher.register(1, 8)),
                w -> w.old.signedWith(ReleaseDraft.CERTIFICATE),
                FindingId.LIST_REFUSED);
        add(
                FindingId.CERTIFICATE_MISSING,
                w -> w.old.pcr(8, Publisher.register(1, 8)),
                w -> w.edge.pcr(8, Publisher.register(1, 8)));
        add(
                FindingId.CERTIFICATE_MALFORMED,
                w -> w.core.signedWith(Bytes.of((byte) 0x30, (byte) 0)),
                w -> w.core.signedWith(ReleaseDraft.CERTIFICATE));
        add(
                FindingId.CERTIFICATE_EXPIRED,
                w -> w.at = ReleaseDraft.CERTIFICATE_UNTIL.plus(SECOND),
                w -> w.at = ReleaseDraft.CERTIFICATE_UNTIL);
        add(
                FindingId.CERTIFICATE_EXPIRES_SOON,
                w -> w.at = ReleaseDraft.CERTIFICATE_UNTIL.minus(HORIZON),
                w -> w.at = ReleaseDraft.CERTIFICATE_UNTIL.minus(HORIZON).minus(SECOND));
        add(
                FindingId.CERTIFICATE_NOT_YET_VALID,
                w -> w.at = ReleaseDraft.CERTIFICATE_FROM.minus(SECOND),
                w -> w.at = ReleaseDraft.CERTIFICATE_FROM,
                FindingId.REVOCATION_IN_FUTURE);
    }

    private static void images() {
        Bytes core = Publisher.register(1, 20);
        Bytes unknown = Publisher.register(77, 20);
        add(
                FindingId.IMAGE_DIFFERS,
                w -> w.images.add(new AuditedImage("kms-core-1.4.2.eif", unknown, 50_000_001)),
                w -> w.images.add(new AuditedImage("kms-core-1.4.2.eif", core, 50_000_001)));
        add(
                FindingId.IMAGE_UNKNOWN,
                w -> w.images.add(new AuditedImage("found.eif", unknown, 50_000_001)),
                w -> w.images.add(new AuditedImage("found.eif", core, 50_000_001)));
        add(
                FindingId.IMAGE_REVOKED,
                w -> w.images.add(new AuditedImage("found.eif", Publisher.register(3, 20), 50_000_003)),
                w -> w.images.add(new AuditedImage("found.eif", Publisher.register(2, 20), 50_000_002)));
    }

    private static void otherLists() {
        add(
                FindingId.OTHER_NOT_VERIFIED,
                w -> w.others.add(w.other(AuditWorld.LIST, 2, DAY, List.of(ALICE), w.core, w.old, w.edge)),
                w -> w.edgeList(w.core, w.old));
        add(
                FindingId.LIST_FORK,
                w -> w.others.add(w.version(3, Duration.ZERO, w.core)),
                w -> w.others.add(
                        w.other(AuditWorld.LIST, 3, Duration.ZERO, List.of(ALICE, CAROL), w.core, w.old, w.edge)),
                FindingId.LOG_FORK);
        add(FindingId.LIST_SUPERSEDED, w -> w.later.add(entry(4)), w -> w.earlier(2, DAY, w.core, w.old, w.edge));
        add(
                FindingId.REVOKED_ELSEWHERE,
                w -> w.edgeList(new ReleaseDraft("edge", "1.0.0", 3)),
                w -> w.edgeList(new ReleaseDraft("kms-edge", "0.9.0", 4)));
    }

    private static void history() {
        ReleaseDraft acceptedEdge = new ReleaseDraft("kms-edge", "0.9.0", 3);
        ReleaseDraft lost = new ReleaseDraft("kms-lost", "1.0.0", 40);
        add(
                FindingId.REVOKED_STILL_ACCEPTED,
                w -> w.earlier(2, Duration.ofDays(60).minus(SECOND), w.core, w.old, acceptedEdge),
                w -> w.earlier(2, Duration.ofDays(60), w.core, w.old, acceptedEdge));
        add(
                FindingId.REVOCATION_UNDONE,
                w -> w.earlier(2, DAY, revoked(w, new ReleaseDraft("kms-core", "1.4.1", 2)), w.core, w.edge),
                w -> w.earlier(2, DAY, revoked(w, new ReleaseDraft("kms-edge", "0.9.0", 3)), w.core, w.old));
        add(
                FindingId.REVOCATION_DROPPED,
                w -> w.earlier(2, DAY, revoked(w, new ReleaseDraft("kms-lost", "1.0.0", 40)), w.core, w.old, w.edge),
                w -> w.earlier(2, DAY, lost, w.core, w.old, w.edge));
        add(
                FindingId.RELEASE_REWRITTEN,
                w -> w.earlier(2, DAY, new ReleaseDraft("kms-core", "1.4.2", 50), w.old, w.edge),
                w -> w.earlier(
                        2,
                        DAY,
                        new ReleaseDraft("kms-core", "1.4.2", 1).withoutImage().withoutSource(),
                        w.old,
                        w.edge));
        add(
                FindingId.RELEASE_REMOVED,
                w -> w.earlier(2, DAY, lost, w.core, w.old, w.edge),
                w -> w.earlier(2, DAY, revoked(w, new ReleaseDraft("kms-lost", "1.0.0", 40)), w.core, w.old, w.edge));
        add(
                FindingId.VERSION_BACKWARDS,
                w -> w.earlier(2, DAY, new ReleaseDraft("kms-core", "1.10.0", 60), w.old, w.edge),
                w -> w.earlier(2, DAY, new ReleaseDraft("kms-core", "1.4.2-rc.10", 60), w.old, w.edge),
                FindingId.RELEASE_REMOVED);
        add(
                FindingId.DEPRECATED_LONG,
                w -> w.earlier(2, Duration.ofDays(89).plus(SECOND), w.core, w.old, w.edge),
                w -> w.earlier(2, Duration.ofDays(89), w.core, w.old, w.edge));
        add(FindingId.SINCE_UNKNOWN, w -> w.since = OptionalLong.of(2), w -> {
            w.since = OptionalLong.of(2);
            w.earlier(2, DAY, w.core, w.old, w.edge);
        });
    }

    private static ReleaseDraft revoked(AuditWorld w, ReleaseDraft draft) {
        return draft.revoked(w.at.minus(DAY), "key leaked");
    }

    private static void log() {
        LogEntry otherList = new LogEntry("acme-edge", 2, Publisher.register(2, 31));
        LogEntry fork = new LogEntry(AuditWorld.LIST, 2, Publisher.register(2, 32));
        add(FindingId.LOG_NOT_NAMED, w -> w.rootNamesLog = false, w -> w.witnessThreshold = 0);
        add(FindingId.WITNESSES_NOT_REQUIRED, w -> w.witnessThreshold = 0, w -> w.rootNamesLog = false);
        add(FindingId.INCLUSION_MISSING, w -> w.bundleHasProof = false, w -> w.isBundle = false);
        add(
                FindingId.LOG_DAMAGED,
                w -> w.damage = Optional.of("tile/0/000.p/3: other hashes than those of the entries"),
                w -> w.later.add(otherList));
        add(FindingId.LOG_FORK, w -> w.later.add(fork), w -> w.later.add(entry(2)));
        add(FindingId.LOG_BACKWARDS, w -> both(w, entry(2), entry(1)), w -> both(w, entry(1), otherList, entry(2)));
        add(FindingId.LOG_REPEATED, w -> w.later.add(entry(2)), w -> w.later.add(otherList));
        add(FindingId.LOG_GAP, w -> both(w, entry(1)), w -> both(w, entry(1), entry(2)));
        add(
                FindingId.LOG_LACKS_LIST,
                w -> {
                    w.folderHasList = false;
                    w.isBundle = false;
                },
                w -> w.folderHasList = false);
        add(FindingId.LOG_BEHIND, w -> w.folderHasList = false, w -> w.later.add(otherList));
    }

    /** What both the folder and the log behind the bundle have before the list. */
    private static void both(AuditWorld w, LogEntry... entries) {
        w.folder = new ArrayList<>(List.of(entries));
        w.proved = new ArrayList<>(List.of(entries));
    }

    private static void checkpoints() {
        add(
                FindingId.CHECKPOINT_NOT_SIGNED,
                w -> w.logSigners = List.of(OTHER_LOG),
                w -> w.logSigners = List.of(LOG, OTHER_LOG),
                FindingId.LIST_REFUSED,
                FindingId.CHECKPOINT_NOT_SIGNED);
        add(
                FindingId.CHECKPOINT_NOT_WITNESSED,
                w -> w.witnesses = List.of(),
                w -> {
                    w.witnesses = List.of();
                    w.witnessThreshold = 0;
                },
                FindingId.LIST_REFUSED,
                FindingId.CHECKPOINT_NOT_WITNESSED);
        add(
                FindingId.CHECKPOINT_OLD,
                w -> w.checkpointSigned = HORIZON.plus(SECOND).negated(),
                w -> w.checkpointSigned = HORIZON.negated(),
                FindingId.CHECKPOINT_OLD);
        add(
                FindingId.CHECKPOINT_IN_FUTURE,
                w -> w.checkpointSigned = Duration.ofMinutes(5).plus(SECOND),
                w -> w.checkpointSigned = Duration.ofMinutes(5),
                FindingId.CHECKPOINT_IN_FUTURE);
        add(
                FindingId.CHECKPOINT_FORK,
                w -> w.proved.set(0, new LogEntry(AuditWorld.LIST, 1, Publisher.register(1, 32))),
                w -> w.later.add(new LogEntry("acme-edge", 2, Publisher.register(2, 31))));
    }
}
