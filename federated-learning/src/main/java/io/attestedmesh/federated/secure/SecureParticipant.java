package io.attestedmesh.federated.secure;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.secure.Exchange.Turn;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.SessionException;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A client over sessions, for all of its runs: a {@link SecureClient} for each. Two sums with the same update and other
 * survivors give away their difference, so it masks no update twice, and takes runs in the order of their numbers only. Waits
 * for other clients for the time of a round, each round. For one thread at a time.
 */
public final class SecureParticipant {
    private static final String ROLE = "client";

    private final SecureRandom random;
    private final SecureMeters meters;
    /** Digests of updates, 32 bytes for each run. */
    private final Set<Bytes> masked = new HashSet<>();

    private long lastRun = Long.MIN_VALUE;

    /**
     * How a run went for this client.
     *
     * @param survivors whose updates are in the sum
     * @param clipped numbers of the update that were beyond the clip range
     * @param refused messages of other clients
     */
    public record Outcome(Set<Integer> survivors, long clipped, List<Refused> refused) {
        public Outcome {
            survivors = Set.copyOf(survivors);
            refused = List.copyOf(refused);
        }
    }

    public SecureParticipant(SecureRandom random, MeterRegistry registry) {
        this.random = random;
        this.meters = new SecureMeters(registry);
    }

    /**
     * Takes part with one update. Completes the session if all goes well; else the caller's closing it tells the others.
     *
     * @throws SecureAggregationException why the update is not in a sum, or why no sum can be had; REUSED before anything
     *     is sent
     */
    public Outcome run(SecureTerms terms, NetworkSession session, Model update, long examples)
            throws SecureAggregationException, InterruptedException {
        Exchange exchange = new Exchange(session, terms);
        Bytes digest = digest(update);
        try (SecureClient client = new SecureClient(terms, session.self().id(), update, examples, random)) {
            requireNew(terms.run(), digest);
            meters.clipped(client.clipped());
            try {
                run(terms, exchange, client, digest);
            } finally {
                meters.refused(session.id(), client.refused());
            }
            meters.ended(ROLE, "COMPLETED");
            return new Outcome(client.survivors(), client.clipped(), client.refused());
        } catch (SecureAggregationException e) {
            meters.ended(ROLE, e.reason().name());
            throw e;
        }
    }

    private void requireNew(long run, Bytes digest) throws SecureAggregationException {
        if (run <= lastRun) {
            throw new SecureAggregationException(SecureReason.REUSED, "a run after " + lastRun, "run " + run);
        }
        if (masked.contains(digest)) {
            throw new SecureAggregationException(
                    SecureReason.REUSED, "an update of its own for each run", "the update of an earlier run");
        }
        lastRun = run;
    }

    private static Bytes digest(Model update) {
        var digest = SecureTerms.sha256("amesh update");
        update.list().forEach(tensor -> digest.update(tensor.data()));
        return Bytes.of(digest.digest());
    }

    private void run(SecureTerms terms, Exchange exchange, SecureClient client, Bytes digest)
            throws SecureAggregationException, InterruptedException {
        Set<Integer> others = exchange.otherClients();
        byte[] advert = client.advertise();
        exchange.send(others, advert);
        exchange.send(terms.aggregator(), advert);
        Map<Integer, byte[]> shares = client.share(exchange.collect(others, 1));

        exchange.begin(Turn.SHARES);
        for (Map.Entry<Integer, byte[]> one : shares.entrySet()) {
            exchange.send(one.getKey(), one.getValue());
        }
        byte[] holding = client.hold(exchange.collect(shares.keySet(), 1));

        exchange.begin(Turn.ROSTER);
        exchange.send(terms.aggregator(), holding);
        byte[] roster = exchange.fromAggregator();

        exchange.begin(Turn.INPUT);
        byte[] survivors;
        try (MaskedInput input = client.mask(roster)) {
            masked.add(digest);
            var unused = exchange.session().send(terms.aggregator(), input);
            survivors = exchange.fromAggregator();
        } catch (SessionException e) {
            throw exchange.noAggregator(e);
        }
        byte[] agreement = client.agree(survivors);

        exchange.begin(Turn.AGREEMENT);
        Set<Integer> left = new TreeSet<>(client.survivors());
        left.remove(exchange.session().self().id());
        exchange.send(left, agreement);
        byte[] reveal = client.reveal(exchange.collect(left, 1));

        exchange.begin(Turn.REVEAL);
        exchange.send(terms.aggregator(), reveal);
        exchange.session().complete();
    }
}
