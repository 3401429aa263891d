package io.attestedmesh.federated.gossip;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.federated.aggregate.Update;
import io.attestedmesh.federated.gossip.SavedRounds.Saved;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.RejectedModelException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What is being learned: its start, the first model, round after round, the end. Used by the node's loop. */
final class Rounds {
    private final Parts parts;
    private final Setup setup;
    private final Stages stages;
    private final PeersProgress peers;
    private final Consumer<Optional<Saved>> keeper;
    private final Voting voting;

    private Optional<Start> started = Optional.empty();
    private Optional<Start> next = Optional.empty();
    private Instant began = Instant.MIN;
    private int number;
    private Optional<Model> model = Optional.empty();
    private Optional<Spread> firstModel = Optional.empty();
    private Optional<Round> round = Optional.empty();
    /** Whether nobody has been met yet since a restart. */
    private boolean resumed;
    /** Whether others may be ahead. */
    private boolean catchingUp;

    /** @param by addresses of who may have started it; none after a restart, when that is forgotten */
    private record Start(Experiment experiment, Set<String> by) {}

    /** @param keeper keeps what a round came to, or nothing once learning is stopped; must not block */
    Rounds(Parts parts, Consumer<Optional<Saved>> keeper) {
        this.parts = parts;
        this.setup = parts.setup();
        this.stages = parts.stages();
        this.peers = parts.peers();
        this.keeper = keeper;
        this.voting = new Voting(setup, parts.neighbours(), parts.gossip());
    }

    /**
     * Begins, unless something is being learned. What comes when that is about to end begins then; what comes before a
     * restarted node has met anybody takes the place of what it learned before.
     *
     * @param by this node, to begin with its own model, or another
     */
    void begin(Experiment wanted, String by) {
        Start start = new Start(wanted, Set.of(by));
        Optional<Experiment> current = experiment();
        if (current.isPresent() && !current.get().equals(wanted)) {
            boolean ending = number + 1 >= current.get().rounds()
                    && (stages.now() == Stage.SPREADING_AGGREGATE || stages.now() == Stage.EVALUATING);
            if (ending) {
                next = Optional.of(start);
            } else if (resumed) {
                stop("another was started");
            }
        }
        if (started.isEmpty()) {
            begin(start);
        }
    }

    private void begin(Start start) {
        started = Optional.of(start);
        began = setup.clock().instant();
        stages.enter(Stage.WAITING_FOR_MODEL, 0);
        stages.later(setup.timing().aggregation(), () -> stop("no first model came"));
        stages.then(
                parts.trainer().model(),
                own -> {
                    model = Optional.of(own);
                    if (start.by.contains(setup.self())) {
                        spreadFirstModel();
                    }
                },
                failure -> stop("the learner has no model"));
    }

    /** Goes on with what was being learned before a restart; jumps to the round that others are in, if that is later. */
    void resume(Saved saved) {
        started = Optional.of(new Start(saved.experiment(), Set.of()));
        number = saved.rounds();
        model = Optional.of(saved.model());
        catchingUp = true;
        resumed = true;
        stages.enter(Stage.VOTING, number);
        stages.then(
                parts.trainer().model(),
                own -> {
                    try {
                        saved.model().requireLike(own);
                        voteAmongOthers(
                                setup.clock().instant().plus(setup.timing().aggregation()));
                    } catch (RejectedModelException e) {
                        notResumed("the learner has another model than the folder: " + e.getMessage());
                    }
                },
                failure -> notResumed("the learner has no model"));
    }

    /** Alone it would leave the rounds of the others behind, so it waits for somebody to be there, but not for ever. */
    private void voteAmongOthers(Instant latest) {
        stages.later(setup.timing().convergence(), () -> {
            if (parts.neighbours().all().isEmpty() && setup.clock().instant().isBefore(latest)) {
                voteAmongOthers(latest);
            } else {
                vote();
            }
        });
    }

    /** What is in the folder stays until something else is learned: it may be the learner that is the wrong one. */
    private void notResumed(String why) {
        stages.log("not-resumed why=\"" + OneLine.of(why) + "\"", number);
        reset();
    }

    /** Ends it, not to be gone on with. */
    void stop(String why) {
        if (started.isPresent()) {
            stages.log("stopped why=\"" + OneLine.of(why) + "\"", number);
            parts.trainer().cancel();
            keeper.accept(Optional.empty());
            next = Optional.empty();
            reset();
        }
    }

    /** Ends it here and now; it is gone on with after a restart. */
    void leave() {
        parts.trainer().cancel();
        stages.enter(Stage.IDLE, number);
    }

    private void reset() {
        started = Optional.empty();
        model = Optional.empty();
        firstModel = Optional.empty();
        round = Optional.empty();
        resumed = false;
        catchingUp = false;
        number = 0;
        voting.forget();
        peers.clear();
        stages.enter(Stage.IDLE, number);
        Optional<Start> following = next;
        next = Optional.empty();
        following.ifPresent(this::begin);
    }

    private void spreadFirstModel() {
        parts.gossip().broadcast(Commands.INITIALIZED, Setup.NO_ROUND, List.of());
        stages.enter(Stage.SPREADING_FIRST_MODEL, number);
        keep();
        stages.later(setup.timing().aggregation(), this::vote);
        Instant converged = began.plus(setup.timing().convergence());
        Spread spread = new Spread(
                setup,
                stages,
                () -> parts.neighbours().direct().stream()
                        .filter(other -> !peers.isInitialized(other.address()))
                        .toList(),
                other -> true,
                to -> parts.sender().sendWhole(to, Commands.INIT_MODEL, number, model.orElseThrow()),
                () -> parts.neighbours().direct().size() == setup.members().count() - 1
                        || !setup.clock().instant().isBefore(converged),
                this::vote);
        firstModel = Optional.of(spread);
        spread.begin();
    }

    private void keep() {
        keeper.accept(Optional.of(new Saved(started.orElseThrow().experiment, number, model.orElseThrow())));
    }

    private void vote() {
        newRound().vote();
    }

    private Round newRound() {
        firstModel = Optional.empty();
        peers.forgetBefore(number);
        Round begun = new Round(
                number, started.orElseThrow().experiment, model.orElseThrow(), parts, voting, this::roundOver);
        round = Optional.of(begun);
        return begun;
    }

    private void roundOver(Optional<Model> result, boolean alone) {
        model = result.or(() -> model);
        round = Optional.empty();
        catchingUp = alone;
        resumed = false;
        number++;
        keep();
        stages.roundDone(number);
        if (number < started.orElseThrow().experiment.rounds()) {
            vote();
            return;
        }
        stages.enter(Stage.EVALUATING, number);
        stages.later(setup.timing().training(), () -> {
            stages.log("evaluating-too-long", number);
            parts.trainer().cancel();
            reset();
        });
        stages.then(
                parts.trainer().evaluate(model.orElseThrow(), Map.of()),
                metrics -> {
                    parts.report(number, metrics);
                    reset();
                },
                failure -> reset());
    }

    // what comes from others

    /** It said itself that it is in that round. */
    void named(String node, int of) {
        peers.named(node, of);
    }

    void initialized(String node) {
        peers.initialized(node);
        if (stages.now() == Stage.SPREADING_FIRST_MODEL) {
            firstModel.ifPresent(Spread::changed);
        }
    }

    void voted(String node, boolean firstHand, int of, Map<String, Integer> points) throws RefusedMessageException {
        if (of > number && isToCatchUp(of)) {
            catchUp(of);
            vote();
        }
        if (isNear(of)) {
            voting.put(of, node, firstHand, points);
            round.ifPresent(Round::checkVotes);
        }
    }

    private boolean isNear(int of) {
        return started.isPresent() && (of == number || of == number + 1);
    }

    void trainSet(String node, int of, List<String> there) {
        catchUpWaiting(of);
        if (isNear(of)) {
            peers.trainSet(of, node, there);
        }
        if (round.isPresent() && of == number) {
            round.get().compare(node, there);
            round.get().mayTake(node);
        }
    }

    void hasUpdates(String node, int of, Collection<String> contributors) throws RefusedMessageException {
        catchUpWaiting(of);
        if (round.isPresent() && of == number) {
            round.get().hasUpdates(node, contributors);
        } else if (isNear(of)) {
            peers.aggregated(of, node, contributors);
        }
    }

    void ready(String node, int of) {
        if (started.isPresent() && of <= number + 1) {
            peers.ready(node, of);
            round.ifPresent(Round::ready);
        }
    }

    /**
     * After a restart, or when a wait ended in vain, the round that others are in is the one to be in: that which more than
     * half of the direct neighbours have come to by their own word.
     */
    private boolean isToCatchUp(int theirs) {
        boolean before = stages.now() == Stage.VOTING && !voting.isOpen();
        boolean amid = stages.now() == Stage.VOTING
                || stages.now() == Stage.TRAINING
                || stages.now() == Stage.EXCHANGING
                || stages.now() == Stage.WAITING_FOR_AGGREGATE;
        if (!catchingUp || theirs >= started.orElseThrow().experiment.rounds()) {
            return false;
        }
        List<String> direct =
                parts.neighbours().direct().stream().map(Neighbour::address).toList();
        return peers.inOrAfter(theirs, direct) * 2 > direct.size()
                && ((amid && theirs > number) || (before && theirs == number));
    }

    private void catchUp(int theirs) {
        stages.log("catching-up from=" + number, theirs);
        parts.trainer().cancel();
        voting.close();
        number = theirs;
        resumed = false;
    }

    /** The others have voted on their round already: what is left to do in it is to take its result. */
    private void catchUpWaiting(int theirs) {
        if (isToCatchUp(theirs)) {
            catchUp(theirs);
            newRound().waitForAggregate();
        }
    }

    void neighboursChanged() {
        round.ifPresent(Round::checkVotes);
        round.ifPresent(Round::checkExchange);
    }

    void requireFirstModelExpected(String source, int of) throws RefusedMessageException {
        stages.require(stages.now() == Stage.WAITING_FOR_MODEL && model.isPresent() && of == 0, number, of);
        requireOrigin(source, started.orElseThrow().by);
    }

    void requireAggregateExpected(String source, int of) throws RefusedMessageException {
        stages.require(stages.now() == Stage.WAITING_FOR_AGGREGATE && of == number, number, of);
        requireOrigin(source, Set.copyOf(round.orElseThrow().trainSet()));
    }

    void requireUpdateExpected(String source, int of, Collection<String> contributors) throws RefusedMessageException {
        stages.require(round.isPresent() && of == number, number, of);
        round.get().requireUpdateExpected(source, contributors);
    }

    /** Who has one of these for a direct neighbour takes the model from them alone, and not from those who passed it on. */
    private void requireOrigin(String source, Set<String> origins) throws RefusedMessageException {
        boolean near =
                parts.neighbours().direct().stream().map(Neighbour::address).anyMatch(origins::contains);
        if (near && !origins.contains(source)) {
            throw new RefusedMessageException(GossipReason.NOT_EXPECTED, "a model of " + origins, "one of " + source);
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
        round.orElseThrow().take(whole);
    }

    void update(String source, Update update) throws RefusedMessageException {
        round.orElseThrow().add(source, update);
    }

    // what is shown

    Optional<Experiment> experiment() {
        return started.map(Start::experiment);
    }

    int round() {
        return number;
    }

    List<String> trainSet() {
        return round.map(Round::trainSet).orElse(List.of());
    }

    Set<String> contributors() {
        return round.map(Round::contributors).orElse(Set.of());
    }
}
