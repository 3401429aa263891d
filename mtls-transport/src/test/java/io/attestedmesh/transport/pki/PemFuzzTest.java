package io.attestedmesh.transport.pki;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;

/** Whatever stands in a file is refused by the one checked exception, or read so that writing it gives the same again. */
final class PemFuzzTest {
    private static final List<String> LABELS = List.of(
            "CERTIFICATE",
            "X509 CRL",
            "CERTIFICATE REQUEST",
            "PRIVATE KEY",
            "EC PRIVATE KEY",
            "RSA PRIVATE KEY",
            "ENCRYPTED PRIVATE KEY");

    @FuzzTest
    void text(byte[] file) {
        try {
            for (PemBlock block : Pem.blocks("fuzz", file)) {
                String again = Pem.block(block.label(), block.content().toByteArray());
                List<PemBlock> read = Pem.blocks("fuzz", again.getBytes(StandardCharsets.US_ASCII));
                require(read.equals(List.of(block)), "a block that does not survive writing");
                require(!block.toString().contains("\n"), "a block that breaks the line");
            }
        } catch (PemException e) {
            requireOneLine(e);
        }
    }

    /** The first byte chooses the label: base64 would keep the fuzzer from the DER inside. */
    @FuzzTest
    void block(byte[] input) {
        if (input.length == 0) {
            return;
        }
        String label = LABELS.get((input[0] & 0xff) % LABELS.size());
        byte[] der = Arrays.copyOfRange(input, 1, input.length);
        byte[] text = Pem.block(label, der).getBytes(StandardCharsets.US_ASCII);
        try {
            switch (label) {
                case "CERTIFICATE" -> certificate(der, text);
                case "X509 CRL" -> Pem.revocationLists("fuzz", text);
                case "CERTIFICATE REQUEST" -> request(text);
                default -> key(Pem.privateKey("fuzz", text, null));
            }
        } catch (PkiException e) {
            requireOneLine(e);
        }
    }

    private static void certificate(byte[] der, byte[] text) throws PkiException {
        X509Certificate certificate = Pem.certificates("fuzz", text).get(0);
        require(
                Arrays.equals(
                        Pem.encode(certificate), Pem.block("CERTIFICATE", der).getBytes(StandardCharsets.US_ASCII)),
                "a certificate that does not survive writing");
        AlternativeNames.of(certificate);
        KeyKind.of(certificate.getPublicKey());
    }

    private static void request(byte[] text) throws PemException {
        CertificateRequest request = CertificateRequest.parse("fuzz", text);
        request.subject();
        request.names();
        request.usages();
        request.checkPossession();
    }

    private static void key(PrivateKey key) throws PkiException {
        PrivateKey again = Pem.privateKey("fuzz", PrivateKeys.encode(key), null);
        require(Arrays.equals(again.getEncoded(), key.getEncoded()), "a key that does not survive writing");
        PrivateKeys.publicKey(key);
    }

    private static void requireOneLine(PkiException e) {
        boolean printable = e.getMessage().chars().allMatch(c -> c >= ' ' && c != 0x7f);
        require(printable, "a message that is not one line");
    }

    private static void require(boolean condition, String broken) {
        if (!condition) {
            throw new AssertionError(broken);
        }
    }
}
