package io.attestedmesh.cli.evidence;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.cli.command.CommandException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A public key from a file: DER or PEM of a SubjectPublicKeyInfo, or of a certificate that has it. */
final class PublicKeyFile {
    private static final int MAX_SIZE = 64 * 1024;
    private static final Pattern PUBLIC_KEY_PEM =
            Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");

    private PublicKeyFile() {}

    /** The DER SubjectPublicKeyInfo. */
    static Bytes read(Path file) throws IOException, CommandException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MAX_SIZE);
        }
        Matcher pem = PUBLIC_KEY_PEM.matcher(new String(content, StandardCharsets.ISO_8859_1));
        if (pem.find()) {
            return Bytes.of(Base64.getMimeDecoder().decode(pem.group(1)));
        }
        try {
            return Bytes.of(CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(content))
                    .getPublicKey()
                    .getEncoded());
        } catch (CertificateException e) {
            return bareKey(file, content);
        }
    }

    /** Compared byte for byte, so no more than its outer form is looked at: one SEQUENCE to the last byte. */
    private static Bytes bareKey(Path file, byte[] content) throws CommandException {
        int length = content.length;
        boolean shortForm = length >= 2 && length < 130 && content[0] == 0x30 && content[1] == length - 2;
        boolean oneByte =
                length >= 131 && content[0] == 0x30 && content[1] == (byte) 0x81 && (content[2] & 0xff) == length - 3;
        boolean twoBytes = length > 259
                && content[0] == 0x30
                && content[1] == (byte) 0x82
                && ((content[2] & 0xff) << 8 | (content[3] & 0xff)) == length - 4;
        if (!shortForm && !oneByte && !twoBytes) {
            throw CommandException.usage(
                    "--public-key " + file + " is neither a public key nor a certificate",
                    "make one with: openssl pkey -in KEY -pubout -out FILE");
        }
        return Bytes.of(content);
    }
}
