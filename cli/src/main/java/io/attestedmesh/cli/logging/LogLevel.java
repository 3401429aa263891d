package io.attestedmesh.cli.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.Terminal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** How much is logged: errors, unless {@code AMESH_LOG} or {@code --verbose} ask for more; commands warn by themselves. */
public final class LogLevel {
    private static final List<String> NAMES = List.of("off", "error", "warn", "info", "debug", "trace");

    private LogLevel() {}

    /** Applies the user's wish; touches the logging library only if there is one, because starting it takes time. */
    public static void choose(boolean verbose, Terminal terminal) throws CommandException {
        Optional<String> wish = terminal.variable("AMESH_LOG").map(name -> name.toLowerCase(Locale.ROOT));
        if (wish.isPresent() && !NAMES.contains(wish.get())) {
            throw CommandException.usage("AMESH_LOG is not a log level", "it is one of " + String.join(", ", NAMES));
        }
        if (verbose) {
            set("debug");
        } else {
            wish.ifPresent(LogLevel::set);
        }
    }

    /** For commands that run long: what happens is logged, unless {@code AMESH_LOG} or {@code --verbose} were given. */
    public static void informByDefault() {
        includeLibraries();
        if (ours().getLevel() == null) {
            set("info");
        }
    }

    /**
     * Takes in what libraries write to java.util.logging, gRPC above all, which would go to standard error by itself. For
     * commands that open connections.
     */
    public static void includeLibraries() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    private static void set(String name) {
        ours().setLevel(Level.toLevel(name));
    }

    private static ch.qos.logback.classic.Logger ours() {
        return ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger("io.attestedmesh");
    }
}
