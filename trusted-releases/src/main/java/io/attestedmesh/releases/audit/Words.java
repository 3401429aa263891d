package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.List;

/** Numbers and enumerations in sentences. */
final class Words {
    /** How many of an enumeration are named. */
    static final int SHOWN = 5;

    private static final int SHORT_HEX = 16;

    private Words() {}

    /** As {@code 1 key}, {@code 3 keys}. */
    static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** The first five, and how many more there are. */
    static String list(List<String> names) {
        return list(names.subList(0, Math.min(SHOWN, names.size())), names.size());
    }

    /** The same of {@code count} of which only the first are at hand. */
    static String list(List<String> first, int count) {
        String shown = String.join(", ", first);
        return count == first.size() ? shown : shown + " and " + (count - first.size()) + " more";
    }

    /** The first eight bytes of a digest; enough to tell two apart, not to trust one. */
    static String digest(Bytes digest) {
        String hex = digest.hex();
        return hex.length() <= SHORT_HEX ? hex : hex.substring(0, SHORT_HEX) + "...";
    }
}
