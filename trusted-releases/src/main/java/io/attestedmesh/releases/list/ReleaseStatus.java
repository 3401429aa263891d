package io.attestedmesh.releases.list;

import java.util.Arrays;
import java.util.Locale;

/** What is thought of a release now. */
public enum ReleaseStatus {
    ACTIVE,
    /** Accepted with a warning: on its way out. */
    DEPRECATED,
    /** Refused, whatever else the list says of the same code. */
    REVOKED;

    /** As in the list: lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static ReleaseStatus of(String text) {
        return Arrays.stream(values())
                .filter(each -> each.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not active, deprecated or revoked"));
    }
}
