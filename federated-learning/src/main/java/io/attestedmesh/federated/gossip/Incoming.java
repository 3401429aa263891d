package io.attestedmesh.federated.gossip;

import io.attestedmesh.federated.gossip.wire.RootMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** What is done with each message, once it is known to be in bounds and its caller to be accepted. Used by the node's loop. */
final class Incoming {
    private static final String YES = "true";
    private static final String NO = "false";

    private final Setup setup;
    private final Neighbours neighbours;
    private final Gossip gossip;
    private final Rounds rounds;
    private final ModelReceiver models;
    private final Reports reports;

    Incoming(Setup setup, Neighbours neighbours, Gossip gossip, Rounds rounds, ModelReceiver models, Reports reports) {
        this.setup = setup;
        this.neighbours = neighbours;
        this.gossip = gossip;
        this.rounds = rounds;
        this.models = models;
        this.reports = reports;
    }

    /** The caller is a direct neighbour from here on; one that shakes hands again was started again. */
    void handshake(Caller caller, String address) throws RefusedMessageException {
        Member member = setup.members().requireCaller(caller, address);
        neighbours
                .add(member, true, setup.clock().instant())
                .called(caller, setup.clock().instant());
    }

    void disconnect(Caller caller, String address) throws RefusedMessageException {
        setup.members().requireCaller(caller, address);
        neighbours.remove(address, "disconnect");
    }

    /** Completes with the answer; fails with a {@link RefusedMessageException}. */
    CompletableFuture<Optional<String>> message(Caller caller, RootMessage message) {
        try {
            return switch (message.getPayloadTypeCase()) {
                case GOSSIP_MESSAGE -> {
                    gossip(caller, message);
                    yield CompletableFuture.completedFuture(Optional.empty());
                }
                case DIRECT_MESSAGE -> CompletableFuture.completedFuture(Optional.of(direct(caller, message)));
                case WEIGHTS -> {
                    heard(setup.members().requireCaller(caller, message.getSource()), caller);
                    yield models.received(
                                    message.getSource(), message.getCmd(), message.getRound(), message.getWeights())
                            .thenApply(nothing -> Optional.empty());
                }
                case PAYLOADTYPE_NOT_SET ->
                    throw new RefusedMessageException(GossipReason.MALFORMED, "a message or a model", "neither");
            };
        } catch (RefusedMessageException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private String direct(Caller caller, RootMessage message) throws RefusedMessageException {
        Member member = setup.members().requireCaller(caller, message.getSource());
        heard(member, caller);
        if (message.getCmd().equals(Commands.HEARS)) {
            Set<String> others = Set.copyOf(members(message.getDirectMessage().getArgsList()));
            Instant until = setup.clock().instant().plus(setup.timing().silence());
            neighbours.get(member.address()).ifPresent(known -> known.hears(others, until));
            return YES;
        }
        if (!message.getCmd().equals(Commands.ANNOUNCE)) {
            throw unknown(message);
        }
        return models.announced(
                        member.address(),
                        message.getRound(),
                        message.getDirectMessage().getArgsList())
                ? YES
                : NO;
    }

    private void heard(Member member, Caller caller) {
        neighbours
                .get(member.address())
                .ifPresent(known -> known.called(caller, setup.clock().instant()));
    }

    private void gossip(Caller caller, RootMessage message) throws RefusedMessageException {
        if (message.getSource().equals(setup.self())) {
            if (!gossip.isOurs(message)) {
                throw new RefusedMessageException(
                        GossipReason.FORGED_OWN, "a message of another node, or one of ours", message.getCmd());
            }
            return;
        }
        Member source = setup.members().require(message.getSource());
        boolean firstHand = Members.isCaller(caller, source);
        if (firstHand) {
            heard(source, caller);
        } else if (tellsUsItself(source)) {
            return; // so that nobody can put words into the mouth of a direct neighbour
        }
        if (!gossip.isNew(message)) {
            return;
        }
        handle(source, caller, firstHand, message);
        gossip.relay(message, firstHand ? Optional.of(source.address()) : Optional.empty());
    }

    /** A direct neighbour that we heard of lately, from itself: it sends us everything first-hand. */
    private boolean tellsUsItself(Member source) {
        return neighbours
                .get(source.address())
                .filter(neighbour -> neighbour.tellsUsItself(
                        setup.clock().instant().minus(setup.timing().silence())))
                .isPresent();
    }

    private void handle(Member source, Caller caller, boolean firstHand, RootMessage message)
            throws RefusedMessageException {
        List<String> arguments = message.getGossipMessage().getArgsList();
        String node = source.address();
        int round = message.getRound();
        if (firstHand && Commands.OF_A_ROUND.contains(message.getCmd())) {
            rounds.named(node, round);
        }
        switch (message.getCmd()) {
            case Commands.BEAT -> beat(source, caller, firstHand, arguments);
            case Commands.START -> start(node, arguments);
            case Commands.STOP -> rounds.stop("asked by " + node);
            case Commands.INITIALIZED -> rounds.initialized(node);
            case Commands.VOTE ->
                rounds.voted(
                        node,
                        firstHand,
                        round,
                        Vote.parse(arguments, setup.limits().neighbours()));
            case Commands.AGGREGATED -> rounds.hasUpdates(node, round, members(arguments));
            case Commands.READY -> rounds.ready(node, round);
            case Commands.METRICS -> metrics(node, round, arguments);
            case Commands.TRAIN_SET -> rounds.trainSet(node, round, members(arguments));
            default -> throw unknown(message);
        }
    }

    private static RefusedMessageException unknown(RootMessage message) {
        // P2PFL's words, which its nodes know
        return new RefusedMessageException(GossipReason.UNKNOWN_COMMAND, "a command of P2PFL 0.4.4", message.getCmd());
    }

    private void beat(Member source, Caller caller, boolean firstHand, List<String> arguments)
            throws RefusedMessageException {
        Neighbour neighbour = neighbours.add(source, false, setup.clock().instant());
        number(arguments.isEmpty() ? "" : arguments.get(0));
        if (firstHand) {
            neighbour.called(caller, setup.clock().instant());
        } else {
            neighbour.beat(setup.clock().instant());
        }
    }

    private void start(String node, List<String> arguments) throws RefusedMessageException {
        if (arguments.size() != 4) {
            throw new RefusedMessageException(
                    GossipReason.MALFORMED, "rounds, epochs, size, name", arguments.size() + " arguments");
        }
        try {
            rounds.begin(
                    new Experiment(
                            arguments.get(3),
                            Integer.parseInt(arguments.get(0)),
                            Integer.parseInt(arguments.get(1)),
                            Integer.parseInt(arguments.get(2))),
                    node);
        } catch (IllegalArgumentException e) {
            throw new RefusedMessageException(
                    GossipReason.MALFORMED, "an experiment of some rounds", String.valueOf(e.getMessage()));
        }
    }

    private List<String> members(List<String> addresses) throws RefusedMessageException {
        for (String address : addresses) {
            setup.members().require(address);
        }
        return addresses;
    }

    private void metrics(String node, int round, List<String> arguments) throws RefusedMessageException {
        if (arguments.size() % 2 != 0) {
            throw new RefusedMessageException(
                    GossipReason.MALFORMED, "names and values", arguments.size() + " arguments");
        }
        List<GossipStatus.Metric> all = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i += 2) {
            all.add(new GossipStatus.Metric(node, round, arguments.get(i), number(arguments.get(i + 1))));
        }
        all.forEach(reports::metric);
    }

    private static double number(String text) throws RefusedMessageException {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new RefusedMessageException(GossipReason.MALFORMED, "a number", text);
        }
    }
}
