package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateMaker.NOW;
import static io.attestedmesh.attest.x509.CertificateMaker.ec;
import static io.attestedmesh.attest.x509.CertificateMaker.intermediate;
import static io.attestedmesh.attest.x509.CertificateMaker.keys;
import static io.attestedmesh.attest.x509.CertificateMaker.leaf;
import static io.attestedmesh.attest.x509.CertificateMaker.root;
import static io.attestedmesh.attest.x509.Paths.assertAccepted;
import static io.attestedmesh.attest.x509.Paths.assertAnchorRefused;
import static io.attestedmesh.attest.x509.Paths.assertRefused;
import static io.attestedmesh.attest.x509.Paths.certificates;
import static io.attestedmesh.attest.x509.Paths.path;
import static io.attestedmesh.attest.x509.Paths.under;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.x509.CertificateMaker.Made;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.Security;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.PolicyConstraints;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathValidatorTest {
    private static final ASN1ObjectIdentifier UNKNOWN = new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1");

    private final Made root = root("CN=root").make();
    private final PathValidator validator = under(root);

    @Test
    void path_endsInAnchor_andTellsEarliestEnd() throws RejectedCertificateException {
        Made intermediate = intermediate(root, "CN=intermediate")
                .valid(NOW.minusSeconds(9), NOW.plusSeconds(9))
                .make();
        Made leaf = leaf(intermediate).make();

        CertificationPath path = path(validator, leaf, intermediate);

        assertThat(path.certificates()).isEqualTo(certificates(leaf, intermediate, root));
        assertThat(path.anchor()).isEqualTo(root.certificate());
        assertThat(path.notAfter()).isEqualTo(NOW.plusSeconds(9));
        assertThat(path.validUntil()).isEqualTo(path.notAfter());
    }

    @Test
    void presentedInAnyOrderWithOthers_findsPath() {
        Made first = intermediate(root, "CN=first").make();
        Made second = intermediate(first, "CN=second").make();
        Made stranger = root("CN=stranger").make();

        assertAccepted(validator, leaf(second).make(), stranger, first, root, second);
    }

    @Test
    void intermediateAsAnchor_isEnough() {
        Made intermediate = intermediate(root, "CN=intermediate").make();

        assertAccepted(under(intermediate), leaf(intermediate).make(), root);
    }

    @Test
    void selfSignedAuthority_isItsOwnEndEntity() {
        Made self = root("CN=self").without(Extension.keyUsage).make();

        assertAccepted(under(self), self);
    }

    @Test
    void wrongBranchFirst_isLeftAgain() {
        Made otherRoot = root("CN=other").make();
        Made expired = intermediate(otherRoot, "CN=twice")
                .valid(NOW.minusSeconds(9), NOW.minusSeconds(1))
                .make();
        Made good = intermediate(root, "CN=twice").keys(expired.keys()).make();
        Made unrooted = intermediate(root("CN=absent").make(), "CN=twice")
                .keys(expired.keys())
                .make();

        assertAccepted(under(root, otherRoot), leaf(good).make(), unrooted, expired, good);
    }

    @Test
    void nobodyPresented_isRefused() {
        assertRefused(CertificateReason.NO_CERTIFICATE, validator);
    }

    @Test
    void tooManyPresented_isRefused() {
        Made leaf = leaf(root).make();

        assertRefused(
                CertificateReason.TOO_MANY_CERTIFICATES,
                () -> validator.validate(
                        Collections.nCopies(PathValidator.MOST_PRESENTED + 1, leaf.certificate()),
                        PathValidator.Usage.SERVER,
                        NOW));
    }

    @Test
    void otherRoot_isRefused() {
        Made other = root("CN=other").make();

        assertRefused(CertificateReason.UNTRUSTED_ISSUER, validator, leaf(other).make(), other);
    }

    @Test
    void otherRootOfSameName_isUntrusted() {
        assertRefused(
                CertificateReason.UNTRUSTED_ISSUER,
                validator,
                leaf(root("CN=root").make()).make());
    }

    @Test
    void signatureOfOtherKeyUnderRightIdentifier_isRefused() {
        Made forger = new Made(root.der(), ec("secp256r1"), root.subject());
        Made forged = leaf(forger)
                .withRaw(
                        Extension.authorityKeyIdentifier,
                        false,
                        leaf(root).make().certificate().getExtensionValue("2.5.29.35"))
                .make();
        byte[] wrapped = leaf(root).make().certificate().getExtensionValue("2.5.29.35");
        Made claimed = leaf(forger)
                .withRaw(Extension.authorityKeyIdentifier, false, Arrays.copyOfRange(wrapped, 2, wrapped.length))
                .make();

        assertRefused(CertificateReason.BAD_SIGNATURE, validator, claimed);
        assertRefused(CertificateReason.MALFORMED_CERTIFICATE, validator, forged);
    }

    @Test
    void validity_holdsToTheSecond() {
        Made leaf = leaf(root).valid(NOW, NOW).make();

        assertAccepted(validator, leaf);
        assertThat(at(leaf, 999)).isNull();
        assertThat(at(leaf, 1000)).isEqualTo(CertificateReason.EXPIRED);
        assertThat(at(leaf, -1)).isEqualTo(CertificateReason.NOT_YET_VALID);
    }

    private Reason at(Made leaf, long millisLater) {
        try {
            validator.validate(certificates(leaf), PathValidator.Usage.SERVER, NOW.plusMillis(millisLater));
            return null;
        } catch (RejectedCertificateException refused) {
            return refused.reason();
        }
    }

    @Test
    void expiredRoot_isRefused() {
        Made old =
                root("CN=old").valid(NOW.minusSeconds(9), NOW.minusSeconds(1)).make();

        assertRefused(CertificateReason.EXPIRED, under(old), leaf(old).make());
    }

    @Test
    void expiredIntermediate_isRefused() {
        Made old = intermediate(root, "CN=old")
                .valid(NOW.plusSeconds(1), NOW.plusSeconds(2))
                .make();

        assertRefused(CertificateReason.NOT_YET_VALID, validator, leaf(old).make(), old);
    }

    @Test
    void zeroSerial_isRefusedBelowTheAnchor() {
        Made anchor = root("CN=zero").serial(BigInteger.ZERO).make();

        assertAccepted(under(anchor), leaf(anchor).make());
        assertRefused(
                CertificateReason.BAD_SERIAL_NUMBER,
                validator,
                leaf(root).serial(BigInteger.ZERO).make());
    }

    @Test
    void negativeOrLongSerial_isRefused() {
        assertRefused(
                CertificateReason.BAD_SERIAL_NUMBER,
                validator,
                leaf(root).serial(BigInteger.ONE.negate()).make());
        assertRefused(
                CertificateReason.BAD_SERIAL_NUMBER,
                validator,
                leaf(root).serial(BigInteger.ONE.shiftLeft(160)).make());
        assertAccepted(
                validator, leaf(root).serial(BigInteger.ONE.shiftLeft(158)).make());
    }

    @Test
    void unknownCriticalExtension_isRefusedAnywhere() {
        assertRefused(
                CertificateReason.UNKNOWN_CRITICAL_EXTENSION,
                validator,
                leaf(root).with(UNKNOWN, true, DERNull.INSTANCE).make());
        assertAccepted(
                validator, leaf(root).with(UNKNOWN, false, DERNull.INSTANCE).make());
        Made middle = intermediate(root, "CN=middle")
                .with(UNKNOWN, true, DERNull.INSTANCE)
                .make();
        assertRefused(
                CertificateReason.UNKNOWN_CRITICAL_EXTENSION,
                validator,
                leaf(middle).make(),
                middle);
        assertAnchorRefused(
                CertificateReason.UNKNOWN_CRITICAL_EXTENSION,
                root("CN=r").with(UNKNOWN, true, DERNull.INSTANCE).make());
    }

    @Test
    void endEntityAsIssuer_isRefused() {
        Made leaf = leaf(root).make();

        assertRefused(CertificateReason.NOT_A_CA, validator, leaf(leaf).make(), leaf);
        assertAnchorRefused(CertificateReason.NOT_A_CA, leaf);
    }

    @Test
    void noAnchor_isRefused() {
        assertThatThrownBy(() -> TrustAnchors.of(List.of()))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("no trust anchor");
    }

    @Test
    void authorityWithoutCertSign_isRefused() {
        Made anchor = root("CN=r")
                .with(Extension.keyUsage, true, new KeyUsage(KeyUsage.cRLSign))
                .make();

        assertAnchorRefused(CertificateReason.KEY_USAGE, anchor);
        assertRefused(
                CertificateReason.KEY_USAGE,
                validator,
                leaf(root)
                        .with(Extension.basicConstraints, true, new BasicConstraints(true))
                        .make());
    }

    @Test
    void certSignWithoutAuthority_isRefused() {
        assertRefused(
                CertificateReason.KEY_USAGE,
                validator,
                leaf(root)
                        .with(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.digitalSignature))
                        .make());
    }

    @Test
    void keyUsageWithoutDigitalSignature_isRefused() {
        assertRefused(
                CertificateReason.KEY_USAGE,
                validator,
                leaf(root)
                        .with(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyEncipherment))
                        .make());
        assertAccepted(validator, leaf(root).without(Extension.keyUsage).make());
    }

    @Test
    void pathLength_countsOnlyIntermediatesThatAreNotSelfIssued() {
        Made top = intermediate(root, "CN=top")
                .with(Extension.basicConstraints, true, new BasicConstraints(0))
                .make();
        Made rolled = intermediate(top, "CN=top").make();
        Made below = intermediate(top, "CN=below").make();

        assertAccepted(validator, leaf(rolled).make(), rolled, top);
        assertRefused(CertificateReason.PATH_TOO_LONG, validator, leaf(below).make(), below, top);
    }

    @Test
    void pathLengthOfRoot_isObeyed() {
        Made anchor = root("CN=anchor")
                .with(Extension.basicConstraints, true, new BasicConstraints(0))
                .make();
        Made intermediate = intermediate(anchor, "CN=intermediate").make();

        assertRefused(
                CertificateReason.PATH_TOO_LONG,
                under(anchor),
                leaf(intermediate).make(),
                intermediate);
    }

    @Test
    void longestPath_isBounded() {
        Made first = intermediate(root, "CN=1").make();
        Made second = intermediate(first, "CN=2").make();

        assertAccepted(validator.withLongest(1), leaf(first).make(), first);
        assertRefused(
                CertificateReason.PATH_TOO_LONG,
                validator.withLongest(1),
                leaf(second).make(),
                first,
                second);
        assertThatThrownBy(() -> validator.withLongest(PathValidator.LONGEST + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void crossSignedMesh_endsWithinItsBounds() {
        Made[] mesh = new Made[30];
        Made absent = root("CN=absent").make();
        Made previous = absent;
        for (int i = 0; i < mesh.length; i++) {
            Made above = i % 6 == 0 ? absent : previous;
            mesh[i] = intermediate(above, "CN=mesh").keys(ec("secp256r1")).make();
            previous = mesh[i];
        }
        Made[] presented = new Made[mesh.length + 1];
        presented[0] = leaf(mesh[29]).make();
        System.arraycopy(mesh, 0, presented, 1, mesh.length);

        assertRefused(CertificateReason.PATH_TOO_COMPLEX, validator, presented);
    }

    @Test
    void searchesAboutOnePeer_shareWhatTheyFoundAndTheirBound() {
        // five CAs of one name: 5 + 4 + 3 + 2 + 1 signatures are checked before nothing is found
        KeyPair next = ec("secp256r1");
        List<X509Certificate> authorities = new ArrayList<>();
        Made above = root("CN=mesh").keys(next).make();
        for (int i = 0; i < 5; i++) {
            above = intermediate(above, "CN=mesh").keys(ec("secp256r1")).make();
            authorities.add(0, above.certificate());
        }
        List<X509Certificate> first = presented(leaf(above).make(), authorities);
        SearchEffort effort = new SearchEffort();

        for (int i = 0; i < 10; i++) {
            assertThat(refusal(first, effort)).isEqualTo(CertificateReason.UNTRUSTED_ISSUER);
        }
        assertThat(refusal(presented(leaf(above).make(), authorities), effort))
                .isEqualTo(CertificateReason.UNTRUSTED_ISSUER);
        assertThat(refusal(presented(leaf(above).make(), authorities), effort))
                .isEqualTo(CertificateReason.PATH_TOO_COMPLEX);
        assertThat(refusal(first, new SearchEffort())).isEqualTo(CertificateReason.UNTRUSTED_ISSUER);
    }

    private static List<X509Certificate> presented(Made leaf, List<X509Certificate> authorities) {
        List<X509Certificate> presented = new ArrayList<>(List.of(leaf.certificate()));
        presented.addAll(authorities);
        return presented;
    }

    private Reason refusal(List<X509Certificate> presented, SearchEffort effort) {
        return catchThrowableOfType(
                        RejectedCertificateException.class,
                        () -> validator.path(presented, PathValidator.Usage.SERVER, NOW, effort))
                .reason();
    }

    @Test
    void purpose_mustNameTheRole() {
        Made client = leaf(root)
                .with(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth))
                .make();

        assertRefused(CertificateReason.EXTENDED_KEY_USAGE, validator, client);
        assertAccepted(validator, leaf(root).without(Extension.extendedKeyUsage).make());
    }

    @Test
    void purposeForeignToTls_isRefused() {
        for (KeyPurposeId foreign : List.of(
                KeyPurposeId.anyExtendedKeyUsage,
                KeyPurposeId.id_kp_codeSigning,
                KeyPurposeId.id_kp_emailProtection,
                KeyPurposeId.id_kp_timeStamping,
                KeyPurposeId.id_kp_OCSPSigning)) {
            Made leaf = leaf(root)
                    .with(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                        KeyPurposeId.id_kp_serverAuth, foreign
                    }))
                    .make();
            assertRefused(CertificateReason.EXTENDED_KEY_USAGE, validator, leaf);
        }
    }

    @Test
    void purposeOfIntermediate_narrowsTheRole() {
        Made mail = intermediate(root, "CN=mail")
                .with(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_emailProtection))
                .make();
        Made any = intermediate(root, "CN=any")
                .with(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.anyExtendedKeyUsage))
                .make();

        assertRefused(
                CertificateReason.EXTENDED_KEY_USAGE, validator, leaf(mail).make(), mail);
        assertAccepted(validator, leaf(any).make(), any);
    }

    @Test
    void emptyPurposes_areMalformed() {
        assertRefused(
                CertificateReason.MALFORMED_CERTIFICATE,
                validator,
                leaf(root)
                        .withRaw(Extension.extendedKeyUsage, false, new byte[] {0x30, 0})
                        .make());
    }

    @Test
    void keyIdentifiersOfAuthorities_areRequired() {
        Made without = intermediate(root, "CN=without")
                .without(Extension.subjectKeyIdentifier)
                .make();
        Made orphan = intermediate(root, "CN=orphan")
                .without(Extension.authorityKeyIdentifier)
                .make();

        assertRefused(
                CertificateReason.BAD_KEY_IDENTIFIER, validator, leaf(without).make(), without);
        assertRefused(
                CertificateReason.BAD_KEY_IDENTIFIER, validator, leaf(orphan).make(), orphan);
        assertAnchorRefused(CertificateReason.BAD_KEY_IDENTIFIER, orphan);
        assertAnchorRefused(
                CertificateReason.BAD_KEY_IDENTIFIER,
                root("CN=r").without(Extension.subjectKeyIdentifier).make());
    }

    @Test
    void keyIdentifiersOfEndEntity_areOptional() {
        assertAccepted(
                validator,
                leaf(root)
                        .without(Extension.authorityKeyIdentifier)
                        .without(Extension.subjectKeyIdentifier)
                        .make());
    }

    @Test
    void selfSignedAnchorOfOtherAuthority_isRefused() {
        assertAnchorRefused(
                CertificateReason.BAD_KEY_IDENTIFIER,
                root("CN=r")
                        .withRaw(Extension.authorityKeyIdentifier, false, new byte[] {0x30, 3, (byte) 0x80, 1, 7})
                        .make());
        assertAnchorRefused(
                CertificateReason.BAD_KEY_IDENTIFIER,
                root("CN=r")
                        .withRaw(Extension.authorityKeyIdentifier, false, new byte[] {0x30, 0})
                        .make());
    }

    @Test
    void criticalityAgainstTheRules_isRefused() {
        assertAnchorRefused(
                CertificateReason.WRONG_CRITICALITY,
                root("CN=r")
                        .with(Extension.basicConstraints, false, new BasicConstraints(true))
                        .make());
        assertRefused(
                CertificateReason.WRONG_CRITICALITY,
                validator,
                leaf(root)
                        .withRaw(Extension.subjectKeyIdentifier, true, new byte[] {4, 1, 7})
                        .make());
        assertRefused(
                CertificateReason.WRONG_CRITICALITY,
                validator,
                leaf(root).subject("").make());
    }

    @Test
    void emptyNames_areRefused() {
        assertAnchorRefused(CertificateReason.EMPTY_NAME, root("").make());
        assertRefused(
                CertificateReason.EMPTY_NAME,
                validator,
                leaf(root).issuerName("").make());
        assertRefused(
                CertificateReason.EMPTY_NAME,
                validator,
                leaf(root).subject("").without(Extension.subjectAlternativeName).make());
        assertAccepted(
                validator,
                leaf(root)
                        .subject("")
                        .with(
                                Extension.subjectAlternativeName,
                                true,
                                new GeneralNames(new GeneralName(GeneralName.dNSName, "a.example.org")))
                        .make());
    }

    @Test
    void issuerNameInOtherCaseAndSpacing_isTheSameName() {
        assertAccepted(validator, leaf(root).issuerName("CN=  ROOT ").make());
    }

    @ParameterizedTest
    @ValueSource(strings = {"secp256r1", "secp384r1"})
    void acceptedCurves_work(String curve) {
        Made anchor = root("CN=ec").keys(ec(curve)).make();

        assertAccepted(under(anchor), leaf(anchor).keys(ec(curve)).make());
    }

    @ParameterizedTest
    @ValueSource(strings = {"secp521r1", "secp192r1", "secp256k1", "brainpoolP256r1"})
    void otherCurves_areRefused(String curve) {
        Made anchor = root("CN=ec").keys(ec(curve)).make();

        assertRefused(
                CertificateReason.UNSUPPORTED_KEY, under(anchor), leaf(anchor).make());
        assertRefused(
                CertificateReason.UNSUPPORTED_KEY,
                validator,
                leaf(root).keys(ec(curve)).make());
    }

    @Test
    void secp256k1Authority_isAcceptedInProfileKmsOnly() {
        Made anchor = root("CN=kms").keys(ec("secp256k1")).make();
        PathValidator kms = under(SignatureAlgorithms.KMS, RevocationLists.NONE, anchor);

        assertAccepted(kms, leaf(anchor).make());
        assertRefused(
                CertificateReason.UNSUPPORTED_KEY,
                kms,
                leaf(anchor).keys(ec("secp256k1")).make());
        assertRefused(
                CertificateReason.UNTRUSTED_ISSUER,
                kms,
                leaf(root("CN=kms").keys(ec("secp256k1")).make()).make());
    }

    @ParameterizedTest
    @ValueSource(strings = {"SHA256withRSA", "SHA512withRSA", "SHA256withRSAandMGF1", "SHA384withRSAandMGF1"})
    void rsaFrom2048_isAccepted(String algorithm) {
        Made anchor = root("CN=rsa").keys(keys("RSA", 2048)).make();

        assertAccepted(under(anchor), leaf(anchor).algorithm(algorithm).make());
    }

    @Test
    void ed25519_isAccepted() {
        Made anchor = root("CN=ed").keys(keys("Ed25519", 0)).make();

        assertAccepted(under(anchor), leaf(anchor).keys(keys("Ed25519", 0)).make());
    }

    @Test
    void algorithmsThatTheProviderLacks_areLeftToBouncyCastle() throws CertificateException {
        Made rsa = root("CN=rsa").keys(keys("RSA", 2048)).make();
        Made kms = root("CN=kms").keys(ec("secp256k1")).make();
        PathValidator platform = new PathValidator(
                TrustAnchors.of(certificates(root, rsa, kms)),
                RevocationLists.NONE,
                SignatureAlgorithms.KMS,
                Security.getProvider("SunEC"));

        assertAccepted(platform, leaf(root).make());
        assertAccepted(platform, leaf(rsa).make());
        assertAccepted(platform, leaf(kms).make());
    }

    @Test
    void shortRsaAndDsa_areRefused() {
        assertRefused(
                CertificateReason.UNSUPPORTED_KEY,
                validator,
                leaf(root).keys(keys("RSA", 1024)).make());
        assertRefused(
                CertificateReason.UNSUPPORTED_KEY,
                validator,
                leaf(root).keys(keys("DSA", 1024)).make());
    }

    @ParameterizedTest
    @ValueSource(strings = {"SHA1withECDSA", "SHA224withECDSA", "SHA3-256withECDSA"})
    void otherHashes_areRefused(String algorithm) {
        assertRefused(
                CertificateReason.UNSUPPORTED_SIGNATURE_ALGORITHM,
                validator,
                leaf(root).algorithm(algorithm).make());
    }

    @Test
    void requiredPolicy_mustHoldForTheWholePath() {
        PolicyConstraints required = new PolicyConstraints(BigInteger.ZERO, null);
        CertificatePolicies policy = new CertificatePolicies(new PolicyInformation(UNKNOWN));
        Made strict = intermediate(root, "CN=strict")
                .with(Extension.policyConstraints, true, required)
                .with(Extension.certificatePolicies, false, policy)
                .make();

        assertRefused(CertificateReason.POLICY_REQUIRED, validator, leaf(strict).make(), strict);
        assertAccepted(
                validator,
                leaf(strict).with(Extension.certificatePolicies, true, policy).make(),
                strict);
    }

    @Test
    void policyConstraintsNotCritical_areRefused() {
        Made lax = intermediate(root, "CN=lax")
                .with(Extension.policyConstraints, false, new PolicyConstraints(BigInteger.TWO, null))
                .make();

        assertRefused(CertificateReason.WRONG_CRITICALITY, validator, leaf(lax).make(), lax);
    }

    @Test
    void messages_neverCarryControlCharacters() {
        Made other = root("CN=evil\\0A\u202e\\0Dname").make();
        RejectedCertificateException refused = catchThrowableOfType(
                RejectedCertificateException.class,
                () -> path(validator, leaf(other).make()));

        assertThat(refused.getMessage()).matches("[ -~]+");
        assertThat(refused.actual()).hasSizeLessThan(300);
    }
}
