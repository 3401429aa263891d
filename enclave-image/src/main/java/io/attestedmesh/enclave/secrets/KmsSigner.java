package io.attestedmesh.enclave.secrets;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.enclave.image.CoseAlgorithm;
import io.attestedmesh.enclave.image.ImageSigner;
import java.security.GeneralSecurityException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.MessageType;
import software.amazon.awssdk.services.kms.model.SignResponse;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;

/** Signs images with an asymmetric key that never leaves AWS KMS; its certificate was made for it elsewhere. */
public final class KmsSigner implements ImageSigner, AutoCloseable {
    private final KmsClient client;
    private final String keyId;

    /** With a client of its own. */
    public static KmsSigner open(AwsSettings settings, String keyId) {
        return new KmsSigner(AwsClients.kms(settings), keyId);
    }

    /**
     * Signs by one key.
     *
     * @param client of {@link AwsClients#kms}; closed with this
     * @param keyId id, ARN or alias of a key for signing
     */
    public KmsSigner(KmsClient client, String keyId) {
        this.client = client;
        this.keyId = keyId;
    }

    @Override
    public Bytes sign(Bytes message, CoseAlgorithm algorithm) throws GeneralSecurityException {
        SigningAlgorithmSpec wanted = switch (algorithm) {
            case ES256 -> SigningAlgorithmSpec.ECDSA_SHA_256;
            case ES384 -> SigningAlgorithmSpec.ECDSA_SHA_384;
            case ES512 -> SigningAlgorithmSpec.ECDSA_SHA_512;
        };
        try {
            SignResponse signed = client.sign(request -> request.keyId(keyId)
                    .message(SdkBytes.fromByteArray(message.toByteArray()))
                    .messageType(MessageType.RAW)
                    .signingAlgorithm(wanted));
            if (signed.signature() == null) {
                throw new GeneralSecurityException("KMS answered without a signature");
            }
            return Bytes.of(signed.signature().asByteArray());
        } catch (SdkException e) {
            throw new GeneralSecurityException("KMS did not sign", AwsFailure.of("KMS", e));
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
