package io.attestedmesh.cli;

import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Failure;
import io.attestedmesh.cli.command.Person;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.command.Version;
import io.attestedmesh.cli.logging.LogLevel;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The edge of the process: arguments to a {@link Verb}, its outcome to text and exit status. */
public final class Main {
    private static final String LEAK_DETECTION = "io.netty.leakDetection.level";

    private final Terminal terminal;
    private final Root root = new Root();
    private boolean json;

    private Main(Terminal terminal) {
        this.terminal = terminal;
    }

    public static void main(String[] args) {
        withoutLeakDetection();
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        Terminal terminal =
                new Terminal(System.in, out, err, System.getenv(), Clock.systemUTC(), Person.atTheTerminal());
        System.exit(run(terminal, args).code());
    }

    /** Netty notes where one buffer in 128 comes from, with a stack trace, which is of use only to those who look for a leak. */
    private static void withoutLeakDetection() {
        if (System.getProperty(LEAK_DETECTION) == null) {
            System.setProperty(LEAK_DETECTION, "disabled");
        }
    }

    /** Runs one command in this process; never throws and never exits. */
    public static ExitStatus run(Terminal terminal, String... args) {
        Main main = new Main(terminal);
        try {
            return main.perform(args);
        } catch (ParameterException e) {
            return new Failure(terminal, main.root.verbose(), false).print(e);
        } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError e) {
            return new Failure(terminal, main.root.verbose(), main.json).print(e);
        }
    }

    private ExitStatus perform(String... args) throws Exception {
        List<CommandLine> path =
                Commands.of(root, terminal, args).parseArgs(args).asCommandLineList();
        CommandLine last = path.get(path.size() - 1);
        if (root.helpRequested()) {
            last.usage(terminal.out());
            return ExitStatus.DONE;
        }
        if (root.versionRequested()) {
            terminal.print(Version.line());
            return ExitStatus.DONE;
        }
        LogLevel.choose(root.verbose(), terminal);
        if (last.getCommand() instanceof Verb verb) {
            json = last.getParseResult().hasMatchedOption("--json") && !verb.tellsRejections();
            return verb.run();
        }
        last.usage(terminal.err());
        return ExitStatus.USAGE;
    }
}
