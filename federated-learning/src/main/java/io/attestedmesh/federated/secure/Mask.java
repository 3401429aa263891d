package io.attestedmesh.federated.secure;

import io.attestedmesh.attest.evidence.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.agreement.X25519Agreement;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;

/**
 * Numbers that look random to whoever does not have the key, added to a vector or subtracted from it: AES-256 in counter mode
 * from counter 0, for each key is used for one vector. The key comes from HKDF-SHA256, with the terms of the run as salt.
 */
final class Mask implements AutoCloseable {
    /** Vectors are masked in pieces of this many bytes. */
    static final int PIECE = 1 << 16;

    private static final byte[] ZEROS = new byte[PIECE];
    private static final int CIPHER_BLOCK = 16;

    private final byte[] key;
    private final boolean negative;

    private Mask(byte[] key, boolean negative) {
        this.key = key;
        this.negative = negative;
    }

    /** Which {@code client} adds by itself. */
    static Mask own(Bytes binding, int client, byte[] seed) {
        return new Mask(derive(binding, "self", seed, client, 0), false);
    }

    /**
     * Which {@code client} adds or subtracts so that it vanishes in the sum with {@code other}'s.
     *
     * @throws SecureAggregationException BAD_KEY if the other's key is one of the few of small order
     */
    static Mask pair(Bytes binding, int client, X25519PrivateKeyParameters key, int other, Bytes otherKey)
            throws SecureAggregationException {
        byte[] shared = new byte[X25519PrivateKeyParameters.SECRET_SIZE];
        try {
            agree(key, otherKey, shared);
            return new Mask(
                    derive(binding, "pair", shared, Math.min(client, other), Math.max(client, other)), other < client);
        } finally {
            Arrays.fill(shared, (byte) 0);
        }
    }

    static void agree(X25519PrivateKeyParameters key, Bytes otherKey, byte[] shared) throws SecureAggregationException {
        X25519Agreement agreement = new X25519Agreement();
        agreement.init(key);
        try {
            agreement.calculateAgreement(new X25519PublicKeyParameters(otherKey.toByteArray()), shared, 0);
        } catch (IllegalStateException e) {
            throw new SecureAggregationException(
                    SecureReason.BAD_KEY, "an X25519 key of large order", "a shared secret of zeros");
        }
    }

    private static byte[] derive(Bytes binding, String purpose, byte[] secret, int one, int other) {
        byte[] info = ByteBuffer.allocate(8)
                .put(purpose.getBytes(StandardCharsets.US_ASCII))
                .putShort((short) one)
                .putShort((short) other)
                .array();
        HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
        hkdf.init(new HKDFParameters(secret, binding.toByteArray(), info));
        byte[] key = new byte[32];
        hkdf.generateBytes(key, 0, key.length);
        return key;
    }

    /** The same numbers with the other sign. */
    Mask negated() {
        return new Mask(key.clone(), !negative);
    }

    /** From byte {@code offset} of the vector on, a multiple of {@link #PIECE}. */
    Applied from(Ring ring, long offset) {
        try {
            byte[] counter = ByteBuffer.allocate(CIPHER_BLOCK)
                    .putLong(0)
                    .putLong(offset / CIPHER_BLOCK)
                    .array();
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(counter));
            return new Applied(ring, cipher, negative);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Applies a mask to one piece after another. Its cipher keeps a copy of the key until it is collected. */
    static final class Applied {
        private final Ring ring;
        private final Cipher cipher;
        private final boolean negative;

        private Applied(Ring ring, Cipher cipher, boolean negative) {
            this.ring = ring;
            this.cipher = cipher;
            this.negative = negative;
        }

        /** To the next {@code length} bytes, with {@code scratch} of {@link #PIECE} bytes for the mask itself. */
        void to(byte[] vector, int at, int length, byte[] scratch) {
            try {
                cipher.update(ZEROS, 0, length, scratch, 0);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
            if (negative) {
                ring.subtract(vector, at, scratch, length);
            } else {
                ring.add(vector, at, scratch, length);
            }
        }
    }

    @Override
    public void close() {
        Arrays.fill(key, (byte) 0);
    }
}
