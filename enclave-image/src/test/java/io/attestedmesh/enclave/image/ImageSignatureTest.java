package io.attestedmesh.enclave.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import io.attestedmesh.attest.evidence.Vectors;
import io.attestedmesh.enclave.image.Images.Raw;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageSignatureTest {
    @TempDir
    private Path folder;

    private KeyPair keys;
    private X509Certificate certificate;
    private Path unsigned;
    private EnclaveImage plain;

    @BeforeEach
    void makeImage() throws Exception {
        keys = Images.keys("secp384r1");
        certificate = Images.certificate(keys, "signer");
        unsigned = Files.write(folder.resolve("unsigned.eif"), Images.file(Images.plain()));
        plain = ImageReader.read(unsigned);
    }

    @ParameterizedTest
    @CsvSource({"secp256r1, ES256", "secp384r1, ES384", "secp521r1, ES512"})
    void sign_withEachCurve_fitsAndChangesPcr8Alone(String curve, CoseAlgorithm algorithm) throws Exception {
        KeyPair pair = Images.keys(curve);
        X509Certificate own = Images.certificate(pair, "signer");
        Path signed = folder.resolve("signed.eif");

        ImageWriter.sign(unsigned, own, ImageSigner.of(pair.getPrivate()), signed, false);

        EnclaveImage image = ImageReader.read(signed);
        ImageSignature signature = image.requireSigned(Images.NOW);
        assertThat(signature.algorithm()).isEqualTo(algorithm);
        assertThat(signature.certificate()).isEqualTo(own);
        for (int index = 0; index < 3; index++) {
            assertThat(image.register(index)).isEqualTo(plain.register(index));
        }
        assertThat(image.register(8))
                .isEqualTo(Pcr.extendOfZero(Bytes.of(own.getEncoded()).sha384()));
        assertThatCode(() -> signature.requireBy(own)).doesNotThrowAnyException();
    }

    @Test
    void sign_ofASignedImage_replacesTheSignature() throws Exception {
        Path once = folder.resolve("once.eif");
        Path twice = folder.resolve("twice.eif");
        KeyPair other = Images.keys("secp256r1");
        ImageWriter.sign(unsigned, certificate, ImageSigner.of(keys.getPrivate()), once, false);

        ImageWriter.sign(once, Images.certificate(other, "other"), ImageSigner.of(other.getPrivate()), twice, false);

        assertThat(ImageReader.read(twice).requireSigned(Images.NOW).algorithm())
                .isEqualTo(CoseAlgorithm.ES256);
    }

    @Test
    void sign_withAKeyThatIsNotTheCertificates_isRefused() throws Exception {
        KeyPair other = Images.keys("secp384r1");
        Path out = folder.resolve("signed.eif");

        assertThatThrownBy(
                        () -> ImageWriter.sign(unsigned, certificate, ImageSigner.of(other.getPrivate()), out, false))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageContaining("not that of the certificate");
        assertThat(out).doesNotExist();
    }

    @Test
    void sign_withAnRsaCertificate_isRefused() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair rsa = generator.generateKeyPair();
        X509Certificate own = Images.certificate(rsa, "rsa");

        assertThatThrownBy(() -> ImageWriter.sign(
                        unsigned, own, ImageSigner.of(rsa.getPrivate()), folder.resolve("signed.eif"), false))
                .isInstanceOf(InvalidKeyException.class);
    }

    @Test
    void requireSigned_ofAnUnsignedImage_isRefused() {
        assertRejected(SignatureReason.NOT_SIGNED, () -> plain.requireSigned(Images.NOW));
    }

    @Test
    void requireFits_beforeAndAfterTheCertificatesTime_isRefused() throws Exception {
        ImageSignature signature = ImageSignature.parse(section());

        assertRejected(
                SignatureReason.CERTIFICATE_NOT_YET_VALID,
                () -> signature.requireFits(plain.register(0), Images.NOW.minusSeconds(1)));
        assertRejected(
                SignatureReason.CERTIFICATE_EXPIRED,
                () -> signature.requireFits(plain.register(0), Images.NOW.plusSeconds(86_401)));
    }

    @Test
    void requireFits_ofAnotherImage_isRefused() throws Exception {
        ImageSignature signature = ImageSignature.parse(section());

        assertRejected(SignatureReason.REGISTER_MISMATCH, () -> signature.requireFits(plain.register(1), Images.NOW));
    }

    @Test
    void requireFits_withAFlippedSignature_isRefused() throws Exception {
        byte[] section = section().toByteArray();
        // Signed anew until the last byte of s, an integer of its own, keeps its size when a bit of it is flipped.
        while (section[section.length - 2] != 0x18 || section[section.length - 1] == 24) {
            section = section().toByteArray();
        }
        section[section.length - 1] ^= 1;
        byte[] flipped = section;
        assertRejected(
                SignatureReason.BAD_SIGNATURE,
                () -> ImageSignature.parse(Bytes.of(flipped)).requireFits(plain.register(0), Images.NOW));
    }

    @Test
    void requireBy_anotherCertificateOfTheSameName_isRefused() throws Exception {
        ImageSignature signature = ImageSignature.parse(section());
        X509Certificate other = Images.certificate(Images.keys("secp384r1"), "signer");

        assertRejected(SignatureReason.OTHER_SIGNER, () -> signature.requireBy(other));
    }

    @Test
    void parse_withACertificateOnAnotherCurve_isRefusedWhenVerified() throws Exception {
        X509Certificate p256 = Images.certificate(Images.keys("secp256r1"), "other");
        ImageSignature mixed = ImageSignature.parse(built(p256, "a1013822", 0, plain.register(0), 96));

        assertRejected(SignatureReason.KEY_TYPE, () -> mixed.requireFits(plain.register(0), Images.NOW));
    }

    @Test
    void parse_ofAnotherRegister_isRefusedWhenVerified() throws Exception {
        ImageSignature other = ImageSignature.parse(built(certificate, "a1013822", 1, plain.register(0), 96));

        assertRejected(SignatureReason.OTHER_REGISTER, () -> other.requireFits(plain.register(0), Images.NOW));
    }

    @Test
    void parse_ofAnotherAlgorithm_isMalformed() throws Exception {
        assertMalformed(ImageReason.SIGNATURE_ALGORITHM, built(certificate, "a10127", 0, plain.register(0), 64));
        assertMalformed(ImageReason.SIGNATURE_ALGORITHM, built(certificate, "a0", 0, plain.register(0), 64));
        assertMalformed(
                ImageReason.SIGNATURE_ALGORITHM, built(certificate, "a2013822044101", 0, plain.register(0), 96));
    }

    @Test
    void parse_ofASignatureOfAnotherSize_isMalformed() throws Exception {
        assertMalformed(ImageReason.SIGNATURE_MALFORMED, built(certificate, "a1013822", 0, plain.register(0), 95));
        assertMalformed(ImageReason.SIGNATURE_MALFORMED, built(certificate, "a1013822", 0, plain.register(0), 64));
    }

    @Test
    void parse_ofNoneOrTwoSignatures_isMalformed() throws Exception {
        Bytes one = section();
        assertMalformed(ImageReason.SIGNATURE_COUNT, Bytes.of((byte) 0x80));
        Bytes entry = one.slice(1, one.size());
        assertMalformed(ImageReason.SIGNATURE_COUNT, Bytes.concat(Bytes.of((byte) 0x82), entry, entry));
    }

    @Test
    void parse_ofOtherEncodingsOfTheSame_isMalformed() throws Exception {
        Bytes one = section();
        Bytes entry = one.slice(1, one.size());
        assertMalformed(
                ImageReason.SIGNATURE_NOT_CANONICAL, Bytes.concat(Bytes.fromHex("9f"), entry, Bytes.fromHex("ff")));
        assertMalformed(ImageReason.SIGNATURE_NOT_CANONICAL, Bytes.concat(Bytes.fromHex("9801"), entry));
        Bytes inside = entry.slice(1, entry.size());
        assertMalformed(
                ImageReason.SIGNATURE_NOT_CANONICAL, Bytes.concat(Bytes.fromHex("81bf"), inside, Bytes.fromHex("ff")));
        assertMalformed(
                ImageReason.SIGNATURE_NOT_CANONICAL,
                Bytes.concat(Bytes.fromHex("81a3"), inside, Bytes.fromHex("616101")));
        assertMalformed(ImageReason.SIGNATURE_NOT_CANONICAL, Bytes.concat(Bytes.fromHex("81d863"), entry));
    }

    @Test
    void parse_withAMemberTwice_isMalformed() throws Exception {
        Bytes one = section();
        Bytes inside = one.slice(2, one.size());
        assertMalformed(
                ImageReason.SIGNATURE_MALFORMED,
                Bytes.concat(Bytes.fromHex("81a3"), inside, Bytes.fromHex("697369676e617475726580")));
    }

    @Test
    void parse_withMoreAfterIt_isMalformed() throws Exception {
        Bytes one = section();
        assertMalformed(ImageReason.SIGNATURE_MALFORMED, Bytes.concat(one, Bytes.of((byte) 0)));
        assertMalformed(ImageReason.SIGNATURE_MALFORMED, one.slice(0, one.size() - 1));
        assertMalformed(ImageReason.SIGNATURE_MALFORMED, Bytes.of((byte) 0xff));
    }

    @Test
    void parse_withByteStringsForLists_isMalformed() throws Exception {
        Bytes pem = SigningCertificate.of(certificate).pem();
        assertMalformed(ImageReason.SIGNATURE_MALFORMED, CborWriter.encode(cbor -> {
            cbor.array(1);
            cbor.map(2);
            cbor.text("signing_certificate");
            cbor.bytes(pem);
            cbor.text("signature");
            cbor.bytes(Bytes.of((byte) 1));
        }));
    }

    @Test
    void parse_withACertificateThatIsNotAlone_isMalformed() throws Exception {
        String pem = new String(SigningCertificate.of(certificate).pem().toByteArray(), StandardCharsets.US_ASCII);
        List<UnaryOperator<String>> spoils = List.of(
                text -> text + text,
                text -> "subject: CN=signer\n" + text,
                text -> text + "more",
                text -> text.replace("CERTIFICATE", "TRUSTED CERTIFICATE"),
                text -> "",
                text -> "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                text -> "-----BEGIN CERTIFICATE-----\n=A==\n-----END CERTIFICATE-----\n");
        for (UnaryOperator<String> spoil : spoils) {
            Bytes spoilt = Bytes.of(spoil.apply(pem).getBytes(StandardCharsets.US_ASCII));
            assertMalformed(
                    ImageReason.SIGNATURE_CERTIFICATE_MALFORMED, entry(spoilt, "a1013822", 0, plain.register(0), 96));
        }
    }

    /** As many white space characters as a section has room for: read in one pass, or this takes minutes. */
    @Test
    @Timeout(20)
    void parse_withACertificateOfWhiteSpace_isMalformedAtOnce() {
        Bytes pem = Bytes.of(("-----BEGIN CERTIFICATE-----" + "\n".repeat(60_000)).getBytes(StandardCharsets.US_ASCII));

        assertMalformed(ImageReason.SIGNATURE_CERTIFICATE_MALFORMED, entry(pem, "a1013822", 0, plain.register(0), 96));
    }

    /** The platform reads a certificate whose key it does not know, whatever stands in the key's parameters. */
    @Test
    void parse_withACertificateOfANonsensicalKey_isMalformed() throws Exception {
        byte[] der = certificate.getEncoded();
        // id-ecPublicKey 1.2.840.10045.2.1 becomes ...2.9, and secp384r1's identifier one that is not minimal.
        int algorithm = indexOf(der, HexFormat.of().parseHex("06072a8648ce3d0201"));
        der[algorithm + 8] = 9;
        int curve = indexOf(der, HexFormat.of().parseHex("06052b81040022"));
        der[curve + 2] = (byte) 0x80;
        String text = "-----BEGIN CERTIFICATE-----\n" + Base64.getEncoder().encodeToString(der)
                + "\n-----END CERTIFICATE-----\n";

        assertMalformed(
                ImageReason.SIGNATURE_CERTIFICATE_MALFORMED,
                entry(Bytes.of(text.getBytes(StandardCharsets.US_ASCII)), "a1013822", 0, plain.register(0), 96));
    }

    private static int indexOf(byte[] in, byte[] wanted) {
        for (int at = 0; at + wanted.length <= in.length; at++) {
            if (Arrays.equals(in, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        throw new AssertionError("not found");
    }

    @Test
    void sign_overAFile_needsToBeAsked() throws Exception {
        Path out = Files.writeString(folder.resolve("there"), "keep");

        assertThatThrownBy(() -> ImageWriter.sign(unsigned, certificate, ImageSigner.of(keys.getPrivate()), out, false))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(out).hasContent("keep");
        assertThat(ImageWriter.sign(unsigned, certificate, ImageSigner.of(keys.getPrivate()), out, true)
                        .register(0))
                .isEqualTo(plain.register(0));
        assertThat(Files.getPosixFilePermissions(out)).isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
    }

    @Test
    void read_withTwoSignatureSections_isRefused() throws Exception {
        List<Raw> sections = Images.plain();
        sections.add(new Raw(SectionType.SIGNATURE.code(), 0, section()));
        sections.add(new Raw(SectionType.SIGNATURE.code(), 0, section()));

        assertThatThrownBy(() -> Images.read(folder, Images.file(sections)))
                .isInstanceOfSatisfying(
                        MalformedImageException.class,
                        e -> assertThat(e.reason()).isEqualTo(ImageReason.DUPLICATE_SECTION));
    }

    @Test
    void read_withASignatureBeforeTheRamdisks_isRefused() throws Exception {
        List<Raw> sections = Images.plain();
        sections.add(3, new Raw(SectionType.SIGNATURE.code(), 0, section()));

        assertThatThrownBy(() -> Images.read(folder, Images.file(sections)))
                .isInstanceOfSatisfying(
                        MalformedImageException.class,
                        e -> assertThat(e.reason()).isEqualTo(ImageReason.SECTION_ORDER));
    }

    @Test
    void read_withAHugeSignature_isRefusedUnread() throws Exception {
        List<Raw> sections = Images.plain();
        sections.add(new Raw(SectionType.SIGNATURE.code(), 0, Bytes.of(new byte[ImageSignature.MAX_SIZE + 1])));

        assertThatThrownBy(() -> Images.read(folder, Images.file(sections)))
                .isInstanceOfSatisfying(
                        MalformedImageException.class,
                        e -> assertThat(e.reason()).isEqualTo(ImageReason.SIGNATURE_TOO_LARGE));
    }

    @Test
    void requireSigned_ofTheSharedVector_fitsWithinItsTime() throws Exception {
        EnclaveImage image = ImageReader.read(Vectors.path("eif/vec/tiny-signed.eif"));
        ImageSignature signature = image.signature().orElseThrow();

        assertThat(image.requireSigned(signature.certificate().getNotBefore().toInstant())
                        .certificate())
                .isEqualTo(signature.certificate());
    }

    private Bytes section() throws Exception {
        return Images.signature(keys, certificate, plain.register(0));
    }

    private Bytes built(X509Certificate signer, String header, int index, Bytes value, int signatureSize)
            throws Exception {
        return entry(SigningCertificate.of(signer).pem(), header, index, value, signatureSize);
    }

    private static Bytes entry(Bytes pem, String header, int index, Bytes value, int signatureSize) {
        Bytes payload = CborWriter.encode(cbor -> {
            cbor.map(2);
            cbor.text("register_index");
            cbor.number(index);
            cbor.text("register_value");
            cbor.numbers(value);
        });
        Bytes cose = CborWriter.encode(cbor -> {
            cbor.array(4);
            cbor.bytes(Bytes.fromHex(header));
            cbor.map(0);
            cbor.bytes(payload);
            cbor.bytes(Bytes.of(new byte[signatureSize]));
        });
        return CborWriter.encode(cbor -> {
            cbor.array(1);
            cbor.map(2);
            cbor.text("signing_certificate");
            cbor.numbers(pem);
            cbor.text("signature");
            cbor.numbers(cose);
        });
    }

    private interface Check {
        void run() throws Exception;
    }

    private static void assertRejected(SignatureReason reason, Check check) {
        assertThatThrownBy(check::run)
                .isInstanceOfSatisfying(
                        RejectedSignatureException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static void assertMalformed(ImageReason reason, Bytes section) {
        assertThatThrownBy(() -> ImageSignature.parse(section))
                .isInstanceOfSatisfying(
                        MalformedImageException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
