package io.attestedmesh.releases.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseChecksTest {
    private final AuditWorld world = new AuditWorld();

    @Test
    void expiredRelease_isToldWithItsStatus() {
        world.old.notAfter(world.at.minus(Duration.ofDays(3)));
        assertThat(world.found(FindingId.RELEASE_EXPIRED))
                .containsExactly("kms-core 1.4.1: deprecated, accepted until 2026-11-17T10:00:00Z (3 days ago)");
    }

    @Test
    void revokedRelease_thatEnded_isNoFinding() {
        world.edge.notAfter(world.at.minus(Duration.ofDays(3)));
        assertThat(world.audit().findings()).isEmpty();
    }

    @Test
    void lastSecondOfARelease_isSoonAndNotExpired() {
        world.core.notAfter(world.at);
        assertThat(world.audit().findings().stream().map(Finding::id)).containsExactly(FindingId.RELEASE_EXPIRES_SOON);
    }

    @Test
    void emptyList_acceptsNothing() {
        world.releases.clear();
        assertThat(world.found(FindingId.NOTHING_ACCEPTED))
                .containsExactly("acme-kms version 3: none of 0 releases is accepted now");
        assertThat(world.audit().refusal().orElseThrow()).startsWith("EMPTY_LIST");
    }

    @Test
    void onlyRevoked_acceptsNothing() {
        world.releases.remove(world.core);
        world.releases.remove(world.old);
        assertThat(world.found(FindingId.NOTHING_ACCEPTED))
                .containsExactly("acme-kms version 3: none of 1 release is accepted now");
    }

    @Test
    void onlyDeprecated_isAccepted() {
        world.releases.remove(world.core);
        assertThat(world.found(FindingId.NOTHING_ACCEPTED)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "n/a", "x", "CVE", "#12", "..."})
    void reasonThatSaysNothing_isShown(String reason) {
        world.edge.revoked(world.at, reason);
        assertThat(world.found(FindingId.REVOCATION_UNEXPLAINED))
                .containsExactly("kms-edge 0.9.0: the reason is \"" + reason + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "leak",
                "CVE-2026-0001",
                "2026-11-20",
                "鍵が漏洩した",
                "泄漏",
                "\uD867\uDE3D\uD867\uDE3D",
                "유출",
                "もれ",
                "ключ"
            })
    void reasonOfAnyAlphabet_isOne(String reason) {
        world.edge.revoked(world.at, reason);
        assertThat(world.found(FindingId.REVOCATION_UNEXPLAINED)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"漏", "\u3164\u3164\u115f\u1160 x"})
    void reasonOfOneIdeograph_orOfLettersThatShowNothing_isNone(String reason) {
        world.edge.revoked(world.at, reason);
        assertThat(world.found(FindingId.REVOCATION_UNEXPLAINED)).hasSize(1);
    }

    @Test
    void releasesWithoutSource_areEachFound() {
        world.core.withoutSource();
        world.old.withoutSource();
        world.edge.withoutSource();
        assertThat(world.found(FindingId.SOURCE_MISSING))
                .containsExactly("kms-core 1.4.2: names no source", "kms-core 1.4.1: names no source");
    }
}
