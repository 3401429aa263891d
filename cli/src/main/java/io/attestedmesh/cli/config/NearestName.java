package io.attestedmesh.cli.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a misspelt name was probably meant to be. */
final class NearestName {
    private static final int MAX_DISTANCE = 4;

    private NearestName() {}

    static String hint(String wrong, Collection<String> known) {
        Optional<String> nearest = known.stream()
                .filter(name -> distance(wrong, name) <= Math.min(MAX_DISTANCE, 1 + name.length() / 2))
                .min(Comparator.comparingInt(name -> distance(wrong, name)));
        return nearest.map(name -> "is it " + name + "?")
                .orElseGet(() -> "there are " + known.stream().sorted().collect(Collectors.joining(", ")));
    }

    /** Insertions, deletions and substitutions between two short names (Levenshtein). */
    static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substituted, 1 + Math.min(previous[j], row[j - 1]));
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
