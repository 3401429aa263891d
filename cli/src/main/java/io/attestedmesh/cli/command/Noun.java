package io.attestedmesh.cli.command;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Builds the commands that only group others: {@code amesh pki}, {@code amesh evidence}. */
public final class Noun {
    private Noun() {}

    /**
     * A command that has verbs and does nothing by itself.
     *
     * @param summary one sentence for the list of commands
     * @param verbs objects annotated with {@code @Command}, in the order in which help shows them
     */
    public static CommandLine of(String name, String summary, Verb... verbs) {
        CommandSpec spec = CommandSpec.create().name(name).mixinStandardHelpOptions(false);
        spec.usageMessage().description(summary);
        CommandLine noun = new CommandLine(spec);
        for (Verb verb : verbs) {
            noun.addSubcommand(verb);
        }
        return noun;
    }
}
