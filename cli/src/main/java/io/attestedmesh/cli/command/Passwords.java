package io.attestedmesh.cli.command;

import io.attestedmesh.transport.pki.PemException;
import io.attestedmesh.transport.pki.SecretFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the password of a private key comes from: a file, a variable or the terminal, and never the command line. */
public final class Passwords {
    private static final int MAX_BYTES = 1024;

    @Option(
            names = {"--password-file", "--passphrase-file"},
            paramLabel = "FILE",
            description = "Password of the private key: the first line of this file, which only you can read.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = {"--password-env", "--passphrase-env"},
            paramLabel = "NAME",
            description = "Password of the private key: the value of this environment variable.")
    private Optional<String> variable = Optional.empty();

    /** The password of an existing key, {@code key} for people; the caller wipes it. */
    public char[] existing(Terminal terminal, String key) throws CommandException, IOException, PemException {
        Optional<char[]> given = given(terminal);
        return given.isPresent() ? given.get() : prompt(terminal, "Password of " + key + ": ");
    }

    /** A new password, asked for twice where a person types it; the caller wipes it. */
    public char[] chosen(Terminal terminal, String key) throws CommandException, IOException, PemException {
        Optional<char[]> given = given(terminal);
        if (given.isPresent()) {
            return given.get();
        }
        char[] first = prompt(terminal, "New password of " + key + ": ");
        char[] second = prompt(terminal, "The same again: ");
        boolean same = Arrays.equals(first, second);
        Arrays.fill(second, '\0');
        if (!same) {
            Arrays.fill(first, '\0');
            throw CommandException.usage("the two passwords differ", "");
        }
        return first;
    }

    /** Whether the command line says where it comes from. */
    public boolean areGiven() {
        return file.isPresent() || variable.isPresent();
    }

    private Optional<char[]> given(Terminal terminal) throws CommandException, IOException, PemException {
        if (file.isPresent() && variable.isPresent()) {
            throw CommandException.usage("--password-file and --password-env exclude each other", "");
        }
        if (file.isPresent()) {
            return Optional.of(firstLine(file.get()));
        }
        if (variable.isPresent()) {
            return Optional.of(terminal.variable(variable.get())
                    .orElseThrow(() -> CommandException.usage(
                            "the environment has no variable " + variable.get() + ", or it is empty", ""))
                    .toCharArray());
        }
        return Optional.empty();
    }

    private static char[] firstLine(Path file) throws CommandException, IOException, PemException {
        byte[] content = SecretFile.read(file, MAX_BYTES);
        CharBuffer text = null;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
            int end = 0;
            while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
                end++;
            }
            if (end == 0) {
                throw CommandException.usage("the first line of " + file + " is empty", "it must be the password");
            }
            return Arrays.copyOf(text.array(), end);
        } catch (CharacterCodingException notText) {
            throw CommandException.usage(file + " is not UTF-8 text", "its first line must be the password", notText);
        } finally {
            Arrays.fill(content, (byte) 0);
            if (text != null) {
                Arrays.fill(text.array(), '\0');
            }
        }
    }

    private static char[] prompt(Terminal terminal, String question) throws CommandException {
        return terminal.person()
                .secret(question)
                .filter(typed -> typed.length > 0)
                .orElseThrow(
                        () -> CommandException.usage(
                                "a password is needed",
                                "give --password-file FILE or --password-env NAME, or use a terminal, for standard output too"));
    }
}
