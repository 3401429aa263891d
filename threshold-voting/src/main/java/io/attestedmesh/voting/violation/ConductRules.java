package io.attestedmesh.voting.violation;

import java.time.Duration;

/**
 * How long misbehaviour counts.
 *
 * @param halfLife after which a violation takes half from the score
 * @param window within which observers of one node are counted together
 * @param keepFor violations are kept at least so long
 * @param keep of each node so many are kept at least, however old; and of each type no more, of which observers have equal shares
 */
public record ConductRules(Duration halfLife, Duration window, Duration keepFor, int keep) {
    /** A day each for half-life and window; 30 days and 1,000 violations of each node are kept. */
    public static final ConductRules DEFAULT =
            new ConductRules(Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(30), 1000);

    /** Nothing may be zero or negative. */
    public ConductRules {
        if (halfLife.toMillis() <= 0 || window.toMillis() <= 0 || keepFor.toMillis() <= 0 || keep <= 0) {
            throw new IllegalArgumentException("a rule of conduct that is not positive");
        }
    }
}
