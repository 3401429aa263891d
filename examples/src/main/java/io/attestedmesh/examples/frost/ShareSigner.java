package io.attestedmesh.examples.frost;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.examples.ed25519.InvalidEncodingException;
import io.attestedmesh.examples.ed25519.Point;
import java.security.SecureRandom;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/** A dealer's plain Ed25519 key for one run, so that a receiver can prove which share it was sent. */
final class ShareSigner {
    /** Bytes of a signature. */
    static final int SIGNATURE = 64;

    private final Ed25519PrivateKeyParameters key;

    ShareSigner(SecureRandom random) {
        this.key = new Ed25519PrivateKeyParameters(random);
    }

    Point publicKey() {
        try {
            return Point.decode(Bytes.of(key.generatePublicKey().getEncoded()));
        } catch (InvalidEncodingException e) {
            throw new IllegalStateException("a public key of Ed25519 is a multiple of B", e);
        }
    }

    Bytes sign(Bytes statement) {
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(true, key);
        signer.update(statement.toByteArray(), 0, statement.size());
        return Bytes.of(signer.generateSignature());
    }

    static boolean verify(Point publicKey, Bytes statement, Bytes signature) {
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(false, new Ed25519PublicKeyParameters(publicKey.encode().toByteArray()));
        signer.update(statement.toByteArray(), 0, statement.size());
        return signer.verifySignature(signature.toByteArray());
    }
}
