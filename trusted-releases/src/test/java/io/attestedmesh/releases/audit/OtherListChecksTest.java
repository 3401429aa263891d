package io.attestedmesh.releases.audit;

import static io.attestedmesh.releases.audit.AuditWorld.ALICE;
import static io.attestedmesh.releases.audit.AuditWorld.BOB;
import static io.attestedmesh.releases.audit.AuditWorld.CAROL;
import static io.attestedmesh.releases.audit.AuditWorld.STRANGER;
import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.fixture.Signer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtherListChecksTest {
    private static final Duration DAY = Duration.ofDays(1);

    private final AuditWorld world = new AuditWorld();

    private void version(long version, List<Signer> by, ReleaseDraft... releases) {
        world.others.add(world.other(AuditWorld.LIST, version, DAY, by, releases));
    }

    private AuditedList otherInFile(String file, String name, long version, ReleaseDraft... releases) {
        AuditedList list = world.other(name, version, DAY, List.of(ALICE, BOB), releases);
        return new AuditedList(file, list.envelope(), list.content(), list.roots(), list.log());
    }

    private AuditedList inBundle(AuditedList list, SignedEnvelope... roots) {
        return new AuditedList(list.file(), list.envelope(), list.content(), List.of(roots), list.log());
    }

    @Test
    void revokedHere_acceptedInAnotherList_isTold() {
        world.edgeList(new ReleaseDraft("edge", "1.0.0", 3).deprecated());
        assertThat(world.found(FindingId.REVOKED_ELSEWHERE))
                .containsExactly("kms-edge 0.9.0: revoked here, and accepted as edge 1.0.0 in acme-edge version 9");
    }

    @Test
    void acceptedHere_revokedInAnotherList_isTold() {
        world.edgeList(new ReleaseDraft("edge", "1.0.0", 1).revoked(world.at, "key leaked"));
        assertThat(world.found(FindingId.REVOKED_ELSEWHERE))
                .containsExactly("kms-core 1.4.2: active here, and revoked as edge 1.0.0 in acme-edge version 9");
    }

    @Test
    void revokedInBoth_isNoFinding() {
        world.edgeList(new ReleaseDraft("edge", "1.0.0", 3).revoked(world.at, "key leaked"));
        assertThat(world.audit().findings()).isEmpty();
    }

    @Test
    void sameInstanceRevokedInBoth_restAccepted_isNoFinding() {
        Bytes instance = Publisher.register(9, 4);
        world.releases.add(new ReleaseDraft("kms-new", "1.0.0", 80));
        world.releases.add(
                new ReleaseDraft("kms-stolen", "1.0.0", 80).pcr(4, instance).revoked(world.at, "stolen"));
        world.edgeList(
                new ReleaseDraft("edge", "1.0.0", 80),
                new ReleaseDraft("edge-stolen", "1.0.0", 80).pcr(4, instance).revoked(world.at, "stolen"));
        assertThat(world.audit().findings()).isEmpty();
    }

    @Test
    void instanceRevokedThereAlone_isTold() {
        world.edgeList(
                new ReleaseDraft("edge", "1.0.0", 80),
                new ReleaseDraft("edge-stolen", "1.0.0", 2)
                        .pcr(4, Publisher.register(9, 4))
                        .revoked(world.at, "stolen"));
        assertThat(world.found(FindingId.REVOKED_ELSEWHERE))
                .containsExactly(
                        "kms-core 1.4.1: deprecated here, and revoked as edge-stolen 1.0.0 in acme-edge version 9");
    }

    @Test
    void revokedThere_forAnotherSigner_isNoFinding() {
        world.edgeList(new ReleaseDraft("edge", "1.0.0", 1)
                .pcr(8, Publisher.register(9, 8))
                .revoked(world.at, "key leaked"));
        assertThat(world.found(FindingId.REVOKED_ELSEWHERE)).isEmpty();
    }

    @Test
    void laterVersion_isNotElsewhere() {
        version(4, List.of(ALICE, BOB), new ReleaseDraft("kms-core", "1.4.2", 1).revoked(world.at, "key leaked"));
        assertThat(world.found(FindingId.LIST_SUPERSEDED))
                .containsExactly("acme-kms version 3: other.json is acme-kms version 4");
        assertThat(world.found(FindingId.REVOKED_ELSEWHERE)).isEmpty();
    }

    @Test
    void earlierVersion_isNotElsewhere() {
        world.earlier(2, DAY, world.core, world.old, new ReleaseDraft("kms-edge", "0.9.0", 3));
        assertThat(world.found(FindingId.REVOKED_ELSEWHERE)).isEmpty();
    }

    @Test
    void versionSignedByStrangers_isNotVerified() {
        version(2, List.of(ALICE, STRANGER), world.core, world.old, world.edge);
        assertThat(world.found(FindingId.OTHER_NOT_VERIFIED))
                .containsExactly(
                        "acme-kms version 2: in other.json: no root that counts has its threshold of signatures");
    }

    @Test
    void listOfAnotherName_withoutItsRoot_isNotVerified() {
        world.others.add(world.other("acme-edge", 9, DAY, List.of(ALICE, BOB), new ReleaseDraft("edge", "1.0.0", 3)));
        assertThat(ids()).containsExactly(FindingId.OTHER_NOT_VERIFIED);
    }

    /** What anybody may have written says nothing about anything else. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void versionThatIsNotVerified_isLookedAtByNoOtherCheck(long version) {
        world.since = OptionalLong.of(2);
        version(
                version,
                List.of(ALICE, STRANGER),
                new ReleaseDraft("kms-core", "1.4.2", 77).revoked(world.at, "key leaked"),
                new ReleaseDraft("kms-core", "1.4.1", 2).revoked(world.at, "key leaked"),
                new ReleaseDraft("kms-edge", "0.9.0", 3),
                new ReleaseDraft("kms-lost", "0.9.0", 4));
        assertThat(ids()).containsExactly(FindingId.OTHER_NOT_VERIFIED, FindingId.SINCE_UNKNOWN);
    }

    @Test
    void keyThatSignedWhatIsNotVerified_isUnused() {
        world.rootSigners = List.of(ALICE, BOB);
        version(2, List.of(CAROL), world.core, world.old, world.edge);
        assertThat(world.found(FindingId.KEY_UNUSED))
                .containsExactly("carol: signed neither 1 list nor 1 root of this audit");
    }

    @Test
    void listOfAnotherName_thatHasEnded_acceptsNothingAnyMore() {
        world.otherRoots.add(world.edgeRoot(1, List.of(ALICE, BOB), ALICE, BOB));
        world.others.add(world.other(
                "acme-edge", 9, Duration.ofDays(60), List.of(ALICE, BOB), new ReleaseDraft("edge", "1.0.0", 3)));
        assertThat(ids()).isEmpty();
        world.others.set(
                0,
                world.other(
                        "acme-edge",
                        9,
                        Duration.ofDays(59),
                        List.of(ALICE, BOB),
                        new ReleaseDraft("edge", "1.0.0", 3)));
        assertThat(ids()).containsExactly(FindingId.REVOKED_ELSEWHERE);
    }

    @Test
    void otherBundle_isNotVerifiedByItsOwnRoot() {
        AuditedList other = world.other("acme-edge", 9, DAY, List.of(STRANGER, CAROL), world.core);
        world.others.add(inBundle(other, world.edgeRoot(1, List.of(STRANGER, CAROL), STRANGER, CAROL)));
        assertThat(ids()).containsExactly(FindingId.OTHER_NOT_VERIFIED);
    }

    @Test
    void otherBundle_isVerifiedByARootToWhichTheGivenOneLeads() {
        world.otherRoots.add(world.edgeRoot(1, List.of(ALICE, BOB), ALICE, BOB));
        AuditedList other = world.other("acme-edge", 9, DAY, List.of(STRANGER, CAROL), world.core);
        world.others.add(inBundle(
                other,
                world.edgeRoot(3, List.of(STRANGER, CAROL), BOB, CAROL, STRANGER),
                world.edgeRoot(2, List.of(BOB, CAROL), ALICE, BOB, CAROL)));
        assertThat(ids()).isEmpty();
    }

    @Test
    void otherBundle_isNotVerifiedBehindAGap() {
        world.otherRoots.add(world.edgeRoot(1, List.of(ALICE, BOB), ALICE, BOB));
        AuditedList other = world.other("acme-edge", 9, DAY, List.of(STRANGER, CAROL), world.core);
        world.others.add(inBundle(other, world.edgeRoot(3, List.of(STRANGER, CAROL), ALICE, BOB, CAROL, STRANGER)));
        assertThat(ids()).containsExactly(FindingId.OTHER_NOT_VERIFIED);
    }

    @Test
    void noRootGiven_allAtHandCount() {
        world.rootIsGiven = false;
        world.earlier(2, DAY, world.core, world.old, world.edge);
        AuditedList other = world.other("acme-edge", 9, DAY, List.of(ALICE, BOB), world.core);
        world.others.add(inBundle(other, world.edgeRoot(1, List.of(ALICE, BOB), ALICE, BOB)));
        assertThat(ids()).containsExactly(FindingId.ROOT_NOT_GIVEN);
    }

    @Test
    void rootOfTheOtherListGivenAlone_bundlesOwnDoesNotCount() {
        world.rootIsGiven = false;
        world.otherRoots.add(world.edgeRoot(1, List.of(ALICE, BOB), ALICE, BOB));
        world.earlier(2, DAY, world.core, world.old, world.edge);
        assertThat(world.found(FindingId.OTHER_NOT_VERIFIED)).hasSize(1);
    }

    @Test
    void fork_isToldWithDigestAndFileOfEach() {
        version(3, List.of(ALICE, BOB), world.core);
        AuditedList other = world.others.get(0);
        assertThat(world.found(FindingId.LIST_FORK))
                .containsExactly("acme-kms version 3: SHA-384 "
                        + world.audit().payloadDigest().hex() + " in bundle.json, SHA-384 "
                        + other.envelope().payloadDigest().hex() + " in other.json");
    }

    @ParameterizedTest
    @CsvSource({"acme-kms,2", "acme-kms,4", "acme-edge,9"})
    void forkAmongTheOthers_isToldOnce(String name, long version) {
        world.otherRoots.add(world.edgeRoot(1, List.of(ALICE, BOB), ALICE, BOB));
        world.others.add(otherInFile("one.json", name, version, world.core, world.old, world.edge));
        world.others.add(otherInFile("two.json", name, version, world.core, world.edge));
        world.others.add(otherInFile("copy.json", name, version, world.core, world.edge));
        world.others.add(otherInFile("three.json", name, version, world.core));
        assertThat(world.found(FindingId.LIST_FORK))
                .singleElement()
                .asString()
                .startsWith(name + " version " + version + ": ")
                .containsSubsequence("in one.json, SHA-384 ", "in two.json, SHA-384 ", "in three.json")
                .doesNotContain("copy.json");
    }

    @Test
    void sameVersionOfAnotherList_isNoFork() {
        world.otherRoots.add(world.edgeRoot(1, List.of(ALICE, BOB), ALICE, BOB));
        world.others.add(world.other("acme-edge", 3, DAY, List.of(ALICE, BOB), world.core));
        assertThat(world.found(FindingId.LIST_FORK)).isEmpty();
    }

    private List<FindingId> ids() {
        return world.audit().findings().stream().map(Finding::id).toList();
    }
}
