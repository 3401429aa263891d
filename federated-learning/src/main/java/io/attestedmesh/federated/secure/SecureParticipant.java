package io.attestedmesh.federated.secure;

import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.secure.Exchange.Turn;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.SessionException;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A {@link SecureClient} over a session. Waits for other clients for the time of a round, each round. */
public final class SecureParticipant {
    private static final String ROLE = "client";

    private final SecureTerms terms;
    private final SecureRandom random;
    private final SecureMeters meters;

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

    public SecureParticipant(SecureTerms terms, SecureRandom random, MeterRegistry registry) {
        this.terms = terms;
        this.random = random;
        this.meters = new SecureMeters(registry);
    }

    /**
     * Takes part with one update. Completes the session if all goes well; else the caller's closing it tells the others.
     *
     * @throws SecureAggregationException why the update is not in a sum, or why no sum can be had
     */
    public Outcome run(NetworkSession session, Model update, long examples)
            throws SecureAggregationException, InterruptedException {
        Exchange exchange = new Exchange(session, terms);
        try (SecureClient client = new SecureClient(terms, session.self().id(), update, examples, random)) {
            meters.clipped(client.clipped());
            try {
                run(exchange, client);
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

    private void run(Exchange exchange, SecureClient client) throws SecureAggregationException, InterruptedException {
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
