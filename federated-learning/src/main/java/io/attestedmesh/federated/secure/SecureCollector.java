package io.attestedmesh.federated.secure;

import io.attestedmesh.federated.secure.Exchange.Turn;
import io.attestedmesh.federated.secure.SecureMessage.Kind;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.SessionException;
import io.attestedmesh.mpc.session.SessionReason;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A {@link SecureAggregator} over a session. It takes the updates one after the other, whoever is ready first, so that it
 * has to keep one of them only; the others wait on their side.
 */
public final class SecureCollector {
    private static final System.Logger LOG = System.getLogger(SecureCollector.class.getName());
    private static final String ROLE = "aggregator";

    private final SecureTerms terms;
    private final Duration patience;
    private final Duration inputTime;
    private final SecureMeters meters;

    /**
     * @param patience for the first client to come; the others have the time of a round from then on
     * @param inputTime in which all updates have to come; each gets an equal part of it from its first byte on, so that one
     *     that stalls takes no time of the others. Less than the network tries to send a message (5 minutes)
     */
    public SecureCollector(SecureTerms terms, Duration patience, Duration inputTime, MeterRegistry registry) {
        this.terms = terms;
        this.patience = patience;
        this.inputTime = inputTime;
        this.meters = new SecureMeters(registry);
    }

    /**
     * Aggregates one update of each client. Completes the session if all goes well; else the caller's closing it tells the
     * others.
     *
     * @throws SecureAggregationException why there is no sum
     */
    public SecureSum run(NetworkSession session) throws SecureAggregationException, InterruptedException {
        Exchange exchange = new Exchange(session, terms);
        SecureAggregator aggregator = new SecureAggregator(terms);
        try {
            SecureSum sum = run(exchange, aggregator);
            meters.ended(ROLE, "COMPLETED");
            return sum;
        } catch (SecureAggregationException e) {
            meters.ended(ROLE, e.reason().name());
            throw e;
        } finally {
            meters.refused(session.id(), aggregator.refused());
        }
    }

    private SecureSum run(Exchange exchange, SecureAggregator aggregator)
            throws SecureAggregationException, InterruptedException {
        Set<Integer> clients = new TreeSet<>(terms.clients());
        Map<Integer, byte[]> adverts = exchange.collectOnceOneIsThere(clients, patience);
        aggregator.adverts(adverts);

        exchange.begin(Turn.ROSTER);
        // they may have begun later than this party, and wait for each other in two rounds
        Map<Integer, byte[]> holdings = exchange.collect(adverts.keySet(), 3);
        try {
            exchange.send(holdings.keySet(), aggregator.roster(holdings));
        } catch (SecureAggregationException e) {
            tell(exchange, holdings.keySet(), Kind.ROSTER, aggregator.roster());
            throw e;
        }

        exchange.begin(Turn.INPUT);
        receive(exchange.session(), aggregator);
        try {
            exchange.send(aggregator.roster(), aggregator.survivors());
        } catch (SecureAggregationException e) {
            tell(exchange, aggregator.roster(), Kind.SURVIVORS, aggregator.survivorIds());
            throw e;
        }

        exchange.begin(Turn.REVEAL);
        SecureSum sum = aggregator.unmask(exchange.collect(aggregator.survivorIds(), 3));
        exchange.session().complete();
        return sum;
    }

    /** Who is left is too few; clients that hear it need not wait for the end of the session. */
    private void tell(Exchange exchange, Set<Integer> clients, Kind kind, SortedSet<Integer> left)
            throws InterruptedException {
        exchange.deliver(clients, new SecureMessage(terms).set(kind, left), inputTime);
    }

    /** The updates that come in time and are of the right size. */
    private void receive(NetworkSession session, SecureAggregator aggregator) throws InterruptedException {
        Set<Integer> waiting = new TreeSet<>(aggregator.roster());
        Duration turn = inputTime.dividedBy(waiting.size());
        try (WaitingInputs inputs = new WaitingInputs(session, waiting, inputTime)) {
            while (!waiting.isEmpty()) {
                Optional<WaitingInputs.Ready> next = inputs.next();
                if (next.isEmpty()) {
                    waiting.forEach(client -> meters.lost(session.id(), client, SessionReason.TIMEOUT));
                    return;
                }
                if (waiting.remove(next.get().client())) {
                    take(session, aggregator, next.get(), turn);
                }
            }
        }
    }

    private void take(NetworkSession session, SecureAggregator aggregator, WaitingInputs.Ready ready, Duration turn)
            throws InterruptedException {
        try (IncomingInput input = aggregator.receive(ready.client())) {
            ready.into(input, turn);
            aggregator.fold(input);
        } catch (SessionException e) {
            meters.lost(session.id(), ready.client(), e.reason());
        } catch (SecureAggregationException e) {
            LOG.log(System.Logger.Level.DEBUG, "event=fl.secure.input.refused", e); // the aggregator has noted it
        }
    }
}
