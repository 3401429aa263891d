package io.attestedmesh.federated.model;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What the elements of a tensor are; the constants' names, in lower case, are those of NumPy. Elements are little-endian,
 * and a bool is one byte, 0 or 1.
 */
public enum DType {
    BOOL(1),
    INT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    FLOAT16(2),
    FLOAT32(4),
    FLOAT64(8);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** The size of an element. */
    public int bytes() {
        return bytes;
    }

    /** True for IEEE 754 numbers, which may be infinite or not a number. */
    public boolean isFloat() {
        return this == FLOAT16 || this == FLOAT32 || this == FLOAT64;
    }

    /** The kind in the notation of {@code numpy.dtype.str}, such as {@code f4}, without the byte order. */
    public String code() {
        return (this == BOOL ? "b" : isFloat() ? "f" : "i") + bytes;
    }

    /** The type with that {@link #code}. */
    public static Optional<DType> ofCode(String code) {
        for (DType type : values()) {
            if (type.code().equals(code)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** The element at byte {@code at}, as the nearest double. */
    double read(ByteBuffer data, int at) {
        return switch (this) {
            case BOOL, INT8 -> data.get(at);
            case INT16 -> data.getShort(at);
            case INT32 -> data.getInt(at);
            case INT64 -> (double) data.getLong(at);
            case FLOAT16 -> Float16.toFloat(data.getShort(at));
            case FLOAT32 -> data.getFloat(at);
            case FLOAT64 -> data.getDouble(at);
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
