package io.attestedmesh.cli.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Who can be asked, if anybody sits there. */
public interface Person {
    /** A script or a service. */
    Person NOBODY = new Person() {
        @Override
        public Optional<String> answer(String question) {
            return Optional.empty();
        }

        @Override
        public Optional<char[]> secret(String question) {
            return Optional.empty();
        }
    };

    /** A line, perhaps an empty one; empty where nobody can be asked. */
    Optional<String> answer(String question);

    /** The same without showing what is typed; the caller wipes it. */
    Optional<char[]> secret(String question);

    /** Whoever started this process from a terminal, wherever its standard streams lead. */
    static Person atTheTerminal() {
        return new Person() {
            private static final Path TERMINAL = Path.of("/dev/tty");

            @Override
            public Optional<String> answer(String question) {
                if (!Files.exists(TERMINAL)) {
                    return Optional.ofNullable(System.console()).map(console -> console.readLine("%s", question));
                }
                try (Writer out =
                                Files.newBufferedWriter(TERMINAL, Charset.defaultCharset(), StandardOpenOption.WRITE);
                        BufferedReader in = Files.newBufferedReader(TERMINAL, Charset.defaultCharset())) {
                    out.write(question);
                    out.flush();
                    return Optional.of(Optional.ofNullable(in.readLine()).orElse(""));
                } catch (IOException none) {
                    // How the system says that a process has no terminal.
                    return Optional.empty();
                }
            }

            /** Only the platform's console turns the echo off, and it is there only where all streams are the terminal. */
            @Override
            public Optional<char[]> secret(String question) {
                return Optional.ofNullable(System.console()).map(console -> console.readPassword("%s", question));
            }
        };
    }
}
