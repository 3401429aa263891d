package io.attestedmesh.releases.audit;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How much a finding matters, in ascending order. */
public enum Severity {
    /** Worth knowing; nothing has to be done. */
    INFO,
    /** Weakens what an auditor can prove, or will become a problem. */
    LOW,
    /** Somebody should decide about it soon. */
    MEDIUM,
    /** Wrong code may be accepted, right code refused, or the history does not hold. */
    HIGH;

    static final List<Severity> GRAVEST_FIRST = List.of(HIGH, MEDIUM, LOW, INFO);

    /** Lower case, as on the command line and in JSON. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty for any other text than the four. */
    public static Optional<Severity> named(String text) {
        return Arrays.stream(values()).filter(each -> each.text().equals(text)).findFirst();
    }
}
