package io.attestedmesh.federated.gossip;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** How far the others are in what is being learned, by what they say. Only members are ever noted, so it is bounded. */
final class PeersProgress {
    private final Set<String> initialized = new TreeSet<>();
    private final Map<String, Integer> ready = new HashMap<>();
    private final Map<Integer, Map<String, Set<String>>> aggregated = new HashMap<>();
    private final Map<Integer, Map<String, List<String>>> trainSets = new HashMap<>();
    private final Map<String, Integer> named = new HashMap<>();

    /** It said itself that it is in that round. */
    void named(String node, int round) {
        named.merge(node, round, Math::max);
    }

    /** How many of the nodes said themselves that they are in that round or in a later one. */
    long inOrAfter(int round, Collection<String> nodes) {
        return nodes.stream()
                .filter(node -> named.getOrDefault(node, -1) >= round)
                .count();
    }

    void initialized(String node) {
        initialized.add(node);
    }

    boolean isInitialized(String node) {
        return initialized.contains(node);
    }

    void ready(String node, int round) {
        ready.merge(node, round, Math::max);
    }

    /** True if it has the aggregate of that round. */
    boolean isReady(String node, int round) {
        return ready.getOrDefault(node, -1) >= round;
    }

    void aggregated(int round, String node, Collection<String> contributors) {
        aggregated
                .computeIfAbsent(round, key -> new HashMap<>())
                .computeIfAbsent(node, key -> new TreeSet<>())
                .addAll(contributors);
    }

    /** Whose updates it has. */
    Set<String> aggregated(int round, String node) {
        return aggregated.getOrDefault(round, Map.of()).getOrDefault(node, Set.of());
    }

    void trainSet(int round, String node, List<String> trainSet) {
        trainSets.computeIfAbsent(round, key -> new HashMap<>()).put(node, List.copyOf(trainSet));
    }

    Map<String, List<String>> trainSets(int round) {
        return trainSets.getOrDefault(round, Map.of());
    }

    void forgetBefore(int round) {
        aggregated.keySet().removeIf(earlier -> earlier < round);
        trainSets.keySet().removeIf(earlier -> earlier < round);
    }

    void clear() {
        initialized.clear();
        ready.clear();
        aggregated.clear();
        trainSets.clear();
        named.clear();
    }
}
