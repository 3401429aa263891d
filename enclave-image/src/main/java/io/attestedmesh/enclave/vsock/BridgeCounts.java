package io.attestedmesh.enclave.vsock;

import java.util.Map;

/**
 * What a bridge has done since it was opened.
 *
 * @param open connections now, those included that are still being carried on
 * @param accepted all that came in, refused ones included
 * @param refused by reason; reasons that never happened are absent
 * @param reset connections that one side ended by a reset or an error
 * @param idle connections closed because nothing moved
 * @param bytesOut from those who connected to the target
 * @param bytesBack from the target to those who connected
 */
public record BridgeCounts(
        long open, long accepted, Map<Refusal, Long> refused, long reset, long idle, long bytesOut, long bytesBack) {
    public BridgeCounts {
        refused = Map.copyOf(refused);
    }

    public long refused(Refusal reason) {
        return refused.getOrDefault(reason, 0L);
    }
}
