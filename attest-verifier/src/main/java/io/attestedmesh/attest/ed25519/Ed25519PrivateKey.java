package io.attestedmesh.attest.ed25519;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** A key that signs (RFC 8032, section 5.1.6), parsed once; its text form shows the public key only. */
public final class Ed25519PrivateKey {
    /** Bytes of a seed. */
    public static final int SIZE = 32;

    private final Bytes seed;
    private final Ed25519PublicKey publicKey;
    private final Engine.Signer signer;

    private Ed25519PrivateKey(Bytes seed, Ed25519PublicKey publicKey, Engine.Signer signer) {
        this.seed = seed;
        this.publicKey = publicKey;
        this.signer = signer;
    }

    /** Makes a key of 32 bytes of {@code random}. */
    public static Ed25519PrivateKey generate(SecureRandom random) {
        byte[] seed = new byte[SIZE];
        random.nextBytes(seed);
        try {
            return of(Bytes.of(seed));
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("every 32 bytes are a seed", e);
        }
    }

    /**
     * The key of a stored seed.
     *
     * @param seed what {@link #seed} gave, 32 bytes
     * @throws InvalidKeyException if they are fewer or more
     */
    public static Ed25519PrivateKey of(Bytes seed) throws InvalidKeyException {
        return of(seed, Engines.fastest());
    }

    static Ed25519PrivateKey of(Bytes seed, Engine engine) throws InvalidKeyException {
        if (seed.size() != SIZE) {
            throw new InvalidKeyException("an Ed25519 private key has " + SIZE + " bytes, not " + seed.size());
        }
        byte[] point = new byte[Ed25519PublicKey.SIZE];
        Ed25519.generatePublicKey(seed.toByteArray(), 0, point, 0);
        Ed25519PublicKey publicKey = Ed25519PublicKey.of(Bytes.of(point), engine);
        return new Ed25519PrivateKey(seed, publicKey, engine.signer(seed, publicKey.raw()));
    }

    /**
     * Takes a key of any provider that gives its seed.
     *
     * @throws InvalidKeyException if it is of another algorithm, or keeps its seed, as keys of hardware modules
     */
    public static Ed25519PrivateKey of(PrivateKey key) throws InvalidKeyException {
        if (!(key instanceof EdECPrivateKey edwards)
                || !edwards.getParams().getName().equals(NamedParameterSpec.ED25519.getName())) {
            throw new InvalidKeyException("not an Ed25519 key: " + key.getAlgorithm());
        }
        byte[] seed = edwards.getBytes()
                .orElseThrow(() -> new InvalidKeyException("an Ed25519 private key that keeps its seed"));
        return of(Bytes.of(seed));
    }

    /** Verifies what {@link #sign} makes. */
    public Ed25519PublicKey publicKey() {
        return publicKey;
    }

    /** The 64 bytes that this key makes of {@code message}, the same each time. */
    public Bytes sign(Bytes message) {
        return Bytes.of(signer.sign(message.toByteArray()));
    }

    /** The secret itself, 32 bytes: for a file that nobody else reads. */
    public Bytes seed() {
        return seed;
    }

    @Override
    public String toString() {
        return "private key of " + publicKey;
    }
}
