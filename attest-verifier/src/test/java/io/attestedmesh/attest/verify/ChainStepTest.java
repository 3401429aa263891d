package io.attestedmesh.attest.verify;

import static io.attestedmesh.attest.verify.CertificateSpec.*;
import static io.attestedmesh.attest.verify.EvidenceReason.*;
import static io.attestedmesh.attest.verify.TestNitro.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Step 4. */
class ChainStepTest {
    private static final CountingProvider COUNTING =
            new CountingProvider(CryptoProvider.fastest().provider());

    static Stream<Arguments> faults() {
        return Stream.of(
                fault("serial zero", INSTANCE, c -> c.serial = Der.integer("00"), CERTIFICATE_SERIAL),
                fault("serial negative", LEAF, c -> c.serial = Der.integer("80"), CERTIFICATE_SERIAL),
                fault(
                        "serial of 161 bits",
                        LEAF,
                        c -> c.serial = Der.integer("01" + "00".repeat(20)),
                        CERTIFICATE_SERIAL),
                fault("serial absent", LEAF, c -> c.serial = Bytes.EMPTY, CERTIFICATE_ENCODING),
                fault("serial padded", LEAF, c -> c.serial = Der.integer("0001"), CERTIFICATE_ENCODING),
                fault("version 1", LEAF, c -> c.version = Bytes.EMPTY, CERTIFICATE_ENCODING),
                fault("version 2", LEAF, c -> c.version = Der.hex("a003020101"), CERTIFICATE_ENCODING),
                fault(
                        "inner algorithm SHA-256",
                        LEAF,
                        c -> c.innerAlgorithm = Der.hex("300a06082a8648ce3d040302"),
                        CERTIFICATE_SIGNATURE_ALGORITHM),
                fault(
                        "outer algorithm SHA-512",
                        ZONAL,
                        c -> c.outerAlgorithm = Der.hex("300a06082a8648ce3d040304"),
                        CERTIFICATE_SIGNATURE_ALGORITHM),
                fault("algorithm with NULL", ZONAL, ChainStepTest::algorithmWithNull, CERTIFICATE_SIGNATURE_ALGORITHM),
                fault(
                        "signed with SHA-256",
                        INSTANCE,
                        c -> c.signatureAlgorithm = "SHA256withECDSA",
                        BAD_CHAIN_SIGNATURE),
                fault("P-256 key", LEAF, c -> c.key = spki("secp256r1"), CERTIFICATE_KEY),
                fault("P-521 key", LEAF, c -> c.key = spki("secp521r1"), CERTIFICATE_KEY),
                fault("secp256k1 key", INSTANCE, c -> c.key = spki("secp256k1"), CERTIFICATE_KEY),
                fault("brainpool key of the same size", LEAF, c -> c.key = spki("brainpoolP384r1"), CERTIFICATE_KEY),
                fault("RSA key", INSTANCE, c -> c.key = rsa(), CERTIFICATE_KEY),
                fault("compressed point", LEAF, c -> c.key = compressed(c.key), CERTIFICATE_KEY),
                fault("point off the curve", LEAF, c -> c.key = offCurve(c.key), CERTIFICATE_KEY),
                fault("point off the curve in a CA", ZONAL, c -> c.key = offCurve(c.key), CERTIFICATE_KEY),
                fault(
                        "extension twice",
                        LEAF,
                        c -> c.extension("again", CertificateSpec.KEY_USAGE, "0101ff", DIGITAL_SIGNATURE),
                        DUPLICATE_EXTENSION),
                fault(
                        "unknown extension twice",
                        LEAF,
                        c -> c.extension("a", "2a03", "", "0500").extension("b", "2a03", "", "0500"),
                        DUPLICATE_EXTENSION),
                fault(
                        "critical name constraints",
                        ZONAL,
                        c -> c.extension("551d1e", true, "3000"),
                        UNKNOWN_CRITICAL_EXTENSION),
                fault(
                        "critical extended key usage",
                        LEAF,
                        c -> c.extension("551d25", true, "300a06082b06010505070301"),
                        UNKNOWN_CRITICAL_EXTENSION),
                fault(
                        "critical unknown",
                        REGIONAL,
                        c -> c.extension("2a0304", true, "0500"),
                        UNKNOWN_CRITICAL_EXTENSION),
                fault("no extensions", LEAF, c -> c.extensions.clear(), CERTIFICATE_ENCODING),
                fault("extension value not DER", LEAF, c -> c.extension("2a03", false, "300100"), CERTIFICATE_ENCODING),
                fault("intermediate CA false", ZONAL, CertificateSpec::notCa, NOT_A_CA),
                fault(
                        "intermediate without basicConstraints",
                        INSTANCE,
                        c -> c.extensions.remove(BASIC_CONSTRAINTS),
                        NOT_A_CA),
                fault("leaf CA true", LEAF, CertificateSpec::caWithoutLimit, LEAF_IS_A_CA),
                fault("leaf CA true with limit 0", LEAF, c -> c.ca(0), LEAF_IS_A_CA),
                fault("regional allows 1 of 2", REGIONAL, c -> c.ca(1), PATH_TOO_LONG),
                fault("regional allows 0", REGIONAL, c -> c.ca(0), PATH_TOO_LONG),
                fault("zonal allows 0 of 1", ZONAL, c -> c.ca(0), PATH_TOO_LONG),
                fault("path length negative", ZONAL, c -> constraints(c, "30060101ff0201ff"), CERTIFICATE_ENCODING),
                fault(
                        "path length of 2^32",
                        ZONAL,
                        c -> constraints(c, "300a0101ff02050100000000"),
                        CERTIFICATE_ENCODING),
                fault("path length padded", ZONAL, c -> constraints(c, "30070101ff02020001"), CERTIFICATE_ENCODING),
                fault("path length without CA", ZONAL, c -> constraints(c, "3003020101"), CERTIFICATE_ENCODING),
                fault("CA true as 01", ZONAL, c -> constraints(c, "3003010101"), CERTIFICATE_ENCODING),
                fault("CA false written out", LEAF, c -> constraints(c, "3003010100"), CERTIFICATE_ENCODING),
                fault(
                        "more after the path length",
                        ZONAL,
                        c -> constraints(c, "30090101ff020101020101"),
                        CERTIFICATE_ENCODING),
                fault("more after the constraints", ZONAL, c -> constraints(c, "30030101ff0500"), CERTIFICATE_ENCODING),
                fault(
                        "critical true as 01",
                        LEAF,
                        c -> c.extension("k", "551d0f", "010101", DIGITAL_SIGNATURE),
                        CERTIFICATE_ENCODING),
                fault(
                        "critical false written out",
                        LEAF,
                        c -> c.extension("k", "2a03", "010100", "0500"),
                        CERTIFICATE_ENCODING),
                fault("CA without keyCertSign", INSTANCE, c -> c.keyUsage(DIGITAL_SIGNATURE), EvidenceReason.KEY_USAGE),
                fault(
                        "CA without key usage",
                        INSTANCE,
                        c -> c.extensions.remove(CertificateSpec.KEY_USAGE),
                        EvidenceReason.KEY_USAGE),
                fault("leaf without digitalSignature", LEAF, c -> c.keyUsage(CERT_SIGN), EvidenceReason.KEY_USAGE),
                fault(
                        "leaf without key usage",
                        LEAF,
                        c -> c.extensions.remove(CertificateSpec.KEY_USAGE),
                        EvidenceReason.KEY_USAGE),
                fault("key usage empty", LEAF, c -> c.keyUsage("030100"), CERTIFICATE_ENCODING),
                fault("key usage with trailing zero bits", LEAF, c -> c.keyUsage("03020080"), CERTIFICATE_ENCODING),
                fault("key usage with set padding", LEAF, c -> c.keyUsage("030207ff"), CERTIFICATE_ENCODING),
                fault("another issuer", ZONAL, c -> c.issuer = Der.name("root"), ISSUER_MISMATCH),
                fault("another subject above", REGIONAL, c -> c.subject = Der.name("Regional"), ISSUER_MISMATCH),
                fault("signed by nobody", ZONAL, c -> c.signer = privateKey(5), BAD_CHAIN_SIGNATURE),
                fault("signed by itself", LEAF, c -> c.signer = privateKey(LEAF), BAD_CHAIN_SIGNATURE),
                fault("signed by its grandparent", LEAF, c -> c.signer = privateKey(ZONAL), BAD_CHAIN_SIGNATURE),
                fault("signature empty", LEAF, c -> c.signature = s -> Bytes.EMPTY, BAD_CHAIN_SIGNATURE),
                fault(
                        "signature of zeros",
                        LEAF,
                        c -> c.signature = s -> Der.hex("3006020100020100"),
                        BAD_CHAIN_SIGNATURE),
                fault(
                        "signature with trailing byte",
                        LEAF,
                        c -> c.signature = s -> Bytes.concat(s, Der.hex("00")),
                        BAD_CHAIN_SIGNATURE),
                fault("signature as r, s", LEAF, c -> c.signature = s -> Bytes.of(new byte[96]), BAD_CHAIN_SIGNATURE),
                fault("30 February", LEAF, c -> c.notAfter = Der.time(0x17, "270230000000Z"), CERTIFICATE_ENCODING),
                fault("month 13", LEAF, c -> c.notAfter = Der.time(0x17, "271301000000Z"), CERTIFICATE_ENCODING),
                fault("hour 24", LEAF, c -> c.notAfter = Der.time(0x17, "270101240000Z"), CERTIFICATE_ENCODING),
                fault("second 60", LEAF, c -> c.notAfter = Der.time(0x17, "261231235960Z"), CERTIFICATE_ENCODING),
                fault("no seconds", LEAF, c -> c.notAfter = Der.time(0x17, "2701010000Z"), CERTIFICATE_ENCODING),
                fault(
                        "offset instead of Z",
                        LEAF,
                        c -> c.notAfter = Der.time(0x17, "270101000000+0100"),
                        CERTIFICATE_ENCODING),
                fault("no Z", LEAF, c -> c.notAfter = Der.time(0x17, "270101000000"), CERTIFICATE_ENCODING),
                fault(
                        "sign among the digits",
                        LEAF,
                        c -> c.notAfter = Der.time(0x17, "+70101000000Z"),
                        CERTIFICATE_ENCODING),
                fault(
                        "GeneralizedTime before 2050",
                        LEAF,
                        c -> c.notAfter = Der.time(0x18, "20270101000000Z"),
                        CERTIFICATE_ENCODING),
                fault(
                        "fraction of a second",
                        LEAF,
                        c -> c.notAfter = Der.time(0x18, "20510101000000.5Z"),
                        CERTIFICATE_ENCODING),
                fault(
                        "time of another tag",
                        LEAF,
                        c -> c.notAfter = Der.time(0x13, "270101000000Z"),
                        CERTIFICATE_ENCODING),
                fault("trailing byte", LEAF, c -> c.whole = w -> Bytes.concat(w, Der.hex("00")), CERTIFICATE_ENCODING),
                fault(
                        "trailing NULL",
                        INSTANCE,
                        c -> c.whole = w -> Bytes.concat(w, Der.hex("0500")),
                        CERTIFICATE_ENCODING),
                fault("indefinite length", LEAF, c -> c.whole = ChainStepTest::indefinite, CERTIFICATE_ENCODING),
                fault("length in three bytes", LEAF, c -> c.whole = ChainStepTest::longLength, CERTIFICATE_ENCODING),
                fault(
                        "length beyond the end",
                        LEAF,
                        c -> c.whole = w -> Bytes.concat(Der.hex("3082ffff"), w.slice(4, w.size())),
                        CERTIFICATE_ENCODING),
                fault(
                        "SET instead of SEQUENCE",
                        LEAF,
                        c -> c.whole = w -> Bytes.concat(Der.hex("31"), w.slice(1, w.size())),
                        CERTIFICATE_ENCODING),
                fault("not ASN.1", LEAF, c -> c.whole = w -> Der.hex("00"), CERTIFICATE_ENCODING),
                fault("name not DER", LEAF, c -> c.subject = Der.hex("30 80 00 00"), CERTIFICATE_ENCODING));
    }

    @Test
    void step4_genuineChain_accepted() throws Exception {
        TestNitro nitro = genuine();

        VerifiedEvidence verified = nitro.verifier().verify(nitro.document(), NOW);

        assertThat(verified.chain()).hasSize(5);
        assertThat(verified.chain().get(LEAF).getSubjectX500Principal().getName())
                .isEqualTo("CN=leaf");
        assertThat(verified.root().simulated()).isTrue();
        assertThat(verified.verifiedAt()).isEqualTo(NOW);
        assertThat(verified.expiresAt()).isEqualTo(end(LEAF));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void step4_faultyCertificate_rejectedBeforeTheDocumentsSignatureIsLookedAt(
            String what, int certificate, Consumer<CertificateSpec> change, EvidenceReason reason) {
        TestNitro nitro = with(certificate, change);
        NitroVerifier verifier = nitro.verifier(CryptoProvider.of(COUNTING));
        COUNTING.signatures();

        assertThat(reasonOf(verifier, nitro.document(), NOW)).as(what).isEqualTo(reason);
        assertThat(COUNTING.signatures()).as("signatures checked").isLessThanOrEqualTo(LEAF);
    }

    @ParameterizedTest
    @ValueSource(ints = {ROOT, REGIONAL, ZONAL, INSTANCE, LEAF})
    void step4_anyCertificateExpired_rejected(int certificate) {
        TestNitro nitro = with(certificate, c -> c.valid(NOW.minusSeconds(100), NOW.minusSeconds(1)));
        NitroVerifier verifier = trusting(nitro.certificates().get(ROOT));

        RejectedEvidenceException thrown = rejection(verifier, nitro.document(), NOW);

        assertThat(thrown.reason()).isEqualTo(EVIDENCE_CHAIN_EXPIRED);
        assertThat(thrown.expected()).contains(certificate == LEAF ? "certificate" : "cabundle[" + certificate + "]");
    }

    @ParameterizedTest
    @ValueSource(ints = {ROOT, REGIONAL, ZONAL, INSTANCE, LEAF})
    void step4_anyCertificateNotYetValid_rejected(int certificate) {
        TestNitro nitro = with(certificate, c -> c.valid(NOW.plusSeconds(1), NOW.plusSeconds(100)));
        NitroVerifier verifier = trusting(nitro.certificates().get(ROOT));

        assertThat(reasonOf(verifier, nitro.document(), NOW)).isEqualTo(EVIDENCE_CHAIN_NOT_YET_VALID);
    }

    @Test
    void step4_validity_isToTheSecondWithBothEnds() {
        TestNitro nitro = with(LEAF, c -> c.valid(NOW, NOW.plusSeconds(10)));
        NitroVerifier verifier = nitro.verifier();
        Bytes document = nitro.document();

        assertThat(reasonOf(verifier, document, NOW.minusMillis(1))).isEqualTo(EVIDENCE_CHAIN_NOT_YET_VALID);
        assertThat(reasonOf(verifier, document, NOW)).isNull();
        assertThat(reasonOf(verifier, document, NOW.plusMillis(10_999))).isNull();
        assertThat(reasonOf(verifier, document, NOW.plusSeconds(11))).isEqualTo(EVIDENCE_CHAIN_EXPIRED);
    }

    @Test
    void step4_expiry_isTheEarliestOfAllNotOnlyOfTheLeaf() throws Exception {
        Instant soon = NOW.plusSeconds(60);
        TestNitro nitro = with(ZONAL, c -> c.valid(NOW, soon));

        assertThat(nitro.verifier().verify(nitro.document(), NOW).expiresAt()).isEqualTo(soon);
    }

    @Test
    void step4_generalizedTimeFrom2050_accepted() throws Exception {
        TestNitro nitro = with(INSTANCE, c -> c.notAfter = Der.time(0x18, "20510101000000Z"));

        assertThat(nitro.verifier().verify(nitro.document(), NOW).chain()).hasSize(5);
    }

    @Test
    void step4_unknownExtensionsNotCritical_ignored() throws Exception {
        TestNitro nitro = with(LEAF, c -> c.extension("2a0304", false, "0500").extension("551d25", false, "3000"));

        assertThat(nitro.verifier().verify(nitro.document(), NOW).chain()).hasSize(5);
    }

    @Test
    void step4_rootOfSameNameAndKeyButOtherBytes_untrusted() {
        TestNitro nitro = with(ROOT, c -> c.serial = Der.integer("02"));

        assertThat(reasonOf(nitro.verifier(), nitro.document(), NOW)).isEqualTo(UNTRUSTED_ROOT);
    }

    @Test
    void step4_underTheAwsRootOnly_untrusted() {
        NitroVerifier aws = new NitroVerifier(
                List.of(TrustedRoot.awsNitroG1()), CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW);

        assertThat(reasonOf(aws, genuine().document(), NOW)).isEqualTo(UNTRUSTED_ROOT);
    }

    @Test
    void step4_oneOfSeveralRoots_namedInTheResult() throws Exception {
        TestNitro nitro = genuine();
        NitroVerifier both = new NitroVerifier(
                List.of(TrustedRoot.awsNitroG1(), nitro.root()),
                CryptoProvider.fastest(),
                NitroVerifier.DEFAULT_CLOCK_SKEW);

        assertThat(both.verify(nitro.document(), NOW).root()).isEqualTo(nitro.root());
    }

    @Test
    void step4_bundleWithoutRoot_untrusted() {
        List<Bytes> chain = genuine().certificates();

        assertThat(reasonOfChain(chain.subList(REGIONAL, LEAF + 1))).isEqualTo(UNTRUSTED_ROOT);
        assertThat(reasonOfChain(chain.subList(LEAF - 1, LEAF + 1))).isEqualTo(UNTRUSTED_ROOT);
    }

    @Test
    void step4_bundleReversed_untrusted() {
        List<Bytes> chain = new ArrayList<>(genuine().certificates());
        Collections.reverse(chain.subList(ROOT, LEAF));

        assertThat(reasonOfChain(chain)).isEqualTo(UNTRUSTED_ROOT);
    }

    @Test
    void step4_bundleSwapped_rejected() {
        List<Bytes> chain = new ArrayList<>(genuine().certificates());
        Collections.swap(chain, REGIONAL, ZONAL);

        assertThat(reasonOfChain(chain)).isEqualTo(ISSUER_MISMATCH);
    }

    @Test
    void step4_certificateLeftOut_rejected() {
        List<Bytes> chain = new ArrayList<>(genuine().certificates());
        chain.remove(ZONAL);

        assertThat(reasonOfChain(chain)).isEqualTo(ISSUER_MISMATCH);
    }

    @Test
    void step4_certificateTwice_rejected() {
        List<Bytes> chain = new ArrayList<>(genuine().certificates());
        chain.add(ZONAL, chain.get(REGIONAL));

        assertThat(reasonOfChain(chain)).isEqualTo(ISSUER_MISMATCH);
    }

    @Test
    void step4_leafAsIssuerOfAnotherLeaf_rejected() {
        List<Bytes> chain = new ArrayList<>(genuine().certificates());
        chain.add(new CertificateSpec("below", keys(5).getPublic(), "leaf", privateKey(LEAF))
                .valid(start(LEAF), end(LEAF))
                .notCa()
                .keyUsage(DIGITAL_SIGNATURE)
                .sign());

        assertThat(reasonOf(genuine().verifier(), TestNitro.document(chain, NOW, privateKey(5)), NOW))
                .isEqualTo(NOT_A_CA);
    }

    @Test
    void step4_leafCutAtAnyByte_rejectedAndNeverCrashes() {
        List<Bytes> chain = new ArrayList<>(genuine().certificates());
        Bytes leaf = chain.get(LEAF);
        for (int size = 1; size < leaf.size(); size++) {
            chain.set(LEAF, leaf.slice(0, size));
            assertThat(reasonOfChain(chain)).as("cut at %d", size).isEqualTo(CERTIFICATE_ENCODING);
        }
    }

    private static EvidenceReason reasonOfChain(List<Bytes> chain) {
        return reasonOf(genuine().verifier(), TestNitro.document(chain, NOW, privateKey(LEAF)), NOW);
    }

    private static NitroVerifier trusting(Bytes root) {
        return new NitroVerifier(
                List.of(TrustedRoot.insecureSimulated(x509(root))),
                CryptoProvider.fastest(),
                NitroVerifier.DEFAULT_CLOCK_SKEW);
    }

    private static EvidenceReason reasonOf(NitroVerifier verifier, Bytes document, Instant at) {
        RejectedEvidenceException thrown = rejection(verifier, document, at);
        return thrown == null ? null : (EvidenceReason) thrown.reason();
    }

    private static RejectedEvidenceException rejection(NitroVerifier verifier, Bytes document, Instant at) {
        return catchThrowableOfType(RejectedEvidenceException.class, () -> verifier.verify(document, at));
    }

    private static Arguments fault(
            String what, int certificate, Consumer<CertificateSpec> change, EvidenceReason reason) {
        return arguments(what, certificate, change, reason);
    }

    private static void constraints(CertificateSpec spec, String value) {
        spec.extension(BASIC_CONSTRAINTS, true, value);
    }

    private static void algorithmWithNull(CertificateSpec spec) {
        spec.innerAlgorithm = Der.hex("300c06082a8648ce3d0403030500");
        spec.outerAlgorithm = spec.innerAlgorithm;
    }

    private static Bytes spki(String curve) {
        return Bytes.of(keyPair(curve).getPublic().getEncoded());
    }

    private static Bytes rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(1024);
            KeyPair pair = generator.generateKeyPair();
            return Bytes.of(pair.getPublic().getEncoded());
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Bytes compressed(Bytes key) {
        return Der.sequence(
                Der.hex("301006072a8648ce3d020106052b81040022"),
                Der.bitString(Bytes.concat(Der.hex("02"), key.slice(key.size() - 96, key.size() - 48))));
    }

    private static Bytes offCurve(Bytes key) {
        byte[] moved = key.toByteArray();
        moved[moved.length - 1] ^= 1;
        return Bytes.of(moved);
    }

    private static Bytes indefinite(Bytes whole) {
        return Bytes.concat(Der.hex("3080"), whole.slice(4, whole.size()), Der.hex("0000"));
    }

    private static Bytes longLength(Bytes whole) {
        return Bytes.concat(Der.hex("308300"), whole.slice(2, whole.size()));
    }
}
