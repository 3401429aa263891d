package io.attestedmesh.releases.trust;

import static io.attestedmesh.releases.fixture.Publisher.NOW;
import static io.attestedmesh.releases.fixture.Publisher.code;
import static io.attestedmesh.releases.fixture.Publisher.register;
import static io.attestedmesh.releases.fixture.Publisher.release;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.policy.KnownRelease;
import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.list.Revocation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListedReleasesTest {
    private static final Instant EXPIRY = NOW.plus(Duration.ofDays(30));
    private static final Instant LAST = EXPIRY.minusNanos(1);
    private static final Revocation REVOCATION = new Revocation(NOW, "CVE-2026-1\u202e");

    static ListedReleases list(Release... releases) {
        return ListedReleases.of(new ReleaseList("acme-kms", 7, NOW, EXPIRY, List.of(releases)));
    }

    static Release between(Release release, Instant notBefore, Instant notAfter) {
        return new Release(
                release.name(),
                release.version(),
                release.status(),
                release.pcrs(),
                Optional.empty(),
                Optional.empty(),
                Optional.ofNullable(notBefore),
                Optional.ofNullable(notAfter),
                release.revocation(),
                Optional.empty());
    }

    /** The registers of {@code seed} and one more. */
    private static PcrBank with(int seed, int index) {
        Map<Integer, Bytes> registers = new TreeMap<>(code(seed).values());
        registers.put(index, register(seed, index));
        return PcrBank.of(registers);
    }

    private static RejectedEvidenceException refusal(ListedReleases releases, PcrBank pcrs, Instant at) {
        RejectedEvidenceException refused =
                catchThrowableOfType(RejectedEvidenceException.class, () -> releases.releaseOf(pcrs, at));
        assertThat(refused).as("a refusal").isNotNull();
        assertThat(refused.expected()).isNotBlank();
        assertThat(refused.actual()).matches("[\\x20-\\x7e]+");
        return refused;
    }

    @Test
    void releaseOf_activeRelease_isNamedUntilTheListEnds() throws Exception {
        KnownRelease known = list(release("kms-core", "1.4.2", 1)).releaseOf(code(1), NOW);

        assertThat(known).isEqualTo(new KnownRelease("kms-core 1.4.2", false, LAST));
    }

    @Test
    void releaseOf_deprecatedRelease_isMarked() throws Exception {
        KnownRelease known = list(release("kms-core", "1.4.2", 1).deprecated()).releaseOf(code(1), NOW);

        assertThat(known.deprecated()).isTrue();
    }

    @Test
    void releaseOf_otherCode_isUnknown() {
        RejectedEvidenceException refused = refusal(list(release("kms-core", "1.4.2", 1)), code(2), NOW);

        assertThat(refused.reason()).isEqualTo(PolicyReason.UNKNOWN_RELEASE);
        assertThat(refused.actual()).contains(register(2, 0).hex());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void releaseOf_oneRegisterOfTheCodeDiffers_isUnknown(int index) {
        Map<Integer, Bytes> registers = new TreeMap<>(code(1).values());
        registers.put(index, register(2, index));

        assertThat(refusal(list(release("kms-core", "1.4.2", 1)), PcrBank.of(registers), NOW)
                        .reason())
                .isEqualTo(PolicyReason.UNKNOWN_RELEASE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void releaseOf_oneRegisterOfTheCodeAbsent_isUnknown(int index) {
        Map<Integer, Bytes> registers = new TreeMap<>(code(1).values());
        registers.remove(index);

        assertThat(refusal(list(release("kms-core", "1.4.2", 1)), PcrBank.of(registers), NOW)
                        .reason())
                .isEqualTo(PolicyReason.UNKNOWN_RELEASE);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 8})
    void releaseOf_furtherRegisterNamed_mustBeThere(int index) throws Exception {
        ListedReleases releases = list(Release.of("kms-core", "1.4.2", with(1, index)));

        assertThat(releases.releaseOf(with(1, index), NOW).name()).isEqualTo("kms-core 1.4.2");
        assertThat(refusal(releases, code(1), NOW).reason()).isEqualTo(PolicyReason.UNKNOWN_RELEASE);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 8})
    void releaseOf_furtherRegisterNotNamed_doesNotMatter(int index) throws Exception {
        ListedReleases releases = list(release("kms-core", "1.4.2", 1));

        assertThat(releases.releaseOf(with(1, index), NOW).name()).isEqualTo("kms-core 1.4.2");
    }

    @Test
    void releaseOf_revoked_saysWhenAndWhyOnOneLine() {
        RejectedEvidenceException refused =
                refusal(list(release("kms-core", "1.4.2", 1).revoked(REVOCATION)), code(1), NOW);

        assertThat(refused.reason()).isEqualTo(PolicyReason.RELEASE_REVOKED);
        assertThat(refused.actual()).isEqualTo("kms-core 1.4.2, revoked at 2026-11-20T10:00:00Z: CVE-2026-1\\u202e");
    }

    @Test
    void releaseOf_revokedBehindActive_isRefused() {
        Release active = release("kms-core", "1.4.2", 1);
        Release revoked = release("kms-core", "1.4.1", 1).revoked(REVOCATION);

        assertThat(refusal(list(active, revoked), code(1), NOW).reason()).isEqualTo(PolicyReason.RELEASE_REVOKED);
    }

    @Test
    void releaseOf_revokedNamesFewerRegisters_beatsTheMoreExactOne() {
        Release active = Release.of("kms-core", "1.4.2", with(1, 8));
        Release revoked = release("kms-core", "1.4.1", 1).revoked(REVOCATION);

        assertThat(refusal(list(active, revoked), with(1, 8), NOW).reason()).isEqualTo(PolicyReason.RELEASE_REVOKED);
    }

    @Test
    void releaseOf_revokedNamesARegisterThatDiffers_doesNotMatch() throws Exception {
        Release active = release("kms-core", "1.4.2", 1);
        Release revoked = Release.of("kms-core", "1.4.1", with(1, 8)).revoked(REVOCATION);

        assertThat(list(active, revoked).releaseOf(code(1), NOW).name()).isEqualTo("kms-core 1.4.2");
    }

    @Test
    void releaseOf_revokedOutsideOfItsTime_isStillRevoked() {
        Release revoked = between(
                release("kms-core", "1.4.1", 1).revoked(REVOCATION), NOW.minusSeconds(20), NOW.minusSeconds(10));
        Release active = release("kms-core", "1.4.2", 1);

        assertThat(refusal(list(active, revoked), code(1), NOW).reason()).isEqualTo(PolicyReason.RELEASE_REVOKED);
    }

    @Test
    void releaseOf_deprecatedBeforeActive_activeIsNamed() throws Exception {
        Release deprecated = release("kms-core", "1.4.1", 1).deprecated();
        Release active = release("kms-core", "1.4.2", 1);

        assertThat(list(deprecated, active).releaseOf(code(1), NOW))
                .isEqualTo(new KnownRelease("kms-core 1.4.2", false, LAST));
    }

    @Test
    void releaseOf_twoActive_firstOfTheListIsNamed() throws Exception {
        Release one = release("kms-core", "1.4.2", 1);
        Release other = release("kms-copy", "0.1.0", 1);

        assertThat(list(one, other).releaseOf(code(1), NOW).name()).isEqualTo("kms-core 1.4.2");
        assertThat(list(other, one).releaseOf(code(1), NOW).name()).isEqualTo("kms-copy 0.1.0");
    }

    @Test
    void releaseOf_lastInstantOfTheList_isStillAnswered() throws Exception {
        assertThat(list(release("kms-core", "1.4.2", 1))
                        .releaseOf(code(1), LAST)
                        .name())
                .isEqualTo("kms-core 1.4.2");
    }

    @Test
    void releaseOf_listExpired_refusesEverything() {
        ListedReleases releases = list(release("kms-core", "1.4.2", 1));
        RejectedEvidenceException refused = refusal(releases, code(1), EXPIRY);

        assertThat(refused.reason()).isEqualTo(PolicyReason.RELEASES_EXPIRED);
        assertThat(refused.actual()).isEqualTo("version 7 of acme-kms, which expired at 2026-12-20T10:00:00Z");
        assertThat(refusal(releases, code(2), EXPIRY).reason()).isEqualTo(PolicyReason.RELEASES_EXPIRED);
    }

    @Test
    void releaseOf_beforeItsTime_isRefusedWithTheTime() {
        ListedReleases releases = list(between(release("kms-core", "1.5.0", 1), NOW.plusSeconds(60), null));
        RejectedEvidenceException refused =
                refusal(releases, code(1), NOW.plusSeconds(60).minusNanos(1));

        assertThat(refused.reason()).isEqualTo(PolicyReason.RELEASE_NOT_YET_VALID);
        assertThat(refused.actual()).isEqualTo("kms-core 1.5.0, from 2026-11-20T10:01:00Z");
    }

    @Test
    void releaseOf_atItsNotBefore_isKnown() throws Exception {
        ListedReleases releases = list(between(release("kms-core", "1.5.0", 1), NOW.plusSeconds(60), null));

        assertThat(releases.releaseOf(code(1), NOW.plusSeconds(60)).name()).isEqualTo("kms-core 1.5.0");
    }

    @Test
    void releaseOf_atItsNotAfter_isKnownForThatInstant() throws Exception {
        Instant end = NOW.plusSeconds(60);
        ListedReleases releases = list(between(release("kms-core", "1.5.0", 1), null, end));

        assertThat(releases.releaseOf(code(1), end).until()).isEqualTo(end);
    }

    @Test
    void releaseOf_afterItsNotAfter_isRefusedWithTheTime() {
        ListedReleases releases = list(between(release("kms-core", "1.5.0", 1), null, NOW.plusSeconds(60)));
        RejectedEvidenceException refused =
                refusal(releases, code(1), NOW.plusSeconds(60).plusNanos(1));

        assertThat(refused.reason()).isEqualTo(PolicyReason.RELEASE_EXPIRED);
        assertThat(refused.actual()).isEqualTo("kms-core 1.5.0, until 2026-11-20T10:01:00Z");
    }

    @Test
    void releaseOf_oneEndedAndOneToCome_isNotYetValid() {
        ListedReleases releases = list(
                between(release("kms-core", "1.4.0", 1), null, NOW.minusSeconds(60)),
                between(release("kms-core", "1.5.0", 1), NOW.plusSeconds(60), null));

        assertThat(refusal(releases, code(1), NOW).reason()).isEqualTo(PolicyReason.RELEASE_NOT_YET_VALID);
    }

    @Test
    void releaseOf_notAfterBehindTheListsEnd_endsWithTheList() throws Exception {
        ListedReleases releases = list(between(release("kms-core", "1.5.0", 1), null, EXPIRY.plusSeconds(60)));

        assertThat(releases.releaseOf(code(1), NOW).until()).isEqualTo(LAST);
    }

    @Test
    void releaseOf_betterOneToCome_holdsUntilThen() throws Exception {
        Instant change = NOW.plusSeconds(60);
        ListedReleases releases = list(
                release("kms-core", "1.4.0", 1).deprecated(), between(release("kms-core", "1.5.0", 1), change, null));

        assertThat(releases.releaseOf(code(1), NOW))
                .isEqualTo(new KnownRelease("kms-core 1.4.0", true, change.minusNanos(1)));
        assertThat(releases.releaseOf(code(1), change)).isEqualTo(new KnownRelease("kms-core 1.5.0", false, LAST));
    }

    @Test
    void releaseOf_worseOneToCome_doesNotEndTheAnswer() throws Exception {
        ListedReleases releases = list(
                between(release("kms-core", "1.4.0", 1).deprecated(), NOW.plusSeconds(60), null),
                release("kms-core", "1.5.0", 1));

        assertThat(releases.releaseOf(code(1), NOW).until()).isEqualTo(LAST);
    }

    @Test
    void releaseOf_twentyThousandReleases_findsEachByItsCode() throws Exception {
        ListedReleases releases = list(IntStream.range(0, ReleaseList.MAX_RELEASES)
                .mapToObj(i -> release("app", "1.0." + i, i))
                .toArray(Release[]::new));

        for (int i : new int[] {0, 1, 9_999, 19_999}) {
            assertThat(releases.releaseOf(code(i), NOW).name()).isEqualTo("app 1.0." + i);
        }
        assertThat(refusal(releases, code(20_000), NOW).reason()).isEqualTo(PolicyReason.UNKNOWN_RELEASE);
    }
}
