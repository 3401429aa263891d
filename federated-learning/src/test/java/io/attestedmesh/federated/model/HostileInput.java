package io.attestedmesh.federated.model;

import java.nio.ByteBuffer;

/**
 * What a peer may send instead of a model.
 *
 * @param format who is to read it
 * @param most what reading it may put on the heap
 */
record HostileInput(String format, String what, ByteBuffer input, ModelReason reason, long most) {
    static final int MIB = 1 << 20;
    static final long MOST = 64L * MIB;
    /** For classes that are loaded, exceptions, and what Jackson and zlib take for themselves. */
    static final long SMALL = 2 * MIB;

    Object read() throws RejectedModelException {
        return switch (format) {
            case "safetensors" -> Safetensors.read(input);
            case "npy" -> Npy.read(input);
            default -> P2pflWeights.read(input, MOST);
        };
    }

    HostileInput within(long bytes) {
        return new HostileInput(format, what, input, reason, bytes);
    }

    @Override
    public String toString() {
        return format + ": " + what;
    }
}
