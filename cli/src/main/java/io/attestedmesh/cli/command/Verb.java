package io.attestedmesh.cli.command;

/**
 * One command: a class annotated with picocli's {@code @Command} that is given the {@link Terminal} at construction.
 *
 * <p>Rejections and malformed evidence may be thrown as they are, and an {@link java.io.IOException} too: the edge
 * ({@code Main}) prints them in the house's style and chooses the exit status.
 */
@FunctionalInterface
public interface Verb {
    /** Description of the option {@code --json}, the same everywhere. */
    String JSON = "Print data as JSON, one object a line.";

    /** Whether its data says itself, with {@code --json}, that and why something was rejected. */
    default boolean tellsRejections() {
        return false;
    }

    /** Does the work; what it returns is the exit status of the process. */
    ExitStatus run() throws Exception;
}
