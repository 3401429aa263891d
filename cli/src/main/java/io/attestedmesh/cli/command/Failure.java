package io.attestedmesh.cli.command;

import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints what ended a command: error, the details of a rejection, hint. */
public final class Failure {
    private final Terminal terminal;
    private final boolean verbose;
    private final boolean json;

    /**
     * Tells {@code terminal}.
     *
     * @param verbose whether stack traces are printed
     * @param json whether a rejection is data too
     */
    public Failure(Terminal terminal, boolean verbose, boolean json) {
        this.terminal = terminal;
        this.verbose = verbose;
        this.json = json;
    }

    /** Of a command line. */
    public ExitStatus print(ParameterException wrong) {
        String help = "'" + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help' lists what there is";
        if (wrong instanceof UnmatchedArgumentException unmatched) {
            String argument = unmatched.getUnmatched().get(0);
            String kind = argument.startsWith("-") ? "unknown option " : "unexpected argument ";
            return print(CommandException.usage(kind + argument, suggestion(unmatched) + help, wrong));
        }
        String problem = wrong.getMessage().lines().findFirst().orElse("the command line is wrong");
        return print(CommandException.usage(problem, help, wrong));
    }

    private static String suggestion(UnmatchedArgumentException unmatched) {
        List<String> near = unmatched.getSuggestions();
        return near.isEmpty() ? "" : near.stream().limit(3).collect(Collectors.joining(" or ", "is it ", "? "));
    }

    /** Of anything else; what it returns is the exit status. */
    public ExitStatus print(Throwable failure) {
        CommandException shown = failure instanceof CommandException said ? said : translate(failure);
        terminal.say("amesh: error: " + shown.getMessage());
        shown.details().forEach((name, value) -> terminal.say(name + ": " + value));
        if (!shown.hint().isEmpty()) {
            terminal.say("amesh: hint: " + shown.hint());
        }
        if (verbose) {
            failure.printStackTrace(terminal.err());
        }
        if (json && shown.status() == ExitStatus.REJECTED) {
            Map<String, Object> rejected = new LinkedHashMap<>();
            rejected.put("result", "rejected");
            rejected.put("error", shown.getMessage());
            rejected.putAll(shown.details());
            return printed(rejected, shown.status());
        }
        return shown.status();
    }

    private ExitStatus printed(Map<String, Object> rejected, ExitStatus status) {
        try {
            terminal.json(rejected);
            return status;
        } catch (UncheckedIOException e) {
            return new Failure(terminal, verbose, false).print(e);
        }
    }

    private static CommandException translate(Throwable failure) {
        if (failure instanceof RejectedEvidenceException e) {
            return rejected("evidence rejected", e.reason(), e.expected(), e.actual());
        }
        if (failure instanceof RejectedCertificateException e) {
            return rejected("certificate rejected", e.reason(), e.expected(), e.actual());
        }
        if (failure instanceof RejectedReleasesException e) {
            return rejected("releases rejected", e.reason(), e.expected(), e.actual());
        }
        if (failure instanceof MalformedReleasesException e) {
            return CommandException.usage(e.getMessage(), "", e);
        }
        if (failure instanceof MalformedEvidenceException e) {
            return CommandException.usage("not evidence: " + e.getMessage(), "", e);
        }
        if (failure instanceof IOException e) {
            return CommandException.failed(describe(e), "", e);
        }
        if (failure instanceof UncheckedIOException e) {
            return CommandException.failed(describe(e.getCause()), "", e);
        }
        return CommandException.failed(
                "unexpected " + failure, "this is a fault of amesh: --verbose shows where, please report it", failure);
    }

    private static CommandException rejected(String message, Reason reason, String expected, String actual) {
        return CommandException.rejected(message, reason.name(), expected, actual, "");
    }

    private static String describe(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "no such file: " + failure.getMessage();
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied: " + failure.getMessage();
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "already exists: " + failure.getMessage();
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
