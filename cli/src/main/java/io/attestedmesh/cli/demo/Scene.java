package io.attestedmesh.cli.demo;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One thing that was tried.
 *
 * @param title who tried what
 * @param expected how it must end
 * @param outcome how it ended
 * @param reason why it was refused, as the refusing party says it
 * @param detail the messages answered, or what the refusing party expected and saw
 * @param connection the id that both ends log; empty if no verdict was reached
 */
record Scene(
        String title,
        Outcome expected,
        Outcome outcome,
        Optional<String> reason,
        String detail,
        Optional<String> connection) {
    /** How a connection ended. */
    enum Outcome {
        ACCEPTED,
        REFUSED,
        DROPPED,
        FAILED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    boolean asExpected() {
        return outcome == expected;
    }

    Map<String, Object> json() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("scene", title);
        object.put("expected", expected);
        object.put("outcome", outcome);
        object.put("reason", reason);
        object.put("connection", connection);
        object.put("detail", detail);
        return object;
    }
}
