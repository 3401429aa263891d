package io.attestedmesh.enclave.secrets;

import java.util.Arrays;
import javax.security.auth.Destroyable;

/**
 * Key material or another secret, which its owner wipes after use. Never shown: {@link #toString} tells its size. Two of
 * them are equal only if they are the same object.
 *
 * <p>Wiping is best effort: the JDK's ciphers and the garbage collector may have made copies. Inside an enclave nobody
 * else reads that memory.
 */
public final class SecretBytes implements Destroyable, AutoCloseable {
    private final byte[] value;
    private boolean destroyed;

    private SecretBytes(byte[] value) {
        this.value = value;
    }

    /** Takes {@code value} over without a copy: nobody else may hold it. */
    static SecretBytes adopt(byte[] value) {
        return new SecretBytes(value);
    }

    /** Copies {@code value}; the caller wipes its own. */
    public static SecretBytes of(byte[] value) {
        return new SecretBytes(value.clone());
    }

    /** The same bytes, with a life of their own. */
    SecretBytes copy() {
        return adopt(toByteArray());
    }

    public int size() {
        return value.length;
    }

    /**
     * A copy that the caller owns, and wipes.
     *
     * @throws IllegalStateException after {@link #destroy}
     */
    public synchronized byte[] toByteArray() {
        if (destroyed) {
            throw new IllegalStateException("the secret was destroyed");
        }
        return value.clone();
    }

    /** Overwrites the bytes with zeros; again is no error. */
    @Override
    public synchronized void destroy() {
        Arrays.fill(value, (byte) 0);
        destroyed = true;
    }

    @Override
    public synchronized boolean isDestroyed() {
        return destroyed;
    }

    /** The same as {@link #destroy}. */
    @Override
    public void close() {
        destroy();
    }

    @Override
    public String toString() {
        return "SecretBytes[" + size() + " bytes]";
    }
}
