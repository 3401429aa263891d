package io.attestedmesh.releases.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.list.ReleaseList;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListChangeTest {
    private static ReleaseList list(ReleaseDraft... releases) {
        return new ReleaseList(
                "acme-kms",
                1,
                Publisher.NOW,
                Publisher.NOW.plus(Duration.ofDays(30)),
                Arrays.stream(releases).map(ReleaseDraft::make).toList());
    }

    private static List<String> between(ReleaseDraft before, ReleaseDraft now) {
        return ListChange.between(list(before), list(now)).stream()
                .map(ListChange::toString)
                .toList();
    }

    private static ReleaseDraft core() {
        return new ReleaseDraft("kms-core", "1.0.0", 1);
    }

    @Test
    void sameRelease_hasNoChange() {
        assertThat(between(core(), core())).isEmpty();
    }

    @Test
    void otherName_isAddedAndRemoved() {
        assertThat(between(core(), new ReleaseDraft("kms-edge", "2.0.0", 2).deprecated()))
                .containsExactly("kms-edge 2.0.0: added, deprecated", "kms-core 1.0.0: removed, active before");
    }

    @Test
    void revocation_isToldWithItsReason() {
        assertThat(between(core(), core().revoked(Publisher.NOW, "key leaked")))
                .containsExactly("kms-core 1.0.0: active before, revoked: key leaked now");
    }

    @Test
    void otherReason_isTold() {
        assertThat(between(core().revoked(Publisher.NOW, "unknown"), core().revoked(Publisher.NOW, "key leaked")))
                .containsExactly("kms-core 1.0.0: revoked with other words: revoked: key leaked");
    }

    @Test
    void reasonOfStranger_isEscaped() {
        assertThat(between(core(), core().revoked(Publisher.NOW, "key\u202eleaked")))
                .containsExactly("kms-core 1.0.0: active before, revoked: key\\u202eleaked now");
    }

    @Test
    void register_isToldWhole() {
        assertThat(between(core(), core().pcr(3, Publisher.register(5, 3))))
                .containsExactly("kms-core 1.0.0: PCR3 none before, "
                        + Publisher.register(5, 3).hex() + " now");
    }

    @Test
    void validity_isTold() {
        assertThat(between(core().notBefore(Publisher.NOW), core().notAfter(Publisher.NOW)))
                .containsExactly(
                        "kms-core 1.0.0: notBefore 2026-11-20T10:00:00Z before, none now",
                        "kms-core 1.0.0: notAfter none before, 2026-11-20T10:00:00Z now");
    }

    @Test
    void imageSourceAndCertificate_areTold() {
        assertThat(between(
                        core().pcr(8, Publisher.register(1, 8)),
                        core().withoutImage()
                                .withoutSource()
                                .signedWith(ReleaseDraft.CERTIFICATE)
                                .pcr(8, Publisher.register(1, 8))))
                .hasSize(3)
                .anyMatch(line -> line.startsWith("kms-core 1.0.0: image ") && line.endsWith("none now"))
                .anyMatch(line -> line.startsWith("kms-core 1.0.0: source ") && line.endsWith("none now"))
                .contains("kms-core 1.0.0: another signing certificate");
    }

    @Test
    void nameAndExpiryOfTheList_areTold() {
        ReleaseList before = list(core());
        ReleaseList now = new ReleaseList(
                "acme-edge", 1, Publisher.NOW, Publisher.NOW.plus(Duration.ofDays(31)), before.releases());
        assertThat(ListChange.between(before, now).stream().map(ListChange::toString))
                .containsExactly(
                        "acme-edge: another list: it was acme-kms",
                        "acme-edge: ends at another time: 2026-12-20T10:00:00Z before, 2026-12-21T10:00:00Z now");
    }
}
