package io.attestedmesh.cli.command;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A command that ends without having done its work, in the words for its user: {@code amesh: error: …}, then
 * {@code amesh: hint: …}; a rejection adds its reason, expected and actual.
 */
public final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ExitStatus status;
    private final String hint;
    private final transient Map<String, String> details;

    private CommandException(
            ExitStatus status, String message, String hint, Map<String, String> details, Throwable cause) {
        super(message, cause);
        this.status = status;
        this.hint = hint;
        this.details = details;
    }

    /** The command line, a configuration or an input is wrong (exit 2). */
    public static CommandException usage(String message, String hint) {
        return new CommandException(ExitStatus.USAGE, message, hint, Map.of(), null);
    }

    /** The same, keeping what made the input wrong. */
    public static CommandException usage(String message, String hint, Throwable cause) {
        return new CommandException(ExitStatus.USAGE, message, hint, Map.of(), cause);
    }

    /** Something outside of the command failed (exit 3). */
    public static CommandException failed(String message, String hint) {
        return new CommandException(ExitStatus.FAILED, message, hint, Map.of(), null);
    }

    /** The same, keeping what failed. */
    public static CommandException failed(String message, String hint, Throwable cause) {
        return new CommandException(ExitStatus.FAILED, message, hint, Map.of(), cause);
    }

    /**
     * A place to listen at that cannot be had (exit 3).
     *
     * @param address the place, and what for where that is not plain
     * @param chosenBy the option or key that says where
     */
    public static CommandException cannotListen(Object address, String chosenBy, IOException cause) {
        return failed(
                "cannot listen on " + address + ": " + cause.getMessage(),
                "is another process there? " + chosenBy + " chooses the address",
                cause);
    }

    /** Something well-formed was refused (exit 1). */
    public static CommandException rejected(
            String message, String reason, String expected, String actual, String hint) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("reason", reason);
        details.put("expected", expected);
        details.put("actual", actual);
        return new CommandException(ExitStatus.REJECTED, message, hint, details, null);
    }

    public ExitStatus status() {
        return status;
    }

    /** What the user can do about it; may be empty. */
    public String hint() {
        return hint;
    }

    /** What stands between error and hint: a rejection's reason, expected and actual, in this order. */
    public Map<String, String> details() {
        return details;
    }
}
