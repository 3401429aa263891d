package io.attestedmesh.releases.audit;

import java.util.Comparator;

/**
 * Something that an auditor should know.
 *
 * @param subject what it is about, such as {@code kms-core 1.4.2}
 * @param message what was found, one line, with anything that a stranger chose escaped
 */
public record Finding(FindingId id, String subject, String message) {
    /** The gravest first, then by id. */
    static final Comparator<Finding> ORDER =
            Comparator.comparing(Finding::severity).reversed().thenComparing(Finding::id);

    public Severity severity() {
        return id.severity();
    }

    public String advice() {
        return id.advice();
    }
}
