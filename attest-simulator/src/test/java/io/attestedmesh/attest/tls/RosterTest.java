package io.attestedmesh.attest.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.x509.TrustAnchors;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RosterTest {
    private static final Map<Integer, Bytes> ROLE = Map.of(3, TestMesh.INSTANCE_PCR);

    private final TrustAnchors anchors = TestMesh.anchors(TestMesh.authority(TestCertificate.newKeys(), "CA"));
    private final Optional<Pin> pin =
            Optional.of(Pin.key(TestCertificate.newKeys().getPublic()));

    private RosterEntry entry(NamePolicy names, PeerMode mode, Optional<Pin> pin, Map<Integer, Bytes> pcrs) {
        return new RosterEntry(
                new PeerIdentity("a.example"),
                names,
                mode,
                EvidenceProfile.CMW,
                Optional.of(anchors),
                pin,
                pcrs,
                Optional.empty(),
                Freshness.CERTIFICATE);
    }

    @ParameterizedTest
    @CsvSource({
        "a.example, a.example, true",
        "a.example, A.EXAMPLE., true",
        "Party-1, party-1, true",
        "10.0.0.1, 10.0.0.1, true",
        "::1, 0:0:0:0:0:0:0:1, true",
        "::1, [::1], true",
        "a.example, b.a.example, false",
        "a.example, example, false",
        "a.example, *.example, false",
        "a.example, a.example.., false",
        "10.0.0.1, 10.1, false",
        "::1, ::2, false"
    })
    void server_host_isFoundByItsIdentityOnly(String identity, String host, boolean found) {
        Roster roster = Roster.of(List.of(RosterEntry.manual(new PeerIdentity(identity), anchors)));

        assertThat(roster.server(host).isPresent()).isEqualTo(found);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", " ", "a b", "a\nb", "*", "*.example", "é.example"})
    void server_whatIsNoIdentity_isNotFoundInAnyRoster(String host) {
        assertThat(Roster.anyUnder(anchors, PeerMode.MANUAL, EvidenceProfile.CMW, Freshness.CERTIFICATE)
                        .server(host))
                .isEmpty();
        assertThat(Roster.of(List.of()).server(host)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"a.example, A.example", "::1, 0:0::1"})
    void of_oneIdentityTwice_isRefused(String one, String other) {
        List<RosterEntry> entries = List.of(
                RosterEntry.manual(new PeerIdentity(one), anchors),
                RosterEntry.manual(new PeerIdentity(other), anchors));

        assertThatThrownBy(() -> Roster.of(entries)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\u0000b", "ä"})
    void identity_notPrintable_isRefused(String name) {
        assertThatThrownBy(() -> new PeerIdentity(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void entry_wildcardIdentity_isRefused() {
        assertThatThrownBy(() -> RosterEntry.manual(new PeerIdentity("*.example"), anchors))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void entry_neitherAnchorsNorPin_isRefused() {
        assertThatThrownBy(() -> new RosterEntry(
                        new PeerIdentity("a"),
                        NamePolicy.SAN,
                        PeerMode.MANUAL,
                        EvidenceProfile.CMW,
                        Optional.empty(),
                        Optional.empty(),
                        Map.of(),
                        Optional.empty(),
                        Freshness.CERTIFICATE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = NamePolicy.class,
            names = {"SAN", "KMS"})
    void entry_pinThatTheNamePolicyDoesNotRead_isRefused(NamePolicy names) {
        assertThatThrownBy(() -> entry(names, PeerMode.MANUAL, pin, Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void entry_pinnedWithoutPin_isRefused() {
        assertThatThrownBy(() -> entry(NamePolicy.PINNED, PeerMode.MANUAL, Optional.empty(), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void entry_pinnedKeyInFullAuto_isRefused() {
        assertThatThrownBy(() -> entry(NamePolicy.PINNED, PeerMode.FULL_AUTO, pin, Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void entry_registersThatNobodyWouldRead_areRefused() {
        assertThatThrownBy(() -> entry(NamePolicy.SAN, PeerMode.MANUAL, Optional.empty(), ROLE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void entry_registerOutOfBounds_isRefused() {
        assertThatThrownBy(() ->
                        entry(NamePolicy.SAN, PeerMode.FULL_AUTO, Optional.empty(), Map.of(32, TestMesh.INSTANCE_PCR)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void entry_semiAutoWithRole_isTaken() {
        assertThat(entry(NamePolicy.SAN, PeerMode.SEMI_AUTO, Optional.empty(), ROLE)
                        .pinnedPcrs())
                .containsOnlyKeys(3);
    }

    @Test
    void pin_empty_isRefused() {
        assertThatThrownBy(() -> new Pin(Bytes.EMPTY, Optional.empty())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Pin(Bytes.fromHex("00"), Optional.of(Bytes.EMPTY)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
