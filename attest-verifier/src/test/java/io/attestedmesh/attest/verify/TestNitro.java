package io.attestedmesh.attest.verify;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Cbor;
import io.attestedmesh.attest.evidence.CoseSign1;
import io.attestedmesh.attest.evidence.Documents;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * A private PKI in the shape of Nitro's: root, regional, zonal, instance, leaf. Certificates are numbered 0 to 4; a test
 * spoils one of them before it is signed, and everything below it is signed as if nothing had happened.
 */
final class TestNitro {
    static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();
    static final int ROOT = 0;
    static final int REGIONAL = 1;
    static final int ZONAL = 2;
    static final int INSTANCE = 3;
    static final int LEAF = 4;

    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static final String CERT_SIGN = "03020204";
    static final String DIGITAL_SIGNATURE = "03020780";

    private static final List<KeyPair> KEYS = List.of(keyPair(), keyPair(), keyPair(), keyPair(), keyPair(), keyPair());
    private static final String[] NAMES = {"root", "regional", "zonal", "instance", "leaf"};
    private static final Duration[] LIVES = {
        Duration.ofDays(3000), Duration.ofDays(20), Duration.ofDays(6), Duration.ofDays(1), Duration.ofHours(3)
    };

    private static final List<Bytes> GENUINE =
            IntStream.rangeClosed(ROOT, LEAF).mapToObj(i -> spec(i).sign()).toList();

    private final List<Bytes> certificates;

    private TestNitro(List<Bytes> certificates) {
        this.certificates = List.copyOf(certificates);
    }

    static TestNitro genuine() {
        return new TestNitro(GENUINE);
    }

    static TestNitro with(int certificate, Consumer<CertificateSpec> change) {
        CertificateSpec spec = spec(certificate);
        change.accept(spec);
        List<Bytes> certificates = new ArrayList<>(GENUINE);
        certificates.set(certificate, spec.sign());
        return new TestNitro(certificates);
    }

    private static CertificateSpec spec(int i) {
        int above = Math.max(i - 1, 0);
        CertificateSpec spec = new CertificateSpec(
                        NAMES[i],
                        KEYS.get(i).getPublic(),
                        NAMES[above],
                        KEYS.get(above).getPrivate())
                .valid(start(i), end(i));
        switch (i) {
            case ROOT -> spec.caWithoutLimit().keyUsage(CERT_SIGN);
            case LEAF -> spec.notCa().keyUsage(DIGITAL_SIGNATURE);
            default -> spec.ca(INSTANCE - i).keyUsage(CERT_SIGN);
        }
        return spec;
    }

    static Instant start(int certificate) {
        return NOW.minus(LIVES[certificate].dividedBy(2));
    }

    static Instant end(int certificate) {
        return NOW.plus(LIVES[certificate].dividedBy(2));
    }

    /** The private key of certificate {@code i}; 5 is a key of nobody. */
    static PrivateKey privateKey(int i) {
        return KEYS.get(i).getPrivate();
    }

    static KeyPair keys(int i) {
        return KEYS.get(i);
    }

    List<Bytes> certificates() {
        return certificates;
    }

    /** The root that a verifier trusts, never spoiled. */
    TrustedRoot root() {
        return TrustedRoot.insecureSimulated(x509(GENUINE.get(ROOT)));
    }

    NitroVerifier verifier(CryptoProvider crypto) {
        return new NitroVerifier(List.of(root()), crypto, NitroVerifier.DEFAULT_CLOCK_SKEW);
    }

    NitroVerifier verifier() {
        return verifier(CryptoProvider.fastest());
    }

    Bytes document() {
        return document(NOW);
    }

    Bytes document(Instant timestamp) {
        return document(certificates, timestamp, privateKey(LEAF));
    }

    /** @param chain root first, leaf last */
    static Bytes document(List<Bytes> chain, Instant timestamp, PrivateKey signer) {
        Map<String, Bytes> fields = Documents.fields();
        fields.put("timestamp", Cbor.integer(timestamp.toEpochMilli()));
        fields.put("certificate", Cbor.bytes(chain.get(chain.size() - 1)));
        fields.put(
                "cabundle",
                Cbor.array(chain.subList(0, chain.size() - 1).stream()
                        .map(Cbor::bytes)
                        .toArray(Bytes[]::new)));
        return sign(Cbor.indefiniteMap(Cbor.entries(fields)), signer);
    }

    static Bytes sign(Bytes payload, PrivateKey signer) {
        Bytes toBeSigned = new CoseSign1(Documents.PROTECTED, payload, Documents.SIGNATURE).toBeSigned();
        return envelope(payload, signature(toBeSigned, signer));
    }

    static Bytes envelope(Bytes payload, Bytes signature) {
        return Cbor.array(Cbor.bytes(Documents.PROTECTED), Cbor.map(), Cbor.bytes(payload), Cbor.bytes(signature));
    }

    /** r‖s. */
    static Bytes signature(Bytes message, PrivateKey signer) {
        try {
            Signature signing = Signature.getInstance("SHA384withPLAIN-ECDSA", BOUNCY_CASTLE);
            signing.initSign(signer);
            signing.update(message.toByteArray());
            return Bytes.of(signing.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair keyPair() {
        return keyPair("secp384r1");
    }

    static KeyPair keyPair(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", BOUNCY_CASTLE);
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static X509Certificate x509(Bytes der) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der.toByteArray()));
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }
}
