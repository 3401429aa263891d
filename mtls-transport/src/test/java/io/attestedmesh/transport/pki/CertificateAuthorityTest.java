package io.attestedmesh.transport.pki;

import static io.attestedmesh.transport.pki.Fixtures.NOW;
import static io.attestedmesh.transport.pki.Fixtures.RANDOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.attestedmesh.attest.x509.PathValidator.Usage;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SignatureException;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CertificateAuthorityTest {
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    @ParameterizedTest
    @EnumSource(KeyKind.class)
    void create_everyKindOfKey_givesACaCertificateByTheBook(KeyKind kind) throws Exception {
        X509Certificate ca = Fixtures.authority(kind).certificate();
        ca.verify(ca.getPublicKey());
        assertThat(ca.getBasicConstraints()).isZero();
        assertThat(ca.getKeyUsage()).containsExactly(false, false, false, false, false, true, true, false, false);
        assertThat(ca.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.19", "2.5.29.15");
        assertThat(ca.getNonCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.14", "2.5.29.35");
        assertThat(ca.getVersion()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(KeyKind.class)
    void issue_everyKindOfKey_isSignedByTheCa(KeyKind kind) throws Exception {
        CertificateAuthority ca = Fixtures.authority(KeyKind.P256);
        KeyPair keys = PrivateKeys.generate(kind, RANDOM);
        X509Certificate leaf = ca.issue(keys.getPublic(), Fixtures.profile(Usage.SERVER));
        leaf.verify(ca.certificate().getPublicKey());
        assertThat(leaf.getPublicKey()).isEqualTo(keys.getPublic());
    }

    @Test
    void issue_server_hasUsagesNamesAndIdentifiers() throws Exception {
        CertificateAuthority ca = Fixtures.authority(KeyKind.P256);
        X509Certificate leaf = ca.issue(Fixtures.keys().getPublic(), Fixtures.profile(Usage.SERVER));
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getKeyUsage()).startsWith(true, false, false);
        assertThat(leaf.getExtendedKeyUsage()).containsExactly(SERVER_AUTH);
        assertThat(AlternativeNames.of(leaf).dnsNames()).containsExactly("node-a.example.org");
        assertThat(AlternativeNames.of(leaf).addresses()).containsExactly("127.0.0.1", "0:0:0:0:0:0:0:1");
        byte[] authority = leaf.getExtensionValue("2.5.29.35");
        byte[] subject = ca.certificate().getExtensionValue("2.5.29.14");
        assertThat(Arrays.copyOfRange(authority, authority.length - 20, authority.length))
                .isEqualTo(Arrays.copyOfRange(subject, subject.length - 20, subject.length));
    }

    @Test
    void issue_bothUsages_hasBothPurposes() throws Exception {
        X509Certificate leaf = Fixtures.authority(KeyKind.P384)
                .issue(Fixtures.keys().getPublic(), Fixtures.profile(Usage.CLIENT, Usage.SERVER));
        assertThat(leaf.getExtendedKeyUsage()).containsExactly(SERVER_AUTH, CLIENT_AUTH);
    }

    @Test
    void issue_hundredTimes_givesPositiveDistinctSerials() throws Exception {
        CertificateAuthority ca = Fixtures.authority(KeyKind.P256);
        KeyPair keys = Fixtures.keys();
        Set<BigInteger> serials = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            serials.add(ca.draft(keys.getPublic(), Fixtures.profile(Usage.CLIENT))
                    .sign()
                    .getSerialNumber());
        }
        assertThat(serials).hasSize(100).allMatch(serial -> serial.signum() > 0 && serial.bitLength() <= 128);
        assertThat(serials).anyMatch(serial -> serial.bitLength() > 100);
    }

    @Test
    void issue_longerThanTheCa_endsWithTheCa() throws Exception {
        CertificateAuthority ca = Fixtures.authority(KeyKind.P256);
        CertificateProfile profile = CertificateProfile.node(
                "n", Fixtures.names(), Set.of(Usage.SERVER), Validity.from(NOW, Duration.ofDays(9999)));
        assertThat(ca.issue(Fixtures.keys().getPublic(), profile).getNotAfter())
                .isEqualTo(ca.certificate().getNotAfter());
    }

    @Test
    void issue_afterTheCaExpired_isRefused() throws Exception {
        CertificateAuthority ca = Fixtures.authority(KeyKind.P256);
        Instant later = NOW.plus(Duration.ofDays(4000));
        CertificateProfile profile = CertificateProfile.node(
                "n", Fixtures.names(), Set.of(Usage.SERVER), Validity.from(later, Duration.ofDays(1)));
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> ca.issue(Fixtures.keys().getPublic(), profile))
                .withMessageContaining("the CA is valid from");
    }

    @Test
    void issue_foreignCurve_isRefused() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp521r1"));
        CertificateAuthority ca = Fixtures.authority(KeyKind.P256);
        KeyPair keys = generator.generateKeyPair();
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> ca.issue(keys.getPublic(), Fixtures.profile(Usage.SERVER)))
                .withMessageContaining("1.3.132.0.35");
    }

    @Test
    void issue_shortRsaKey_isRefused() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        CertificateAuthority ca = Fixtures.authority(KeyKind.P256);
        KeyPair keys = generator.generateKeyPair();
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> ca.issue(keys.getPublic(), Fixtures.profile(Usage.SERVER)))
                .withMessageContaining("1024 bits");
    }

    @Test
    void issue_outsideOfNameConstraints_isRefused() throws Exception {
        AuthorityProfile profile = AuthorityProfile.named("Constrained", Validity.from(NOW, Duration.ofDays(10)))
                .permitting(List.of("example.com"), List.of("10.0.0.0/8"));
        CertificateAuthority ca = CertificateAuthority.create(profile, Fixtures.keys(), RANDOM);
        assertThat(ca.certificate().getCriticalExtensionOIDs()).contains("2.5.29.30");
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> ca.issue(Fixtures.keys().getPublic(), Fixtures.profile(Usage.SERVER)))
                .withMessageContaining("do not permit");
        AlternativeNames inside = AlternativeNames.of(List.of("a.example.com"), List.of("10.1.2.3"));
        X509Certificate leaf = ca.issue(
                Fixtures.keys().getPublic(),
                CertificateProfile.node("a", inside, Set.of(Usage.SERVER), Validity.from(NOW, Duration.ofDays(1))));
        assertThat(AlternativeNames.of(leaf)).isEqualTo(inside);
    }

    @Test
    void permitting_subnetThatIsNone_isRefused() throws Exception {
        AuthorityProfile profile = AuthorityProfile.named("C", Validity.from(NOW, Duration.ofDays(10)));
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> profile.permitting(List.of(), List.of("10.0.0.0/99")))
                .withMessageContaining("not a subnet");
    }

    @Test
    void of_nodeCertificate_isNoCa() throws Exception {
        KeyPair keys = Fixtures.keys();
        X509Certificate leaf = Fixtures.authority(KeyKind.P256).issue(keys.getPublic(), Fixtures.profile(Usage.SERVER));
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> CertificateAuthority.of(leaf, keys.getPrivate(), RANDOM))
                .withMessageContaining("not a CA's");
    }

    @Test
    void of_keyOfAnother_isRefused() throws Exception {
        X509Certificate ca = Fixtures.authority(KeyKind.P256).certificate();
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> CertificateAuthority.of(ca, Fixtures.keys().getPrivate(), RANDOM))
                .withMessageContaining("does not belong");
    }

    @Test
    void of_ownKey_issuesOn() throws Exception {
        KeyPair keys = Fixtures.keys();
        AuthorityProfile profile = AuthorityProfile.named("CA", Validity.from(NOW, Duration.ofDays(10)));
        X509Certificate certificate =
                CertificateAuthority.create(profile, keys, RANDOM).certificate();
        X509Certificate leaf = CertificateAuthority.of(certificate, keys.getPrivate(), RANDOM)
                .issue(Fixtures.keys().getPublic(), Fixtures.profile(Usage.CLIENT));
        leaf.verify(certificate.getPublicKey());
        assertThat(leaf.getIssuerX500Principal()).isEqualTo(certificate.getSubjectX500Principal());
    }

    @Test
    void with_oneMoreExtension_keepsEverythingElse() throws Exception {
        CertificateDraft draft =
                Fixtures.authority(KeyKind.P256).draft(Fixtures.keys().getPublic(), Fixtures.profile(Usage.SERVER));
        X509Certificate plain = draft.sign();
        X509Certificate more = draft.with("1.2.3.4", new byte[] {5, 0}).sign();
        assertThat(draft.tbs()).isEqualTo(plain.getTBSCertificate());
        assertThat(more.getSerialNumber()).isEqualTo(plain.getSerialNumber());
        assertThat(more.getNotAfter()).isEqualTo(plain.getNotAfter());
        assertThat(more.getExtensionValue("1.2.3.4")).isEqualTo(new byte[] {4, 2, 5, 0});
        for (String oid : plain.getNonCriticalExtensionOIDs()) {
            assertThat(more.getExtensionValue(oid)).isEqualTo(plain.getExtensionValue(oid));
        }
    }

    @Test
    void with_sameExtensionTwice_isRefused() throws Exception {
        CertificateDraft draft =
                Fixtures.authority(KeyKind.P256).draft(Fixtures.keys().getPublic(), Fixtures.profile(Usage.SERVER));
        assertThatIllegalArgumentException().isThrownBy(() -> draft.with("2.5.29.17", new byte[] {5, 0}));
    }

    @Test
    void selfSigned_party_verifiesUnderItsOwnKey() throws Exception {
        KeyPair keys = Fixtures.keys();
        X509Certificate party = CertificateAuthority.selfSigned(keys, Fixtures.profile(Usage.SERVER), RANDOM)
                .sign();
        party.verify(keys.getPublic());
        assertThat(party.getBasicConstraints()).isEqualTo(-1);
        assertThat(party.getIssuerX500Principal()).isEqualTo(party.getSubjectX500Principal());
    }

    @Test
    void revocationList_oneEntry_isSignedAndNumbered() throws Exception {
        CertificateAuthority ca = Fixtures.authority(KeyKind.P384);
        BigInteger serial = new BigInteger(128, RANDOM);
        X509CRL list = ca.revocationList(
                List.of(new Revocation(serial, NOW, Revocation.Cause.KEY_COMPROMISE)),
                BigInteger.TWO,
                new Validity(NOW, NOW.plus(Duration.ofDays(7))));
        list.verify(ca.certificate().getPublicKey());
        X509CRLEntry entry = list.getRevokedCertificate(serial);
        assertThat(entry.getRevocationDate()).isEqualTo(Date.from(NOW));
        assertThat(entry.getRevocationReason()).isEqualTo(java.security.cert.CRLReason.KEY_COMPROMISE);
        assertThat(list.getNextUpdate()).isEqualTo(Date.from(NOW.plus(Duration.ofDays(7))));
        assertThat(list.getExtensionValue("2.5.29.20")).isEqualTo(new byte[] {4, 3, 2, 1, 2});
        assertThatExceptionOfType(SignatureException.class)
                .isThrownBy(() -> list.verify(
                        Fixtures.authority(KeyKind.P384).certificate().getPublicKey()));
    }
}
