package io.attestedmesh.releases.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A place where a bundle is published. It remembers nothing between two fetches: the caller says what it has seen, so
 * that only content that was dealt with is ever skipped.
 */
public interface ReleaseSource extends AutoCloseable {
    /**
     * Fetches what stands there now; blocks, within the {@link SourceSettings} the source was opened with. An interrupt
     * ends it early where the source can.
     *
     * @param seen the validator of the content that the caller has dealt with; empty to get the content in any case
     * @return empty if the content is still the one that {@code seen} belongs to
     * @throws IOException if there was no whole answer, it was larger than allowed, or the source said no
     */
    Optional<Fetched> fetch(Optional<Validator> seen) throws IOException;

    /** Fetches the content whatever was seen before. */
    default Fetched fetch() throws IOException {
        return fetch(Optional.empty())
                .orElseThrow(() -> new IOException("\"unchanged\" is no answer to an unconditional request"));
    }

    /** The location for people, on one line, without anything secret that it may contain. */
    String describe();

    /** The file whose changes are worth a look at once; empty where nothing can be watched. */
    default Optional<Path> watched() {
        return Optional.empty();
    }

    /** Lets connections go. A fetch after it fails. */
    @Override
    default void close() {}
}
