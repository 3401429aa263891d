package io.attestedmesh.federated.server;

import java.time.Instant;

/**
 * How far a server is.
 *
 * @param stage what it is doing
 * @param round in which round; 0 while it asks for parameters to begin with
 * @param rounds of how many
 * @param asked how many participants it waits for
 * @param answered how many of these have answered, or failed
 * @param since when the stage began
 */
public record RoundProgress(Stage stage, int round, int rounds, int asked, int answered, Instant since) {
    /** What a server does in turn. */
    public enum Stage {
        WAITING,
        FITTING,
        EVALUATING,
        DONE
    }

    static RoundProgress waiting(int round, int rounds, int participants, Instant now) {
        return new RoundProgress(Stage.WAITING, round, rounds, participants, 0, now);
    }

    RoundProgress fitting(int chosen, Instant now) {
        return new RoundProgress(Stage.FITTING, round, rounds, chosen, 0, now);
    }

    RoundProgress evaluating(int chosen, Instant now) {
        return new RoundProgress(Stage.EVALUATING, round, rounds, chosen, 0, now);
    }

    RoundProgress oneMoreAnswered() {
        return new RoundProgress(stage, round, rounds, asked, answered + 1, since);
    }

    RoundProgress done(Instant now) {
        return new RoundProgress(Stage.DONE, rounds, rounds, 0, 0, now);
    }
}
