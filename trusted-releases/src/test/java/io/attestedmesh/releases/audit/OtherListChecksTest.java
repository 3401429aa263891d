package io.attestedmesh.releases.audit;

import static io.attestedmesh.releases.audit.AuditWorld.ALICE;
import static io.attestedmesh.releases.audit.AuditWorld.BOB;
import static io.attestedmesh.releases.audit.AuditWorld.STRANGER;
import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.fixture.Signer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OtherListChecksTest {
    private static final Duration DAY = Duration.ofDays(1);

    private final AuditWorld world = new AuditWorld();

    private void edgeList(ReleaseDraft... releases) {
        world.others.add(world.other("acme-edge", 9, DAY, List.of(STRANGER), releases));
    }

    private void version(long version, List<Signer> by, ReleaseDraft... releases) {
        world.others.add(world.other(AuditWorld.LIST, version, DAY, by, releases));
    }

    @Test
    void revokedHere_acceptedInAnotherList_isTold() {
        edgeList(new ReleaseDraft("edge", "1.0.0", 3).deprecated());
        assertThat(world.found(FindingId.REVOKED_ELSEWHERE))
                .containsExactly("kms-edge 0.9.0: revoked here, and accepted as edge 1.0.0 in acme-edge version 9");
    }

    @Test
    void acceptedHere_revokedInAnotherList_isTold() {
        edgeList(new ReleaseDraft("edge", "1.0.0", 1).revoked(world.at, "key leaked"));
        assertThat(world.found(FindingId.REVOKED_ELSEWHERE))
                .containsExactly("kms-core 1.4.2: active here, and revoked as edge 1.0.0 in acme-edge version 9");
    }

    @Test
    void revokedInBoth_isNoFinding() {
        edgeList(new ReleaseDraft("edge", "1.0.0", 3).revoked(world.at, "key leaked"));
        assertThat(world.audit().findings()).isEmpty();
    }

    @Test
    void revokedThere_forAnotherSigner_isNoFinding() {
        edgeList(new ReleaseDraft("edge", "1.0.0", 1)
                .pcr(8, Publisher.register(9, 8))
                .revoked(world.at, "key leaked"));
        assertThat(world.found(FindingId.REVOKED_ELSEWHERE)).isEmpty();
    }

    @Test
    void revokedInALaterVersion_isTold() {
        version(4, List.of(ALICE, BOB), new ReleaseDraft("kms-core", "1.4.2", 1).revoked(world.at, "key leaked"));
        assertThat(world.found(FindingId.LIST_SUPERSEDED))
                .containsExactly("acme-kms version 3: other.json is acme-kms version 4");
        assertThat(world.found(FindingId.REVOKED_ELSEWHERE))
                .containsExactly("kms-core 1.4.2: active here, and revoked as kms-core 1.4.2 in acme-kms version 4");
    }

    @Test
    void earlierVersion_isNotElsewhere() {
        world.earlier(2, DAY, world.core, world.old, new ReleaseDraft("kms-edge", "0.9.0", 3));
        assertThat(world.found(FindingId.REVOKED_ELSEWHERE)).isEmpty();
    }

    @Test
    void listOfAnotherName_needsNoRootHere() {
        edgeList(world.core);
        assertThat(world.found(FindingId.OTHER_NOT_VERIFIED)).isEmpty();
    }

    @Test
    void versionSignedByStrangers_isNotVerified() {
        version(2, List.of(ALICE, STRANGER), world.core, world.old, world.edge);
        assertThat(world.found(FindingId.OTHER_NOT_VERIFIED))
                .containsExactly("acme-kms version 2: in other.json: no root at hand has its threshold of signatures");
    }

    @Test
    void fork_isToldWithBothDigests() {
        version(3, List.of(ALICE, BOB), world.core);
        AuditedList other = world.others.get(0);
        assertThat(world.found(FindingId.LIST_FORK))
                .singleElement()
                .asString()
                .contains(other.envelope().payloadDigest().hex())
                .contains(world.audit().payloadDigest().hex());
    }

    @Test
    void sameVersionOfAnotherList_isNoFork() {
        world.others.add(world.other("acme-edge", 3, DAY, List.of(STRANGER), world.core));
        assertThat(world.found(FindingId.LIST_FORK)).isEmpty();
    }
}
