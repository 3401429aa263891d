/**
 * What every command of {@code amesh NOUN VERB} shares: the terminal it talks to, exit status, errors, JSON lines, where
 * passwords come from and files that are never overwritten by accident.
 *
 * <pre>{@code
 * @Command(name = "show", description = "Prints a file.")
 * final class Show implements Verb {
 *     private final Terminal terminal;
 *     @Parameters(paramLabel = "FILE") private Path file;
 *     @Option(names = "--json", description = Verb.JSON) private boolean json;
 *     Show(Terminal terminal) { this.terminal = terminal; }
 *     public ExitStatus run() throws CommandException, IOException {
 *         terminal.print(Files.readString(file));
 *         return ExitStatus.DONE;
 *     }
 * }
 * CommandLine pki = Noun.of("pki", "Keys and certificates.", new Show(terminal));
 * }</pre>
 */
package io.attestedmesh.cli.command;
