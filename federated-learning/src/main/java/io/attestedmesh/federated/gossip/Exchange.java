package io.attestedmesh.federated.gossip;

import io.attestedmesh.federated.aggregate.Update;
import io.attestedmesh.federated.model.Model;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** The exchange of one round's updates among its train set. Used by the node's loop. */
final class Exchange {
    private final int round;
    private final Set<String> trainSet;
    private final Model global;
    private final Updates updates;
    private final Parts parts;

    /** @param global the model that the train set starts from */
    Exchange(int round, Collection<String> trainSet, Model global, Parts parts) {
        this.round = round;
        this.trainSet = new TreeSet<>(trainSet);
        this.global = global;
        this.updates = new Updates(trainSet, parts.setup().rule(), parts.setup().averages());
        this.parts = parts;
    }

    Updates updates() {
        return updates;
    }

    /** Nodes of the train set that lack updates. */
    List<Neighbour> lacking() {
        return parts.neighbours().all().stream()
                .filter(other ->
                        trainSet.contains(other.address()) && !there(other).containsAll(trainSet))
                .toList();
    }

    private Set<String> there(Neighbour other) {
        return parts.peers().aggregated(round, other.address());
    }

    /** True of a node that is known to take updates by now: one of P2PFL that is not asked too early waits a minute. */
    boolean isReady(Neighbour other) {
        return other.own() || !there(other).isEmpty();
    }

    /** Sends what it lacks. */
    CompletableFuture<Void> send(Neighbour to) {
        List<Update> lacked = updates.lackedBy(parts.setup().self(), there(to));
        return lacked.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : parts.sender().sendUpdates(to, round, lacked, parts.setup().rule(), global);
    }

    /** True if all updates are here but those of nodes that are gone, if no other node has them. */
    boolean isComplete() {
        Set<String> missing = new TreeSet<>(trainSet);
        missing.removeAll(updates.contributors());
        Set<String> present = parts.neighbours().addresses();
        Set<String> elsewhere = new TreeSet<>();
        present.forEach(node -> elsewhere.addAll(parts.peers().aggregated(round, node)));
        missing.removeIf(node -> !present.contains(node) && !elsewhere.contains(node));
        return missing.isEmpty();
    }

    /** True if there is nothing to wait for, and nothing that others need of us. */
    boolean isDone() {
        Set<String> here = updates.contributors();
        return isComplete() && lacking().stream().allMatch(other -> there(other).containsAll(here));
    }
}
