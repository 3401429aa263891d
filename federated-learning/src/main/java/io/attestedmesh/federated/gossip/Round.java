package io.attestedmesh.federated.gossip;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.federated.aggregate.Update;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.RejectedModelException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** One round: vote, training and exchange of updates or wait, aggregate. Every stage has an end. Used by the node's loop. */
final class Round {
    private final int number;
    private final Experiment experiment;
    private final Model from;
    private final Parts parts;
    private final Setup setup;
    private final Stages stages;
    private final PeersProgress peers;
    private final Voting voting;
    private final End end;

    private List<String> trainSet = List.of();
    private Optional<Exchange> exchange = Optional.empty();
    private Optional<Spread> spread = Optional.empty();

    /** Where a round leads. */
    interface End {
        /**
         * It is over.
         *
         * @param result empty if there is no aggregate of the round to keep or to pass on
         * @param alone whether some were not heard of, who may be ahead
         */
        void reached(Optional<Model> result, boolean alone);
    }

    /** @param from the model that the round starts from */
    Round(int number, Experiment experiment, Model from, Parts parts, Voting voting, End end) {
        this.number = number;
        this.experiment = experiment;
        this.from = from;
        this.parts = parts;
        this.setup = parts.setup();
        this.stages = parts.stages();
        this.peers = parts.peers();
        this.voting = voting;
        this.end = end;
    }

    private void enter(Stage stage) {
        spread = Optional.empty();
        stages.enter(stage, number);
    }

    private void begin(Spread begun) {
        spread = Optional.of(begun);
        begun.begin();
    }

    void vote() {
        enter(Stage.VOTING);
        voting.vote(number, trainSetSize());
        stages.later(setup.timing().vote(), this::countVotes);
        checkVotes();
    }

    private int trainSetSize() {
        return Math.min(experiment.trainSetSize(), setup.limits().neighbours());
    }

    void checkVotes() {
        if (stages.now() == Stage.VOTING && voting.isComplete(number)) {
            countVotes();
        }
    }

    private void countVotes() {
        trainSet = voting.count(number, trainSetSize());
        parts.gossip().broadcast(Commands.TRAIN_SET, number, trainSet);
        peers.trainSets(number).forEach(this::compare);
        exchange = Optional.of(new Exchange(number, trainSet, from, parts));
        if (trainSet.contains(setup.self())) {
            train();
        } else {
            waitForAggregate();
        }
    }

    /** Reports it if another node came to another train set. */
    void compare(String node, Collection<String> there) {
        if (!trainSet.isEmpty() && !new TreeSet<>(there).equals(new TreeSet<>(trainSet))) {
            disagree(node, there);
        }
    }

    private void disagree(String node, Collection<String> there) {
        parts.reports()
                .disagreement(new GossipStatus.Disagreement(node, number, List.copyOf(new TreeSet<>(there)), trainSet));
    }

    void waitForAggregate() {
        enter(Stage.WAITING_FOR_AGGREGATE);
        stages.later(setup.timing().aggregation(), () -> endWithout("no-aggregate"));
    }

    private void endWithout(String why) {
        stages.log(why, number);
        parts.gossip().broadcast(Commands.READY, number, List.of());
        end.reached(Optional.empty(), true);
    }

    private void train() {
        enter(Stage.TRAINING);
        Map<String, Scalar> config = new HashMap<>(setup.rule().fitConfig());
        config.put("epochs", new Scalar.Whole(experiment.epochs()));
        config.put("round", new Scalar.Whole(number));
        stages.later(setup.timing().training(), () -> {
            stages.log("training-too-long", number);
            parts.trainer().cancel();
            exchangeUpdates(Optional.empty());
        });
        stages.then(
                parts.trainer().train(from, config),
                trained -> {
                    parts.report(number, trained.metrics());
                    exchangeUpdates(
                            Optional.of(new Update(List.of(setup.self()), trained.model(), trained.examples())));
                },
                failure -> exchangeUpdates(Optional.empty()));
    }

    private void exchangeUpdates(Optional<Update> own) {
        enter(Stage.EXCHANGING);
        stages.later(setup.timing().aggregation(), this::aggregate);
        if (own.isPresent()) {
            try {
                setup.rule().require(own.get().model(), from, own.get().examples());
                add(setup.self(), own.get());
            } catch (RefusedMessageException | RejectedModelException e) {
                stages.log("own-update-refused why=\"" + OneLine.of(String.valueOf(e.getMessage())) + "\"", number);
            }
        }
        if (stages.now() == Stage.EXCHANGING) { // this update may have been the last one
            Exchange here = exchange.orElseThrow();
            begin(new Spread(
                    setup, stages, here::lacking, here::isReady, here::send, here::isComplete, this::aggregate));
            checkExchange();
        }
    }

    void checkExchange() {
        if (stages.now() == Stage.EXCHANGING && exchange.orElseThrow().isDone()) {
            aggregate();
        }
    }

    private void aggregate() {
        Exchange here = exchange.orElseThrow();
        boolean complete = here.isComplete();
        enter(Stage.AGGREGATING);
        List<Update> updates = here.updates().all();
        if (updates.size() < setup.rule().leastUpdates()) {
            endWithout("too-few-updates");
            return;
        }
        stages.later(setup.timing().training(), () -> endWithout("aggregating-too-long"));
        stages.then(
                parts.trainer().aggregate(setup.rule(), from, updates),
                result -> aggregated(result, complete),
                failure -> endWithout("not-aggregated"));
    }

    private void aggregated(Model result, boolean complete) {
        exchange = Optional.empty();
        parts.gossip().broadcast(Commands.READY, number, List.of());
        enter(Stage.SPREADING_AGGREGATE);
        boolean alone = !complete || parts.neighbours().all().isEmpty();
        Runnable over = () -> end.reached(Optional.of(result), alone);
        stages.later(setup.timing().aggregation(), over);
        begin(new Spread(
                setup,
                stages,
                () -> parts.neighbours().direct().stream()
                        .filter(other -> !peers.isReady(other.address(), number))
                        .toList(),
                other -> true,
                to -> parts.sender().sendWhole(to, Commands.FULL_MODEL, number, result),
                () -> true,
                over));
    }

    // what comes from others

    void hasUpdates(String node, Collection<String> contributors) throws RefusedMessageException {
        if (!trainSet.isEmpty() && !trainSet.containsAll(contributors)) {
            disagree(node, contributors);
            throw new RefusedMessageException(
                    GossipReason.NOT_IN_TRAIN_SET, "updates of " + trainSet, String.valueOf(contributors));
        }
        peers.aggregated(number, node, contributors);
        checkExchange();
        mayTake(node);
    }

    /** That node may take a model now, which it did not before. */
    void mayTake(String node) {
        spread.ifPresent(models -> models.again(node));
    }

    void ready() {
        if (stages.now() == Stage.SPREADING_AGGREGATE) {
            spread.ifPresent(Spread::changed);
        }
    }

    void requireUpdateExpected(String source, Collection<String> contributors) throws RefusedMessageException {
        stages.require(stages.now() == Stage.TRAINING || stages.now() == Stage.EXCHANGING, number, number);
        exchange.orElseThrow().updates().requireUseful(source, contributors, contributors.size());
    }

    void add(String source, Update update) throws RefusedMessageException {
        Updates here = exchange.orElseThrow().updates();
        here.add(source, update);
        peers.aggregated(number, setup.self(), here.contributors());
        parts.gossip().broadcast(Commands.AGGREGATED, number, List.copyOf(here.contributors()));
        checkExchange();
        spread.ifPresent(Spread::again);
    }

    void take(Model aggregate) {
        aggregated(aggregate, true);
    }

    List<String> trainSet() {
        return trainSet;
    }

    Set<String> contributors() {
        return exchange.map(Exchange::updates).map(Updates::contributors).orElse(Set.of());
    }
}
