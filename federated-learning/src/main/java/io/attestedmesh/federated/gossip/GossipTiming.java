package io.attestedmesh.federated.gossip;

import java.time.Duration;

/**
 * How often, and how long at most.
 *
 * @param beat between two signs of life
 * @param silence of a neighbour, by our own clock, after which it is one no more
 * @param convergence from the start of learning to the first vote, so that all know of each other
 * @param vote wait for votes
 * @param training time that the learner may take to train or to measure, and a node to aggregate
 * @param aggregation wait for the models of a round, and time to pass them on; also of the first model
 * @param modelPeriod between two turns of sending models to those who did not take them before
 * @param modelsAtOnce how many peers are sent models at a time
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
        Duration training,
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
            Duration.ofHours(1),
            Duration.ofSeconds(300),
            Duration.ofSeconds(1),
            2,
            10,
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60));
}
