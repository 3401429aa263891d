package io.attestedmesh.releases.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.fixture.Publisher;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryChecksTest {
    private static final Duration DAY = Duration.ofDays(1);

    private final AuditWorld world = new AuditWorld();

    private ReleaseDraft revoked(String name, String version, int seed) {
        return new ReleaseDraft(name, version, seed).revoked(world.at.minus(DAY), "key leaked");
    }

    @Test
    void sameContents_haveNoFinding() {
        world.earlier(2, DAY, world.core, world.old, world.edge);
        world.earlier(1, DAY.multipliedBy(2), world.core, world.old, world.edge);
        assertThat(world.audit().findings()).isEmpty();
    }

    @Test
    void revokedCode_underAnotherName_isUndone() {
        world.earlier(2, DAY, revoked("kms-lost", "1.0.0", 1), world.core, world.old, world.edge);
        assertThat(world.found(FindingId.REVOCATION_UNDONE))
                .containsExactly("kms-lost 1.0.0: revoked in version 2, its code is listed as kms-core 1.4.2 now");
    }

    @Test
    void revokedInstance_stillRevokedBesideItsCode_isNotUndone() {
        ReleaseDraft stolen = revoked("kms-stolen", "1.0.0", 2).pcr(4, Publisher.register(9, 4));
        world.releases.add(stolen);
        world.earlier(2, DAY, world.core, world.old, world.edge, stolen);
        assertThat(world.audit().findings()).isEmpty();
    }

    @Test
    void revokedInstance_noLongerListedBesideItsCode_isUndone() {
        ReleaseDraft stolen = revoked("kms-stolen", "1.0.0", 2).pcr(4, Publisher.register(9, 4));
        world.earlier(2, DAY, world.core, world.old, world.edge, stolen);
        assertThat(world.found(FindingId.REVOCATION_UNDONE))
                .containsExactly("kms-stolen 1.0.0: revoked in version 2, its code is listed as kms-core 1.4.1 now");
    }

    @Test
    void revocationUndone_isToldOnce() {
        world.earlier(1, DAY.multipliedBy(2), revoked("kms-core", "1.4.2", 1));
        world.earlier(2, DAY, revoked("kms-core", "1.4.2", 1));
        assertThat(world.found(FindingId.REVOCATION_UNDONE))
                .containsExactly("kms-core 1.4.2: revoked in version 2, active now");
    }

    @Test
    void revokedAgain_isNoFinding() {
        world.earlier(1, DAY.multipliedBy(2), revoked("kms-edge", "0.9.0", 3), world.core, world.old);
        world.earlier(2, DAY, world.core, world.old, world.edge);
        assertThat(world.audit().findings()).isEmpty();
    }

    @Test
    void removedLongAgo_isNotToldAgain() {
        world.earlier(
                1, DAY.multipliedBy(2), new ReleaseDraft("kms-lost", "1.0.0", 40), world.core, world.old, world.edge);
        world.earlier(2, DAY, world.core, world.old, world.edge);
        assertThat(world.found(FindingId.RELEASE_REMOVED)).isEmpty();
    }

    /** The list after a version in which kms-core 1.4.1 was {@code before}. */
    private List<String> rewrittenFrom(ReleaseDraft before) {
        world.earlier(2, DAY, world.core, before.deprecated(), world.edge);
        return world.found(FindingId.RELEASE_REWRITTEN);
    }

    @Test
    void otherSourceOfOneVersion_isRewritten() {
        ReleaseDraft before =
                new ReleaseDraft("kms-core", "1.4.1", 90).code(2).image(Publisher.register(2, 20), 50_000_002);
        assertThat(rewrittenFrom(before)).containsExactly("kms-core 1.4.1: not as in version 2: source");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 8})
    void otherRegister_isRewritten(int index) {
        world.old.pcr(index, Publisher.register(7, 40));
        assertThat(rewrittenFrom(new ReleaseDraft("kms-core", "1.4.1", 2).pcr(index, Publisher.register(8, 40))))
                .containsExactly("kms-core 1.4.1: not as in version 2: PCR" + index);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 8})
    void registerThatIsGone_isRewritten(int index) {
        assertThat(rewrittenFrom(new ReleaseDraft("kms-core", "1.4.1", 2).pcr(index, Publisher.register(8, 40))))
                .containsExactly("kms-core 1.4.1: not as in version 2: PCR" + index);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 8})
    void registerAdded_isNoRewriting(int index) {
        world.old.pcr(index, Publisher.register(8, 40));
        assertThat(rewrittenFrom(new ReleaseDraft("kms-core", "1.4.1", 2))).isEmpty();
    }

    @Test
    void otherCertificate_isRewrittenWithItsRegister() {
        world.old.signedWith(ReleaseDraft.CERTIFICATE);
        assertThat(rewrittenFrom(new ReleaseDraft("kms-core", "1.4.1", 2).signedWith(Bytes.of((byte) 0x30, (byte) 0))))
                .containsExactly("kms-core 1.4.1: not as in version 2: PCR8, signing certificate");
    }

    @Test
    void certificateThatIsGone_isNoRewriting() {
        Bytes signer = ReleaseDraft.pcr8Of(ReleaseDraft.CERTIFICATE);
        world.old.pcr(8, signer);
        assertThat(rewrittenFrom(new ReleaseDraft("kms-core", "1.4.1", 2).signedWith(ReleaseDraft.CERTIFICATE)))
                .isEmpty();
    }

    @Test
    void stillAccepted_namesTheVersionThatEndsLast() {
        ReleaseDraft accepted = new ReleaseDraft("kms-edge", "0.9.0", 3);
        world.earlier(1, DAY.multipliedBy(2), world.core, world.old, accepted);
        world.earlier(2, DAY, world.core, world.old, accepted);
        assertThat(world.found(FindingId.REVOKED_STILL_ACCEPTED))
                .containsExactly(
                        "kms-edge 0.9.0: version 2, which accepts it, ends at 2027-01-18T10:00:00Z (in 59 days)");
    }

    @Test
    void olderCodeAdded_isToldWithWhatItFollows() {
        ReleaseDraft late = new ReleaseDraft("kms-core", "1.3.9", 91);
        world.earlier(2, DAY, world.core, world.old, world.edge);
        world.releases.add(late);
        assertThat(world.found(FindingId.VERSION_BACKWARDS))
                .containsExactly("kms-core 1.3.9: added after 1.4.2, which version 2 has");
    }

    @Test
    void olderCodeAdded_revoked_isNoFinding() {
        world.earlier(2, DAY, world.core, world.old, world.edge);
        world.releases.add(revoked("kms-core", "1.3.9", 91));
        assertThat(world.found(FindingId.VERSION_BACKWARDS)).isEmpty();
    }

    @Test
    void deprecation_countsFromTheFirstVersionThatHasIt() {
        world.earlier(1, Duration.ofDays(200), world.core, world.old, world.edge);
        world.earlier(2, Duration.ofDays(100), world.core, world.old, world.edge);
        assertThat(world.found(FindingId.DEPRECATED_LONG))
                .containsExactly("kms-core 1.4.1: deprecated since 2026-05-03T10:00:00Z (201 days ago)");
    }

    @Test
    void deprecation_takenBackBetween_countsAnew() {
        world.earlier(1, Duration.ofDays(200), world.core, world.old, world.edge);
        world.earlier(2, Duration.ofDays(50), world.core, new ReleaseDraft("kms-core", "1.4.1", 2), world.edge);
        assertThat(world.found(FindingId.DEPRECATED_LONG)).isEmpty();
    }

    @Test
    void deprecation_withAnEnd_isNoFinding() {
        world.old.notAfter(world.at.plus(Duration.ofDays(300)));
        world.earlier(
                2, Duration.ofDays(200), world.core, new ReleaseDraft("kms-core", "1.4.1", 2).deprecated(), world.edge);
        assertThat(world.audit().findings()).isEmpty();
    }

    @Test
    void laterVersion_isNoHistory() {
        world.since = OptionalLong.of(4);
        world.others.add(world.version(4, DAY.negated(), world.core, world.old, world.edge));
        assertThat(world.found(FindingId.RELEASE_REMOVED)).isEmpty();
        assertThat(world.found(FindingId.SINCE_UNKNOWN)).hasSize(1);
    }

    @Test
    void revokedInLaterVersions_isStillAcceptedUntilThisOneEnds() {
        world.others.add(world.version(4, DAY.negated(), revoked("kms-core", "1.4.2", 1), world.old, world.edge));
        world.others.add(world.version(5, DAY.negated(), revoked("kms-core", "1.4.2", 1), world.old, world.edge));
        assertThat(world.found(FindingId.REVOKED_STILL_ACCEPTED))
                .containsExactly("kms-core 1.4.2: revoked in version 4; version 3, which accepts it, ends at"
                        + " 2027-01-19T10:00:00Z (in 60 days)");
    }

    @Test
    void revokedInALaterVersion_thisOneEnded_isNotAccepted() {
        world.expires = Duration.ofDays(-1).plusSeconds(1);
        world.others.add(
                world.version(4, Duration.ofDays(-60), revoked("kms-core", "1.4.2", 1), world.old, world.edge));
        assertThat(world.found(FindingId.REVOKED_STILL_ACCEPTED)).isEmpty();
    }

    @Test
    void acceptedAgainInALaterVersion_isUndone() {
        world.others.add(
                world.version(4, DAY.negated(), world.core, world.old, new ReleaseDraft("kms-edge", "0.9.0", 3)));
        assertThat(world.found(FindingId.REVOCATION_UNDONE))
                .containsExactly("kms-edge 0.9.0: revoked in version 3, active in version 4");
    }

    @Test
    void since_inWords_isTheDifference() {
        world.since = OptionalLong.of(2);
        world.earlier(2, Duration.ZERO, world.old, world.edge);
        ChangesSince changes = world.audit().changes().orElseThrow();
        assertThat(changes.words()).isTrue();
        assertThat(changes.changes())
                .filteredOn(change -> change.subject().isPresent())
                .extracting(ListChange::kind, change -> change.subject().orElseThrow())
                .containsExactly(tuple("added", "kms-core 1.4.2"));
    }

    @Test
    void since_fromTheLog_hasDigestsUpToTheList() {
        world.since = OptionalLong.of(2);
        world.later.add(AuditWorld.entry(4));
        ChangesSince changes = world.audit().changes().orElseThrow();
        assertThat(changes.words()).isFalse();
        assertThat(changes.changes().stream().map(change -> change.subject().orElseThrow()))
                .containsExactly("acme-kms version 2", "acme-kms version 3");
    }
}
