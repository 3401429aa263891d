package io.attestedmesh.attest.tls;

import static io.attestedmesh.attest.tls.TestMesh.LIFE;
import static io.attestedmesh.attest.tls.TestMesh.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.policy.PinnedReleases;
import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.attest.x509.CertificateReason;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.attest.x509.RevocationLists;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

/** What a remembered verdict must not survive. */
final class VerdictCacheTest {
    private static final int VERIFICATIONS = 500;
    private static final int ROUNDS = 30;

    private final TestMesh mesh = new TestMesh();
    private final List<X509Certificate> chain = mesh.chain("a.example");

    private AttestedPeer verify() throws RejectedCertificateException {
        return mesh.verifier.verifyServer(chain, "a.example");
    }

    private Reason refusal() {
        return catchThrowableOfType(RejectedCertificateException.class, this::verify)
                .reason();
    }

    @Test
    void verify_sameCertificateAgain_isTheSameVerdict() throws Exception {
        assertThat(verify()).isSameAs(verify());
    }

    @Test
    void verify_releaseTakenOffTheList_isRefusedAtOnce() throws Exception {
        verify();
        mesh.policy = TestMesh.policy(PinnedReleases.of(Map.of(
                "app 2.0",
                Map.of(
                        0, Bytes.fromHex("01".repeat(48)),
                        1, Bytes.fromHex("02".repeat(48)),
                        2, Bytes.fromHex("03".repeat(48))))));

        assertThat(refusal()).isEqualTo(PolicyReason.UNKNOWN_RELEASE);
    }

    @Test
    void verify_policyReplacedByAnEqualOne_isVerifiedAgain() throws Exception {
        AttestedPeer before = verify();
        mesh.policy = TestMesh.policy(TestMesh.release());

        assertThat(verify()).isNotSameAs(before).isEqualTo(before);
    }

    @Test
    void verify_policyChangedAndChangedBack_isVerifiedAgain() throws Exception {
        AttestationPolicy first = mesh.policy;
        AttestedPeer before = verify();
        mesh.policy = TestMesh.policy(TestMesh.release());
        verify();
        mesh.policy = first;

        assertThat(verify()).isNotSameAs(before);
    }

    @Test
    void verify_peerTakenOffTheRoster_isRefusedAtOnce() throws Exception {
        verify();
        mesh.roster = Roster.of(List.of(mesh.fullAuto("b.example", Map.of())));

        assertThat(refusal()).isEqualTo(PeerReason.NOT_IN_ROSTER);
    }

    @Test
    void verify_certificateRevoked_isRefusedAtOnce() throws Exception {
        verify();
        mesh.revocation = RevocationLists.of(List.of(revoked(chain.get(0).getSerialNumber(), NOW.plus(LIFE))));

        assertThat(refusal()).isEqualTo(CertificateReason.CERTIFICATE_REVOKED);
    }

    @Test
    void verify_revocationListThatHasEnded_isAskedAgain() throws Exception {
        mesh.revocation = RevocationLists.of(List.of(revoked(BigInteger.ONE, NOW.plusSeconds(60))));
        verify();
        mesh.now = NOW.plusSeconds(61);

        assertThat(refusal()).isEqualTo(CertificateReason.REVOCATION_UNKNOWN);
    }

    @Test
    void verify_certificateEnded_isExpired() throws Exception {
        verify();
        mesh.now = NOW.plus(LIFE).plusSeconds(1);

        assertThat(refusal()).isEqualTo(CertificateReason.EXPIRED);
    }

    @Test
    void verify_evidenceGrownTooOld_isTooOld() throws Exception {
        mesh.policy = AttestationPolicy.builder()
                .referenceValues(TestMesh.release())
                .insecureAllowSimulated()
                .maxAge(Duration.ofMinutes(5))
                .build();
        verify();
        mesh.now = NOW.plus(Duration.ofMinutes(5)).plusMillis(1);

        assertThat(refusal()).isEqualTo(PolicyReason.TOO_OLD);
    }

    @Test
    void verify_clockSetBackBeforeTheCertificate_isNotYetValid() throws Exception {
        verify();
        mesh.now = NOW.minusSeconds(2);

        assertThat(refusal()).isEqualTo(CertificateReason.NOT_YET_VALID);
    }

    @Test
    void verify_sameCertificateForAnotherHost_isNameMismatch() throws Exception {
        verify();

        assertThat(catchThrowableOfType(
                                RejectedCertificateException.class,
                                () -> mesh.verifier.verifyServer(chain, "b.example"))
                        .reason())
                .isEqualTo(CertificateReason.NAME_MISMATCH);
    }

    @Test
    void verify_sameCertificateInTheOtherRole_isVerifiedAgain() throws Exception {
        AttestedPeer server = verify();

        assertThat(mesh.verifier.verifyClient(chain)).isNotSameAs(server);
    }

    @Test
    void verify_sameLeafWithAnotherChain_isVerifiedAgain() throws Exception {
        AttestedPeer before = verify();

        assertThat(mesh.verifier.verifyServer(TestMesh.with(chain.get(0), mesh.ca), "a.example"))
                .isNotSameAs(before);
    }

    @Test
    void verify_refusedOnce_isNotRemembered() throws Exception {
        mesh.now = NOW.plus(LIFE).plusSeconds(1);
        refusal();
        mesh.now = NOW;

        assertThat(verify().identity().name()).isEqualTo("a.example");
    }

    @Test
    void remember_moreThanTheCapacity_forgetsTheEldest() throws Exception {
        VerdictCache cache = new VerdictCache(2);
        AttestedPeer peer = verify();
        for (String host : List.of("1", "2", "3")) {
            cache.remember(question(host), new VerdictCache.Verdict(peer, NOW, NOW));
        }

        assertThat(cache.size()).isEqualTo(2);
        assertThat(cache.find(question("1"), NOW)).isEmpty();
        assertThat(cache.find(question("3"), NOW))
                .map(VerdictCache.Verdict::peer)
                .contains(peer);
    }

    private VerdictCache.Question question(String host) throws RejectedCertificateException {
        return new VerdictCache.Question(PresentedChain.of(chain), Usage.SERVER, Optional.of(host));
    }

    /** The best of many rounds, for the machine may be busy with something else. */
    @Test
    void verify_sameCertificateAgain_takesAtMost25Microseconds() throws Exception {
        long best = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < VERIFICATIONS; i++) {
                verify();
            }
            best = Math.min(best, (System.nanoTime() - start) / VERIFICATIONS);
        }

        System.out.printf("the same certificate again: %.1f microseconds%n", best / 1000.0);
        assertThat(best).isLessThan(25_000);
    }

    private X509CRL revoked(BigInteger serial, Instant nextUpdate) throws Exception {
        X509v2CRLBuilder builder = new X509v2CRLBuilder(
                X500Name.getInstance(mesh.ca.getSubjectX500Principal().getEncoded()), Date.from(NOW));
        builder.setNextUpdate(Date.from(nextUpdate));
        builder.addCRLEntry(serial, Date.from(NOW), CRLReason.keyCompromise);
        builder.addExtension(Extension.cRLNumber, false, new CRLNumber(BigInteger.ONE));
        builder.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(mesh.ca.getPublicKey()));
        byte[] der = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(mesh.caKeys.getPrivate()))
                .getEncoded();
        return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
    }
}
