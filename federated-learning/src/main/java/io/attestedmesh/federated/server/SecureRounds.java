package io.attestedmesh.federated.server;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.secure.Layout;
import io.attestedmesh.federated.secure.SecureAggregationException;
import io.attestedmesh.federated.secure.SecureCollector;
import io.attestedmesh.federated.secure.SecurePlan;
import io.attestedmesh.federated.secure.SecureSum;
import io.attestedmesh.federated.secure.SecureTerms;
import io.attestedmesh.federated.secure.ToldTerms;
import io.attestedmesh.mpc.network.MpcNetwork;
import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.SessionException;
import io.attestedmesh.mpc.session.SessionId;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * How a server gets the sum of its participants' updates and none of them: it tells them the terms of a run of secure
 * aggregation, and is its aggregator. Participants that are no parties of the context give nothing.
 */
public final class SecureRounds {
    private final MpcNetwork network;
    private final MpcContext context;
    private final int self;
    private final SecurePlan plan;
    private final MeterRegistry meters;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private long lastRun;

    /**
     * The server as the aggregator of that context.
     *
     * @throws IllegalArgumentException if this node is no party of it
     */
    public SecureRounds(MpcNetwork network, MpcContext context, SecurePlan plan, MeterRegistry meters, Clock clock) {
        this.network = network;
        this.context = context;
        this.self = context.party(network.self())
                .map(Party::id)
                .orElseThrow(() -> new IllegalArgumentException(network.self() + " is no party of " + context.name()));
        this.plan = plan;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * What came of a round.
     *
     * @param trained whose updates are in the sum
     * @param failed the others, and why
     */
    record Result(Optional<SecureSum> sum, String whyNone, List<String> trained, Map<String, String> failed) {
        static Result none(String why, Map<String, String> failed) {
            return new Result(Optional.empty(), why, List.of(), failed);
        }
    }

    /** Has them train and takes the sum; {@code answered} is run for each that is done. */
    Result run(
            Model before, List<Participant> chosen, Map<String, Scalar> config, Duration fitTimeout, Runnable answered)
            throws InterruptedException {
        Map<String, String> failed = new TreeMap<>();
        Map<Integer, Participant> clients = new TreeMap<>();
        for (Participant participant : chosen) {
            Optional<Party> party = participant.proved().flatMap(peer -> context.party(peer.identity()));
            if (party.isPresent()) {
                clients.put(party.get().id(), participant);
            } else {
                failed.put(participant.name(), "no party of context " + context.name());
                answered.run();
            }
        }
        lastRun = Math.max(lastRun + 1, clock.millis());
        try {
            SecureTerms terms = plan.terms(
                    SessionId.random(random),
                    lastRun,
                    self,
                    List.copyOf(clients.keySet()),
                    Layout.of(Model.ofList(before.list())));
            try (NetworkSession session =
                    network.open(terms.session(), context.name(), SecurePlan.session(plan.time(), fitTimeout))) {
                return new Round(session, terms, clients, failed, answered).run(before, config, fitTimeout);
            }
        } catch (IllegalArgumentException e) {
            return Result.none("secure aggregation: " + e.getMessage(), failed);
        } catch (SessionException e) {
            return Result.none("secure aggregation: " + e.reason(), failed);
        }
    }

    /** One run. */
    private final class Round {
        private final NetworkSession session;
        private final SecureTerms terms;
        private final Map<Integer, Participant> clients;
        private final Map<String, String> failed;
        private final Runnable answered;

        Round(
                NetworkSession session,
                SecureTerms terms,
                Map<Integer, Participant> clients,
                Map<String, String> failed,
                Runnable answered) {
            this.session = session;
            this.terms = terms;
            this.clients = clients;
            this.failed = failed;
            this.answered = answered;
        }

        Result run(Model before, Map<String, Scalar> config, Duration fitTimeout) throws InterruptedException {
            FutureTask<SecureSum> collecting =
                    new FutureTask<>(() -> new SecureCollector(terms, fitTimeout, plan.time(), meters).run(session));
            Thread collector = new Thread(collecting, "amesh-secure-round");
            collector.setDaemon(true);
            collector.start();
            try {
                Map<String, Scalar> told = new LinkedHashMap<>(config);
                told.putAll(new ToldTerms(terms, plan.time()).tell());
                Duration most = fitTimeout.plus(SecurePlan.whole(plan.time()));
                takeAnswers(
                        Answer.ask(List.copyOf(clients.values()), participant -> participant.fit(before, told, most)));
                return of(collecting.get());
            } catch (ExecutionException e) {
                String why = e.getCause() instanceof SecureAggregationException
                        ? e.getCause().getMessage()
                        : "";
                return Result.none("secure aggregation: " + OneLine.of(why.isEmpty() ? e.toString() : why), failed);
            } finally {
                collecting.cancel(true);
            }
        }

        /** Too few left for a sum: nobody need wait for it. */
        private void takeAnswers(BlockingQueue<Answer<Trained>> answers) throws InterruptedException {
            int left = clients.size();
            for (int i = 0; i < clients.size(); i++) {
                Answer<Trained> answer = answers.take();
                boolean clear = answer.value()
                        .filter(trained -> !trained.model().tensors().isEmpty())
                        .isPresent();
                if (clear || answer.value().isEmpty()) {
                    String why = clear ? "it sent its update in clear, which was not asked for" : answer.failure();
                    failed.put(answer.from().name(), why);
                    left--;
                }
                answer.from().taken();
                if (left < terms.threshold()) {
                    session.close();
                }
                answered.run();
            }
        }

        private Result of(SecureSum sum) {
            List<String> trained = new ArrayList<>();
            clients.forEach((id, participant) -> {
                if (sum.survivors().contains(id)) {
                    trained.add(participant.name());
                    failed.remove(participant.name()); // its answer was lost, its update was not
                } else {
                    failed.putIfAbsent(participant.name(), "dropped out of secure aggregation");
                }
            });
            return new Result(Optional.of(sum), "", trained, failed);
        }
    }
}
