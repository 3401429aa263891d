package io.attestedmesh.federated.gossip;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.federated.aggregate.Update;
import io.attestedmesh.federated.gossip.SavedRounds.Saved;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.RejectedModelException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What is being learned, stage by stage: first model, then for each round vote, training, exchange of updates, aggregate.
 * Every wait ends. Used by the node's loop.
 */
final class Rounds {
    private final Setup setup;
    private final Neighbours neighbours;
    private final Gossip gossip;
    private final ModelSender sender;
    private final Trainer trainer;
    private final Stages stages;
    private final Reports reports;
    private final Consumer<Saved> keeper;
    private final PeersProgress peers = new PeersProgress();

    private Optional<Experiment> experiment = Optional.empty();
    private Optional<Experiment> next = Optional.empty();
    private int round;
    private Instant began = Instant.MIN;
    private Optional<Model> model = Optional.empty();
    private Ballots ballots = new Ballots();
    private boolean voted;
    private boolean catchingUp;
    private List<String> trainSet = List.of();
    private Optional<Exchange> exchange = Optional.empty();

    /** @param keeper keeps what a round came to; must not block */
    Rounds(
            Setup setup,
            Neighbours neighbours,
            Gossip gossip,
            ModelSender sender,
            Trainer trainer,
            Stages stages,
            Reports reports,
            Consumer<Saved> keeper) {
        this.setup = setup;
        this.neighbours = neighbours;
        this.gossip = gossip;
        this.sender = sender;
        this.trainer = trainer;
        this.stages = stages;
        this.reports = reports;
        this.keeper = keeper;
    }

    /** Begins, unless something is being learned. One that comes when that is about to end begins then. */
    void begin(Experiment wanted, boolean withOwnModel) {
        if (experiment.isPresent()) {
            boolean ending = round + 1 >= experiment.get().rounds()
                    && (stages.now() == Stage.SPREADING_AGGREGATE || stages.now() == Stage.EVALUATING);
            if (ending && !experiment.get().equals(wanted)) {
                next = Optional.of(wanted);
            }
            return;
        }
        experiment = Optional.of(wanted);
        round = 0;
        began = setup.clock().instant();
        stages.enter(Stage.WAITING_FOR_MODEL, round);
        stages.later(setup.timing().aggregation(), () -> stop("no first model came"));
        stages.then(
                trainer.model(),
                own -> {
                    model = Optional.of(own);
                    if (withOwnModel) {
                        spreadFirstModel();
                    }
                },
                failure -> stop("the learner has no model"));
    }

    /** Goes on with what was being learned before a restart; jumps to the round that others are in, if that is later. */
    void resume(Saved saved) {
        experiment = Optional.of(saved.experiment());
        round = saved.rounds();
        model = Optional.of(saved.model());
        catchingUp = true;
        stages.enter(Stage.VOTING, round);
        stages.later(setup.timing().convergence(), this::vote);
    }

    void stop(String why) {
        if (experiment.isPresent()) {
            stages.log("stopped why=\"" + OneLine.of(why) + "\"", round);
            trainer.cancel();
            reset();
        }
    }

    private void reset() {
        experiment = Optional.empty();
        model = Optional.empty();
        ballots = new Ballots();
        exchange = Optional.empty();
        trainSet = List.of();
        voted = false;
        catchingUp = false;
        round = 0;
        peers.clear();
        stages.enter(Stage.IDLE, round);
        Optional<Experiment> following = next;
        next = Optional.empty();
        following.ifPresent(wanted -> begin(wanted, false));
    }

    private void spreadFirstModel() {
        gossip.broadcast(Commands.INITIALIZED, Setup.NO_ROUND, List.of());
        stages.enter(Stage.SPREADING_FIRST_MODEL, round);
        keeper.accept(new Saved(experiment.orElseThrow(), 0, model.orElseThrow()));
        Instant earliest = began.plus(setup.timing().convergence());
        spread(
                Commands.INIT_MODEL,
                neighbour -> !peers.isInitialized(neighbour.address()),
                () -> !setup.clock().instant().isBefore(earliest),
                this::vote);
    }

    /** Sends the model to the direct neighbours that lack it, a few in a turn, until none does or nothing changes. */
    private void spread(String command, Predicate<Neighbour> lacks, Early mayEnd, Runnable end) {
        Turns turns = new Turns(setup.timing().idleTurns());
        stages.everyTurn(() -> {
            List<Neighbour> lacking = neighbours.direct().stream().filter(lacks).toList();
            if (mayEnd.mayEnd()
                    && (lacking.isEmpty()
                            || turns.idle(
                                    lacking.stream().map(Neighbour::address).toList()))) {
                end.run();
                return;
            }
            stages.some(lacking).forEach(to -> sender.sendWhole(to, command, round, model.orElseThrow()));
        });
    }

    private interface Early {
        boolean mayEnd();
    }

    private void vote() {
        stages.enter(Stage.VOTING, round);
        ballots.forgetBefore(round);
        peers.forgetBefore(round);
        Set<String> voters = voters();
        Map<String, Integer> points = Vote.cast(voters, trainSetSize(), setup.random());
        voted = true;
        try {
            ballots.put(round, setup.self(), points);
        } catch (RefusedMessageException e) {
            throw new IllegalStateException("our own vote", e);
        }
        gossip.broadcast(Commands.VOTE, round, Vote.arguments(points));
        stages.later(setup.timing().vote(), this::countVotes);
        checkVotes();
    }

    private int trainSetSize() {
        return Math.min(experiment.orElseThrow().trainSetSize(), setup.limits().neighbours());
    }

    private Set<String> voters() {
        Set<String> voters = neighbours.addresses();
        voters.add(setup.self());
        return voters;
    }

    private void checkVotes() {
        if (stages.now() == Stage.VOTING && voted && ballots.hasAll(round, voters())) {
            countVotes();
        }
    }

    private void countVotes() {
        Set<String> voters = voters();
        trainSet = Vote.tally(ballots.of(round, voters), trainSetSize()).stream()
                .filter(voters::contains)
                .toList();
        if (trainSet.isEmpty()) { // all points are with nodes that are away
            trainSet = Vote.tally(ballots.of(round, voters), Integer.MAX_VALUE).stream()
                    .filter(voters::contains)
                    .limit(trainSetSize())
                    .toList();
        }
        voted = false;
        gossip.broadcast(Commands.TRAIN_SET, round, trainSet);
        peers.trainSets(round).forEach(this::compare);
        exchange = Optional.of(new Exchange(trainSet, setup.rule(), setup.averages()));
        if (trainSet.contains(setup.self())) {
            train();
        } else {
            waitForAggregate();
        }
    }

    private void waitForAggregate() {
        stages.enter(Stage.WAITING_FOR_AGGREGATE, round);
        stages.later(setup.timing().aggregation(), () -> goOnWithout("no-aggregate"));
    }

    /** There is no aggregate of the round to keep or to pass on; the others may be far ahead by now. */
    private void goOnWithout(String why) {
        stages.log(why, round);
        catchingUp = true;
        exchange = Optional.empty();
        gossip.broadcast(Commands.READY, round, List.of());
        finishRound();
    }

    private void compare(String node, List<String> there) {
        if (!new TreeSet<>(there).equals(new TreeSet<>(trainSet))) {
            reports.disagreement(new GossipStatus.Disagreement(node, round, there, trainSet));
        }
    }

    private void train() {
        stages.enter(Stage.TRAINING, round);
        Map<String, Scalar> config = new HashMap<>(setup.rule().fitConfig());
        config.put("epochs", new Scalar.Whole(experiment.orElseThrow().epochs()));
        config.put("round", new Scalar.Whole(round));
        stages.then(
                trainer.train(model.orElseThrow(), config),
                trained -> {
                    report(trained.metrics());
                    exchangeUpdates(
                            Optional.of(new Update(List.of(setup.self()), trained.model(), trained.examples())));
                },
                failure -> exchangeUpdates(Optional.empty()));
    }

    private void report(Map<String, Double> metrics) {
        List<String> arguments = new ArrayList<>();
        metrics.forEach((name, value) -> {
            arguments.add(name);
            arguments.add(value.toString());
            reports.metric(new GossipStatus.Metric(setup.self(), round, name, value));
        });
        if (!arguments.isEmpty()) {
            gossip.broadcast(Commands.METRICS, round, arguments);
        }
    }

    private void exchangeUpdates(Optional<Update> own) {
        stages.enter(Stage.EXCHANGING, round);
        if (own.isPresent()) {
            try {
                update(setup.self(), own.get());
            } catch (RefusedMessageException e) {
                stages.log("own-update-refused why=\"" + e.getMessage() + "\"", round);
            }
        }
        stages.later(setup.timing().aggregation(), this::aggregate);
        Turns turns = new Turns(setup.timing().idleTurns());
        // the first turn comes after a while: a P2PFL node that has not counted votes yet takes no updates for a minute
        stages.everyTurnFromNextOn(() -> {
            List<Neighbour> lacking = lackingUpdates();
            if (isComplete()
                    && turns.idle(lacking.stream().map(Neighbour::address).toList())) {
                aggregate();
                return;
            }
            for (Neighbour to : stages.some(lacking)) {
                List<Update> lacked =
                        exchange.orElseThrow().lackedBy(setup.self(), peers.aggregated(round, to.address()));
                if (!lacked.isEmpty()) {
                    sender.sendUpdates(to, round, lacked, setup.rule(), model.orElseThrow());
                }
            }
        });
        checkExchange();
    }

    private List<Neighbour> lackingUpdates() {
        return neighbours.all().stream()
                .filter(other -> trainSet.contains(other.address())
                        && !peers.aggregated(round, other.address()).containsAll(trainSet))
                .toList();
    }

    /** All updates are here but those of nodes that are gone, if no other node has them. */
    private boolean isComplete() {
        Set<String> missing = new TreeSet<>(trainSet);
        missing.removeAll(exchange.orElseThrow().contributors());
        Set<String> present = neighbours.addresses();
        Set<String> elsewhere = new TreeSet<>();
        present.forEach(node -> elsewhere.addAll(peers.aggregated(round, node)));
        missing.removeIf(node -> !present.contains(node) && !elsewhere.contains(node));
        return missing.isEmpty();
    }

    private void checkExchange() {
        if (stages.now() == Stage.EXCHANGING && isComplete()) {
            Set<String> here = exchange.orElseThrow().contributors();
            boolean allHaveAll = lackingUpdates().stream()
                    .allMatch(other -> peers.aggregated(round, other.address()).containsAll(here));
            if (allHaveAll) {
                aggregate();
            }
        }
    }

    private void aggregate() {
        boolean complete = isComplete();
        stages.enter(Stage.AGGREGATING, round);
        List<Update> updates = exchange.orElseThrow().updates();
        if (updates.size() < setup.rule().leastUpdates()) {
            goOnWithout("too-few-updates");
            return;
        }
        stages.then(
                trainer.aggregate(setup.rule(), model.orElseThrow(), updates),
                result -> aggregated(result, complete),
                failure -> goOnWithout("not-aggregated"));
    }

    private void aggregated(Model result, boolean complete) {
        model = Optional.of(result);
        exchange = Optional.empty();
        catchingUp = !complete; // those who were not heard of may be ahead
        gossip.broadcast(Commands.READY, round, List.of());
        stages.enter(Stage.SPREADING_AGGREGATE, round);
        spread(
                Commands.FULL_MODEL,
                neighbour -> !peers.isReady(neighbour.address(), round),
                () -> true,
                this::finishRound);
    }

    private void finishRound() {
        round++;
        trainSet = List.of();
        Experiment learned = experiment.orElseThrow();
        keeper.accept(new Saved(learned, round, model.orElseThrow()));
        stages.roundDone(round);
        if (round < learned.rounds()) {
            vote();
            return;
        }
        stages.enter(Stage.EVALUATING, round);
        stages.then(
                trainer.evaluate(model.orElseThrow(), Map.of()),
                metrics -> {
                    report(metrics);
                    reset();
                },
                failure -> reset());
    }

    // what comes from others

    void initialized(String node) {
        peers.initialized(node);
    }

    void voted(String node, int of, Map<String, Integer> points) throws RefusedMessageException {
        if (of > round && isToCatchUp(of)) {
            catchUp(of);
            vote();
        }
        if (experiment.isPresent() && (of == round || of == round + 1)) {
            for (String candidate : points.keySet()) {
                if (setup.members().get(candidate).isEmpty()) {
                    throw new RefusedMessageException(GossipReason.BAD_VOTE, "votes for members", candidate);
                }
            }
            ballots.put(of, node, points);
            checkVotes();
        }
    }

    void trainSet(String node, int of, List<String> there) {
        catchUpWaiting(of);
        if (experiment.isPresent() && (of == round || of == round + 1)) {
            peers.trainSet(of, node, there);
            if (of == round && !trainSet.isEmpty()) {
                compare(node, there);
            }
        }
    }

    void hasUpdates(String node, int of, Collection<String> contributors) throws RefusedMessageException {
        catchUpWaiting(of);
        if (experiment.isEmpty() || of < round || of > round + 1) {
            return;
        }
        if (of == round && !trainSet.isEmpty() && !trainSet.containsAll(contributors)) {
            reports.disagreement(
                    new GossipStatus.Disagreement(node, round, List.copyOf(new TreeSet<>(contributors)), trainSet));
            throw new RefusedMessageException(
                    GossipReason.NOT_IN_TRAIN_SET, "updates of " + trainSet, String.valueOf(contributors));
        }
        peers.aggregated(of, node, contributors);
        checkExchange();
    }

    void ready(String node, int of) {
        if (experiment.isPresent() && of <= round + 1) {
            peers.ready(node, of);
            if (stages.now() == Stage.SPREADING_AGGREGATE) {
                stages.turnNow();
            }
        }
    }

    /** After a restart, or when a wait ended in vain, the round that others are in is the one to be in. */
    private boolean isToCatchUp(int theirs) {
        boolean before = stages.now() == Stage.VOTING && !voted;
        boolean amid = stages.now() == Stage.VOTING
                || stages.now() == Stage.TRAINING
                || stages.now() == Stage.EXCHANGING
                || stages.now() == Stage.WAITING_FOR_AGGREGATE;
        return catchingUp
                && theirs < experiment.orElseThrow().rounds()
                && ((amid && theirs > round) || (before && theirs == round));
    }

    private void catchUp(int theirs) {
        stages.log("catching-up from=" + round, theirs);
        trainer.cancel();
        exchange = Optional.empty();
        trainSet = List.of();
        voted = false;
        round = theirs;
    }

    /** The others have voted on their round already: what is left to do in it is to take its result. */
    private void catchUpWaiting(int theirs) {
        if (isToCatchUp(theirs)) {
            catchUp(theirs);
            waitForAggregate();
        }
    }

    void neighboursChanged() {
        checkVotes();
        checkExchange();
    }

    void requireFirstModelExpected(int of) throws RefusedMessageException {
        requireStage(stages.now() == Stage.WAITING_FOR_MODEL && model.isPresent() && of == 0, of);
    }

    void requireAggregateExpected(int of) throws RefusedMessageException {
        requireStage(stages.now() == Stage.WAITING_FOR_AGGREGATE && of == round, of);
    }

    void requireUpdateExpected(String source, int of, Collection<String> contributors) throws RefusedMessageException {
        boolean open = stages.now() == Stage.TRAINING || stages.now() == Stage.EXCHANGING;
        requireStage(open && of == round, of);
        exchange.orElseThrow().requireUseful(source, contributors, contributors.size());
    }

    private void requireStage(boolean expected, int of) throws RefusedMessageException {
        if (!expected) {
            throw new RefusedMessageException(
                    GossipReason.NOT_EXPECTED,
                    "what is of use in " + stages.now() + " of round " + round,
                    "round " + of);
        }
    }

    /**
     * Refuses what the round could not be made of.
     *
     * @param examples that an update stands for
     */
    void requireUsable(Model update, Model like, long examples) throws RejectedModelException {
        setup.rule().require(update, like, examples);
    }

    /** What every model of this network looks like. */
    Model like() {
        return model.orElseThrow();
    }

    void firstModel(Model first) {
        model = Optional.of(first);
        spreadFirstModel();
    }

    void aggregate(Model whole) {
        aggregated(whole, true);
    }

    void update(String source, Update update) throws RefusedMessageException {
        Exchange here = exchange.orElseThrow();
        here.add(source, update);
        peers.aggregated(round, setup.self(), here.contributors());
        gossip.broadcast(Commands.AGGREGATED, round, List.copyOf(here.contributors()));
        checkExchange();
    }

    // what is shown

    Optional<Experiment> experiment() {
        return experiment;
    }

    int round() {
        return round;
    }

    List<String> trainSet() {
        return trainSet;
    }

    Set<String> contributors() {
        return exchange.map(Exchange::contributors).orElse(Set.of());
    }
}
