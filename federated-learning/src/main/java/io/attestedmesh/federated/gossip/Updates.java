package io.attestedmesh.federated.gossip;

import io.attestedmesh.federated.aggregate.AggregationRule;
import io.attestedmesh.federated.aggregate.Update;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The updates of one round that this node has: each contributor once, and none from outside the train set. */
final class Updates {
    private final Set<String> trainSet;
    private final boolean takesPartial;
    private final boolean givesPartial;
    private final List<Update> updates = new ArrayList<>();
    /** Those that came from the contributor itself. */
    private final Set<String> firstHand = new TreeSet<>();

    private final Set<String> contributors = new TreeSet<>();

    /** @param givesPartial whether averages of several updates are sent, where the rule allows that */
    Updates(Collection<String> trainSet, AggregationRule rule, boolean givesPartial) {
        this.trainSet = new TreeSet<>(trainSet);
        this.takesPartial = rule.takesPartial();
        this.givesPartial = givesPartial && takesPartial;
    }

    /** What {@code source} sends; its own update takes the place of what another said was its. */
    void add(String source, Update update) throws RefusedMessageException {
        requireUseful(source, update.contributors(), update.contributors().size());
        if (isOwn(source, update.contributors())) {
            firstHand.add(source);
            updates.removeIf(relayed -> isOwn(source, relayed.contributors()));
        }
        updates.add(update);
        contributors.addAll(update.contributors());
    }

    /** Refuses an update of these, whatever is in it. */
    void requireUseful(String source, Collection<String> of, int count) throws RefusedMessageException {
        Set<String> distinct = new TreeSet<>(of);
        if (distinct.isEmpty() || distinct.size() != count) {
            throw new RefusedMessageException(
                    GossipReason.MALFORMED, "each contributor once, and one at least", count + " contributors");
        }
        if (distinct.size() > 1 && !takesPartial) {
            throw new RefusedMessageException(
                    GossipReason.NOT_EXPECTED, "each update by itself", "an average of " + distinct.size());
        }
        if (!takesPartial && !isOwn(source, distinct)) {
            throw new RefusedMessageException(
                    GossipReason.NOT_EXPECTED, "each update from the node whose it is", "one of " + distinct);
        }
        for (String contributor : distinct) {
            if (!trainSet.contains(contributor)) {
                throw new RefusedMessageException(
                        GossipReason.NOT_IN_TRAIN_SET, "contributors of the train set", contributor);
            }
        }
        if (isOwn(source, distinct) && !firstHand.contains(source) && !isInAnAverage(source)) {
            return;
        }
        for (String contributor : distinct) {
            if (contributors.contains(contributor)) {
                throw new RefusedMessageException(
                        GossipReason.OVERLAPPING, "updates that are not here", "another with " + contributor);
            }
        }
    }

    // others have been told whose updates are here, so none in an average can be given up
    private boolean isInAnAverage(String contributor) {
        return updates.stream()
                .anyMatch(update -> update.contributors().size() > 1
                        && update.contributors().contains(contributor));
    }

    private static boolean isOwn(String source, Collection<String> of) {
        return of.size() == 1 && of.contains(source);
    }

    Set<String> contributors() {
        return new TreeSet<>(contributors);
    }

    /** In an order that is the same at every node that has the same updates. */
    List<Update> all() {
        return updates.stream()
                .sorted(Comparator.comparing(update -> update.contributors().first()))
                .toList();
    }

    /**
     * What {@code self} sends to a node that has those of {@code there}: all that it lacks, in one average, or else one
     * update, its own before others' that come from them too; of a rule that takes no averages, its own alone.
     */
    List<Update> lackedBy(String self, Set<String> there) {
        List<Update> lacked = all().stream()
                .filter(update -> update.contributors().stream().noneMatch(there::contains))
                .filter(update -> takesPartial || isOwn(self, update.contributors()))
                .sorted(Comparator.comparing(update -> !isOwn(self, update.contributors())))
                .toList();
        return givesPartial || lacked.isEmpty() ? lacked : lacked.subList(0, 1);
    }
}
