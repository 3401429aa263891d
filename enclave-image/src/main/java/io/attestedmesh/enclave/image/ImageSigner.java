package io.attestedmesh.enclave.image;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;

/** A private key that signs images: in a file, or in AWS KMS. */
@FunctionalInterface
public interface ImageSigner {
    /** The ECDSA signature of {@code message} in DER. */
    Bytes sign(Bytes message, CoseAlgorithm algorithm) throws GeneralSecurityException;

    /** With a key that is here. */
    static ImageSigner of(PrivateKey key) {
        return (message, algorithm) -> {
            Signature signature = Signature.getInstance(algorithm.jcaName());
            signature.initSign(key);
            signature.update(message.toByteArray());
            return Bytes.of(signature.sign());
        };
    }
}
