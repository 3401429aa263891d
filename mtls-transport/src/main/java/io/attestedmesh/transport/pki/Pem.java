package io.attestedmesh.transport.pki;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * PEM in and out (RFC 7468). Reading is strict and bounded: a file is at most 1 MiB and 1000 blocks, and every block in
 * it must be of the kind asked for, unless the method says otherwise.
 *
 * <p>{@code source} is the file's name for messages. Everything that is wrong with the content is a
 * {@link PemException}; an {@link IOException} means that the file could not be read.
 */
public final class Pem {
    static final String CERTIFICATE = "CERTIFICATE";
    static final String PUBLIC_KEY = "PUBLIC KEY";
    static final String CRL = "X509 CRL";
    static final String REQUEST = "CERTIFICATE REQUEST";
    /** What old versions of some tools write. */
    static final String NEW_REQUEST = "NEW CERTIFICATE REQUEST";

    private Pem() {}

    /** Reads at most the size bound and one byte, so that a huge file is refused without being read. */
    public static byte[] read(Path file) throws IOException, PemException {
        if (Files.isDirectory(file)) {
            throw new PemException(file.toString(), "is a folder, not a file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in);
        }
    }

    /** The same from a stream, which stays open. */
    public static byte[] read(String source, InputStream in) throws IOException, PemException {
        byte[] text = in.readNBytes(PemText.MAX_SIZE + 1);
        if (text.length > PemText.MAX_SIZE) {
            throw new PemException(source, "larger than " + PemText.MAX_SIZE + " bytes");
        }
        return text;
    }

    /** All blocks of any kind, in order; at least one. */
    public static List<PemBlock> blocks(String source, byte[] text) throws PemException {
        return PemText.blocks(source, text);
    }

    /** One or more certificates, in the file's order. */
    public static List<X509Certificate> certificates(String source, byte[] text) throws PemException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (PemBlock block : blocks(source, text)) {
            certificates.add(certificate(source, block));
        }
        return List.copyOf(certificates);
    }

    /** {@link #certificates(String, byte[])} of a file. */
    public static List<X509Certificate> certificates(Path file) throws IOException, PemException {
        return certificates(file.toString(), read(file));
    }

    /** One or more revocation lists, in the file's order. */
    public static List<X509CRL> revocationLists(String source, byte[] text) throws PemException {
        List<X509CRL> lists = new ArrayList<>();
        for (PemBlock block : blocks(source, text)) {
            lists.add(revocationList(source, block));
        }
        return List.copyOf(lists);
    }

    /** {@link #revocationLists(String, byte[])} of a file. */
    public static List<X509CRL> revocationLists(Path file) throws IOException, PemException {
        return revocationLists(file.toString(), read(file));
    }

    /** The one private key in the text; {@code password} may be null where the key is not encrypted. */
    public static PrivateKey privateKey(String source, byte[] text, char[] password) throws PemException {
        PemBlock key = null;
        for (PemBlock block : blocks(source, text)) {
            // openssl ecparam -genkey puts the curve in front of the key.
            if (block.label().equals("EC PARAMETERS")) {
                continue;
            }
            expect(source, KeyEncoding.isPrivateKey(block.label()), "a private key", block);
            if (key != null) {
                throw new PemException(source, "more than one private key");
            }
            key = block;
        }
        if (key == null) {
            throw new PemException(source, "expected a private key, found none");
        }
        return KeyEncoding.decode(source, key, password);
    }

    /** The private key in a block; {@code password} may be null where the key is not encrypted. */
    public static PrivateKey privateKey(String source, PemBlock block, char[] password) throws PemException {
        expect(source, KeyEncoding.isPrivateKey(block.label()), "a private key", block);
        return KeyEncoding.decode(source, block, password);
    }

    /** The certificate in a block. */
    public static X509Certificate certificate(String source, PemBlock block) throws PemException {
        expect(source, block.label().equals(CERTIFICATE), CERTIFICATE, block);
        byte[] der = block.content().toByteArray();
        try {
            X509Certificate certificate =
                    (X509Certificate) factory().generateCertificate(new ByteArrayInputStream(der));
            if (certificate.getEncoded().length != der.length) {
                throw new PemException(source, "bytes behind the end of a certificate");
            }
            return certificate;
        } catch (CertificateException malformed) {
            throw new PemException(source, "not a certificate", null, malformed);
        }
    }

    /** The revocation list in a block. */
    public static X509CRL revocationList(String source, PemBlock block) throws PemException {
        expect(source, block.label().equals(CRL), CRL, block);
        byte[] der = block.content().toByteArray();
        try {
            X509CRL list = (X509CRL) factory().generateCRL(new ByteArrayInputStream(der));
            if (list.getEncoded().length != der.length) {
                throw new PemException(source, "bytes behind the end of a revocation list");
            }
            return list;
        } catch (CRLException | CertificateException malformed) {
            throw new PemException(source, "not a revocation list", null, malformed);
        }
    }

    /** DER SubjectPublicKeyInfo of the one public key in the text; no more than its frame is looked at. */
    public static Bytes publicKey(String source, byte[] text) throws PemException {
        List<PemBlock> blocks = blocks(source, text);
        if (blocks.size() > 1) {
            throw new PemException(source, "more than one public key");
        }
        expect(source, blocks.get(0).label().equals(PUBLIC_KEY), PUBLIC_KEY, blocks.get(0));
        return blocks.get(0).content();
    }

    static void expect(String source, boolean found, String expected, PemBlock block) throws PemException {
        if (!found) {
            throw new PemException(source, "expected " + expected + ", found " + block.label());
        }
    }

    /** Certificates one after the other, as in a chain file: end entity first. */
    public static byte[] encode(X509Certificate... certificates) {
        return encode(List.of(certificates));
    }

    /** Certificates one after the other, as in a chain file: end entity first. */
    public static byte[] encode(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            try {
                text.append(block(CERTIFICATE, certificate.getEncoded()));
            } catch (CertificateException e) {
                throw new IllegalArgumentException("a certificate without an encoding", e);
            }
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** One revocation list. */
    public static byte[] encode(X509CRL list) {
        try {
            return block(CRL, list.getEncoded()).getBytes(StandardCharsets.US_ASCII);
        } catch (CRLException e) {
            throw new IllegalArgumentException("a revocation list without an encoding", e);
        }
    }

    /** One certification request. */
    public static byte[] encode(CertificateRequest request) {
        return block(REQUEST, request.encoded().toByteArray()).getBytes(StandardCharsets.US_ASCII);
    }

    /** A public key as SubjectPublicKeyInfo (RFC 7468, section 13). */
    public static byte[] encode(PublicKey key) {
        return block(PUBLIC_KEY, key.getEncoded()).getBytes(StandardCharsets.US_ASCII);
    }

    static String block(String label, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }

    private static CertificateFactory factory() throws CertificateException {
        return CertificateFactory.getInstance("X.509");
    }
}
