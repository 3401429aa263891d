package io.attestedmesh.federated.gossip;

import java.time.Duration;

/**
 * How often, and how long at most.
 *
 * @param beat between two signs of life
 * @param silence of a neighbour, by our own clock, after which it is one no more
 * @param convergence from the start of learning to the first vote, so that all know of each other
 * @param vote wait for votes
 * @param aggregation wait for the models of a round; also for the first model
 * @param modelPeriod between two turns of sending models
 * @param modelsAtOnce how many peers get models in one turn
 * @param idleTurns so many turns in which nothing changes end the sending
 * @param message time that a message may take
 * @param model time that a model may take
 * @param expected how long a model that was announced keeps others from sending the same
 */
public record GossipTiming(
        Duration beat,
        Duration silence,
        Duration convergence,
        Duration vote,
        Duration aggregation,
        Duration modelPeriod,
        int modelsAtOnce,
        int idleTurns,
        Duration message,
        Duration model,
        Duration expected) {
    /** What P2PFL 0.4.4 does, with more patience for the silent and for large models. */
    public static final GossipTiming DEFAULT = new GossipTiming(
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            Duration.ofSeconds(2),
            Duration.ofSeconds(60),
            Duration.ofSeconds(300),
            Duration.ofSeconds(1),
            2,
            10,
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60));
}
