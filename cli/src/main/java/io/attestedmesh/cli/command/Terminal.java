package io.attestedmesh.cli.command;

import io.attestedmesh.attest.evidence.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * What a command can see of the world: its standard streams, environment and clock. Data goes to {@code out}, words for
 * people to {@code err}.
 *
 * @param in standard input
 * @param out data alone, UTF-8
 * @param err progress, warnings, errors, UTF-8
 * @param environment variables of the process
 * @param clock the time of every check
 * @param person whom to ask
 */
public record Terminal(
        InputStream in, PrintStream out, PrintStream err, Map<String, String> environment, Clock clock, Person person) {

    /** From here to the end of the line. */
    private static final String ERASE = "\u001b[K";

    /** One line of data. Control characters are shown as escapes: much of what is printed was written by peers. */
    public void print(String line) {
        data(printable(line));
    }

    /** One JSON object on one line; see {@link JsonLine} for the values it may hold. */
    public void json(Map<String, ?> object) {
        data(JsonLine.of(object));
    }

    /** Data as one JSON object, or as a line for each of its keys. */
    public void report(Map<String, ?> object, boolean asJson) {
        if (asJson) {
            json(object);
        } else {
            object.forEach((key, value) -> print(key + " " + value));
        }
    }

    /** Data that nobody gets is no success: the command ends as one that could not write. */
    private void data(String line) {
        out.println(line);
        if (out.checkError()) {
            throw new UncheckedIOException(
                    new IOException("standard output was closed, or is full, before all was written"));
        }
    }

    /** One line for people. */
    public void say(String line) {
        err.println(printable(line));
    }

    /** One line for people, of which the next takes the place; whoever writes something else overwrites it. */
    public void redraw(String line) {
        err.print(printable(line) + ERASE + "\r");
        err.flush();
    }

    /** Whether lines for people go to a terminal that can draw one anew; false where the system does not tell. */
    public boolean redraws() {
        if (variable("TERM").orElse("dumb").equals("dumb")) {
            return false;
        }
        try { // the platform knows of a console, which says nothing of standard error
            Path leads = Path.of("/dev/stderr").toRealPath();
            return leads.startsWith("/dev/pts") || leads.toString().startsWith("/dev/tty");
        } catch (IOException e) {
            return false;
        }
    }

    /** A warning, in the form of all messages of the command. */
    public void warn(String line) {
        say("amesh: warning: " + line);
    }

    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** {@code text} with control, bidirectional and other invisible characters written as {@code \}{@code uXXXX}. */
    public static String printable(String text) {
        return Printable.of(text);
    }
}
