package io.attestedmesh.examples.frost;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;

/** The platform's own Ed25519, which knows nothing of thresholds. */
public final class JcaEd25519 {
    /** RFC 8410 section 4, up to the key itself. */
    private static final Bytes SPKI = Bytes.fromHex("302a300506032b6570032100");

    private JcaEd25519() {}

    /** Whether a signature of {@link SigningRound} is one to those who know the public key alone. */
    public static boolean verifies(Bytes publicKey, Bytes message, Bytes signature) throws GeneralSecurityException {
        Bytes spki = Bytes.concat(SPKI, publicKey);
        PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki.toByteArray()));
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(key);
        verifier.update(message.toByteArray());
        return verifier.verify(signature.toByteArray());
    }
}
