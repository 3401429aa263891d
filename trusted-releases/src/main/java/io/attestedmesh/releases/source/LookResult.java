package io.attestedmesh.releases.source;

import java.util.Optional;

/** How one look at a source ended. */
sealed interface LookResult {
    /** Another list is in force. */
    record Updated(Optional<String> version) implements LookResult {}

    record Unchanged() implements LookResult {}

    /**
     * The content is not accepted.
     *
     * @param what reason, expected and actual, or what is malformed: one line
     */
    record Refused(String reason, String what, Optional<String> version) implements LookResult {}

    /** There was no content, or the acceptor could not deal with it. */
    record Failed(Throwable cause) implements LookResult {}
}
