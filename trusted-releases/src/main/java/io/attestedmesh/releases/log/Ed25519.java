package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;

/** Ed25519 (RFC 8032) by the platform, keys as the 32 bytes that notes carry. */
final class Ed25519 {
    static final int KEY_SIZE = 32;
    static final int SIGNATURE_SIZE = 64;

    /** What RFC 8410, section 4, puts before the 32 bytes. */
    private static final Bytes SPKI_HEAD = Bytes.fromHex("302a300506032b6570032100");

    private Ed25519() {}

    /** Whether 32 bytes are a point of the large subgroup: by one of small order anybody signs anything. */
    static boolean isPublicKey(Bytes publicKey) {
        return publicKey.size() == KEY_SIZE
                && org.bouncycastle.math.ec.rfc8032.Ed25519.validatePublicKeyFull(publicKey.toByteArray(), 0);
    }

    /** The 32 bytes of a key of the JCA. */
    static Bytes encode(PublicKey key) throws InvalidKeyException {
        byte[] encoded = key.getEncoded();
        Bytes spki = encoded == null ? Bytes.EMPTY : Bytes.of(encoded);
        if (spki.size() != SPKI_HEAD.size() + KEY_SIZE || !spki.startsWith(SPKI_HEAD)) {
            throw new InvalidKeyException("not an Ed25519 key: " + key.getAlgorithm());
        }
        return spki.slice(SPKI_HEAD.size(), spki.size());
    }

    static Bytes sign(PrivateKey key, Bytes message) throws InvalidKeyException {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(message.toByteArray());
            return Bytes.of(signature.sign());
        } catch (InvalidKeyException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform does not sign by Ed25519", e);
        }
    }

    static boolean verify(Bytes publicKey, Bytes message, Bytes signature) {
        if (signature.size() != SIGNATURE_SIZE) {
            return false;
        }
        try {
            Signature verifier = verifier(publicKey);
            verifier.update(message.toByteArray());
            return verifier.verify(signature.toByteArray());
        } catch (InvalidKeyException | SignatureException e) {
            // The platform says so of numbers that are out of range or off the curve.
            return false;
        }
    }

    private static Signature verifier(Bytes publicKey) throws InvalidKeyException {
        try {
            PublicKey key = KeyFactory.getInstance("Ed25519")
                    .generatePublic(new X509EncodedKeySpec(
                            Bytes.concat(SPKI_HEAD, publicKey).toByteArray()));
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            return verifier;
        } catch (GeneralSecurityException e) {
            throw new InvalidKeyException("no Ed25519 key: " + publicKey, e);
        }
    }
}
