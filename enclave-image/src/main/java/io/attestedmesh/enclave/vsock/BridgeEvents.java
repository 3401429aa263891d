package io.attestedmesh.enclave.vsock;

/** Hears what a bridge refuses, on its thread: it must not wait, and bounds by itself how much it writes. */
@FunctionalInterface
public interface BridgeEvents {
    /** Nobody is told; {@link BridgeCounts} still counts. */
    BridgeEvents UNHEARD = (reason, detail) -> {};

    /**
     * A connection was refused.
     *
     * @param detail one line, with what a peer chose escaped
     */
    void refused(Refusal reason, String detail);
}
