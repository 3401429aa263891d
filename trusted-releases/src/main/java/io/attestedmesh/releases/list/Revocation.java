package io.attestedmesh.releases.list;

import java.time.Instant;

/**
 * When and why a release was revoked.
 *
 * @param at in whole seconds
 * @param reason for people: 1 to 1024 characters, none of them a control character
 */
public record Revocation(Instant at, String reason) {
    public Revocation {
        Fields.requireTime("time of the revocation", at);
        if (reason.isBlank()
                || reason.length() > Fields.MAX_TEXT
                || reason.codePoints().anyMatch(Fields::breaksLines)) {
            throw new IllegalArgumentException(
                    "a reason that is not 1 to " + Fields.MAX_TEXT + " characters on one line");
        }
    }
}
