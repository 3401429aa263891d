package io.attestedmesh.federated.secure;

import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.SessionOptions;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * What the operator of a server decides for all of its runs; {@link #terms} has the rest.
 *
 * @param threshold of every run; empty for more than two thirds of its clients
 * @param leastClients that a run is begun with
 * @param time of each step: for clients to wait for each other, however long each has trained
 */
public record SecurePlan(
        Quantiser quantiser, long mostExamples, OptionalInt threshold, int leastClients, Duration time) {
    /** Two could each tell the other's update from their sum. */
    public static final int LEAST_CLIENTS = 3;

    /** Below what the network tries to send a message, 5 minutes. */
    public static final Duration LONGEST_TIME = Duration.ofMinutes(4);

    public static final Duration SHORTEST_TIME = Duration.ofSeconds(1);

    /** Of all steps together, those in which one party waits for the waits of others included. */
    private static final int STEPS = 12;

    public SecurePlan {
        requireTime(time);
        if (leastClients < LEAST_CLIENTS) {
            throw new IllegalArgumentException(
                    leastClients + " clients, where " + LEAST_CLIENTS + " are needed: of two, each knows the other's");
        }
        if (threshold.isPresent() && threshold.getAsInt() > leastClients) {
            throw new IllegalArgumentException(
                    "a threshold of " + threshold.getAsInt() + ", and a run may have " + leastClients + " clients");
        }
    }

    static void requireTime(Duration time) {
        if (time.compareTo(SHORTEST_TIME) < 0 || time.compareTo(LONGEST_TIME) > 0) {
            throw new IllegalArgumentException(
                    "a step of " + time + ", where " + SHORTEST_TIME + " to " + LONGEST_TIME + " may be");
        }
    }

    /**
     * Those of one run.
     *
     * @throws IllegalArgumentException if no run can be of these clients and this model
     */
    public SecureTerms terms(SessionId session, long run, int aggregator, List<Integer> clients, Layout layout) {
        if (clients.size() < leastClients) {
            throw new IllegalArgumentException(clients.size() + " clients, where " + leastClients + " are needed");
        }
        int most = threshold.orElse(2 * clients.size() / 3 + 1);
        return new SecureTerms(session, run, aggregator, clients, most, quantiser, mostExamples, layout);
    }

    /** How long a run takes at most. */
    public static Duration whole(Duration time) {
        return time.multipliedBy(STEPS);
    }

    /** Of a session that is opened so long before its first message. */
    public static SessionOptions session(Duration time, Duration before) {
        return new SessionOptions(time, before.plus(whole(time)));
    }
}
