package io.attestedmesh.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code amesh} itself and the options that every command has. */
@Command(
        name = "amesh",
        description = "Mutual TLS 1.3 between services that prove which code they run.",
        synopsisSubcommandLabel = "NOUN [VERB]",
        footer = {"", "Exit status: 0 accepted or done, 1 rejected, 2 usage or malformed input, 3 could not be done."})
final class Root {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    private boolean help;

    @Option(names = "--version", versionHelp = true, description = "Show the version.")
    private boolean version;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Log what is done and, if amesh itself fails, where.")
    private boolean verbose;

    boolean helpRequested() {
        return help;
    }

    boolean versionRequested() {
        return version;
    }

    boolean verbose() {
        return verbose;
    }
}
