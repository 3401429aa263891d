package io.attestedmesh.federated.gossip;

/**
 * What a peer may cost.
 *
 * @param neighbours known at once, and the largest train set
 * @param arguments of a message
 * @param argumentLength in characters
 * @param seen messages remembered, so that they are handled once
 * @param queued messages that wait for one neighbour; more are dropped
 * @param perSecond messages of one caller, ten times as many at once
 * @param callsAtOnce of one caller; each may hold a model
 * @param modelBytes of an encoded model; the transport's limit must be above it
 * @param metrics remembered
 */
public record GossipLimits(
        int neighbours,
        int arguments,
        int argumentLength,
        int seen,
        int queued,
        int perSecond,
        int callsAtOnce,
        int modelBytes,
        int metrics) {
    /** Room for some hundred nodes, and for models of 512 MiB. */
    public static final GossipLimits DEFAULT =
            new GossipLimits(256, 1024, 512, 16_384, 1024, 500, 8, 512 << 20, 10_000);

    public GossipLimits {
        for (int limit : new int[] {
            neighbours, arguments, argumentLength, seen, queued, perSecond, callsAtOnce, modelBytes, metrics
        }) {
            if (limit < 1) {
                throw new IllegalArgumentException("a limit of " + limit);
            }
        }
    }

    public GossipLimits withModelBytes(int bytes) {
        return new GossipLimits(
                neighbours, arguments, argumentLength, seen, queued, perSecond, callsAtOnce, bytes, metrics);
    }
}
