package io.attestedmesh.attest.ed25519;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.InvalidKeyException;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.bouncycastle.math.ec.rfc8032.Ed25519.PublicPoint;

/** Bouncy Castle's own arithmetic, without the JCA: there on every platform. */
final class BouncyCastleEngine implements Engine {
    @Override
    public String name() {
        return "Bouncy Castle";
    }

    @Override
    public Verifier verifier(Bytes publicKey) throws InvalidKeyException {
        // It covers what is not canonical, off the curve, of small order, and outside of the prime-order group.
        PublicPoint point = publicKey.size() == Ed25519.PUBLIC_KEY_SIZE
                ? Ed25519.validatePublicKeyFullExport(publicKey.toByteArray(), 0)
                : null;
        if (point == null) {
            throw new InvalidKeyException("no Ed25519 public key: " + publicKey);
        }
        return (message, signature) -> verifies(point, message, signature);
    }

    /**
     * Bouncy Castle checks 8SB = 8R + 8kA, which also holds of an R with a part of small order. The key has none, nor has the
     * base point: where R has none either, the equation holds if and only if SB = R + kA, as compared bytes say.
     */
    private static boolean verifies(PublicPoint key, byte[] message, byte[] signature) {
        return Ed25519.verify(signature, 0, key, message, 0, message.length)
                && Ed25519.validatePublicKeyFull(signature, 0);
    }

    @Override
    public Signer signer(Bytes seed, Bytes publicKey) {
        byte[] secret = seed.toByteArray();
        byte[] point = publicKey.toByteArray();
        return message -> {
            byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
            Ed25519.sign(secret, 0, point, 0, message, 0, message.length, signature, 0);
            return signature;
        };
    }
}
