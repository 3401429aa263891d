package io.attestedmesh.releases.envelope;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.impl.ECDSA;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;

/** Signs by whichever provider the private key belongs to, so that keys of hardware modules work too. */
final class EnvelopeSigner {
    private EnvelopeSigner() {}

    static EnvelopeSignature sign(Bytes payload, DocumentType type, NamedKey key, PrivateKey privateKey)
            throws GeneralSecurityException {
        Bytes header = ProtectedHeader.encode(key, type);
        byte[] input = SigningInput.of(payload).under(header);
        try {
            return EnvelopeSignature.of(header, sign(key.algorithm(), privateKey, input));
        } catch (MalformedReleasesException e) {
            throw new IllegalStateException("a header of ours is read by us", e);
        }
    }

    private static Bytes sign(SigningAlgorithm algorithm, PrivateKey privateKey, byte[] input)
            throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm.jcaName());
        signature.initSign(privateKey);
        signature.update(input);
        byte[] signed = signature.sign();
        if (algorithm == SigningAlgorithm.ED25519) {
            return Bytes.of(signed);
        }
        try {
            int size = ECDSA.getSignatureByteArrayLength(algorithm.jws());
            return Bytes.of(ECDSA.transcodeSignatureToConcat(signed, size));
        } catch (JOSEException e) {
            throw new SignatureException("the provider's ECDSA signature is no DER", e);
        }
    }
}
