package io.attestedmesh.attest.x509;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Decodes keys and checks signatures with one JCA provider; what it does not have, and secp256k1, with Bouncy Castle.
 */
final class SignatureCheck {
    /** Making one takes milliseconds; it is never registered, so nothing else sees it. */
    static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();

    private final Provider preferred;

    SignatureCheck(Provider preferred) {
        this.preferred = preferred;
    }

    PublicKey decode(SubjectKey key) throws RejectedCertificateException {
        try {
            return keyFactory(key.kind()).generatePublic(new X509EncodedKeySpec(key.der()));
        } catch (GeneralSecurityException | RuntimeException undecodable) { // providers throw either
            throw new RejectedCertificateException(
                    CertificateReason.UNSUPPORTED_KEY, "a public key that can be decoded", "another", undecodable);
        }
    }

    private KeyFactory keyFactory(SubjectKey.Kind kind) throws NoSuchAlgorithmException {
        try {
            return KeyFactory.getInstance(kind.algorithm(), providerFor(kind));
        } catch (NoSuchAlgorithmException absent) {
            return KeyFactory.getInstance(kind.algorithm(), BOUNCY_CASTLE);
        }
    }

    private Provider providerFor(SubjectKey.Kind kind) {
        return kind == SubjectKey.Kind.SECP256K1 ? BOUNCY_CASTLE : preferred;
    }

    /** True if {@code signature} over {@code signed} is by {@code key}; false of keys of another algorithm. */
    boolean verifies(
            SignatureAlgorithm algorithm, SubjectKey.Kind kind, PublicKey key, byte[] signed, byte[] signature) {
        if (!algorithm.keyAlgorithm().equals(kind.algorithm())) {
            return false;
        }
        try {
            Signature verifier = signature(algorithm, kind);
            if (algorithm.parameters().isPresent()) {
                verifier.setParameter(algorithm.parameters().get());
            }
            verifier.initVerify(key);
            verifier.update(signed);
            return verifier.verify(signature);
        } catch (GeneralSecurityException | RuntimeException malformed) { // providers throw either
            return false;
        }
    }

    private Signature signature(SignatureAlgorithm algorithm, SubjectKey.Kind kind) throws NoSuchAlgorithmException {
        try {
            return Signature.getInstance(algorithm.name(), providerFor(kind));
        } catch (NoSuchAlgorithmException absent) {
            return Signature.getInstance(algorithm.name(), BOUNCY_CASTLE);
        }
    }
}
