package io.attestedmesh.attest.tls;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.policy.PinnedReleases;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.attest.simulator.hostile.DocumentRecipe;
import io.attestedmesh.attest.simulator.hostile.HostileCloud;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.attest.x509.RevocationLists;
import io.attestedmesh.attest.x509.TrustAnchors;
import java.security.KeyPair;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A CA, a cloud whose documents can be wrong in one place, and a verifier that knows both. Everything that the verifier
 * looks up is a field that a test may exchange.
 */
final class TestMesh extends Clock {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static final Duration LIFE = Duration.ofHours(1);
    static final Bytes INSTANCE_PCR = Bytes.fromHex("44".repeat(48));
    private static final EnclaveImage IMAGE = EnclaveImage.of("hostile", Bytes.of((byte) 'h'));

    final HostileCloud cloud = HostileCloud.at(NOW);
    final KeyPair caKeys = TestCertificate.newKeys();
    final X509Certificate ca = authority(caKeys, "mesh CA");
    Instant now = NOW;
    Roster roster;
    AttestationPolicy policy = policy(release());
    RevocationLists revocation = RevocationLists.NONE;
    final PeerVerifier verifier;

    TestMesh() {
        roster = Roster.of(List.of(fullAuto("a.example", Map.of()), fullAuto("b.example", Map.of())));
        verifier = new PeerVerifier(
                () -> roster,
                new NitroVerifier(
                        List.of(cloud.trustedRoot()), CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW),
                () -> policy,
                () -> revocation,
                this);
    }

    static X509Certificate authority(KeyPair keys, String name) {
        return TestCertificate.authority(keys, name).sign();
    }

    static PinnedReleases release() {
        return PinnedReleases.of(Map.of("app 1.0", Map.of(0, IMAGE.pcr0(), 1, IMAGE.pcr1(), 2, IMAGE.pcr2())));
    }

    static AttestationPolicy policy(PinnedReleases releases) {
        return AttestationPolicy.builder()
                .referenceValues(releases)
                .insecureAllowSimulated()
                .build();
    }

    TrustAnchors anchors() {
        return anchors(ca);
    }

    static TrustAnchors anchors(X509Certificate ca) {
        try {
            return TrustAnchors.of(List.of(ca));
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    RosterEntry fullAuto(String name, Map<Integer, Bytes> pins) {
        return RosterEntry.fullAuto(new PeerIdentity(name), anchors(), pins).with(Freshness.CERTIFICATE);
    }

    /** What a right node of the mesh presents. */
    List<X509Certificate> chain(String name) {
        return chain(name, document -> {});
    }

    /** The same with a fault in its document. */
    List<X509Certificate> chain(String name, Consumer<DocumentRecipe> fault) {
        return attested(draft(TestCertificate.newKeys(), name), fault);
    }

    /** A certificate of the mesh's CA, not signed yet. */
    Draft draft(KeyPair keys, String... names) {
        TestCertificate certificate = TestCertificate.of(keys)
                .commonName(names[0])
                .names(names)
                .valid(NOW.minusSeconds(1), NOW.plus(LIFE))
                .issuedBy(ca, caKeys);
        return new Draft(keys, certificate);
    }

    record Draft(KeyPair keys, TestCertificate certificate) {}

    List<X509Certificate> plain(String... names) {
        return List.of(draft(TestCertificate.newKeys(), names).certificate().sign());
    }

    /** Asks for evidence about the draft and puts it in, in profile CMW. */
    List<X509Certificate> attested(Draft draft, Consumer<DocumentRecipe> fault) {
        return List.of(draft.certificate()
                .evidence(EvidenceExtension.cmw(evidence(draft, fault)))
                .sign());
    }

    Bytes evidence(Draft draft, Consumer<DocumentRecipe> fault) {
        return evidence(
                draft.keys(),
                Optional.of(CertificateBinding.userData(draft.certificate().tbs(), Bytes.EMPTY)),
                fault);
    }

    Bytes evidence(KeyPair keys, Optional<Bytes> userData, Consumer<DocumentRecipe> fault) {
        Bytes key = Bytes.of(keys.getPublic().getEncoded());
        try {
            return cloud.attester(document -> {
                        document.pcr(4, INSTANCE_PCR);
                        fault.accept(document);
                    })
                    .attest(new AttestationRequest(Optional.of(key), userData, Optional.empty()));
        } catch (AttesterException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<X509Certificate> with(X509Certificate leaf, X509Certificate... rest) {
        List<X509Certificate> chain = new ArrayList<>(List.of(leaf));
        chain.addAll(List.of(rest));
        return chain;
    }

    AttestedPeer verify(X509Certificate leaf, String host) throws RejectedCertificateException {
        return verifier.verifyServer(List.of(leaf), host);
    }

    Reason refusal(X509Certificate leaf, String host) {
        return catchThrowableOfType(RejectedCertificateException.class, () -> verify(leaf, host))
                .reason();
    }

    Reason clientRefusal(X509Certificate leaf) {
        return catchThrowableOfType(RejectedCertificateException.class, () -> verifier.verifyClient(List.of(leaf)))
                .reason();
    }

    static Bytes der(X509Certificate certificate) {
        try {
            return Bytes.of(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    static TestCertificate selfSigned(KeyPair keys, String name) {
        return TestCertificate.of(keys).commonName(name).names(name).valid(NOW.minusSeconds(1), NOW.plus(LIFE));
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("this clock is in UTC");
    }
}
