package io.attestedmesh.federated.gossip;

import io.attestedmesh.attest.evidence.OneLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Shakes hands with the members that are to be direct neighbours, again whenever they are none. Used by the node's loop. */
final class Hands {
    private static final System.Logger LOG = System.getLogger(Hands.class.getName());

    private final Setup setup;
    private final Neighbours neighbours;
    private final Loop loop;
    private final Executor closing;
    private final Set<Member> wanted = new LinkedHashSet<>();
    private final Set<String> connecting = new HashSet<>();

    Hands(Setup setup, Neighbours neighbours, Loop loop, Executor closing) {
        this.setup = setup;
        this.neighbours = neighbours;
        this.loop = loop;
        this.closing = closing;
    }

    void want(Member member, CompletableFuture<Void> outcome) {
        wanted.add(member);
        shake(member, outcome);
    }

    void shakeAgain() {
        List<Member> all = new ArrayList<>(wanted);
        all.forEach(member -> shake(member, new CompletableFuture<>()));
    }

    private void shake(Member member, CompletableFuture<Void> outcome) {
        Optional<Neighbour> known = neighbours.get(member.address());
        if (known.filter(Neighbour::direct).isPresent()) {
            outcome.complete(null);
            return;
        }
        if (!connecting.add(member.address())) {
            outcome.completeExceptionally(new IOException("already connecting to " + member.address()));
            return;
        }
        try {
            PeerLink link = known.isPresent() ? known.get().link() : neighbours.open(member);
            var unused = link.handshake(setup.self())
                    .whenCompleteAsync(
                            (answer, failure) -> {
                                connecting.remove(member.address());
                                if (failure == null) {
                                    shaken(member, link, answer.getError(), outcome);
                                } else {
                                    LOG.log(
                                            System.Logger.Level.INFO,
                                            () -> "event=federated.gossip.no-handshake with=" + member.address()
                                                    + " why=\"" + OneLine.of(String.valueOf(failure.getMessage()))
                                                    + "\"");
                                    if (known.isEmpty()) {
                                        closing.execute(link::close);
                                    }
                                    outcome.completeExceptionally(failure);
                                }
                            },
                            loop);
        } catch (RefusedMessageException e) {
            connecting.remove(member.address());
            outcome.completeExceptionally(e);
        }
    }

    /** An error of P2PFL says that we are a neighbour there already, or cannot be called back, which time will tell. */
    private void shaken(Member member, PeerLink link, String error, CompletableFuture<Void> outcome) {
        try {
            Neighbour neighbour = neighbours.shaken(member, link, setup.clock().instant());
            if (error.isEmpty()) {
                neighbour.called(
                        new Caller(link.proved(), link.own()), setup.clock().instant());
            }
            outcome.complete(null);
        } catch (RefusedMessageException e) {
            closing.execute(link::close);
            outcome.completeExceptionally(e);
        }
    }
}
