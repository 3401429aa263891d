package io.attestedmesh.enclave.image;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Images made by hand, right and wrong. */
final class Images {
    static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");
    static final String KERNEL = "KERNEL-BYTES";
    static final String COMMAND_LINE = "reboot=k panic=30";

    private Images() {}

    /** A section as any bytes: type and flags are not checked. */
    record Raw(int type, int flags, Bytes data) {
        static Raw of(SectionType type, String text) {
            return new Raw(type.code(), 0, Bytes.of(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    static List<Raw> plain() {
        List<Raw> sections = new ArrayList<>();
        sections.add(Raw.of(SectionType.KERNEL, KERNEL));
        sections.add(Raw.of(SectionType.COMMAND_LINE, COMMAND_LINE));
        sections.add(Raw.of(SectionType.METADATA, "{\"ImageName\":\"tiny\"}"));
        sections.add(Raw.of(SectionType.RAMDISK, "RAMDISK-ONE"));
        sections.add(Raw.of(SectionType.RAMDISK, "RAMDISK-TWO"));
        return sections;
    }

    /** The file, with a table that fits and the CRC that it has. */
    static byte[] file(List<Raw> sections) {
        int size = ImageHeader.SIZE;
        for (Raw each : sections) {
            size += Section.HEADER_SIZE + each.data.size();
        }
        ByteBuffer file = ByteBuffer.allocate(size);
        file.put(".eif".getBytes(StandardCharsets.US_ASCII)).putShort((short) 4).putShort((short) 0);
        file.putLong(1L << 30).putLong(2).putShort((short) 0).putShort((short) sections.size());
        int at = ImageHeader.SIZE;
        for (int i = 0; i < sections.size() && i < ImageHeader.MAX_SECTIONS; i++) {
            file.putLong(28 + 8 * i, at);
            file.putLong(28 + 256 + 8 * i, sections.get(i).data.size());
            at += Section.HEADER_SIZE + sections.get(i).data.size();
        }
        file.position(ImageHeader.SIZE);
        for (Raw each : sections) {
            file.putShort((short) each.type)
                    .putShort((short) each.flags)
                    .putLong(each.data.size())
                    .put(each.data.toByteArray());
        }
        return withCrc(file.array());
    }

    /** The same bytes with the CRC that they have. */
    static byte[] withCrc(byte[] file) {
        CRC32 crc = new CRC32();
        crc.update(file, 0, ImageHeader.CHECKED);
        crc.update(file, ImageHeader.SIZE, file.length - ImageHeader.SIZE);
        ByteBuffer.wrap(file).putInt(ImageHeader.CHECKED, (int) crc.getValue());
        return file;
    }

    static EnclaveImage read(Path folder, byte[] file) throws IOException, MalformedImageException {
        Path path = folder.resolve("image.eif");
        Files.write(path, file);
        return ImageReader.read(path);
    }

    static ImageMetadata metadata() throws MalformedImageException {
        return ImageMetadata.of("tiny", "1.0", "test", "0", Optional.empty());
    }

    static KeyPair keys(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    /** Self-signed, valid from {@link #NOW} for a day. */
    static X509Certificate certificate(KeyPair keys, String name) throws Exception {
        String algorithm = keys.getPublic().getAlgorithm().equals("EC") ? "SHA384withECDSA" : "SHA256withRSA";
        X500Name subject = new X500Name("CN=" + name);
        return new JcaX509CertificateConverter()
                .getCertificate(new JcaX509v3CertificateBuilder(
                                subject,
                                BigInteger.valueOf(7),
                                Date.from(NOW),
                                Date.from(NOW.plusSeconds(86_400)),
                                subject,
                                keys.getPublic())
                        .build(new JcaContentSignerBuilder(algorithm).build(keys.getPrivate())));
    }

    /** A signature section for {@code pcr0}. */
    static Bytes signature(KeyPair keys, X509Certificate certificate, Bytes pcr0) throws Exception {
        return ImageSignature.of(SigningCertificate.of(certificate), ImageSigner.of(keys.getPrivate()), pcr0)
                .encode();
    }
}
