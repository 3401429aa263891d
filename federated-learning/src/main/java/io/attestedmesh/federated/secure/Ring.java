package io.attestedmesh.federated.secure;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Whole numbers modulo a power of two, little-endian in byte arrays; sums of them are read as signed. */
enum Ring {
    BITS_32(Integer.BYTES),
    BITS_64(Long.BYTES);

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final int bytes;

    Ring(int bytes) {
        this.bytes = bytes;
    }

    /** The smallest in which as many numbers of that magnitude cannot wrap. */
    static Ring forSum(int count, long largest) {
        if (largest <= Integer.MAX_VALUE / count) {
            return BITS_32;
        }
        if (largest <= Long.MAX_VALUE / count) {
            return BITS_64;
        }
        throw new IllegalArgumentException("a sum of " + count + " numbers up to " + largest + " may wrap 64 bits");
    }

    /** Of one number. */
    int bytes() {
        return bytes;
    }

    /** Adds the numbers in the first {@code length} bytes of {@code other} to those from {@code at} on. */
    void add(byte[] into, int at, byte[] other, int length) {
        if (this == BITS_32) {
            for (int i = 0; i < length; i += Integer.BYTES) {
                INTS.set(into, at + i, (int) INTS.get(into, at + i) + (int) INTS.get(other, i));
            }
        } else {
            for (int i = 0; i < length; i += Long.BYTES) {
                LONGS.set(into, at + i, (long) LONGS.get(into, at + i) + (long) LONGS.get(other, i));
            }
        }
    }

    /** As {@link #add}, with the other sign. */
    void subtract(byte[] from, int at, byte[] other, int length) {
        if (this == BITS_32) {
            for (int i = 0; i < length; i += Integer.BYTES) {
                INTS.set(from, at + i, (int) INTS.get(from, at + i) - (int) INTS.get(other, i));
            }
        } else {
            for (int i = 0; i < length; i += Long.BYTES) {
                LONGS.set(from, at + i, (long) LONGS.get(from, at + i) - (long) LONGS.get(other, i));
            }
        }
    }

    void put(byte[] into, int at, long number) {
        if (this == BITS_32) {
            INTS.set(into, at, (int) number);
        } else {
            LONGS.set(into, at, number);
        }
    }

    long get(byte[] from, int at) {
        return this == BITS_32 ? (int) INTS.get(from, at) : (long) LONGS.get(from, at);
    }
}
