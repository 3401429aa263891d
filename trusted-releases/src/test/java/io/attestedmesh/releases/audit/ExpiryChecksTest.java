package io.attestedmesh.releases.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpiryChecksTest {
    private final AuditWorld world = new AuditWorld();

    @Test
    void expiredList_isToldOnceAsExpiredAndOnceAsRefused() {
        world.expires = Duration.ofHours(-3);
        assertThat(world.found(FindingId.LIST_EXPIRED))
                .containsExactly("acme-kms version 3: ends at 2026-11-20T07:00:00Z (3 hours ago)");
        assertThat(world.found(FindingId.LIST_REFUSED))
                .singleElement()
                .asString()
                .startsWith("acme-kms version 3: LIST_EXPIRED");
        assertThat(world.found(FindingId.LIST_EXPIRES_SOON)).isEmpty();
    }

    @Test
    void expiredRoot_isNotAlsoSoon() {
        world.rootExpires = Duration.ofDays(-1);
        assertThat(world.found(FindingId.ROOT_EXPIRED))
                .containsExactly("root version 1: ends at 2026-11-19T10:00:00Z (24 hours ago)");
        assertThat(world.found(FindingId.ROOT_EXPIRES_SOON)).isEmpty();
        assertThat(world.audit().refusal().orElseThrow()).startsWith("ROOT_EXPIRED");
    }

    @Test
    void listOfTheFuture_isToldWithItsTime() {
        world.issued = Duration.ofHours(2);
        assertThat(world.found(FindingId.LIST_NOT_YET_VALID))
                .containsExactly("acme-kms version 3: issued at 2026-11-20T12:00:00Z (in 2 hours)");
    }

    @Test
    void longLife_isToldWithItsLimit() {
        world.expires = Duration.ofDays(729);
        assertThat(world.found(FindingId.LIST_LONG_LIVED))
                .containsExactly("acme-kms version 3: valid for 730 days, more than 366 days");
    }

    @ParameterizedTest
    @CsvSource({
        // life in days, days left, announced
        "3,1,true",
        "3,2,false",
        "30,10,true",
        "30,11,false",
        "90,30,true",
        "90,31,false",
        "365,30,true",
        "365,31,false"
    })
    void root_isAnnouncedInItsLastThirdAndAtMostAMonth(int life, int left, boolean announced) {
        world.rootIssued = Duration.ofDays(left - life);
        world.rootExpires = Duration.ofDays(left);
        assertThat(world.found(FindingId.ROOT_EXPIRES_SOON).isEmpty()).isNotEqualTo(announced);
    }
}
