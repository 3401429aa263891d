package io.attestedmesh.federated.gossip;

/**
 * What was started: so many rounds of learning.
 *
 * @param name the same at all nodes
 * @param epochs of training in each round
 * @param trainSetSize how many nodes train in a round, at most
 */
public record Experiment(String name, int rounds, int epochs, int trainSetSize) {
    static final int MOST_ROUNDS = 1_000_000;
    static final int LONGEST_NAME = 256;

    public Experiment {
        if (name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("a name of " + name.length() + " characters");
        }
        requireRange("rounds", rounds, 1);
        requireRange("epochs", epochs, 0);
        requireRange("nodes in a train set", trainSetSize, 1);
    }

    private static void requireRange(String what, int value, int least) {
        if (value < least || value > MOST_ROUNDS) {
            throw new IllegalArgumentException(value + " " + what);
        }
    }
}
