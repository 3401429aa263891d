package io.attestedmesh.cli.tunnel;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.document.Times;
import io.attestedmesh.transport.connection.ConnectionLimits;
import io.attestedmesh.transport.tunnel.TunnelLimits;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What streams may cost. */
final class LimitOptions {
    private static final int MOST_CONNECTIONS = 1_000_000;
    // of timers that count milliseconds in an int
    private static final Duration LONGEST = Duration.ofDays(24);

    @Option(names = "--max-streams", paramLabel = "N", description = "Streams at once; default 8192.")
    private Optional<Integer> streams = Optional.empty();

    @Option(
            names = "--max-streams-per-address",
            paramLabel = "N",
            description = "Of these, from one address; default 1024.")
    private Optional<Integer> perAddress = Optional.empty();

    @Option(names = "--connect-timeout", paramLabel = "SPAN", description = "To reach what it leads to; default 10s.")
    private Optional<String> connect = Optional.empty();

    @Option(names = "--handshake-timeout", paramLabel = "SPAN", description = "For TLS and the verdict; default 10s.")
    private Optional<String> handshake = Optional.empty();

    @Option(names = "--idle-timeout", paramLabel = "SPAN", description = "Without a byte either way; default 1h.")
    private Optional<String> idle = Optional.empty();

    @Option(names = "--max-age", paramLabel = "SPAN", description = "A stream is cut after it; default 1d.")
    private Optional<String> age = Optional.empty();

    @Option(
            names = "--drain",
            paramLabel = "SPAN",
            description = "What streams get to end by themselves after SIGTERM; default 10s, at most 20s.")
    private Optional<String> drain = Optional.empty();

    TunnelLimits limits() throws CommandException {
        ConnectionLimits given = TunnelLimits.DEFAULT.connections();
        return new TunnelLimits(
                new ConnectionLimits(
                        count("--max-streams", streams, given.connections()),
                        count("--max-streams-per-address", perAddress, given.connectionsPerAddress()),
                        span("--handshake-timeout", handshake, given.handshakeTimeout(), LONGEST),
                        span("--max-age", age, given.connectionAge(), LONGEST),
                        // the process is ended half a minute after the signal, and cutting streams takes time too
                        span("--drain", drain, given.drainTime(), Duration.ofSeconds(20))),
                span("--connect-timeout", connect, TunnelLimits.DEFAULT.connectTimeout(), LONGEST),
                span("--idle-timeout", idle, TunnelLimits.DEFAULT.idleTimeout(), LONGEST));
    }

    private static int count(String option, Optional<Integer> typed, int otherwise) throws CommandException {
        int count = typed.orElse(otherwise);
        if (count < 1 || count > MOST_CONNECTIONS) {
            throw CommandException.usage(
                    option + " " + count + " is no number of streams", "it is from 1 to " + MOST_CONNECTIONS);
        }
        return count;
    }

    private static Duration span(String option, Optional<String> typed, Duration otherwise, Duration most)
            throws CommandException {
        if (typed.isEmpty()) {
            return otherwise;
        }
        Duration span = Times.span(option, typed.get());
        if (span.compareTo(most) > 0) {
            throw CommandException.usage(
                    option + " " + typed.get() + " is too long", "at most " + most.toSeconds() + "s");
        }
        return span;
    }
}
