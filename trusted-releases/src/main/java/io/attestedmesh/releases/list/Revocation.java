package io.attestedmesh.releases.list;

import io.attestedmesh.releases.json.Bounds;
import java.time.Instant;

/**
 * When and why a release was revoked.
 *
 * @param at in whole seconds
 * @param reason for people: 1 to 1024 characters, none of them a control character
 */
public record Revocation(Instant at, String reason) {
    public Revocation {
        Bounds.requireTime("time of the revocation", at);
        Bounds.requireLine("reason", reason);
    }
}
