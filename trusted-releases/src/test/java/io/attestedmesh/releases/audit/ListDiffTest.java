package io.attestedmesh.releases.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.releases.list.ImageFile;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.list.ReleaseStatus;
import io.attestedmesh.releases.list.Revocation;
import io.attestedmesh.releases.list.SourceCode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ListDiffTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    private static final PcrBank REGISTERS =
            PcrBank.of(Map.of(0, value("11"), 1, value("22"), 2, value("33"), 8, value("88")));

    private static Bytes value(String digits) {
        return Bytes.fromHex(digits.repeat(48));
    }

    private static ReleaseList list(Release... releases) {
        return new ReleaseList("acme-kms", 7, NOW, NOW.plusSeconds(3600), List.of(releases));
    }

    private static Release release(PcrBank pcrs) {
        return Release.of("kms-core", "1.4.2", pcrs);
    }

    private static Release release(
            Optional<ImageFile> image,
            Optional<SourceCode> source,
            Optional<Instant> notBefore,
            Optional<Instant> notAfter,
            Optional<Bytes> certificate) {
        return new Release(
                "kms-core",
                "1.4.2",
                ReleaseStatus.ACTIVE,
                REGISTERS,
                image,
                source,
                notBefore,
                notAfter,
                Optional.empty(),
                certificate);
    }

    private static List<String> kinds(ReleaseList before, ReleaseList after) {
        return ListDiff.between(before, after).stream().map(ListChange::kind).toList();
    }

    @Test
    void between_equalLists_isNothing() {
        assertThat(ListDiff.between(list(release(REGISTERS)), list(release(REGISTERS))))
                .isEmpty();
    }

    @Test
    void between_anotherOrder_isNothing() {
        Release other = Release.of("kms-core", "1.4.3", REGISTERS);
        assertThat(ListDiff.between(list(release(REGISTERS), other), list(other, release(REGISTERS))))
                .isEmpty();
    }

    @Test
    void between_registerGoneOrNew_saysNone() {
        PcrBank without = PcrBank.of(Map.of(0, value("11"), 1, value("22"), 2, value("33")));
        assertThat(ListDiff.between(list(release(REGISTERS)), list(release(without))))
                .extracting(ListChange::toString)
                .containsExactly("kms-core 1.4.2: PCR8 " + "88".repeat(48) + " became (none)");
        assertThat(ListDiff.between(list(release(without)), list(release(REGISTERS))))
                .extracting(ListChange::toString)
                .containsExactly("kms-core 1.4.2: PCR8 (none) became " + "88".repeat(48));
    }

    @Test
    void between_registersThatBeginAlike_differ() {
        Bytes almost = Bytes.fromHex("11".repeat(47) + "12");
        PcrBank other = PcrBank.of(Map.of(0, almost, 1, value("22"), 2, value("33"), 8, value("88")));
        assertThat(kinds(list(release(REGISTERS)), list(release(other)))).containsExactly("registers");
    }

    @Test
    void between_everyOtherField_isSeen() {
        Release bare =
                release(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        Release full = release(
                Optional.of(new ImageFile(value("aa"), 5)),
                Optional.of(new SourceCode("https://code.example/kms", "ab".repeat(20), value("bb"))),
                Optional.of(NOW),
                Optional.of(NOW.plusSeconds(60)),
                Optional.of(Bytes.of((byte) 0x30, (byte) 0)));
        assertThat(kinds(list(bare), list(full)))
                .containsExactly("image", "source", "not-before", "not-after", "certificate");
        assertThat(kinds(list(full), list(bare)))
                .containsExactly("image", "source", "not-before", "not-after", "certificate");
    }

    @Test
    void between_revokedAndBack_isSaidBothWays() {
        Release active = release(REGISTERS);
        Release revoked = active.revoked(new Revocation(NOW, "leaked"));
        assertThat(ListDiff.between(list(active), list(revoked)))
                .extracting(ListChange::toString)
                .containsExactly("kms-core 1.4.2: active became revoked: leaked (2026-11-20T10:00:00Z)");
        assertThat(ListDiff.between(list(revoked), list(active)))
                .extracting(ListChange::toString)
                .containsExactly("kms-core 1.4.2: revoked became active");
    }

    @Test
    void between_anotherReasonOfARevocation_isSeen() {
        Release active = release(REGISTERS);
        assertThat(kinds(
                        list(active.revoked(new Revocation(NOW, "leaked"))),
                        list(active.revoked(new Revocation(NOW, "a mistake")))))
                .containsExactly("revoked");
    }

    @Test
    void between_oneReleaseTwice_isNotHiddenByTheFirst() {
        PcrBank other = PcrBank.of(Map.of(0, value("99"), 1, value("22"), 2, value("33")));
        assertThat(ListDiff.between(list(release(REGISTERS)), list(release(REGISTERS), release(other))))
                .extracting(ListChange::toString)
                .containsExactly("kms-core 1.4.2 (entry 2): added, active, PCR0 9999999999999999…");
    }

    @Test
    void between_heads_isAboutTheList() {
        ReleaseList other =
                new ReleaseList("acme-db", 8, NOW.plusSeconds(1), NOW.plusSeconds(7200), List.of(release(REGISTERS)));
        assertThat(ListDiff.between(list(release(REGISTERS)), other))
                .allSatisfy(change -> assertThat(change.subject()).isEmpty())
                .extracting(ListChange::words)
                .containsExactly(
                        "name acme-kms became acme-db",
                        "version 7 became 8",
                        "issued 2026-11-20T10:00:00Z became 2026-11-20T10:00:01Z",
                        "expires 2026-11-20T11:00:00Z became 2026-11-20T12:00:00Z");
    }

    @Test
    void between_addedRevoked_saysWhy() {
        Release revoked = release(REGISTERS).revoked(new Revocation(NOW, "leaked"));
        assertThat(ListChange.between(list(), list(revoked)))
                .extracting(ListChange::toString)
                .containsExactly(
                        "kms-core 1.4.2: added, revoked: leaked (2026-11-20T10:00:00Z), PCR0 1111111111111111…");
    }

    @Test
    void between_removed_isLast() {
        Release other = Release.of("kms-edge", "2.0.0", REGISTERS);
        assertThat(kinds(list(other), list(release(REGISTERS)))).containsExactly("added", "removed");
    }

    @Test
    void between_reasonOfStranger_isEscaped() {
        Release active = release(REGISTERS);
        assertThat(ListDiff.between(list(active), list(active.revoked(new Revocation(NOW, "key\u202eleaked")))))
                .extracting(ListChange::words)
                .containsExactly("active became revoked: key\\u202eleaked (2026-11-20T10:00:00Z)");
    }
}
