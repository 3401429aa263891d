package io.attestedmesh.releases.envelope;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;

/** Somebody with a new key pair. */
public record Signer(NamedKey key, PrivateKey privateKey) {
    public static Signer named(String name, SigningAlgorithm algorithm) {
        try {
            KeyPair pair = algorithm.keyPairGenerator().generateKeyPair();
            return new Signer(new NamedKey(name, algorithm, pair.getPublic()), pair.getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public Signer renamed(String name) {
        return new Signer(new NamedKey(name, key.algorithm(), key.key()), privateKey);
    }

    public SignedEnvelope sign(DocumentType type, SignedEnvelope envelope) {
        try {
            return envelope.signedBy(type, key, privateKey);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
