package io.attestedmesh.releases.envelope;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.utils.ECChecks;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import io.attestedmesh.attest.ed25519.Ed25519PublicKey;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.verify.CryptoProvider;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;

/** The three algorithms that documents are signed with, each on one curve only. */
public enum SigningAlgorithm {
    /** ECDSA on P-384 with SHA-384 (RFC 7518, section 3.4). */
    ES384("ES384", "P-384", "EC", "SHA384withECDSA"),
    /** ECDSA on P-256 with SHA-256 (RFC 7518, section 3.4). */
    ES256("ES256", "P-256", "EC", "SHA256withECDSA"),
    /** EdDSA on Curve25519 under the name that fixes its curve (RFC 9864). */
    ED25519("Ed25519", "Ed25519", "Ed25519", "Ed25519");

    private final String joseName;
    private final String curveName;
    private final String keyFactory;
    private final String jcaName;

    SigningAlgorithm(String joseName, String curveName, String keyFactory, String jcaName) {
        this.joseName = joseName;
        this.curveName = curveName;
        this.keyFactory = keyFactory;
        this.jcaName = jcaName;
    }

    /** Empty for any other name, {@code none} and {@code EdDSA} included. */
    public static Optional<SigningAlgorithm> named(String joseName) {
        return Arrays.stream(values())
                .filter(each -> each.joseName().equals(joseName))
                .findFirst();
    }

    /** The one of {@code key}'s type and curve; empty for RSA, other curves and anything else. */
    public static Optional<SigningAlgorithm> of(PublicKey key) {
        return Arrays.stream(values()).filter(each -> each.fits(key)).findFirst();
    }

    /** The {@code alg} of the protected header and of the trust root. */
    public String joseName() {
        return joseName;
    }

    /** Generates keys of this algorithm from the platform's random numbers. */
    public KeyPairGenerator keyPairGenerator() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(keyFactory);
        if (this != ED25519) {
            generator.initialize(curve().toECParameterSpec());
        }
        return generator;
    }

    /**
     * The key that {@code der}, a SubjectPublicKeyInfo, holds.
     *
     * @throws IllegalArgumentException if it is none, one of another type or curve, or not the one DER form of it
     */
    public PublicKey publicKey(Bytes der) {
        PublicKey key;
        try {
            key = KeyFactory.getInstance(keyFactory).generatePublic(new X509EncodedKeySpec(der.toByteArray()));
        } catch (GeneralSecurityException | RuntimeException e) {
            // Of some encodings the platform says by an index out of bounds that they are none.
            throw new IllegalArgumentException("no public key for " + joseName(), e);
        }
        if (!fits(key) || !Bytes.of(key.getEncoded()).equals(der)) {
            throw new IllegalArgumentException("no public key for " + joseName());
        }
        return key;
    }

    private boolean fits(PublicKey key) {
        if (this == ED25519) {
            return key instanceof EdECPublicKey ed
                    && curveName.equals(ed.getParams().getName())
                    && isEd25519(key);
        }
        return key instanceof ECPublicKey ec
                && curve().equals(Curve.forECParameterSpec(ec.getParams()))
                && ECChecks.isPointOnCurve(ec, curve().toECParameterSpec());
    }

    /** No point off the curve, and none by which others sign too. */
    private static boolean isEd25519(PublicKey key) {
        try {
            var unused = Ed25519PublicKey.of(key);
            return true;
        } catch (InvalidKeyException e) {
            return false;
        }
    }

    /** What {@link java.security.Signature} calls it; for ECDSA its signatures are DER there. */
    public String jcaName() {
        return jcaName;
    }

    JWSAlgorithm jws() {
        return JWSAlgorithm.parse(joseName);
    }

    Curve curve() {
        return Curve.parse(curveName);
    }

    /** The thumbprint of {@code key} as a JWK (RFC 7638, SHA-256), base64url; for Ed25519, RFC 8037, appendix A.3. */
    String thumbprint(PublicKey key) {
        try {
            return jwk(key).computeThumbprint().toString();
        } catch (JOSEException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private JWK jwk(PublicKey key) {
        if (key instanceof ECPublicKey ec) {
            return new ECKey.Builder(curve(), ec).build();
        }
        return new OctetKeyPair.Builder(curve(), Base64URL.encode(point(key))).build();
    }

    /** The 32 bytes of an Ed25519 key (RFC 8410, section 4). */
    private static byte[] point(PublicKey key) {
        byte[] der = key.getEncoded();
        return Arrays.copyOfRange(der, der.length - Ed25519PublicKey.SIZE, der.length);
    }

    /**
     * Whether {@code key}, which is of this algorithm, signed {@code input}.
     *
     * @throws GeneralSecurityException if that cannot be checked
     */
    boolean verifies(PublicKey key, byte[] input, Bytes signature) throws GeneralSecurityException {
        if (!(key instanceof ECPublicKey ec)) {
            return Ed25519PublicKey.of(key).verify(Bytes.of(input), signature);
        }
        try {
            ECDSAVerifier verifier = new ECDSAVerifier(ec);
            verifier.getJCAContext().setProvider(CryptoProvider.fastest().provider());
            return verifier.verify(new JWSHeader(jws()), input, Base64URL.encode(signature.toByteArray()));
        } catch (JOSEException e) {
            throw new GeneralSecurityException(e);
        }
    }
}
